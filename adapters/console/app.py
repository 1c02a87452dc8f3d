"""The console: a prompt on a terminal, plain lines from a pipe."""

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from adapters.console import conversation, piped, screens, streams, welcome
from adapters.console.inbound import Answers, Ear
from adapters.console.outbound import Outbound
from adapters.console.results import Results
from bot import errors, replies
from bot.commands import texts as texts_


class Session(Protocol):
    """One way to listen."""

    async def run(self) -> None:
        """Until there is nothing more to hear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How this console talks."""

    user: str = "me"
    language: str = "en"  # of a person who never chose one, and of the console's own words
    json: bool = False  # one JSON object per reply, nothing else
    parallel: int = 1  # lines at work at once, when they come from a pipe
    simulated: bool = False  # whether the simulator plays the provider: the welcome says so
    history: Path | None = None  # where the prompt remembers lines; None: nowhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """Where lines come from and cards go to; None for a closed standard stream."""

    stdin: int | None
    stdout: int | None
    terminal: bool = False  # whether a person sits at both

    @classmethod
    def standard(cls) -> "Streams":
        """This process's own."""
        stdin = sys.stdin.fileno() if sys.stdin is not None else None
        stdout = sys.stdout.fileno() if sys.stdout is not None else None
        both = stdin is not None and stdout is not None and sys.stdin.isatty() and sys.stdout.isatty()
        return cls(stdin=stdin, stdout=stdout, terminal=both)


class ConsoleApp:
    """Reads lines to their end, has them answered, waits for the jobs."""

    def __init__(
        self,
        *,
        commands: Answers,
        studio: piped.Jobs,
        texts: texts_.Texts,
        files_root: Path,
        results: Path,
        options: Options,
        through: Streams | None = None,
    ) -> None:
        through = through or Streams.standard()
        self._texts = texts
        self._language = options.language
        self._simulated = options.simulated
        ear = Ear(user=options.user, language=options.language, interactive=through.terminal and not options.json)
        self._interactive = ear.interactive
        saver = Results(results, files_root=files_root)
        if ear.interactive:
            live = screens.Live(texts=texts)
            self.platform = Outbound(live, texts=texts, results=saver)
            self._session: Session = conversation.Conversation(
                commands=commands,
                ear=ear,
                out=self.platform,
                screen=live,
                texts=texts,
                history=options.history,
                simulated=options.simulated,
            )
        else:
            writer = streams.Writer(through.stdout)
            screen = screens.Json(writer) if options.json else screens.Lines(writer, texts=texts)
            self.platform = Outbound(screen, texts=texts, results=saver)
            self._session = piped.Piped(
                commands=commands,
                ear=ear,
                out=self.platform,
                studio=studio,
                stdin=through.stdin,
                parallel=options.parallel,
            )

    def _tell(self, *lines: replies.Text) -> None:
        """Say something on standard error, where it is in nobody's way."""
        for line in lines if sys.stderr is not None else ():
            print(self._texts.plain(line, self._language), file=sys.stderr, flush=True)

    async def start(self) -> None:
        """There is nothing to connect to."""

    async def hush(self) -> None:
        """Whoever stops `run` has stopped the hearing."""

    async def stop(self) -> None:
        """There is nothing to let go of."""

    async def run(self) -> int:
        """Work until the input ends, or nothing can be said any more; the exit code. Raises OperatorError."""
        if self._simulated and not self._interactive:
            self._tell(*welcome.setup())
        work = asyncio.create_task(self._session.run())
        lost = asyncio.create_task(self.platform.lost.wait())
        try:
            await asyncio.wait({work, lost}, return_when=asyncio.FIRST_COMPLETED)
            if (trouble := self.platform.trouble) is None:
                work.result()
            elif not trouble.left:
                raise errors.OperatorError(str(trouble))
            return 0
        except asyncio.CancelledError:
            self._tell(replies.text("console.stopped"))
            raise
        finally:
            for task in (work, lost):
                task.cancel()
            await asyncio.gather(work, lost, return_exceptions=True)
