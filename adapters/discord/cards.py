"""One reply as Discord shows it: the texts of its messages and its buttons, within Discord's limits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import discord

from adapters.discord import buttons, markup, prose
from bot import replies
from bot.commands import pages as pages_
from bot.commands import texts as texts_

CONTENT = 2000  # the most characters of one message (resources/message); counted in UTF-16, the stricter way
BESIDE = 200  # characters of a page that are kept for a mention and for what is said of a file
MESSAGES = 5  # of one reply: a user-installed app may follow up five times
QUOTED = (120, 60, 30, 12)  # what quotes are cut to, one after another, until a message fits
_ASKER = "\ue000"  # stands for the asker's mention while a text is escaped


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One reply, rendered; its buttons belong to the last of its messages."""

    contents: tuple[str, ...]  # one per message, at least one
    taps: tuple[buttons.Tap, ...] = ()
    mentions: discord.AllowedMentions


def card(
    reply: replies.Reply,
    language: str,
    *,
    texts: texts_.Texts,
    asker: str | None,
    private: bool,
    notes: Sequence[str],
    pages: Sequence[str] = (),
) -> Card:
    """A reply in the reader's language; `notes` are finished lines about files that could not be shown.

    `pages` are a model's words, each of which has room beside the lines (`paper`).
    `asker` is the user who is notified where the reply wants that; None where nobody needs to be.
    """
    mention = asker if reply.mention else None
    writer = _Writer(texts=texts, language=language, mention=mention)
    return Card(
        contents=_written(reply, writer, notes, pages) if pages else _contents(reply, writer, notes),
        taps=buttons.taps(reply.buttons, label=lambda text: texts.plain(text, language), private=private),
        mentions=_allowed(mention),
    )


def paper(reply: replies.Reply, language: str, *, texts: texts_.Texts) -> pages_.Paper:
    """What is left of a message beside the reply's lines, which stand above the words but for the last."""
    writer = _Writer(texts=texts, language=language, mention=None)
    *above, last = writer.lines(reply, quoted=QUOTED[0])
    room = CONTENT - length(last) - BESIDE
    return pages_.Paper(draw=prose.drawn, size=length, room=room, before=length("\n".join(above)) + 1)


def length(content: str) -> int:
    """Characters as the strictest client counts them: one beyond the basic plane is two."""
    return len(content.encode("utf-16-le")) // 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    """Renders lines, with the asker's name as a mention where one is wanted."""

    texts: texts_.Texts
    language: str
    mention: str | None

    def lines(self, reply: replies.Reply, *, quoted: int | None = None) -> list[str]:
        """Every line; `quoted` is the most that is kept of somebody else's words."""
        shown = [self._line(_cut(line, quoted) if quoted else line) for line in reply.lines]
        if self.mention and not any(f"<@{self.mention}>" in line for line in shown):
            shown = [f"<@{self.mention}> {shown[0]}" if shown else f"<@{self.mention}>", *shown[1:]]
        return [*self._asked(reply.asked, quoted=quoted), *shown]

    def _asked(self, asked: replies.Text | None, *, quoted: int | None) -> list[str]:
        """What was asked for, as a quote: of a slash command everybody sees the name alone."""
        if asked is None:
            return []
        line = self.texts.render(_cut(asked, quoted) if quoted else asked, self.language, markup.DiscordMarkup())
        return [f"> {line}"]

    def _line(self, line: replies.Text) -> str:
        if self.mention is None:
            return self.texts.render(line, self.language, markup.DiscordMarkup())
        named = self.texts.render(_named(line), self.language, markup.DiscordMarkup())
        return named.replace(_ASKER, f"<@{self.mention}>")


def _allowed(mention: str | None) -> discord.AllowedMentions:
    """Nobody is called but the asker."""
    users = [discord.Object(int(mention))] if mention else False
    return discord.AllowedMentions(everyone=False, roles=False, replied_user=False, users=users)


def _contents(reply: replies.Reply, writer: _Writer, notes: Sequence[str]) -> tuple[str, ...]:
    """A list goes on in further messages; what is edited later, or carries a receipt, is one message."""
    lines = [*writer.lines(reply), *notes]
    if _fits(lines):
        return ("\n".join(lines),)
    if reply.job is None:
        return _paged(lines)
    for quoted in QUOTED:
        lines = [*writer.lines(reply, quoted=quoted), *notes]
        if _fits(lines):
            return ("\n".join(lines),)
    return ("\n".join(_shortened(lines)),)


def _written(reply: replies.Reply, writer: _Writer, notes: Sequence[str], pages: Sequence[str]) -> tuple[str, ...]:
    """A model's words on their pages, with the lines above the first and the last line below the last."""
    *above, last = writer.lines(reply, quoted=QUOTED[0])
    first, *rest = pages
    *before, end = ["\n".join([*above, first]), *rest]
    return (*before, "\n".join([end, *notes, last]))


def _fits(lines: Sequence[str]) -> bool:
    return length("\n".join(lines)) <= CONTENT


def _paged(lines: Sequence[str]) -> tuple[str, ...]:
    """Whole lines, as many to a message as fit; the last message allowed ends with …"""
    pages: list[list[str]] = [[]]
    for line in (_clipped(line, CONTENT) for line in lines):
        if pages[-1] and not _fits([*pages[-1], line]):
            if len(pages) == MESSAGES:
                pages[-1] = [*_shortened([*pages[-1], "…"])]
                break
            pages.append([])
        pages[-1].append(line)
    return tuple("\n".join(page) for page in pages)


def _shortened(lines: Sequence[str]) -> list[str]:
    """The first line and the last (the receipt) stay, what lies between goes from its end on; then the first is cut."""
    first, *between, last = lines if len(lines) > 1 else ("", *lines)
    while between and not _fits([first, *between, last]):
        between.pop()
    room = CONTENT - length("\n".join(["", *between, last]))
    return [line for line in (_clipped(first, max(0, room)), *between, _clipped(last, CONTENT)) if line]


def _clipped(line: str, most: int) -> str:
    """At most so many characters, ending in … where something is missing; no half of an escape is left."""
    if length(line) <= most:
        return line
    kept = line.encode("utf-16-le")[: 2 * max(0, most - 2)].decode("utf-16-le", "ignore")
    return f"{kept.rstrip(chr(92))}…" if most > 2 else ""


def _cut(line: replies.Text, limit: int) -> replies.Text:
    """The line with every quote cut to `limit`."""
    return replace(line, params={name: _cut_value(value, limit) for name, value in line.params.items()})


def _cut_value(value: object, limit: int) -> object:
    match value:
        case replies.Quoted():
            return replace(value, limit=min(value.limit, limit))
        case replies.Text():
            return _cut(value, limit)
        case _:
            return value


def _named(line: replies.Text) -> replies.Text:
    """The line with a place for the asker's mention where it names the person."""
    return replace(line, params=dict(_placed(line.params)))


def _placed(params: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, value in params.items():
        match value:
            case str() if name == "person":
                yield name, _ASKER
            case replies.Text():
                yield name, _named(value)
            case _:
                yield name, value


def plain(line: replies.Text, language: str, *, texts: texts_.Texts) -> str:
    """One line by itself, escaped."""
    return texts.render(line, language, markup.DiscordMarkup())
