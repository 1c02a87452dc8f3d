"""What came along before a question: the words that complete it find it, also after a restart.

Telegram tells of a reply which message it answers, but not what that one answered. So the files' ids, which stay good,
are noted under the question.
"""

import json
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from adapters.telegram.downloads import Medium
from adapters.telegram.options import NAME
from bot import ports
from bot.media import MediaKind, MediaTrouble

PLATFORM = f"{NAME} questions"  # beside the updates, which are answered at every start
KEPT = timedelta(days=1)  # a question that nobody answers
REMEMBERED = 500  # questions


@dataclass(frozen=True, slots=True, kw_only=True)
class _Noted:
    media: tuple[Medium, ...]
    at: datetime


class Brought:
    """The media of all questions of the last day, by the message that asks."""

    def __init__(self, store: ports.Store, clock: ports.Clock) -> None:
        self._store = store
        self._clock = clock
        self._noted: OrderedDict[str, _Noted] = OrderedDict()

    async def load(self) -> None:
        """Take over what an earlier process noted. Raises StorageFault."""
        async with self._store.transaction() as rows:
            for event in await rows.inbox.waiting(PLATFORM):
                self._noted[event.key] = _Noted(media=_read(event.payload), at=event.at)
            await self._forget(rows)

    async def note(self, question: str, media: Sequence[Medium]) -> None:
        """They belong to this question. Raises StorageFault; this process knows it all the same."""
        now = self._clock.now()
        self._noted[question] = _Noted(media=tuple(media), at=now)
        payload = json.dumps([asdict(medium) for medium in media])
        async with self._store.transaction() as rows:
            await rows.inbox.add([ports.Event(platform=PLATFORM, key=question, payload=payload, at=now)])
            await self._forget(rows)

    def of(self, question: str) -> tuple[Medium, ...]:
        """What came along before it; nothing where it is no question, or an old one."""
        noted = self._noted.get(question)
        return noted.media if noted is not None else ()

    async def _forget(self, rows: ports.Transaction) -> None:
        now = self._clock.now()
        for question in list(self._over(now)):
            del self._noted[question]
            await rows.inbox.done(PLATFORM, question, now)

    def _over(self, now: datetime) -> Iterator[str]:
        """The oldest ones, of which there are too many or whose day is over."""
        many = len(self._noted) - REMEMBERED
        return (q for n, (q, noted) in enumerate(self._noted.items()) if n < many or noted.at < now - KEPT)


def _read(payload: str) -> tuple[Medium, ...]:
    """What `note` wrote."""
    return tuple(
        Medium(
            kind=MediaKind(one["kind"]),
            file_id=one["file_id"],
            name=one["name"],
            size_bytes=one["size_bytes"],
            trouble=MediaTrouble(one["trouble"]) if one["trouble"] else None,
        )
        for one in json.loads(payload)
    )
