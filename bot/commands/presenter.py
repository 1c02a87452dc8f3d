"""The presenter: what the engine tells of a job, as Replies on the job's own platform."""

import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot import errors, jobs, money, ports, replies
from bot.commands import cards


class Presenter:
    """Implements `ports.Delivery`.

    A job's message is edited while it is known and can be, else a new one is posted. `result`, `failed` and `late`
    raise Undelivered when neither went; the others never raise. A job its member no longer wants to see is kept quiet.
    """

    def __init__(self, platforms: Mapping[str, ports.Platform], *, clock: ports.Clock) -> None:
        self._platforms = platforms  # by name; filled by the composition root
        self._clock = clock
        self._posted: dict[str, str] = {}  # job → message posted here because the job's own was not known

    async def running(self, job: jobs.Job, *, ready_at: datetime | None) -> None:
        """Started, or progressed."""
        await self._try(job, cards.running(job, ready_at=ready_at))

    async def busy(self, job: jobs.Job, *, retry_at: datetime, crowded: bool) -> None:
        """The provider is crowded or out of reach; tried again then."""
        await self._try(job, cards.busy(job, retry_at=retry_at, crowded=crowded))

    async def result(self, job: jobs.Job, outputs: Sequence[jobs.Output], receipt: money.Receipt) -> None:
        """Post the result with its receipt."""
        took_s = (self._clock.now() - job.created_at).total_seconds()
        await self._tell(job, cards.result(job, outputs, receipt, took_s=took_s))

    async def failed(self, job: jobs.Job, receipt: money.Receipt) -> None:
        """Say why it failed and that nothing was charged."""
        await self._tell(job, cards.failed(job, receipt))

    async def late(self, job: jobs.Job, outputs: Sequence[jobs.Output]) -> None:
        """Post a late result, free, as a message of its own: its old one said that it failed."""
        if job.hidden_at is None:
            await self._platform(job).post(job.place, cards.late(job, outputs), language=job.language)

    async def _try(self, job: jobs.Job, reply: replies.Reply) -> None:
        with contextlib.suppress(errors.Undelivered):
            await self._show(job, reply)

    async def _tell(self, job: jobs.Job, reply: replies.Reply) -> None:
        await self._show(job, reply)
        self._posted.pop(job.id, None)

    async def _show(self, job: jobs.Job, reply: replies.Reply) -> None:
        if job.hidden_at is not None:
            return
        platform = self._platform(job)
        if message := job.message or self._posted.get(job.id):
            with contextlib.suppress(errors.Undelivered):
                await platform.edit(job.place, message, reply, language=job.language)
                return
        posted = await platform.post(job.place, reply, language=job.language)
        if posted is not None:
            self._posted[job.id] = posted

    def _platform(self, job: jobs.Job) -> ports.Platform:
        if (platform := self._platforms.get(job.place.platform)) is None:
            raise errors.Undelivered(f"{job.place.platform} is not connected")
        return platform
