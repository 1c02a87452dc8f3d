"""Changes: a counter that grows with everything a person could notice, and a way to wait for it."""

import asyncio


class Changes:
    """How often anything changed."""

    def __init__(self) -> None:
        self.count = 0
        self._next = asyncio.Event()

    def note(self) -> None:
        self.count += 1
        self._next.set()
        self._next = asyncio.Event()

    async def past(self, count: int, timeout_s: float) -> int:
        """Wait until there are more than so many, or the time is over; gives the count then."""
        try:
            async with asyncio.timeout(timeout_s):
                while self.count <= count:
                    await self._next.wait()
        except TimeoutError:
            pass
        return self.count
