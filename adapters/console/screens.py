"""Where cards are shown: plain lines or JSON in a pipe, a live terminal with a prompt below."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import rich.console
import rich.markdown
from rich import markup

from adapters.console import cards, errors, streams
from bot import replies
from bot.commands import texts as texts_

HINT = replies.text("console.hint")
MOST_BARS = 6  # jobs shown live at once
WRITTEN = 60  # characters of an answer that is being written, in its bar
STYLES = {"error": "red", "failed": "red", "question": "yellow", "busy": "yellow"}  # of a card's first line
Refresh = Callable[[], None]


class Screen(Protocol):
    """One way to show."""

    def markup(self, language: str) -> texts_.Markup:
        """How texts are written here."""

    async def show(self, card: cards.Card, *, language: str) -> None:
        """Show a card for good. Raises Undelivered."""

    async def echo(self, text: str) -> None:
        """Show the line that is worked on, where the person did not type it here."""

    def progress(self, job: str, reply: replies.Reply, *, language: str) -> None:
        """Show how a job gets on, in place of what was said before."""

    def settle(self, job: str) -> None:
        """The job gets on no more."""


class Quiet:
    """What pipes have in common: no progress."""

    def markup(self, language: str) -> texts_.Markup:
        """Plain words."""
        return texts_.Plain(language=language)

    def progress(self, job: str, reply: replies.Reply, *, language: str) -> None:
        """Lines that can be searched hold no progress."""

    def settle(self, job: str) -> None:
        """Nothing to take away."""


class Lines(Quiet):
    """Plain text in a pipe: stable, without colours."""

    def __init__(self, out: streams.Writer, *, texts: texts_.Texts) -> None:
        self._out = out
        self._texts = texts

    async def show(self, card: cards.Card, *, language: str) -> None:
        """Its lines, files and what may be typed."""
        with errors.output_errors():
            await self._out.write(cards.as_text(card, hint=self._texts.plain(HINT, language)))

    async def echo(self, text: str) -> None:
        """`> /image a fox`"""
        with errors.output_errors():
            await self._out.write(f"> {cards.safe(text)}\n")


class Json(Quiet):
    """One JSON object a line, nothing else."""

    def __init__(self, out: streams.Writer) -> None:
        self._out = out

    async def show(self, card: cards.Card, *, language: str) -> None:
        """The card as one object."""
        with errors.output_errors():
            await self._out.write(cards.as_json(card))

    async def echo(self, text: str) -> None:
        """The object that answers names the line's number instead."""


@dataclass(frozen=True, slots=True)
class Rich:
    """The markup of a terminal."""

    language: str

    def escape(self, words: str) -> str:
        """Words as they are."""
        return markup.escape(cards.safe(words))

    def bold(self, safe: str) -> str:
        """Bold."""
        return f"[bold]{safe}[/bold]"

    def code(self, words: str) -> str:
        """In the colour of what may be typed."""
        return f"[cyan]{self.escape(words)}[/cyan]"

    def quote(self, words: str) -> str:
        """Somebody else's words, slanted."""
        return f"[italic]{self.escape(words)}[/italic]"

    def moment(self, at: datetime) -> str:
        """A moment in words; live ones are rendered anew."""
        return self.escape(texts_.relative(at, now=datetime.now(UTC), language=self.language))


class Live:
    """A terminal: coloured cards, and below them what runs, above the line that is typed.

    Whoever runs the prompt redirects standard output above it while it is open, and calls `bars` to draw what runs;
    `refresh` asks for that.
    """

    def __init__(self, *, texts: texts_.Texts) -> None:
        self._texts = texts
        self._running: dict[str, tuple[replies.Reply, str]] = {}  # job → what was last said of it, and its language
        self.refresh: Refresh = lambda: None

    def markup(self, language: str) -> texts_.Markup:
        """Rich's."""
        return Rich(language)

    async def show(self, card: cards.Card, *, language: str) -> None:
        """The card with its first line coloured by what it is, files and hints below."""
        style = STYLES.get(card.kind, "")
        first, *rest = card.lines or ("",)
        words = [f"[{style}]{first}[/{style}]" if style else first, *rest]
        above, last = (words[:-1], words[-1:]) if card.prose else (words, [])
        paths = [f"  [green]{markup.escape(cards.file_words(file))}[/green]" for file in card.files]
        hints = [f"  [yellow]{markup.escape(note)}[/yellow]" for note in card.notes]
        if card.taps:
            taps = ", ".join(_tap(tap) for tap in card.taps)
            hints.append(f"  [dim]{markup.escape(self._texts.plain(HINT, language))}[/dim] {taps}")
        with errors.output_errors():
            # made anew for each card, because standard output is another one while a prompt is open
            console = rich.console.Console(force_terminal=True, highlight=False, emoji=False, file=sys.stdout)
            console.print("\n".join(above))
            if card.prose:
                console.print(rich.markdown.Markdown(cards.safe(card.prose), hyperlinks=False))
                console.print("\n".join(last))
            for lines in filter(None, (paths, hints)):
                console.print("\n".join(lines), soft_wrap=True)  # broken by the terminal: they are copied whole

    async def echo(self, text: str) -> None:
        """It was typed right here."""

    def progress(self, job: str, reply: replies.Reply, *, language: str) -> None:
        """Remember it for the bars."""
        self._running[job] = (reply, language)
        self.refresh()

    def settle(self, job: str) -> None:
        """Take its bar away."""
        self._running.pop(job, None)
        self.refresh()

    @property
    def running(self) -> int:
        """How many jobs are known to run."""
        return len(self._running)

    def bars(self) -> list[str]:
        """What is said of each running job, rendered anew so that times stay right; then how many more there are."""
        shown = list(self._running.items())[:MOST_BARS]
        bars = [f"{job}  {self._bar(reply, to)}" for job, (reply, to) in shown if reply.lines]
        more = len(self._running) - len(shown)
        return [*bars, f"+{more}"] if more else bars

    def _bar(self, reply: replies.Reply, language: str) -> str:
        said = self._texts.plain(reply.lines[0], language)
        if reply.prose is None:
            return said
        return f"{said} {' '.join(cards.safe(reply.prose.words).split())[-WRITTEN:]}"


YES = ("start", "gift", "unjoin", "forget")
NO = ("dismiss", "decline", "unjoin_not", "forget_not")
SHORT = {**dict.fromkeys(YES, "y"), **dict.fromkeys(NO, "n")}
"""Answers to the question asked last; later only the whole words say which."""


def _tap(tap: cards.Tap) -> str:
    whole = f"[cyan]{markup.escape(tap.command)}[/cyan]"
    shown = f"[cyan]{SHORT[tap.action]}[/cyan] [dim]({tap.command})[/dim]" if tap.action in SHORT else whole
    return f"{shown} · {markup.escape(tap.meaning)}" if tap.meaning else shown
