"""Delivering: posting what came of a job with patience, and booking it in the same breath."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot import errors, jobs, money
from bot.credits import settlement
from bot.engine import limits, wiring
from bot.engine.means import Return, means_of, terms_of
from bot.engine.unbroken import Unbroken
from bot.engine.world import Gates, World

log = structlog.get_logger(__name__)
Deed = Callable[[], Awaitable[None]]


class Deliverer:
    """Posts ends of jobs, a bounded number at once per platform.

    `book` records that it was posted. It is repeated until the storage takes it, and a stop waits for it: what was
    posted and not booked would be posted again.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._gates = Gates(world.limits.deliveries)
        self._unbroken = Unbroken()

    async def result(self, job: jobs.Job, *, book: Deed) -> bool:
        """Post the result with the receipt that will be booked; False when every rung broke."""
        return await self._climb(job, lambda: self._post_result(job), book=book)

    async def failed(self, job: jobs.Job, *, book: Deed) -> bool:
        """Say why it failed and that nothing was charged; False when every rung broke."""
        return await self._climb(job, lambda: self._post_failure(job), book=book)

    async def late(self, job: jobs.Job, outputs: Sequence[jobs.Output], *, book: Deed) -> bool:
        """Post what came after all; False when every rung broke."""
        return await self._climb(job, lambda: self._tell(self._world.delivery.late(job, outputs)), book=book)

    async def settle(self, timeout_s: float) -> None:
        """Let the posts that are on the line end, and be booked."""
        await self._unbroken.settle(timeout_s)

    async def _climb(self, job: jobs.Job, post: Deed, *, book: Deed) -> bool:
        for tries in range(1, limits.DELIVERY_TRIES + 1):
            try:
                async with self._gates.of(job.place.platform):
                    await self._unbroken.run(self._post(post, book=book))
            except errors.Undelivered as error:
                log.warning("not delivered yet", job=job.id, words=str(error), tries=tries)
                if error.closed:
                    break
                await self._world.pause(max(limits.backoff_s(tries), error.retry_after_s or 0.0))
            else:
                return True
        log.error("left to /jobs: its platform does not take it", job=job.id)
        return False

    async def _post(self, post: Deed, *, book: Deed) -> None:
        await post()
        await self._world.surely(book)

    async def _tell(self, telling: Awaitable[None]) -> None:
        """Bounded, and a file that can't be read is no reason to try for ever. Raises Undelivered."""
        try:
            async with asyncio.timeout(limits.POST_S):
                await telling
        except TimeoutError:
            raise errors.Undelivered(f"no answer from the platform for {limits.POST_S:.0f} s") from None
        except errors.StorageFault as error:
            raise errors.Undelivered(str(error)) from error

    async def _post_result(self, job: jobs.Job) -> None:
        async with self._world.store.reading() as rows:
            outputs = await rows.jobs.outputs(job.id)
        receipt = await self._receipt(job, used=job.charge or 0)
        await self._tell(self._world.delivery.result(job, wiring.shown(job.request, outputs), receipt))

    async def _post_failure(self, job: jobs.Job) -> None:
        receipt = await self._receipt(job, used=0)
        await self._tell(self._world.delivery.failed(job, receipt))

    async def _receipt(self, job: jobs.Job, *, used: int) -> money.Receipt:
        """What the ledger will say, or says where the job is settled."""
        async with self._world.store.reading() as rows:
            legs = await rows.ledger.legs(job.id)
            back = () if job.state.ended else tuple(settlement.returned(legs, used=used))
            after = Return(job=job, legs=back)
            terms = await terms_of(self._world, rows, job)
            means = await means_of(rows, terms, now=self._world.clock.now(), after=after)
        return settlement.receipt(price=job.price, used=used, legs=legs, means=means)
