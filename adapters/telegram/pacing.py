"""Pacing: progress comes as often as Telegram likes it, the newest only; what matters waits instead of being lost."""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

import structlog

from adapters.telegram.errors import Refused, Trouble
from adapters.telegram.options import Timing

T = TypeVar("T")
Send: TypeAlias = Callable[[], Awaitable[object]]

log = structlog.get_logger(__name__)

REMEMBERED = 2000  # messages that say their last word, so that no late progress goes over it
TRIES = 3  # of a call that Telegram asks to repeat later


@dataclass(slots=True)
class _Lane:
    """What waits to be shown in one chat."""

    newest: "OrderedDict[str, Send]" = field(default_factory=OrderedDict)  # by message
    work: "asyncio.Task[None] | None" = None
    last: float = 0.0  # when something was sent there, on the loop's clock
    closed_until: float = 0.0  # as Telegram said


@dataclass(slots=True)
class _Turn:
    """Whoever says something in one message now, and how many want to."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    wanted: int = 0


class Pacer:
    """One bot's pace in all chats."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._lanes: dict[int, _Lane] = {}
        self._turns: dict[str, _Turn] = {}  # messages at work
        self._over: OrderedDict[str, None] = OrderedDict()

    async def send(self, chat: int, call: Callable[[], Awaitable[T]], *, harmless: bool = False) -> T:
        """What matters: at once, and again when Telegram asks for patience or it never left this machine.

        `harmless` is what may as well be done twice: that is tried again even if it may have arrived. Raises Refused.
        """
        lane = self._lane(chat)
        loop = asyncio.get_running_loop()
        until = loop.time() + self._timing.patience_s
        last: Refused | None = None
        for _ in range(TRIES):
            if lane.closed_until > until:
                break
            await asyncio.sleep(max(0.0, lane.closed_until - loop.time()))
            try:
                done = await call()
            except Refused as refusal:
                last = refusal
                if refusal.trouble is Trouble.FLOOD:
                    self._flooded(lane, refusal)
                elif refusal.trouble is Trouble.UNSENT or (harmless and refusal.trouble is Trouble.UNSURE):
                    await asyncio.sleep(self._timing.retry_s)
                else:
                    raise
                continue
            lane.last = loop.time()
            return done
        if last is not None and last.trouble is not Trouble.FLOOD:
            raise last
        wait_s = max(0.0, lane.closed_until - loop.time())
        raise Refused("Telegram asks for patience", trouble=Trouble.FLOOD, retry_after_s=wait_s)

    def later(self, chat: int, message: str, send: Send) -> None:
        """Progress: shown when the chat's pace allows, unless something newer comes before."""
        if message in self._over:
            return
        lane = self._lane(chat)
        lane.newest[message] = send
        if lane.work is None or lane.work.done():
            lane.work = asyncio.create_task(self._drain(chat, lane))

    @asynccontextmanager
    async def alone(self, chat: int, message: str, *, last: bool) -> AsyncIterator[None]:
        """Around what a message says next: progress that waits is dropped, one on its way is let through before.

        After a `last` word no progress is shown there any more.
        """
        self._lane(chat).newest.pop(message, None)
        async with self._turn(message):
            yield
        if last:
            self._over[message] = None
            self._lane(chat).newest.pop(message, None)
            while len(self._over) > REMEMBERED:
                self._over.popitem(last=False)

    async def close(self) -> None:
        """Drop what waits."""
        work = [lane.work for lane in self._lanes.values() if lane.work is not None]
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)

    async def _drain(self, chat: int, lane: _Lane) -> None:
        every_s = self._timing.private_every_s if chat > 0 else self._timing.group_every_s
        loop = asyncio.get_running_loop()
        while lane.newest:
            due = max(lane.last + every_s, lane.closed_until)
            if (wait_s := due - loop.time()) > 0:
                await asyncio.sleep(wait_s)
                continue
            message, send = lane.newest.popitem(last=False)
            await self._show(lane, message, send)
            lane.last = loop.time()

    async def _show(self, lane: _Lane, message: str, send: Send) -> None:
        try:
            async with self._turn(message):
                if message not in self._over:
                    await send()
        except Refused as refusal:
            if refusal.trouble is Trouble.FLOOD:
                self._flooded(lane, refusal)
                lane.newest.setdefault(message, send)
            else:
                log.info("progress could not be shown", words=str(refusal))
        except Exception:  # progress is never worth the rest
            log.exception("progress could not be shown")

    def _flooded(self, lane: _Lane, refusal: Refused) -> None:
        now = asyncio.get_running_loop().time()
        lane.closed_until = max(lane.closed_until, now + (refusal.retry_after_s or 1.0))

    @asynccontextmanager
    async def _turn(self, message: str) -> AsyncIterator[None]:
        turn = self._turns.setdefault(message, _Turn())
        turn.wanted += 1
        try:
            async with turn.lock:
                yield
        finally:
            turn.wanted -= 1
            if not turn.wanted:
                self._turns.pop(message, None)

    def _lane(self, chat: int) -> _Lane:
        self._tidy()
        return self._lanes.setdefault(chat, _Lane())

    def _tidy(self) -> None:
        if len(self._lanes) <= REMEMBERED:
            return
        now = asyncio.get_running_loop().time()
        for chat, lane in list(self._lanes.items()):
            if not lane.newest and lane.closed_until < now and (lane.work is None or lane.work.done()):
                with contextlib.suppress(KeyError):
                    del self._lanes[chat]
