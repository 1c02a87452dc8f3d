"""What was just looked up, kept for a moment: a keystroke asks what the one before it asked."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

_Value = TypeVar("_Value")


class Fresh(Generic[_Value]):
    """Values by key, none older than `life` and at most `most` of them."""

    def __init__(self, *, life: timedelta, most: int, now: Callable[[], datetime]) -> None:
        self._life = life
        self._most = most
        self._now = now
        self._kept: dict[str, tuple[datetime, _Value]] = {}

    async def get(self, key: str, look_up: Callable[[], Awaitable[_Value]]) -> _Value:
        """The value kept, or a new one."""
        until, *kept = self._kept.get(key, (None,))
        if until is not None and self._now() < until:
            return kept[0]
        value = await look_up()
        self._kept.pop(key, None)
        while len(self._kept) >= self._most:
            del self._kept[next(iter(self._kept))]  # the oldest
        self._kept[key] = (self._now() + self._life, value)
        return value
