"""Hearing: every event once, so many at work at a time, and none begun when the bot is about to stop."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from adapters.discord import answer, errors, limits

log = structlog.get_logger(__name__)


class Hearing:
    """Everything that is being answered."""

    def __init__(self) -> None:
        self.turns = asyncio.Semaphore(limits.ANSWERS)
        self.hushed = False  # whether nothing new is begun
        self._heard: OrderedDict[int, None] = OrderedDict()
        self._at_work: set[asyncio.Task[Any]] = set()

    async def hear(self, id: int, kind: str, answering: Callable[[], Awaitable[None]]) -> None:
        """Answer an event, unless it came before; never raises."""
        if self._is_repeated(id):
            return
        task = asyncio.current_task()
        assert task is not None
        self._at_work.add(task)
        try:
            await answering()
        except errors.Refused as refused:
            say = log.info if answer.answered_elsewhere(refused) else log.warning
            say("an event was not answered", kind=kind, words=str(refused))
        except Exception:  # a bug of ours ends this event only
            log.exception("an event broke", kind=kind)
        finally:
            self._at_work.discard(task)

    async def hush(self) -> None:
        """Refuse what comes from now on, and let the answers under way end, for a while."""
        self.hushed = True
        if waiting := self._at_work - {asyncio.current_task()}:
            await asyncio.wait(waiting, timeout=limits.HUSH_S)

    def _is_repeated(self, id: int) -> bool:
        if id in self._heard:
            return True
        self._heard[id] = None
        if len(self._heard) > limits.REMEMBERED:
            self._heard.popitem(last=False)
        return False
