"""How long it is likely to take: what a model usually needs, and what must end before a job may begin."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import catalogue, jobs, ports
from bot.engine.limits import Limits
from bot.engine.means import Terms
from bot.engine.seats import CLIPS, Caps
from bot.jobs import JobState
from bot.ports import Queued


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What is known before a job waits."""

    typical_s: float  # seconds that such a job usually takes
    own_s: tuple[float, ...] = ()  # seconds that the member's running jobs are likely to take still, the soonest first
    own_at_once: int = 1  # how many such jobs a member runs at once
    all_at_once: int | None = None  # how many jobs everybody there runs at once; None: no limit

    def queued(self, place: Queued | None, *, limits: Limits, now: datetime) -> Queued:
        """Where a job stands, and when it is likely to be ready; `place` is None for one that begins at once."""
        if place is None:
            return Queued(place=0, ready_at=now + timedelta(seconds=self.typical_s))
        held_s = max(self._own_wait_s(place.own), self._here_wait_s(place.here))
        wait_s = held_s or self.typical_s * place.place / limits.running
        return replace(place, ready_at=now + timedelta(seconds=wait_s + self.typical_s))

    def _own_wait_s(self, own: int) -> float:
        """Until so many of the member's own have ended: those that run, then whole rounds of such jobs."""
        if not own:
            return 0.0
        running = self.own_s or (self.typical_s,)
        first_s = running[min(own, len(running)) - 1]
        return first_s + self.typical_s * ((own - 1) // self.own_at_once)

    def _here_wait_s(self, here: int) -> float:
        """Until so many of everybody's have ended, in whole rounds of such jobs: what others run is not looked at."""
        if not here or self.all_at_once is None:
            return 0.0
        return self.typical_s * (1 + (here - 1) // self.all_at_once)


async def typical_s(rows: ports.Transaction, model: str) -> float:
    """The seconds that a model's jobs usually take: by history, else as the catalogue says; 0 where nobody knows."""
    known = catalogue.MODELS.get(model)  # it may have left since
    return await rows.jobs.typical_s(model) or (known.typical_s if known else 0.0)


async def ready_at(rows: ports.Transaction, job: jobs.Job) -> datetime | None:
    """When a job that runs is likely to be ready, reckoned from its start; None where nobody knows."""
    usual_s = await typical_s(rows, job.request.model)
    return job.started_at + timedelta(seconds=usual_s) if job.started_at and usual_s else None


async def outlook(
    rows: ports.Transaction, job: jobs.Job, *, now: datetime, terms: Terms, held_back: bool, limits: Limits
) -> Outlook:
    """What is known of a job that is about to wait; `held_back`: its member runs as many as they may."""
    caps = Caps.of(terms.rules, pool=job.pool)
    theirs = [limits.member_running, caps.member, caps.clips if job.request.kind in CLIPS else None]
    known = Outlook(
        typical_s=await typical_s(rows, job.request.model),
        own_at_once=min(cap for cap in theirs if cap is not None),
        all_at_once=caps.everybody,
    )
    return replace(known, own_s=await _own_s(rows, job, now=now, terms=terms, limits=limits)) if held_back else known


async def _own_s(
    rows: ports.Transaction, job: jobs.Job, *, now: datetime, terms: Terms, limits: Limits
) -> tuple[float, ...]:
    theirs = await rows.jobs.of(*terms.everybody, limit=limits.member_running + limits.member_waiting)
    running = [one for one in theirs if one.state is JobState.RUNNING and one.pool == job.pool]
    ends = [await ready_at(rows, one) for one in running]
    return tuple(sorted(max(0.0, (end - now).total_seconds()) for end in ends if end is not None))
