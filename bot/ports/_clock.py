"""Time."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Time in UTC; tests set it."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""

    async def sleep(self, seconds: float) -> None:
        """Wait that long."""
