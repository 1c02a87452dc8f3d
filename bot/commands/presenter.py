"""The presenter: what the engine tells of a job, as Replies on the job's own platform."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot import errors, jobs, money, ports, replies
from bot.commands import cards
from bot.commands.openings import Openings

ENDS = frozenset({"done", "failed"})
LONG_S = 60.0  # an edit does not notify: whoever waited longer than this is told by a message of its own


class Presenter:
    """Implements `ports.Delivery`.

    A job's message is edited while it is known and can be, else a new one is posted and remembered. `result`, `failed`
    and `late` raise Undelivered when neither went; the others never raise. A job its member no longer wants to see is
    kept quiet. Nothing is said of a job before its first message, where that is on its way.
    """

    def __init__(
        self,
        platforms: Mapping[str, ports.Platform],
        *,
        clock: ports.Clock,
        openings: Openings | None = None,
        store: ports.Store | None = None,
    ) -> None:
        self._platforms = platforms  # by name; filled by the composition root
        self._clock = clock
        self._openings = openings or Openings()
        self._store = store  # where messages posted here are remembered; None: in this process only
        self._posted: dict[str, str] = {}  # job → its message, for jobs whose row was read before it was known

    async def running(self, job: jobs.Job, *, ready_at: datetime | None) -> None:
        """Started, or progressed."""
        await self._try(job, cards.running(job, ready_at=ready_at, now=self._clock.now()))

    async def busy(self, job: jobs.Job, *, retry_at: datetime, crowded: bool) -> None:
        """The provider is crowded or out of reach; tried again then."""
        await self._try(job, cards.busy(job, retry_at=retry_at, crowded=crowded))

    async def result(self, job: jobs.Job, outputs: Sequence[jobs.Output], receipt: money.Receipt) -> None:
        """Post the result with its receipt."""
        took_s = (self._clock.now() - job.created_at).total_seconds()
        await self._tell(job, cards.result(job, outputs, receipt, took_s=took_s), took_s=took_s)

    async def failed(self, job: jobs.Job, receipt: money.Receipt) -> None:
        """Say why it failed and that nothing was charged."""
        took_s = (self._clock.now() - job.created_at).total_seconds()
        await self._tell(job, cards.failed(job, receipt), took_s=took_s)

    async def late(self, job: jobs.Job, outputs: Sequence[jobs.Output]) -> None:
        """Post a late result, free, as a message of its own: its old one said that it failed."""
        if job.hidden_at is None:
            await self._platform(job).post(job.place, cards.late(job, outputs), language=job.language)

    async def _try(self, job: jobs.Job, reply: replies.Reply) -> None:
        with contextlib.suppress(errors.Undelivered):
            await self._show(job, reply)

    async def _tell(self, job: jobs.Job, reply: replies.Reply, *, took_s: float) -> None:
        edited = await self._show(job, reply)
        if edited is not None and took_s > LONG_S:
            with contextlib.suppress(errors.Undelivered):
                await self._platform(job).post(job.place, cards.ping(job, edited), language=job.language)
        self._posted.pop(job.id, None)

    async def _show(self, job: jobs.Job, reply: replies.Reply) -> str | None:
        """Edit or post; the message that was edited, None when a new one was posted or nothing is to be shown."""
        if job.hidden_at is not None:
            return None
        platform = self._platform(job)
        if message := await self._message(job):
            try:
                await platform.edit(job.place, message, reply, language=job.language)
                return message
            except errors.Gone:
                self._posted.pop(job.id, None)
        fresh = replace(reply, mention=reply.kind in ENDS)
        posted = await platform.post(job.place, fresh, language=job.language)
        if posted is not None:
            self._posted[job.id] = posted
            await self._remember(job, posted)
        return None

    async def _message(self, job: jobs.Job) -> str | None:
        first = await self._openings.message(job.place.platform, job.key)
        if first is not None:
            self._posted[job.id] = first
        return self._posted.get(job.id) or job.message

    async def _remember(self, job: jobs.Job, message: str) -> None:
        if self._store is None:
            return
        with contextlib.suppress(errors.StorageFault):  # it is shown; after a restart it is posted once more at worst
            async with self._store.transaction() as rows:
                await rows.jobs.note(job.id, message=message)

    def _platform(self, job: jobs.Job) -> ports.Platform:
        if (platform := self._platforms.get(job.place.platform)) is None:
            raise errors.Undelivered(f"{job.place.platform} is not connected")
        return platform
