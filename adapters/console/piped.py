"""Lines from a pipe or file: worked through in turn, or several at once; the end waits for every job."""

import asyncio
from collections.abc import AsyncIterator
from typing import Protocol

import structlog

from adapters.console import errors, streams
from adapters.console.inbound import Answers, Ear, language_of
from adapters.console.outbound import Outbound
from bot import replies
from bot.commands import Heard

log = structlog.get_logger(__name__)

CUT_ECHO = 100  # characters that are repeated of a line which is too long to be read


class Jobs(Protocol):
    """What the console needs of the studio."""

    async def ended(self, job_id: str) -> None:
        """Return when the job has ended and its member was told."""

    async def idle(self) -> None:
        """Return when no job is waiting or running."""


class Piped:
    """One session without anybody there."""

    def __init__(
        self, *, commands: Answers, ear: Ear, out: Outbound, studio: Jobs, stdin: int | None, parallel: int
    ) -> None:
        self._commands = commands
        self._ear = ear
        self._out = out
        self._studio = studio
        self._stdin = stdin
        self._slots = asyncio.Semaphore(parallel)

    async def run(self) -> None:
        """Every line, at most so many at once; then every job, those of an earlier run too."""
        tasks: set[asyncio.Task[None]] = set()
        try:
            async for line in self._lines():
                if (heard := self._ear.heard(line)) is not None:
                    await self._slots.acquire()
                    task = asyncio.create_task(self._work(heard, line=line))
                    tasks.add(task)
                    task.add_done_callback(tasks.discard)
            await asyncio.gather(*tasks)
            await self._studio.idle()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _lines(self) -> AsyncIterator[streams.Line]:
        if self._stdin is None:
            return
        with errors.input_errors():
            async for line in streams.lines(self._stdin):
                yield line

    async def _work(self, heard: Heard, *, line: streams.Line) -> None:
        """One line, from its answer to the end of the job it began; a bug of ours ends this line only."""
        try:
            await self._out.echo(f"{heard.text[:CUT_ECHO]}…" if line.cut else heard.text)
            reply = await self._answer(heard, line=line)
            language = await language_of(heard, commands=self._commands)
            await self._out.show(reply, language=language, line=line.number)
            if reply.kind == "queued" and reply.job is not None:
                await self._studio.ended(reply.job)
        except errors.OutputLost:
            pass  # whoever runs the console has noticed
        except Exception:
            log.exception("a line could not be worked through", line=line.number)
        finally:
            self._slots.release()

    async def _answer(self, heard: Heard, *, line: streams.Line) -> replies.Reply:
        if line.cut:
            words = replies.text("console.too_long", line=line.number, limit=streams.LONGEST_LINE_BYTES)
            return replies.Reply(lines=(words,), kind="error")
        return await self._commands.answer(heard)
