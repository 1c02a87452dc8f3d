"""The real clock."""

import asyncio
from datetime import UTC, datetime


class SystemClock:
    """The ports.Clock of a running bot."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait that long."""
        await asyncio.sleep(seconds)
