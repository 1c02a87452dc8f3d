"""The presenter: what the engine tells of a job, as Replies on the job's own platform."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from weakref import WeakValueDictionary

import structlog

from bot import errors, jobs, money, ports, replies, requests
from bot.commands import cards, notices, texts, written
from bot.commands.openings import Openings
from bot.engine import unbroken

ENDS = frozenset({"done", "failed"})
STILL_S = 20.0  # the longest that an answer to a cancellation waits for what is just being said
ELSEWHERE_S = 20.0  # the longest that it may take to say something in another place
LONG_S = 60.0  # an edit does not notify: whoever waited longer than this is told by a message of its own

log = structlog.get_logger(__name__)


class Presenter:
    """Implements `ports.Delivery`.

    A job's message is edited while it is known or found and can be, else a new one is posted and remembered. `result`,
    `failed` and `late` raise Undelivered when neither went; the others never raise. A job its member no longer wants to
    see is kept quiet. Nothing is said of a job before its first message, where that is on its way, and one thing is
    said after another.
    """

    def __init__(
        self,
        platforms: Mapping[str, ports.Platform],
        *,
        clock: ports.Clock,
        openings: Openings | None = None,
        store: ports.Store | None = None,
        words: Callable[[str], Awaitable[str]] | None = None,
    ) -> None:
        self._platforms = platforms  # by name; filled by the composition root
        self._clock = clock
        self._openings = openings or Openings()
        self._store = store  # where messages posted here are remembered; None: in this process only
        self._words = words  # reads a kept text; None: texts are shown as files
        self._posted: dict[str, str] = {}  # job → its message, for jobs whose row was read before it was known
        self._said = unbroken.Unbroken()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()  # job → held while it is told of

    async def running(self, job: jobs.Job, *, ready_at: datetime | None) -> None:
        """Started, or progressed."""
        await self._try(job, cards.running(job, ready_at=ready_at, now=self._clock.now()))

    async def writing(self, job: jobs.Job, words: str) -> None:
        """As much of an answer as is written."""
        await self._try(job, written.growing(job, words))

    async def busy(self, job: jobs.Job, *, retry_at: datetime, crowded: bool) -> None:
        """The provider is crowded or out of reach; tried again then."""
        await self._try(job, cards.busy(job, retry_at=retry_at, crowded=crowded))

    async def result(self, job: jobs.Job, outputs: Sequence[jobs.Output], receipt: money.Receipt) -> None:
        """Post the result with its receipt."""
        took_s = (self._clock.now() - job.created_at).total_seconds()
        prose = await self._prose(job, outputs)
        await self._tell(job, cards.result(job, outputs, receipt, took_s=took_s, prose=prose), took_s=took_s)

    async def failed(self, job: jobs.Job, receipt: money.Receipt) -> None:
        """Say why it failed and that nothing was charged."""
        took_s = (self._clock.now() - job.created_at).total_seconds()
        await self._tell(job, cards.failed(job, receipt), took_s=took_s)

    async def late(self, job: jobs.Job, outputs: Sequence[jobs.Output]) -> None:
        """Post a late result, free, as a message of its own: its old one said that it failed."""
        if job.hidden_at is None:
            reply = cards.late(job, outputs, prose=await self._prose(job, outputs))
            await self._platform(job.place).post(job.place, reply, language=job.language)

    async def reached(self, reached: ports.Reached, place: requests.Place) -> None:
        """Tell a community's owner of its budget, in the language that is spoken there."""
        language = texts.spoken(reached.community.language)
        await self._platform(place).post(place, notices.card(reached), language=language)

    async def elsewhere(self, told: replies.Elsewhere) -> None:
        """Say something in another place, where that goes: it is no answer that anybody waits for. Never raises."""
        platform = self._platforms.get(told.place.platform)
        if platform is None:
            return
        try:
            async with asyncio.timeout(ELSEWHERE_S):
                await platform.post(told.place, told.reply, language=told.language)
        except (errors.AtelierError, TimeoutError) as error:
            log.warning("nobody could be told elsewhere", platform=told.place.platform, words=str(error))

    async def still(self, id: str) -> None:
        """The job was cancelled: what is just being said of it is said, and nothing comes after that."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STILL_S), self._turn(id):
                pass

    async def cancelled(self, id: str, reply: replies.Reply, *, shown: str | None) -> None:
        """Let the job's own message say so too, where `shown`, which answered the member, is another one."""
        with contextlib.suppress(errors.Gone, errors.Undelivered, errors.StorageFault):
            async with self._turn(id):
                if (job := await self._read(id)) is not None:
                    await self._opened(job)
                    message = await self._message(job)
                    if message is not None and message != shown:
                        await self._platform(job.place).edit(job.place, message, reply, language=job.language)
        self._posted.pop(id, None)

    async def _prose(self, job: jobs.Job, outputs: Sequence[jobs.Output]) -> replies.Prose | None:
        """The words of a text; None for what is no text. Raises StorageFault."""
        return await written.prose(job, outputs, read=self._words) if self._words else None

    async def _try(self, job: jobs.Job, reply: replies.Reply) -> None:
        """It is said to its end, though the job be cancelled in the middle of it: what comes after that waits."""

        async def say() -> None:
            with contextlib.suppress(errors.Undelivered):
                await self._show(job, reply)

        await self._said.run(say())

    async def _tell(self, job: jobs.Job, reply: replies.Reply, *, took_s: float) -> None:
        edited = await self._show(job, reply)
        if edited is not None and took_s > LONG_S:
            with contextlib.suppress(errors.Undelivered):
                await self._platform(job.place).post(job.place, cards.ping(job, edited), language=job.language)
        self._posted.pop(job.id, None)

    async def _show(self, job: jobs.Job, reply: replies.Reply) -> str | None:
        """Edit or post; the message that was edited, None when a new one was posted or nothing is to be shown."""
        async with self._turn(job.id):
            await self._opened(job)
            now = await self._now(job)
            if now.hidden_at is not None or now.state is jobs.JobState.CANCELLED:
                return None
            return await self._shown(replace(job, message=now.message), reply)

    async def _shown(self, job: jobs.Job, reply: replies.Reply) -> str | None:
        platform = self._platform(job.place)
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

    async def _opened(self, job: jobs.Job) -> None:
        """Wait for the job's first message, where that is on its way."""
        first = await self._openings.message(job.place.platform, job.key)
        if first is not None:
            self._posted[job.id] = first

    async def _now(self, job: jobs.Job) -> jobs.Job:
        """What its row says now: it may have been cancelled since it was read, or have got its message."""
        with contextlib.suppress(errors.StorageFault):
            return await self._read(job.id) or job
        return job

    async def _message(self, job: jobs.Job) -> str | None:
        return self._posted.get(job.id) or job.message or await self._found(job)

    async def _found(self, job: jobs.Job) -> str | None:
        """What a process that was killed could not remember any more."""
        found = await self._platform(job.place).find(job.place, job.id, since=job.created_at)
        if found is not None:
            self._posted[job.id] = found
            await self._remember(job, found)
        return found

    async def _read(self, id: str) -> jobs.Job | None:
        if self._store is None:
            return None
        async with self._store.reading() as rows:
            return await rows.jobs.get(id)

    @contextlib.asynccontextmanager
    async def _turn(self, id: str) -> AsyncIterator[None]:
        turn = self._turns.get(id) or asyncio.Lock()
        self._turns[id] = turn
        async with turn:
            yield

    async def _remember(self, job: jobs.Job, message: str) -> None:
        if self._store is None:
            return
        with contextlib.suppress(errors.StorageFault):  # it is shown; after a restart it is posted once more at worst
            async with self._store.transaction() as rows:
                await rows.jobs.note(job.id, message=message)

    def _platform(self, place: requests.Place) -> ports.Platform:
        if (platform := self._platforms.get(place.platform)) is None:
            raise errors.Undelivered(f"{place.platform} is not connected")
        return platform
