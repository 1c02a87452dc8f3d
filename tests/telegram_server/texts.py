"""A text and its entities: from a request to what a message shows."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.telegram_server import limits, markup
from tests.telegram_server.refusals import bad

MAX_RAW = 1 << 15  # bytes of a text before parsing, as in telegram-bot-api/Client.cpp
GIVEN = frozenset(  # types that a bot may give itself
    [
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
        "date_time",
    ]
)
FOUND = frozenset(
    ["mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"]
)  # those Telegram finds itself
_SOLID = frozenset({"code", "pre", "text_link", "text_mention"})  # nothing is looked for inside these
_FINDERS = (
    ("url", re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")),
    ("mention", re.compile(r"(?<![\w@/])@[A-Za-z][\w]{3,31}\b")),
    ("bot_command", re.compile(r"(?<![\w/@])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
    ("hashtag", re.compile(r"(?<![\w#&])#\w*[^\W\d]\w*")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Text without markup, and where it is marked."""

    text: str = ""
    entities: tuple[Mapping[str, Any], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text)

    def fields(self, text: str, entities: str) -> dict[str, Any]:
        """As fields of a Message, under these names; absent where there is nothing."""
        parts: dict[str, Any] = {text: self.text} if self.text else {}
        return parts | ({entities: [dict(one) for one in self.entities]} if self.entities else {})


def parse(source: str, mode: str, given: Sequence[Mapping[str, Any]]) -> Text:
    """What a request's text, parse_mode and entities come to, or a refusal."""
    if len(source.encode()) > MAX_RAW:
        raise bad("text is too long")
    if source and mode and mode.lower() != "none":
        return _marked(source, mode.lower())
    entities = [_explicit(one, limits.utf16(source)) for one in given if one["type"] not in FOUND]
    return finish(source, entities)


def _marked(source: str, mode: str) -> Text:
    if mode in ("markdown", "markdownv2"):
        raise bad(f"not played here: parse_mode {mode}")
    if mode != "html":
        raise bad("unsupported parse_mode")
    text, entities = markup.parse(source)
    return finish(text, markup.settled(entities))


def _explicit(entity: Mapping[str, Any], length: int) -> Mapping[str, Any]:
    if entity["type"] not in GIVEN:
        raise bad("can't parse MessageEntity: Unsupported type specified")
    start, size = entity["offset"], entity["length"]
    if start < 0:
        raise bad(f"receive an entity with incorrect offset {start}")
    if size < 0:
        raise bad(f"receive an entity with incorrect length {size}")
    if start + size > length:
        raise bad(
            f"entity beginning at UTF-16 offset {start} ends after the end of the text at UTF-16 offset {start + size}"
        )
    return entity


def finish(text: str, entities: Sequence[Mapping[str, Any]]) -> Text:
    """Cut the white space at both ends, as Telegram does, and mark what it finds by itself."""
    lead = limits.utf16(text) - limits.utf16(text.lstrip())
    bare = text.strip()
    whole = limits.utf16(bare)
    moved = [_moved(one, lead, whole) for one in entities]
    kept = [one for one in moved if one["length"] > 0]
    both = [*kept, *_found(bare, kept)]
    return Text(text=bare, entities=tuple(sorted(both, key=lambda one: (one["offset"], -one["length"]))))


def _moved(entity: Mapping[str, Any], lead: int, whole: int) -> Mapping[str, Any]:
    start = max(entity["offset"] - lead, 0)
    end = min(entity["offset"] + entity["length"] - lead, whole)
    return {**entity, "offset": start, "length": end - start}


def _found(text: str, marked: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    taken = [(one["offset"], one["offset"] + one["length"]) for one in marked if one["type"] in _SOLID]
    found: list[Mapping[str, Any]] = []
    for kind, pattern in _FINDERS:
        for match in pattern.finditer(text):
            start = limits.utf16(text[: match.start()])
            end = start + limits.utf16(match[0])
            if all(end <= a or start >= b for a, b in taken):
                taken.append((start, end))
                found.append({"type": kind, "offset": start, "length": end - start})
    return found


def piece(text: str, entity: Mapping[str, Any]) -> str:
    """The part of a text that an entity covers."""
    raw = text.encode("utf-16-le")
    return raw[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2].decode("utf-16-le")
