"""Replies on their way out: rendered, their files saved, shown on the screen. The console's `ports.Platform`."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from adapters.console import cards, errors
from adapters.console.results import Results, Saved
from adapters.console.screens import Screen
from bot import replies, requests
from bot.commands import texts as texts_

NAME = "console"
ENDS = frozenset({"done", "failed", "late", "cancelled"})  # kinds after which a job gets on no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The lines that a short answer to a question stands for."""

    yes: str
    no: str

    @classmethod
    def of(cls, buttons: Sequence[replies.Button]) -> "Choice | None":
        """A question's first button says yes, its last one no; None where it has no two."""
        if len(buttons) < 2:
            return None
        yes, no = buttons[0], buttons[-1]
        return cls(yes=f"{yes.action} {yes.subject}", no=f"{no.action} {no.subject}")


class Outbound:
    """Shows replies. A job's id is its message's id, so that an edit after a restart finds its job."""

    name = NAME

    def __init__(self, screen: Screen, *, texts: texts_.Texts, results: Results) -> None:
        self._screen = screen
        self._texts = texts
        self._results = results
        self._settled: set[str] = set()  # jobs whose end was shown
        self._crowded: set[str] = set()  # jobs that were said to wait for their provider
        self.lost = asyncio.Event()  # set when nothing can be shown any more
        self.trouble: errors.OutputLost | None = None  # why; None until then
        self.question: Choice | None = None  # to the question asked last, until it is answered
        self.asks: str = ""  # the line that the next words complete; "": they stand for themselves

    async def post(self, place: requests.Place, reply: replies.Reply, *, language: str) -> str | None:
        """Show it. Raises Undelivered when nothing can be shown any more."""
        await self.show(reply, language=language)
        return reply.job

    async def edit(self, place: requests.Place, message: str, reply: replies.Reply, *, language: str) -> None:
        """Show it: lines that were printed stay, progress is drawn anew. Raises Undelivered."""
        await self.show(reply, language=language)

    async def find(self, place: requests.Place, job: str, *, since: datetime) -> str | None:
        """None: what was printed by another process is not this one's to change."""
        return None

    async def show(self, reply: replies.Reply, *, language: str, line: int | None = None) -> None:
        """Show a reply that answers input line `line`, or that came by itself. Raises Undelivered."""
        if reply.job is not None and self._is_overtaken(reply, reply.job):
            return
        if reply.kind == "running" and reply.job is not None:
            self._screen.progress(reply.job, reply, language=language)
            return
        card = await self._card(reply, language=language, line=line)
        with self._noticed():
            await self._screen.show(card, language=language)
        self._shown(reply, language=language)

    async def echo(self, text: str) -> None:
        """Show the line that is worked on, where it was not typed. Raises Undelivered."""
        with self._noticed():
            await self._screen.echo(text)

    @contextmanager
    def _noticed(self) -> Iterator[None]:
        try:
            yield
        except errors.OutputLost as error:
            self.trouble = error
            self.lost.set()
            raise

    def _is_overtaken(self, reply: replies.Reply, job: str) -> bool:
        """Whether it says what is known: a job may end before the line that it was taken is printed."""
        if reply.kind in {"queued", "running"}:
            return job in self._settled
        return reply.kind == "busy" and job in self._crowded

    def _shown(self, reply: replies.Reply, *, language: str) -> None:
        if reply.kind == "question":
            self.question = Choice.of(reply.buttons)
        self.asks = reply.asks or self.asks
        if reply.job is None:
            return
        if reply.kind in ENDS:
            self._settled.add(reply.job)
            self._crowded.discard(reply.job)
            self._screen.settle(reply.job)
        elif reply.kind in {"queued", "busy"}:
            if reply.kind == "busy":
                self._crowded.add(reply.job)
            self._screen.progress(reply.job, reply, language=language)

    async def _card(self, reply: replies.Reply, *, language: str, line: int | None) -> cards.Card:
        markup = self._screen.markup(texts_.spoken(language))
        written = reply.prose.files if reply.prose else ()
        files = [await self._results.save(attachment) for attachment in (*reply.media, *written)]
        return cards.Card(
            kind=reply.kind,
            lines=tuple(self._texts.render(text, language, markup) for text in reply.lines),
            prose=reply.prose.words.strip() if reply.prose else "",
            job=reply.job,
            files=tuple(files),
            notes=tuple(self._note(file, language=language) for file in files if file.trouble),
            taps=tuple(self._tap(button, language=language) for button in reply.buttons),
            facts=reply.facts,
            line=line,
        )

    def _tap(self, button: replies.Button, *, language: str) -> cards.Tap:
        label = self._texts.plain(button.label, language)
        return cards.Tap(action=button.action, subject=button.subject, label=label)

    def _note(self, file: Saved, *, language: str) -> str:
        note = replies.text("console.not_saved", file=str(file.path), words=file.trouble)
        return self._texts.plain(note, language)
