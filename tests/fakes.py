"""Stand-ins for the parts of the world that a test must command."""

import asyncio
from datetime import datetime, timedelta

from tests.factories import NOON


class SetClock:
    """A ports.Clock that stands still until it is advanced, or somebody sleeps."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now

    def now(self) -> datetime:
        """The moment it is set to."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Let that much time pass at once."""
        self._now += timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        """Let the time pass without waiting; others get their turn."""
        self.advance(seconds)
        await asyncio.sleep(0)
