"""Telegram's HTML, parsed as TDLib does it (td/telegram/MessageEntity.cpp, parse_html), slips in its own words."""

import re
from dataclasses import dataclass, field
from typing import Any

from tests.telegram_server import limits
from tests.telegram_server.refusals import Refused, bad

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9a-fA-F]+)|#(?P<dec>[0-9]+)|(?P<name>[a-zA-Z]+));?")
_START = re.compile(r"<([^\s>]*)(?=[\s>])")
_REST = re.compile(r"([^>\"']*(?:\"[^\"]*\"[^>\"']*|'[^']*'[^>\"']*)*)>")
_END = re.compile(r"</(?P<tag>[^\s>]*)\s*(?P<close>>?)")
_ATTRIBUTE = re.compile(
    r"\s*(?P<name>[^\s=>/\"']*)\s*(?:=\s*(?:\"(?P<two>[^\"]*)\"|'(?P<one>[^']*)'|(?P<token>[\w.-]*)))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A tag that waits for its end."""

    tag: str
    values: dict[str, str]
    offset: int  # UTF-16 code units of plain text before it


@dataclass(slots=True, kw_only=True)
class _Page:
    """Where the parser stands."""

    source: str
    place: int = 0
    plain: list[str] = field(default_factory=list)
    length: int = 0  # of plain, in UTF-16 code units
    opened: list[Open] = field(default_factory=list)
    entities: list[dict[str, Any]] = field(default_factory=list)

    def byte(self) -> int:
        return len(self.source[: self.place].encode("utf-8", "surrogatepass"))

    def add(self, text: str) -> None:
        self.plain.append(text)
        self.length += limits.utf16(text)

    def slip(self, text: str) -> Refused:
        return bad(f"can't parse entities: {text} at byte offset {self.byte()}")


def parse(source: str) -> tuple[str, list[dict[str, Any]]]:
    """Plain text and entities of a text with parse_mode HTML, or a refusal."""
    page = _Page(source=source)
    while page.place < len(source):
        if source[page.place] == "&":
            _reference(page)
        elif source.startswith("</", page.place):
            _end(page)
        elif source[page.place] == "<":
            _start(page)
        else:
            page.add(source[page.place])
            page.place += 1
    if page.opened:
        tag = page.opened[-1].tag
        raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{tag}\"")
    return "".join(page.plain), sorted(page.entities, key=lambda one: (one["offset"], -one["length"]))


def _reference(page: _Page) -> None:
    found = _REFERENCE.match(page.source, page.place)
    text = _decoded(found) if found else None
    if found is None or text is None:
        text, end = "&", page.place + 1
    else:
        end = found.end()
    page.add(text)
    page.place = end


def _decoded(found: "re.Match[str]") -> str | None:
    if found["name"]:
        return _NAMED.get(found["name"])
    code = int(found["hex"], 16) if found["hex"] else int(found["dec"])
    return chr(code) if 0 < code < 0x10FFFF and not 0xD800 <= code <= 0xDFFF else None


def _start(page: _Page) -> None:
    found = _START.match(page.source, page.place)
    if found is None:
        raise page.slip("Unclosed start tag")
    tag = found[1].lower()
    if tag not in _TYPES:
        raise page.slip(f'Unsupported start tag "{tag}"')
    rest = _REST.match(page.source, found.end())
    if rest is None:
        raise page.slip("Unclosed start tag")
    values = _attributes(page, tag, rest[1])
    if tag == "span" and values.get("class") != "tg-spoiler":
        raise page.slip('Tag "span" must have class "tg-spoiler"')
    page.opened.append(Open(tag=tag, values=values, offset=page.length))
    page.place = rest.end()


def _attributes(page: _Page, tag: str, rest: str) -> dict[str, str]:
    values: dict[str, str] = {}
    place = 0
    while rest[place:].strip():
        found = _ATTRIBUTE.match(rest, place)
        if found is None or not found["name"]:
            raise page.slip(f'Empty attribute name in the tag "{tag}"')
        quoted = found["two"] if found["two"] is not None else found["one"]
        token = (found["token"] or "").lower()
        values[found["name"]] = unescape(quoted) if quoted is not None else token
        place = found.end()
    return values


def unescape(text: str) -> str:
    """Character references replaced, the unknown ones left as they are."""
    return _REFERENCE.sub(lambda found: _decoded(found) or found[0], text)


def _end(page: _Page) -> None:
    if not page.opened:
        raise page.slip("Unexpected end tag")
    found = _END.match(page.source, page.place)
    if found is None or not found["close"]:
        raise page.slip("Unclosed end tag")
    opened, tag = page.opened[-1], found["tag"].lower()
    if tag and tag != opened.tag:
        slip = page.slip("Unmatched end tag")
        slip.description += f', expected "</{opened.tag}>", found "</{tag}>"'
        raise slip
    page.opened.pop()
    page.place = found.end()
    if page.length > opened.offset:
        _close(page, opened)


def _close(page: _Page, opened: Open) -> None:
    """Note the entity that a tag made; pre around code (or the other way) is one entity with a language."""
    entity: dict[str, Any] = {
        "type": _TYPES[opened.tag],
        "offset": opened.offset,
        "length": page.length - opened.offset,
    }
    last = page.entities[-1] if page.entities else {}
    same = (last.get("offset"), last.get("length")) == (entity["offset"], entity["length"])
    language = opened.values.get("class", "").removeprefix("language-")
    match opened.tag:
        case "pre" if same and last["type"] == "code":
            last["type"] = "pre"
            return
        case "code" if same and last["type"] == "pre" and language:
            last["language"] = language
            return
        case "code" if language and language != opened.values.get("class"):
            entity["language"] = language
        case "blockquote" if "expandable" in opened.values:
            entity["type"] = "expandable_blockquote"
        case "a":
            entity = _link(page, entity, opened.values.get("href", ""))
        case "tg-emoji":
            entity["custom_emoji_id"] = _emoji(opened)
        case "tg-time":
            unix = opened.values.get("unix", "")
            entity = entity | {"unix_time": int(unix)} if unix.isascii() and unix.isdigit() and int(unix) else {}
    if entity:
        page.entities.append(entity)


def _link(page: _Page, entity: dict[str, Any], href: str) -> dict[str, Any]:
    """A link's entity, or nothing where its address is none: Telegram drops such links silently."""
    encoded = "".join(page.plain).encode("utf-16-le")[entity["offset"] * 2 :]
    url = href or encoded.decode("utf-16-le")
    person = re.fullmatch(r"tg://user\?id=(\d+)", url)
    if person:
        return entity | {"type": "text_mention", "user": {"id": int(person[1]), "is_bot": False, "first_name": ""}}
    if not re.fullmatch(r"(?:https?|tg|tonsite|mailto)://?[^\s]+|[^\s/:]+\.[^\s]+", url):
        return {}
    return entity | {"url": url if "://" in url else f"http://{url}/"}


def _emoji(opened: Open) -> str:
    number = opened.values.get("emoji-id", "")
    if not (number.isascii() and number.isdigit() and int(number)):
        raise bad("can't parse entities: Invalid custom emoji identifier specified")
    return number


def settled(entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Entities as a message shows them: inline code has no language."""
    return [{k: v for k, v in one.items() if (one["type"], k) != ("code", "language")} for one in entities]
