"""A person at a terminal: each line is answered while the next may be typed, jobs go on meanwhile."""

import asyncio
from dataclasses import replace
from pathlib import Path

import structlog

from adapters.console import completion, errors, prompt, screens, streams, welcome
from adapters.console.inbound import LEAVE, Answers, Ear, language_of
from adapters.console.outbound import Outbound
from bot import replies
from bot.commands import texts as texts_

log = structlog.get_logger(__name__)

LEAVE_GRACE_S = 5.0  # for answers that are being made when the person leaves


class Conversation:
    """One session with somebody there."""

    def __init__(
        self,
        *,
        commands: Answers,
        ear: Ear,
        out: Outbound,
        screen: screens.Live,
        texts: texts_.Texts,
        history: Path | None,
        simulated: bool,
    ) -> None:
        self._commands = commands
        self._ear = ear
        self._out = out
        self._screen = screen
        self._texts = texts
        self._history = history
        self._simulated = simulated
        self._turn = asyncio.Lock()  # answers come in the order of their lines
        self._answers: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Greet, listen until the person leaves, say what becomes of the jobs."""
        completer = completion.Declared(texts=self._texts, language=self._ear.language)
        asking = prompt.Prompt(history=self._history, completer=completer, bars=self._screen.bars)
        self._screen.refresh = asking.redraw
        try:
            with prompt.above():
                await self._say(*welcome.welcome(simulated=self._simulated))
                async for line in asking.lines():
                    if line is None:
                        await self._say(replies.text("console.leave"))
                        continue
                    if line.text.strip().lower() in LEAVE:
                        break
                    self._listen(line)
                if self._answers:
                    await asyncio.wait(self._answers, timeout=LEAVE_GRACE_S)
        finally:
            self._screen.refresh = lambda: None
            for task in self._answers:
                task.cancel()
            await asyncio.gather(*self._answers, return_exceptions=True)
        await self._say(welcome.goodbye(self._screen.running))

    def _listen(self, line: streams.Line) -> None:
        task = asyncio.create_task(self._answer(line))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _answer(self, line: streams.Line) -> None:
        """One line's answer; a bug of ours ends this line only."""
        async with self._turn:
            question, asks = self._out.question, self._out.asks
            heard = self._ear.heard(line, question=question)
            if heard is None:
                return
            self._out.question, self._out.asks = None, ""
            try:
                reply = await self._commands.answer(heard)
                if asks and _is_prose(reply):
                    reply = await self._commands.answer(replace(heard, text=f"{asks} {heard.text}"))
                language = await language_of(heard, commands=self._commands)
                await self._out.show(reply, language=language, line=line.number)
                if reply.kind == "error" and heard.text == line.text.strip():  # a slip, no answer: it stays open
                    self._out.question, self._out.asks = question, asks
            except errors.OutputLost:
                pass  # whoever runs the console has noticed
            except Exception:
                log.exception("a line could not be answered", line=line.number)

    async def _say(self, *lines: replies.Text) -> None:
        await self._out.show(replies.Reply(lines=lines), language=self._ear.language)


def _is_prose(reply: replies.Reply) -> bool:
    """Whether a line was no command: then it may be what was asked for."""
    told = reply.facts.get("error")
    return isinstance(told, dict) and told.get("key") == "error.no_command"
