"""Openings: a job's first message is on its way, and whatever else is to be said of the job waits for it."""

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

WAIT_S = 20.0  # the longest that a job's progress or result waits for its first message


@dataclass(slots=True)
class Opening:
    """The first message about what one event asked for."""

    message: str | None = None  # its id, once it is shown
    over: asyncio.Event = field(default_factory=asyncio.Event)  # it is shown, or never will be


class Openings:
    """All that are on their way in this process, by the event's platform and request key."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str], Opening] = {}

    @contextlib.contextmanager
    def begin(self, platform: str, key: str) -> Iterator[Opening]:
        """Around the answer to an event; the caller sets `message` when it is shown."""
        opening = self._open.setdefault((platform, key), Opening())
        try:
            yield opening
        finally:
            opening.over.set()
            self._open.pop((platform, key), None)

    async def message(self, platform: str, key: str) -> str | None:
        """The first message of the job that this event made, when it is shown; None when there is or will be none."""
        if (opening := self._open.get((platform, key))) is None:
            return None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WAIT_S):
                await opening.over.wait()
        return opening.message
