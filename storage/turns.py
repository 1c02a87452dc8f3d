"""Turns: SQLite has one writer, and while a member waits for an answer that is theirs."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

IN_A_ROW = 8  # turns of those who are awaited before one of the others has its own


class Turns:
    """One at a time, in the order of asking; whoever is awaited goes before whoever is not, but not for ever."""

    def __init__(self) -> None:
        self._taken = False
        self._awaited: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()
        self._in_a_row = 0

    @asynccontextmanager
    async def turn(self, *, awaited: bool) -> AsyncIterator[None]:
        """Wait for a turn and have it; `awaited`: somebody is waiting for an answer."""
        if self._taken:
            await self._wait(self._awaited if awaited else self._others)
        self._taken = True
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, line: deque[asyncio.Future[None]]) -> None:
        mine = asyncio.get_running_loop().create_future()
        line.append(mine)
        try:
            await mine
        except BaseException:
            if mine.done() and not mine.cancelled():
                self._pass_on()  # it was given the turn in the moment in which it left
            raise

    def _pass_on(self) -> None:
        while (waiting := self._next()) is not None:
            if not waiting.done():
                waiting.set_result(None)
                return
        self._taken = False

    def _next(self) -> asyncio.Future[None] | None:
        others_due = bool(self._others) and self._in_a_row >= IN_A_ROW
        if self._awaited and not others_due:
            self._in_a_row += 1
            return self._awaited.popleft()
        self._in_a_row = 0
        return self._others.popleft() if self._others else None
