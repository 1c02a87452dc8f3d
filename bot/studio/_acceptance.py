"""Acceptance: a request becomes a job with its price set aside, or the question before it, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot import errors, jobs, money, ports, requests
from bot.credits import asking, draw, settlement
from bot.engine import estimating, ids
from bot.engine.dispatch import Dispatch
from bot.engine.means import Terms, means_of
from bot.engine.unbroken import Unbroken
from bot.engine.world import World
from bot.jobs import Job, JobState
from bot.studio._admission import Admission
from bot.studio._communities import Communities
from bot.studio._questions import Questions
from bot.studio._values import Accepted, Asked, Priced, Question

NEVER: Final = 0  # what a member chooses who wants to be asked about nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be accepted."""

    request: requests.Request
    asked: Asked
    confirmed: bool = False  # whether it may begin without a question
    shown: int | None = None  # credits that a button said it costs: what is dearer is asked about; None: no button
    draft: jobs.Draft | None = None  # the question that was answered with yes
    again_of: str | None = None  # the job it repeats


class Acceptance:
    """Accepts wishes, or asks."""

    def __init__(
        self,
        world: World,
        *,
        dispatch: Dispatch,
        communities: Communities,
        questions: Questions,
        ask_above: Mapping[str, int | None],
    ) -> None:
        self._world = world
        self._dispatch = dispatch
        self._communities = communities
        self._questions = questions
        self._ask_above = ask_above
        self._admission = Admission(world=world)
        self._unbroken = Unbroken()

    async def known(self, asked: Asked) -> Accepted | None:
        """The job this very event already made."""
        async with self._world.store.reading() as rows:
            job = await rows.jobs.by_key(asked.place.platform, asked.key)
            return None if job is None else await self._accepted(rows, job, asked)

    async def of(self, wish: Wish) -> Accepted | Question:
        """Not broken off with whoever asked: a job that is kept and not begun would wait for the next start."""
        return await self._unbroken.run(self._of(wish))

    def asks_from(self, asked: Asked, terms: Terms) -> int | None:
        """Credits from which on members are asked before spending, unless they chose otherwise; None: never."""
        return terms.rules.ask_above if asked.payer else self._ask_above.get(asked.place.platform) or None

    async def _of(self, wish: Wish) -> Accepted | Question:
        """Hold and job row in one transaction; a question is consumed in it, an event that came twice ends here."""
        request, asked = wish.request, wish.asked
        async with self._world.store.transaction(awaited=True) as rows:
            if (twin := await rows.jobs.by_key(asked.place.platform, asked.key)) is not None:
                return await self._accepted(rows, twin, asked)
            if self._dispatch.waiting(*asked.account.ids) >= self._world.limits.member_waiting:
                raise errors.NotNow("error.too_many_jobs", limit=self._world.limits.member_waiting)
            terms = await self._communities.terms_now(rows, asked)
            priced = _priced(wish, terms)
            await self._admission.check(rows, request, price=priced.credits, terms=terms, asked=asked)
            means = await self._means(rows, terms)
            legs = draw.legs(priced.credits, account=terms.account, means=means)  # too few is said at once
            if (question := await self._question(rows, wish, priced, legs=legs, means=means, terms=terms)) is not None:
                return question
            job = await self._new_job(rows, wish, priced, terms=terms)
            if wish.draft is not None and not await rows.jobs.consume_draft(wish.draft.id, job=job.id):
                raise errors.NotNow("error.draft_gone")
            await rows.jobs.add(job)
            await rows.ledger.hold(job.id, legs, at=job.created_at)
            await self._admission.owe_notices(rows, terms=terms, asked=asked)
            means, outlook = await self._means(rows, terms), await self._outlook(rows, job, terms)
        self._dispatch.enqueue(job, terms)
        parts = settlement.parts(legs, means=means)
        return Accepted(job=job, queued=self._queued(job, outlook), means=means, parts=parts)

    async def _question(
        self,
        rows: ports.Transaction,
        wish: Wish,
        priced: Priced,
        *,
        legs: Sequence[money.Leg],
        means: money.Means,
        terms: Terms,
    ) -> Question | None:
        """What is asked first; None where it may begin at once."""
        chosen = wish.asked.account.preferences.ask_above
        if wish.confirmed or not wish.asked.interactive or chosen == NEVER:
            return None
        parts = settlement.parts(legs, means=means)
        told = wish.draft.own if wish.draft else 0  # of their own credits, with the question that was answered
        instead = draw.instead(priced.credits, means) if parts.own > told else None
        if instead is None and not self._is_dear(wish, priced, means=means, terms=terms):
            return None
        draft = await self._questions.ask(rows, wish.request, priced, asked=wish.asked, own=parts.own)
        return Question(draft=draft, means=means, parts=parts, instead=instead)

    def _is_dear(self, wish: Wish, priced: Priced, *, means: money.Means, terms: Terms) -> bool:
        if wish.draft is not None:
            return False
        if wish.shown is not None and priced.credits > wish.shown:
            return True
        usual, chosen = self.asks_from(wish.asked, terms), wish.asked.account.preferences.ask_above
        return asking.is_dear(priced.credits, usual=usual, chosen=chosen, means=means)

    async def _new_job(self, rows: ports.Transaction, wish: Wish, priced: Priced, *, terms: Terms) -> Job:
        asked = wish.asked
        return Job(
            id=await ids.free_job_id(rows),
            account=terms.account,
            person=asked.person.name,
            place=asked.place,
            request=wish.request,
            language=asked.language,
            state=JobState.QUEUED,
            price=priced.credits,
            created_at=self._world.clock.now(),
            key=asked.key,
            again_of=wish.again_of,
            pool=terms.pool,
            pool_from=terms.pool_from,
            percent=priced.percent,
            bonus=terms.bonus,
        )

    async def _accepted(self, rows: ports.Transaction, job: Job, asked: Asked) -> Accepted:
        terms = await self._communities.terms_now(rows, asked)
        means, outlook = await self._means(rows, terms), await self._outlook(rows, job, terms)
        parts = settlement.parts(await rows.ledger.legs(job.id), means=means)
        return Accepted(job=job, queued=self._queued(job, outlook), means=means, parts=parts)

    async def _outlook(self, rows: ports.Transaction, job: Job, terms: Terms) -> estimating.Outlook:
        now, held_back = self._world.clock.now(), self._dispatch.would_wait(job, terms)
        return await estimating.outlook(rows, job, now=now, terms=terms, held_back=held_back, limits=self._world.limits)

    def _queued(self, job: Job, outlook: estimating.Outlook) -> ports.Queued:
        place = self._dispatch.place(job.id)
        return outlook.queued(place, limits=self._world.limits, now=self._world.clock.now())

    async def _means(self, rows: ports.Transaction, terms: Terms) -> money.Means:
        return await means_of(rows, terms, now=self._world.clock.now())


def _priced(wish: Wish, terms: Terms) -> Priced:
    """At the price that was asked, or as it is now."""
    if wish.draft is not None:
        return Priced(credits=wish.draft.price, percent=wish.draft.percent)
    return Priced.of(wish.request, percent=terms.rules.percent)
