"""What models write: Markdown as blocks of styled words, which each platform draws in its own way.

Only what every chat can show is kept: headings are bold lines, tables are drawn with spaces, pictures are links. HTML
is words like any others. What isn't finished yet is read as far as it goes.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_URL = re.compile(r"https?://[^\s<>\"'`|\\^{}（）【】，。；]*[^\s<>\"'`|\\^{}（）【】，。；.,;:!?)\]*_~]")
_STYLES = {"strong": "bold", "em": "italic", "s": "struck"}
BULLET, RULE = "•", "———"


class Shape(StrEnum):
    """How a block is drawn."""

    TEXT = "text"
    HEADING = "heading"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Words in one style."""

    words: str
    bold: bool = False
    italic: bool = False
    struck: bool = False
    code: bool = False
    url: str = ""  # where they lead, over http(s); "": nowhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, a heading, an item of a list, or lines of code."""

    shape: Shape = Shape.TEXT
    spans: tuple[Span, ...]
    lead: str = ""  # what stands before an item's first words: • or 1.
    depth: int = 0  # how many lists it lies in, beyond the first
    quoted: bool = False
    language: str = ""  # of code, as it was said
    close: bool = False  # whether no empty line parts it from the block before

    def __len__(self) -> int:
        return sum(len(span.words) for span in self.spans)

    def parted(self, at: int) -> "tuple[Block, Block]":
        """What comes before a character, and what comes from it on."""
        before: list[Span] = []
        after: list[Span] = []
        for span in self.spans:
            kept, rest = span.words[: max(0, at)], span.words[max(0, at) :]
            before += [replace(span, words=kept)] if kept else []
            after += [replace(span, words=rest)] if rest else []
            at -= len(span.words)
        return replace(self, spans=tuple(before)), replace(self, spans=tuple(after), lead="", close=True)


def blocks(markdown: str) -> tuple[Block, ...]:
    """The blocks of a text, in their order; at least one, where it has words that Markdown would not show."""
    found = tuple(_Reader(_MARKDOWN.parse(markdown)).read())
    return found or (Block(spans=(Span(words=markdown.strip() or " "),)),)


class _Reader:
    """Walks over the tokens of one text."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._lists: list[int | None] = []  # the next number of each open list; None: it has bullets
        self._lead = ""  # waits for the item's first words
        self._quotes = 0
        self._shape = Shape.TEXT
        self._any = False  # whether there was a block before

    def read(self) -> Iterator[Block]:
        rows: list[list[str]] | None = None
        for token in self._tokens:
            if token.type == "table_open":
                rows = []
            elif token.type == "table_close":
                yield self._block(Shape.CODE, (Span(words=_drawn(rows or [])),))
                rows = None
            elif rows is not None:
                _tabulated(rows, token)
            else:
                yield from self._read(token)

    def _read(self, token: Token) -> Iterator[Block]:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                ordered = token.type == "ordered_list_open"
                self._lists.append(int(token.attrGet("start") or 1) if ordered else None)
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_open":
                self._lead = self._next_lead()
            case "blockquote_open" | "blockquote_close":
                self._quotes += token.nesting
            case "heading_open" | "heading_close":
                self._shape = Shape.HEADING if token.nesting > 0 else Shape.TEXT
            case "inline":
                if spans := tuple(_spans(token.children or ())):
                    yield self._block(self._shape, spans)
            case "fence" | "code_block":
                yield self._block(Shape.CODE, (Span(words=token.content.rstrip("\n") or " "),), token.info)
            case "hr":
                yield self._block(Shape.TEXT, (Span(words=RULE),))

    def _block(self, shape: Shape, spans: tuple[Span, ...], info: str = "") -> Block:
        close = self._any and bool(self._lists) and bool(self._lead)
        made = Block(
            shape=shape,
            spans=spans,
            lead=self._lead,
            depth=max(0, len(self._lists) - 1),
            quoted=self._quotes > 0,
            language="".join(re.findall(r"^[\w+#.-]{1,20}", info.strip())),
            close=close,
        )
        self._lead, self._any = "", True
        return made

    def _next_lead(self) -> str:
        number = self._lists[-1] if self._lists else None
        if number is None:
            return BULLET
        self._lists[-1] = number + 1
        return f"{number}."


def _spans(tokens: Sequence[Token]) -> Iterator[Span]:
    styles: dict[str, Any] = dict.fromkeys(_STYLES.values(), False)
    url = ""
    for token in tokens:
        kind = token.type.removesuffix("_open").removesuffix("_close")
        if kind in _STYLES:
            styles[_STYLES[kind]] = token.nesting > 0
        elif kind == "link":
            url = _safe_url(str(token.attrGet("href") or "")) if token.nesting > 0 else ""
        elif kind in ("softbreak", "hardbreak"):
            yield Span(words="\n", **styles)
        elif kind == "code_inline":
            yield Span(words=token.content, code=True)
        elif kind == "image":
            link = _safe_url(str(token.attrGet("src") or ""))
            yield Span(words=token.content or link, url=link, **styles)
        elif token.content:
            span = Span(words=token.content, url=url, **styles)
            yield from (span,) if url else _linked(span)


def _linked(span: Span) -> Iterator[Span]:
    """Addresses that stand among the words, as links."""
    end = 0
    for found in _URL.finditer(span.words):
        if before := span.words[end : found.start()]:
            yield replace(span, words=before)
        yield replace(span, words=found[0], url=found[0])
        end = found.end()
    if rest := span.words[end:]:
        yield replace(span, words=rest)


def _safe_url(url: str) -> str:
    return url if _URL.fullmatch(url) else ""


def _tabulated(rows: list[list[str]], token: Token) -> None:
    if token.type == "tr_open":
        rows.append([])
    elif token.type == "inline" and rows:
        rows[-1].append("".join(span.words for span in _spans(token.children or ())).replace("\n", " "))


def _drawn(rows: Sequence[Sequence[str]]) -> str:
    """A table for letters of one width; what is as wide as two (Chinese) counts as that."""
    columns = max(map(len, rows), default=0)
    widths = [max((_width(row[n]) for row in rows if n < len(row)), default=0) for n in range(columns)]
    lines = [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=False)).rstrip()
        for row in rows
    ]
    return "\n".join([*lines[:1], "  ".join("-" * width for width in widths), *lines[1:]])


def _width(words: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in words)
