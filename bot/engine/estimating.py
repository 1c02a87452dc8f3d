"""How long it is likely to take: what a model usually needs, and what must end before a job may begin."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import catalogue, jobs, ports
from bot.engine.limits import Limits
from bot.jobs import JobState
from bot.ports import Queued


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What is known before a job waits."""

    typical_s: float  # seconds that such a job usually takes
    own_s: tuple[float, ...] = ()  # seconds that the member's running jobs are likely to take still, the soonest first

    def queued(self, place: Queued | None, *, limits: Limits, now: datetime) -> Queued:
        """Where a job stands, and when it is likely to be ready; `place` is None for one that begins at once."""
        if place is None:
            return Queued(place=0, ready_at=now + timedelta(seconds=self.typical_s))
        wait_s = self._own_wait_s(place.own, limits) if place.own else self.typical_s * place.place / limits.running
        return replace(place, ready_at=now + timedelta(seconds=wait_s + self.typical_s))

    def _own_wait_s(self, own: int, limits: Limits) -> float:
        """Until so many of the member's own have ended: those that run, then whole rounds of such jobs."""
        running = self.own_s or (self.typical_s,)
        first_s = running[min(own, len(running)) - 1]
        return first_s + self.typical_s * ((own - 1) // limits.member_running)


async def typical_s(rows: ports.Transaction, model: str) -> float:
    """The seconds that a model's jobs usually take: by history, else as the catalogue says; 0 where nobody knows."""
    known = catalogue.MODELS.get(model)  # it may have left since
    return await rows.jobs.typical_s(model) or (known.typical_s if known else 0.0)


async def ready_at(rows: ports.Transaction, job: jobs.Job) -> datetime | None:
    """When a job that runs is likely to be ready, reckoned from its start; None where nobody knows."""
    usual_s = await typical_s(rows, job.request.model)
    return job.started_at + timedelta(seconds=usual_s) if job.started_at and usual_s else None


async def outlook(rows: ports.Transaction, job: jobs.Job, *, now: datetime, held_back: bool, limits: Limits) -> Outlook:
    """What is known of a job that is about to wait; `held_back`: its member runs as many as they may."""
    usual_s = await typical_s(rows, job.request.model)
    if not held_back:
        return Outlook(typical_s=usual_s)
    theirs = await rows.jobs.of(job.account, limit=limits.member_running + limits.member_waiting)
    ends = [await ready_at(rows, one) for one in theirs if one.state is JobState.RUNNING]
    left_s = sorted(max(0.0, (end - now).total_seconds()) for end in ends if end is not None)
    return Outlook(typical_s=usual_s, own_s=tuple(left_s))
