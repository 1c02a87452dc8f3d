"""A provider in this process: takes its time on the played clock, and fails as often as providers do."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot import errors, media, ports, requests
from tests import scripted
from tests.month.turning import TurningClock

REFUSED: Final = 0.02  # of all requests: against the provider's policy
LOST: Final = 0.006  # the line breaks while sending: nobody knows whether it arrived
CROWDED: Final = 0.02  # try again later
FAILED: Final = 0.05  # of all tasks: fail after a while
SLOW: Final = 0.004  # come after everybody gave up
PARTIAL: Final = 0.3  # of several pictures: one is missing
SILENT: Final = 0.02  # of all polls: no answer

CLIP_S: Final = (60.0, 420.0)  # how long it takes
REST_S: Final = (4.0, 75.0)
SLOW_S: Final = 3_000.0


class PlayedProvider(scripted.ScriptedProvider):
    """Every task has its end decided when it is made."""

    def __init__(self, name: str, *, clock: TurningClock, chance: random.Random) -> None:
        super().__init__(name=name)
        self._clock = clock
        self._chance = chance
        self._tasks: dict[str, tuple[datetime, ports.Status]] = {}

    async def submit(self, wire: requests.Wire, *, hearing: ports.Hearing | None = None) -> ports.Submitted:
        """Take it, or refuse."""
        roll = self._chance.random()
        if roll < REFUSED:
            raise errors.Rejected(errors.Reason.CONTENT, "this is not allowed here")
        if roll < REFUSED + LOST:
            raise errors.Unknown("the line broke")
        if roll < REFUSED + LOST + CROWDED:
            raise errors.Busy("too many requests", retry_after_s=30)
        if not wire.poll_path:
            return ports.Submitted(status=self._end(wire))
        task = f"{self.name}-{len(self._tasks)}"
        self._tasks[task] = (self._clock.now() + timedelta(seconds=self._takes_s(wire)), self._end(wire))
        return ports.Submitted(task_id=task)

    async def poll(self, poll_path: str, task_id: str) -> ports.Status:
        """How far it is."""
        if self._chance.random() < SILENT:
            raise errors.Unreachable("no answer")
        ready_at, status = self._tasks[task_id]
        return status if self._clock.now() >= ready_at else scripted.running()

    def _takes_s(self, wire: requests.Wire) -> float:
        if self._chance.random() < SLOW:
            return SLOW_S
        return self._chance.uniform(*(CLIP_S if "video" in wire.poll_path else REST_S))

    def _end(self, wire: requests.Wire) -> ports.Status:
        if self._chance.random() < FAILED:
            return scripted.failed()
        count = wire.body.get("n", 1)
        count = count if isinstance(count, int) else 1
        if count > 1 and self._chance.random() < PARTIAL:
            count -= 1
        return scripted.done(*(f"http://result/{number}" for number in range(count)))


class PlayedFiles(scripted.MadeUpFiles):
    """Results of the kind that was made, which lie nowhere."""

    async def fetch(
        self, origins: Sequence[ports.Origin], *, kind: media.MediaKind, into: str
    ) -> tuple[str, media.Facts]:
        """Measured as its kind is; nothing is written."""
        seconds = 5.0 if kind in (media.MediaKind.VIDEO, media.MediaKind.AUDIO) else None
        return f"{into}.bin", scripted.PICTURE.model_copy(update={"kind": kind, "duration_s": seconds})
