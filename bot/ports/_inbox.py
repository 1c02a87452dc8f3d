"""Rows of what platforms sent."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What a platform sent, kept until it is answered: it must survive a kill."""

    platform: str
    key: str  # the platform's own id of it, the same when it comes twice
    payload: str = field(repr=False)  # JSON as its adapter reads it; holds members' words
    at: datetime  # when it was received


class Inbox(Protocol):
    """Events that were received and not answered yet."""

    async def add(self, events: Sequence[Event]) -> None:
        """Keep those that are not known yet."""

    async def waiting(self, platform: str, *, keys: Sequence[str] | None = None) -> Sequence[Event]:
        """Those that are not done, oldest first; of these keys only, or all."""

    async def done(self, platform: str, key: str, at: datetime) -> None:
        """It was answered: its payload is emptied, its key stays known for a while."""

    async def sweep(self, before: datetime) -> None:
        """Forget what was done before then."""
