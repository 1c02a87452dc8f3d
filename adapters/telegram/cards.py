"""One reply as Telegram shows it: its text or caption, and what is below it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from telegram import ForceReply, InlineKeyboardMarkup

from adapters.telegram import keyboard, markup, prose, questions
from adapters.telegram.keyboard import Labelled, Origin, Tapped
from bot import replies
from bot.commands import pages as pages_
from bot.commands import texts as texts_

Below: TypeAlias = InlineKeyboardMarkup | ForceReply | None

ASKS = 2000  # UTF-16 units of a line's beginning; a longer one leaves no room for the question
SHORT = 120  # characters of a quote beside a model's words
BESIDE = 100  # units of a page that are kept for what is said of a file
ALERT = 200  # characters of an answer to a tap (answerCallbackQuery)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A message, ready to send."""

    text: str  # as HTML, within its limit
    below: InlineKeyboardMarkup | None  # buttons
    asks: bool = False  # whether the reader's next words are awaited
    rest: str = ""  # what a caption had no room for, as a message of its own

    @property
    def fresh(self) -> Below:
        """What goes below a new message: Telegram takes buttons or the demand for a reply, and buttons say more."""
        return self.below or (ForceReply(selective=True) if self.asks else None)


Pages: TypeAlias = tuple[Card, ...]
"""A model's words, message by message; the last has the buttons."""


class Renderer:
    """Turns replies into cards, in the reader's language."""

    def __init__(self, texts: texts_.Texts, *, now: Callable[[], datetime]) -> None:
        self._texts = texts
        self._now = now

    def message(
        self,
        reply: replies.Reply,
        language: str,
        *,
        mention: str | None = None,
        origin: Origin | None = None,
        called: markup.Mention | None = None,
    ) -> Card:
        """A message without a medium. `mention` is the user to notify, `called` is who is asked for words."""
        asks = reply.asks if markup.units(reply.asks) <= ASKS else ""
        before = f"{markup.link(called)}: " if called is not None and asks else ""
        after = f"\n{questions.mark(asks)}" if asks else ""
        room = markup.TEXT - markup.length(before) - markup.length(after)
        text = markup.fit(self._lines(reply.lines, language, mention), limit=room).text
        return Card(text=f"{before}{text}{after}", below=self._buttons(reply, language, origin), asks=bool(asks))

    def progress(self, reply: replies.Reply, language: str) -> Card:
        """How a job gets on: what is said of it, and as much as is written."""
        if reply.prose is None:
            return self.message(reply, language)
        return self.pages(reply, language)[1][0]

    def pages(self, reply: replies.Reply, language: str, *, mention: str | None = None) -> tuple[replies.Reply, Pages]:
        """A model's words on as many messages as they take, and the reply with what else is to be sent."""
        *above, _ = self._lines(reply.lines, language, mention)(SHORT)
        room = markup.TEXT - markup.length(self._end(reply, language)) - BESIDE
        before = markup.length("\n".join(above)) + 1
        paper = pages_.Paper(draw=prose.drawn, size=markup.length, room=room, before=before)
        reply, written = pages_.laid(reply, paper)
        first, *rest = written
        *cards, last = ["\n".join((*above, first)), *rest]
        end = Card(text=f"{last}\n{self._end(reply, language)}", below=self._buttons(reply, language, None))
        return reply, (*(Card(text=page, below=None) for page in cards), end)

    def _end(self, reply: replies.Reply, language: str) -> str:
        return self._lines(reply.lines[-1:], language, None)(SHORT)[0]

    def caption(self, reply: replies.Reply, language: str, *, mention: str | None = None) -> Card:
        """What stands below a medium: the first lines that fit, and always the receipt; the rest goes after it."""
        fitted = markup.fit(self._lines(reply.lines, language, mention), limit=markup.CAPTION)
        rest = markup.cut("\n".join(fitted.rest), limit=markup.TEXT)
        return Card(text=fitted.text, below=self._buttons(reply, language, None), rest=rest)

    def album(self, reply: replies.Reply, language: str, *, mention: str | None = None) -> Card:
        """What stands below an album: all but the receipt, which comes with the buttons; the rest goes there too."""
        fitted = markup.fit(self._lines(reply.lines[:-1], language, mention), limit=markup.CAPTION)
        return Card(text=fitted.text, below=None, rest=markup.cut("\n".join(fitted.rest), limit=markup.TEXT // 2))

    def receipt(self, reply: replies.Reply, language: str, *, before: str = "") -> Card:
        """The last line with the buttons: what stands beside an album, which can't have any. `before` is HTML."""
        room = markup.TEXT - markup.length(before) - 1
        text = markup.fit(self._lines(reply.lines[-1:], language, None), limit=room).text
        return Card(text="\n".join(filter(None, (before, text))), below=self._buttons(reply, language, None))

    def alert(self, reply: replies.Reply, language: str) -> str | None:
        """The reply as a small window over the chat; None when it doesn't fit there."""
        if reply.media or reply.buttons or reply.asks:
            return None
        words = "\n".join(self._texts.plain(line, language) for line in reply.lines)
        return words if 0 < markup.units(words) <= ALERT else None

    def plain(self, text: replies.Text, language: str) -> str:
        """One line without markup."""
        return self._texts.plain(text, language)

    def line(self, text: replies.Text, language: str) -> str:
        """One line of HTML."""
        return self._texts.render(text, language, markup.Html(language=texts_.spoken(language), now=self._now))

    def _lines(
        self, lines: Sequence[replies.Text], language: str, mention: str | None
    ) -> Callable[[int | None], Sequence[str]]:
        named = _named(lines, mention)

        def render(quoted: int | None) -> Sequence[str]:
            html = markup.Html(language=texts_.spoken(language), now=self._now, quoted=quoted, mention=named)
            return [self._texts.render(line, language, html) for line in lines]

        return render

    def _buttons(self, reply: replies.Reply, language: str, origin: Origin | None) -> InlineKeyboardMarkup | None:
        return keyboard.keyboard(
            Labelled(
                tapped=Tapped(action=button.action, subject=button.subject, origin=origin),
                label=self._texts.plain(button.label, language),
            )
            for button in reply.buttons
        )


def _named(lines: Sequence[replies.Text], user: str | None) -> markup.Mention | None:
    """Who is mentioned, under the name that the lines use."""
    names = [line.params["person"] for line in lines if isinstance(line.params.get("person"), str)]
    return markup.Mention(user=user, name=str(names[0])) if user and names else None
