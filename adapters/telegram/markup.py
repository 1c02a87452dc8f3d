"""Telegram's HTML: escaped once, measured as Telegram measures it, cut without breaking a tag or a character.

Telegram marks by itself what looks like a name, a command, a tag, an address or a telephone number, which is then a tap
away and, as a name in a group, may notify somebody. A message asks for no exception (only rich messages have
`skip_entity_detection`), but nothing is looked for inside code: such pieces of other people's words are code. Nothing
is added to the words, so that they can be copied and count as what they are.
"""

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.commands import texts

TEXT = 4096  # UTF-16 units after entities parsing (sendMessage)
CAPTION = 1024  # likewise (sendPhoto)
QUOTED = (200, 80, 30, 10)  # how far quotes are cut, one after the other, before lines go

_SURROGATE = re.compile("[\ud800-\udfff]")
_TAG = re.compile(r"<[^>]*>")
_PIECE = re.compile(r"<[^>]*>|&[^;\s]+;|.", re.DOTALL)
_LEFT_OUT = "…"
_LIVE = re.compile(  # what Telegram may mark (MessageEntity.type); rather too much than too little
    r"""(?P<ours>\w+://\S+|(?<![\w/])/[A-Za-z0-9_]+\b(?!@\w))  # links and commands: our own sentences have some
      |(?<![\w/])/\w+@\w+  # other bots' commands
      |(?<![\w.%+-])[\w.%+-]*@\w+(?:[.-]\w+)*  # names, and addresses of mail
      |[#\N{FULLWIDTH NUMBER SIGN}]\w*[^\W\d]\w*(?:@\w+)?
      |\$[A-Z]{1,8}\b(?:@\w+)?
      |(?<!\w)\w[\w-]*(?:\.[\w-]+)*\.[^\W\d_]{2,}(?::\d+)?(?:[/?\#]\S*)?  # addresses without a scheme
      |(?<!\w)\d{1,3}(?:\.\d{1,3}){3}
      |\+\d[\d ().-]{5,}\d|(?<!\w)\d{7,}""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Somebody whose name in a message notifies them."""

    user: str  # Telegram's id
    name: str  # as the message says it


@dataclass(frozen=True, slots=True, kw_only=True)
class Html:
    """The markup of one message."""

    language: str
    now: Callable[[], datetime]
    quoted: int | None = None  # the most characters of a quote; None: as many as the message says
    mention: Mention | None = None

    def escape(self, words: str) -> str:
        """Any words as they are; the mentioned person's name as a link to them. Our commands and links stay live."""
        if self.mention is not None and words == self.mention.name:
            return link(self.mention)
        return _dead(words, ours=True)

    def bold(self, safe: str) -> str:
        """Emphasised."""
        return f"<b>{safe}</b>"

    def code(self, words: str) -> str:
        """Copied by a tap."""
        return f"<code>{html.escape(_SURROGATE.sub('?', words), quote=False)}</code>"

    def quote(self, words: str) -> str:
        """Somebody else's words, none of them live; the messages bring their own quotation marks."""
        return _dead(words if self.quoted is None else texts.shortened(words, limit=self.quoted), ours=False)

    def moment(self, at: datetime) -> str:
        """A moment that the reader's app keeps live ("r" is relative); older apps show the words inside."""
        words = html.escape(texts.relative(at, now=self.now(), language=self.language), quote=False)
        return f'<tg-time unix="{int(at.timestamp())}" format="r">{words}</tg-time>'


def link(mention: Mention) -> str:
    """A name that notifies its owner."""
    return f'<a href="tg://user?id={mention.user}">{escaped(mention.name)}</a>'


def escaped(words: str) -> str:
    """Any words as HTML; what Telegram marks by itself stays so."""
    return html.escape(_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", words), quote=False)


def pieces(words: str, *, ours: bool = False) -> Iterator[tuple[str, bool]]:
    """The words as HTML in pieces, each with whether Telegram would mark it by itself: it is to be code then.

    Commands and links are left to it where these are `ours`.
    """
    end = 0
    for found in _LIVE.finditer(words):
        yield escaped(words[end : found.start()]), False
        yield escaped(found[0]), not ours or found["ours"] is None
        end = found.end()
    yield escaped(words[end:]), False


def _dead(words: str, *, ours: bool) -> str:
    """The words with all that Telegram would mark as code."""
    return "".join(f"<code>{piece}</code>" if live else piece for piece, live in pieces(words, ours=ours))


def length(safe: str) -> int:
    """UTF-16 units of what is read."""
    return units(html.unescape(_TAG.sub("", safe)))


def units(words: str) -> int:
    """UTF-16 units, which Telegram counts in."""
    return len(words.encode("utf-16-le", "replace")) // 2


def cut(safe: str, *, limit: int) -> str:
    """At most `limit` units, never ending inside a tag, a reference or a character; open tags are closed."""
    if length(safe) <= limit:
        return safe
    kept: list[str] = []
    opened: list[str] = []
    left = limit - units(_LEFT_OUT)
    for piece in _PIECE.findall(safe):
        left -= 0 if piece[0] == "<" and len(piece) > 1 else units(html.unescape(piece))
        if left < 0:
            break
        kept.append(piece)
        _note(piece, opened)
    return "".join((*kept, _LEFT_OUT, *(f"</{tag}>" for tag in reversed(opened))))


def _note(piece: str, opened: list[str]) -> None:
    if piece.startswith("</"):
        opened.pop()
    elif piece[0] == "<" and len(piece) > 1:
        opened.append(piece[1:-1].split()[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """Lines that fit, and those that don't."""

    text: str
    rest: tuple[str, ...] = ()  # whole lines that were left out


def fit(render: Callable[[int | None], Sequence[str]], *, limit: int) -> Fitted:
    """The lines in one text: quotes are cut first, whole lines from below next, but never the last one.

    The last line is the receipt, or the hint of what to do next. `render` takes the most characters of a quote.
    """
    lines = list(render(None))
    for quoted in QUOTED:
        if length("\n".join(lines)) <= limit:
            break
        lines = list(render(quoted))
    return _without_lines(lines, limit=limit)


def _without_lines(lines: list[str], *, limit: int) -> Fitted:
    sizes = [length(line) + 1 for line in lines]
    if sum(sizes) - 1 <= limit:
        return Fitted(text="\n".join(lines))
    kept = len(lines) - 1
    while kept > 1 and sum(sizes[:kept]) + 2 + sizes[-1] - 1 > limit:
        kept -= 1
    head, last = lines[:kept], cut(lines[-1], limit=limit)
    room = limit - length(last) - (3 if kept < len(lines) - 1 else 1)
    if kept == 1 and head and sizes[0] > room:  # one endless line
        whole = head[0]
        head = [cut(whole, limit=room)] if room > 1 else []
        return Fitted(text="\n".join((*head, last)), rest=(whole, *lines[1:-1]))
    return Fitted(text="\n".join((*head, _LEFT_OUT, last)), rest=tuple(lines[kept:-1]))
