"""What was received: kept in the inbox before Telegram is told so, marked when it was answered."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.telegram.options import NAME
from bot import ports


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One update, as it came."""

    key: str
    payload: str

    @property
    def fields(self) -> dict[str, Any]:
        """As Telegram wrote it. Raises ValueError for what is no JSON object."""
        read = json.loads(self.payload)
        if not isinstance(read, dict):
            raise ValueError("an update is an object")
        return read


def key_of(update: Mapping[str, Any]) -> str:
    """An update's own id, the same when it comes twice. Raises ValueError for what is no update."""
    number = update.get("update_id")
    if not isinstance(number, int) or isinstance(number, bool):
        raise ValueError("an update has a number")
    return f"update:{number}"


class Inbox:
    """One bot's part of the inbox."""

    def __init__(self, store: ports.Store, clock: ports.Clock) -> None:
        self._store = store
        self._clock = clock
        self._taken: set[str] = set()  # keys at work in this process

    async def record(self, updates: Sequence[Mapping[str, Any]]) -> list[Received]:
        """Keep a batch in one transaction; what of it waits and is not at work yet. Raises StorageFault, ValueError.

        What was answered before is not among it, so that an update which comes twice does a thing once. Only this
        batch is read: with many updates at work, reading all that waits at every poll would leave no time for them.
        """
        now = self._clock.now()
        events = [
            ports.Event(platform=NAME, key=key_of(u), payload=json.dumps(u, ensure_ascii=True), at=now) for u in updates
        ]
        async with self._store.transaction(awaited=True) as rows:
            await rows.inbox.add(events)
            waiting = await rows.inbox.waiting(NAME, keys=[event.key for event in events])
        return self._take(waiting)

    async def waiting(self) -> list[Received]:
        """What an earlier process left. Raises StorageFault."""
        async with self._store.reading() as rows:
            return self._take(await rows.inbox.waiting(NAME))

    async def done(self, keys: Sequence[str]) -> None:
        """They were answered. Raises StorageFault; then they are answered again after the next start."""
        now = self._clock.now()
        async with self._store.transaction() as rows:
            for key in keys:
                await rows.inbox.done(NAME, key, now)
        self._taken.difference_update(keys)

    def _take(self, events: Sequence[ports.Event]) -> list[Received]:
        fresh = [Received(key=e.key, payload=e.payload) for e in events if e.key not in self._taken]
        self._taken.update(each.key for each in fresh)
        return fresh
