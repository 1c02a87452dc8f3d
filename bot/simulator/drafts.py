"""A draft: a submission as it came in, before anybody judged it."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping

import aiohttp
from aiohttp import web

from bot.simulator import models, refusals

LARGEST_FORM = 200 * 1024 * 1024


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file part of a multipart body."""

    field: str
    name: str  # the file name the client gave
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Path, content type and content of one POST."""

    path: str  # without a trailing slash
    content_type: str
    body: Mapping[str, object]  # JSON values; a multipart body's text parts are strings
    uploads: tuple[Upload, ...] = ()

    @property
    def model(self) -> str:
        model = self.body.get("model")
        return model if isinstance(model, str) else ""

    @property
    def logged_body(self) -> dict[str, object]:
        """The content as the log keeps it: files by name, size and digest."""
        body = dict(self.body)
        for upload in self.uploads:
            entry = {"name": upload.name, "size": len(upload.data), "sha256": upload.sha256}
            parts = body.setdefault(upload.field, [])
            assert isinstance(parts, list)
            parts.append(entry)
        return body

    @property
    def texts(self) -> str:
        """Everything a person wrote, where directives are looked for."""
        said = [self.body.get(name) for name in ("prompt", "text", "input", "messages")]
        return json.dumps(said, ensure_ascii=False)


async def read(request: web.Request) -> Draft:
    """Read a submission; a body that is neither JSON nor, on the image task route, multipart is refused."""
    path = request.path.rstrip("/")
    if request.content_type == "application/json":
        return Draft(path=path, content_type=request.content_type, body=_json(await request.read()))
    if request.content_type == "multipart/form-data" and path == models.IMAGE_TASKS:  # 062, chapter 5.3
        return await _multipart(request, path)
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


async def _multipart(request: web.Request, path: str) -> Draft:
    fields: dict[str, object] = {}
    uploads: list[Upload] = []
    if (request.content_length or 0) > LARGEST_FORM:
        raise refusals.Refused(f"The body is larger than {LARGEST_FORM} bytes.", code="body_too_large", status=413)
    try:
        async for part in await request.multipart():
            if not isinstance(part, aiohttp.BodyPartReader) or not part.name:
                raise refusals.Refused("A part of the multipart body has no name.", code="invalid_multipart")
            data = bytes(await part.read())
            if part.filename is not None:
                uploads.append(Upload(field=part.name, name=part.filename, data=data))
            elif part.name in fields:
                raise refusals.Refused(f"`{part.name}` is sent twice.", param=part.name)
            else:
                fields[part.name] = data.decode("utf-8")
    except ValueError as problem:
        raise refusals.Refused(f"The multipart body can't be read: {problem}.", code="invalid_multipart") from None
    for upload in uploads:
        if upload.field in fields:
            raise refusals.Refused(f"`{upload.field}` is both text and file.", param=upload.field)
    return Draft(path=path, content_type="multipart/form-data", body=fields, uploads=tuple(uploads))
