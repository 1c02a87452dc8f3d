"""A call of a method: its parameters as values of their types, and its files."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from tests.telegram_server import bodies, chats, files, media, shapes, spec, texts, world
from tests.telegram_server.refusals import bad

_ATTACHED = "attach://"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call, checked against the description."""

    method: spec.Shape
    values: Mapping[str, Any]
    uploads: Mapping[str, files.Upload]

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)


Play: TypeAlias = Callable[[world.World, Call], Any | Awaitable[Any]]


def check(known: spec.Spec, method: spec.Shape, body: bodies.Body) -> Call:
    """A call of a request's body, or a refusal."""
    attached = set(_attachments(body.given))
    absent = sorted(attached - set(body.uploads))
    if absent:
        raise bad(f"can't find the file {_ATTACHED}{absent[0]} in the request")
    direct = frozenset(name for name in body.uploads if name not in attached)
    for name in direct:
        if name in method.fields and "InputFile" not in method.fields[name].types:
            raise bad(f"parameter {name} of {method.name} isn't a file")
    values = shapes.parameters(known, method, body.given, direct)
    return Call(method=method, values=values, uploads=body.uploads)


def _attachments(value: Any) -> Iterator[str]:
    """The names behind every attach:// in a value, whose JSON may not be read yet."""
    match value:
        case str() if value.startswith(_ATTACHED):
            yield value.removeprefix(_ATTACHED)
        case str() if value[:1] in "[{" and _ATTACHED in value:
            yield from (piece.partition('"')[0] for piece in value.split(f'"{_ATTACHED}')[1:])
        case dict():
            for one in value.values():
                yield from _attachments(one)
        case list():
            for one in value:
                yield from _attachments(one)


def chat(play: world.World, call: Call) -> chats.Chat:
    """The chat a call edits in, if the bot may."""
    found = play.chat(call.values["chat_id"])
    found.reachable(play.bot.id)
    play.pay_pace(found)
    return found


def text(play: world.World, call: Call, name: str = "text") -> texts.Text:
    """The text or caption of a call."""
    entities = call.get("entities" if name == "text" else f"{name}_entities", [])
    return words(play, call.method.name, name, dict(call.values) | {"entities": entities})


def words(play: world.World, shape: str, name: str, given: Mapping[str, Any]) -> texts.Text:
    """A text of a method or type, its markup taken out and its length checked."""
    parsed = texts.parse(given.get(name, ""), given.get("parse_mode", ""), given.get("entities", ()))
    limit = shapes.parsed_limit(play.spec, shape, name)
    if not parsed.text and limit.low > 0:
        raise bad("message text is empty")
    if not limit.allows(parsed.text):
        raise bad("message caption is too long" if name == "caption" else "message is too long")
    return parsed


def medium(play: world.World, call: Call, kind: str, given: Mapping[str, Any], name: str) -> media.Medium:
    """The medium that a parameter, or an InputMedia's field, stands for."""
    value = given.get(name)
    upload = call.uploads.get(name) if value is None else _uploaded(call, value)
    if upload is not None:
        made = media.make(play.shelf, kind, upload, given)
        play.know(made)
        return made
    if str(value).startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")  # this server fetches nothing
    return media.again(play.shelf, kind, str(value), play.media, given)


def _uploaded(call: Call, value: str) -> files.Upload | None:
    return call.uploads[value.removeprefix(_ATTACHED)] if value.startswith(_ATTACHED) else None


def thumbnails(call: Call, given: Mapping[str, Any]) -> None:
    """Refuse a thumbnail that isn't uploaded or isn't small (sendVideo: JPEG, at most 200 kB and 320 pixels)."""
    value = given.get("thumbnail")
    upload = call.uploads.get("thumbnail") if value is None else _uploaded(call, value)
    if value is not None and upload is None:
        raise bad("thumbnail must be uploaded as a new file")
    if upload is not None and (len(upload.data) > 200_000 or not upload.data.startswith(b"\xff\xd8\xff")):
        raise bad("wrong thumbnail: a JPEG of at most 200 kB is expected")
