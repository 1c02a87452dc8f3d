"""A draft: a submission as it came in, before anybody judged it."""

import base64
import dataclasses
import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence

import aiohttp
from aiohttp import web

from bot.simulator import refusals, wording
from bot.simulator.submits import Submit

JSON = "application/json"
FORM = "multipart/form-data"
LARGEST_FORM = 200 * 1024 * 1024
MAGIC = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"ID3", b"\xff\xfb", b"OggS", b"fLaC", b"\x1aE\xdf\xa3")
"""How files of media begin; those of the MP4 family say ftyp after four bytes instead."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file part of a multipart body."""

    name: str  # the file name the client gave
    data: bytes

    @property
    def logged(self) -> dict[str, object]:
        """The file as the log keeps it."""
        return {"name": self.name, "size": len(self.data), "sha256": hashlib.sha256(self.data).hexdigest()}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Path, content type and content of one POST."""

    path: str  # below the provider's address, without a trailing slash
    content_type: str
    body: Mapping[str, object]  # JSON values; a form's text parts are strings, its files lists of Upload
    model: str = ""  # wherever the request names it; "" before anybody looked
    past: Sequence[Submit] = ()  # what this provider has taken before, for rules that look back

    @property
    def uploads(self) -> list[Upload]:
        """All media that the request brought along, as files or as base64, in the order of their fields."""
        found: list[Upload] = []
        _logged(self.body, found)
        return found

    @property
    def logged_body(self) -> dict[str, object]:
        """The content as the log keeps it: what it brought along by name, size and digest."""
        body = _logged(self.body, [])
        assert isinstance(body, dict)
        return body

    @property
    def texts(self) -> str:
        """Everything that was written, where directives are looked for."""
        return json.dumps(self.logged_body, ensure_ascii=False)

    def typed(self, numbers: frozenset[str]) -> "Draft":
        """With these fields of a form as the numbers they are."""
        if self.content_type != FORM:
            return self
        body = {name: _number(value) if name in numbers else value for name, value in self.body.items()}
        return dataclasses.replace(self, body=body)


def new_id(draft: Draft) -> str:
    """The usual id of a task."""
    return f"task_{uuid.uuid4().hex}"


async def read(request: web.Request, path: str) -> Draft:
    """Read a submission; a body that is neither JSON nor a form with parts is refused."""
    if request.content_type == JSON:
        return Draft(path=path, content_type=JSON, body=_json(await request.read()))
    if request.content_type == FORM:
        return await _form(request, path)
    await request.read()
    raise refusals.Refused(f"Content-Type {request.content_type} is not supported here.", param="Content-Type")


def _json(raw: bytes) -> dict[str, object]:
    try:
        body = json.loads(raw)
    except ValueError:
        raise refusals.Refused("The body is not valid JSON.", code="invalid_json") from None
    if not isinstance(body, dict):
        raise refusals.Refused("The body must be a JSON object.", code="invalid_json")
    return body


async def _form(request: web.Request, path: str) -> Draft:
    body: dict[str, object] = {}
    if (request.content_length or 0) > LARGEST_FORM:
        raise refusals.Refused(f"The body is larger than {LARGEST_FORM} bytes.", code="body_too_large", status=413)
    try:
        async for part in await request.multipart():
            if not isinstance(part, aiohttp.BodyPartReader) or not part.name:
                raise refusals.Refused("A part of the multipart body has no name.", code="invalid_multipart")
            _add(body, part.name, part.filename, bytes(await part.read()))
    except ValueError as problem:
        raise refusals.Refused(f"The multipart body can't be read: {problem}.", code="invalid_multipart") from None
    return Draft(path=path, content_type=FORM, body=body)


def _add(body: dict[str, object], name: str, filename: str | None, data: bytes) -> None:
    """Put one part where it belongs; files of one name are gathered."""
    there = body.get(name)
    if filename is None:
        if there is not None:
            both = "is both text and file" if isinstance(there, list) else "is sent twice"
            raise refusals.Refused(f"`{name}` {both}.", param=name)
        body[name] = data.decode("utf-8")
    elif isinstance(there, str):
        raise refusals.Refused(f"`{name}` is both text and file.", param=name)
    else:
        files = there if isinstance(there, list) else []
        body[name] = [*files, Upload(name=filename, data=data)]


def _logged(value: object, found: list[Upload], name: str = "") -> object:
    """A value as the log keeps it; what it brings along is added to `found`."""
    if isinstance(value, Mapping):
        return {key: _logged(inner, found, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_logged(inner, found, name) for inner in value]
    if isinstance(value, str) and name not in wording.WRITTEN:
        data = decoded(value)
        value = Upload(name="", data=data) if data and _is_medium(data) else value
    if isinstance(value, Upload):
        found.append(value)
        return value.logged
    return value


def decoded(text: str) -> bytes | None:
    """The bytes of base64, with or without "data:…;base64," in front; None for any other text."""
    head, comma, rest = text.partition(",")
    try:
        return base64.b64decode(rest if comma and head.startswith("data:") else text, validate=True)
    except ValueError:
        return None


def _is_medium(data: bytes) -> bool:
    """Whether bytes begin like a picture, video or sound; tokens and other texts that happen to be base64 don't."""
    return data.startswith(MAGIC) or data[4:8] == b"ftyp"


def _number(value: object) -> object:
    """A number that a form can only carry as text; anything else stays what it is, for the rules to refuse."""
    if isinstance(value, str) and value.isascii():
        try:
            return int(value) if value.isdigit() else float(value)
        except ValueError:
            return value
    return value
