"""The server's own time, which a test can move forward, and the ids made from it."""

from datetime import UTC, datetime, timedelta

EPOCH_MS = 1_420_070_400_000  # 2015-01-01, where Discord's snowflakes begin


class Clock:
    """UTC, as far ahead of the machine's as it was advanced."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._last = 0

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += timedelta(seconds=seconds)

    def snowflake(self) -> int:
        """A new id, larger than every one before."""
        made = (int(self.now().timestamp() * 1000) - EPOCH_MS) << 22
        self._last = max(made, self._last + 1)
        return self._last
