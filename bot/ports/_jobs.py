"""Rows of jobs, calls, outputs and drafts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot import jobs
from bot.requests import AccountId


class Jobs(Protocol):
    """Job, call, output and draft rows."""

    async def add(self, job: jobs.Job) -> None:
        """A new row; its request key is unique per platform."""

    async def by_key(self, platform: str, key: str) -> jobs.Job | None:
        """The job that an event with this key already made."""

    async def get(self, id: str) -> jobs.Job | None:
        """One job."""

    async def move(self, id: str, *states: jobs.JobState, to: jobs.JobState, **changes: object) -> jobs.Job | None:
        """Compare-and-set: to `to` with `changes` when it is in one of `states`; the job as it is then, else None."""

    async def note(self, id: str, **changes: object) -> jobs.Job | None:
        """Set columns that are no state: progress, message, hidden_at, late_at, told_at, watch_until; the job then."""

    async def follow(self, platform: str, old: str, new: str) -> None:
        """Jobs asked for in a community go where it went: their answers are posted anew, in its new channel."""

    async def unfinished(self) -> Sequence[jobs.Job]:
        """All jobs that have not ended, oldest first."""

    async def watched(self, now: datetime) -> Sequence[jobs.Job]:
        """Ended jobs of which a late result is still awaited."""

    async def untold(self) -> Sequence[jobs.Job]:
        """Failed jobs whose member has not been told yet."""

    async def of(self, *accounts: AccountId, limit: int) -> Sequence[jobs.Job]:
        """The jobs of these accounts, newest first."""

    async def recent(self, *, state: jobs.JobState | None, limit: int) -> Sequence[jobs.Job]:
        """Everyone's jobs, newest first."""

    async def calls(self, job: str) -> Sequence[jobs.Call]:
        """A job's calls by step and attempt."""

    async def submitting(self) -> Sequence[jobs.Call]:
        """Calls whose answer is not recorded."""

    async def add_call(self, call: jobs.Call) -> None:
        """A new call."""

    async def move_call(
        self, call: jobs.Call, *states: jobs.CallState, to: jobs.CallState, **changes: object
    ) -> jobs.Call | None:
        """Compare-and-set on a call; the call as it is then, else None."""

    async def note_call(self, call: jobs.Call, answer: jobs.Answer) -> bool:
        """Keep what the call's provider told us, whatever its state; False when it had told us before."""

    async def outputs(self, job: str) -> Sequence[jobs.Output]:
        """A job's outputs by step and index."""

    async def add_output(self, output: jobs.Output) -> None:
        """A new output; the same one twice is one."""

    async def mark_delivered(self, output: jobs.Output, at: datetime) -> None:
        """It was posted."""

    async def typical_s(self, model: str) -> float | None:
        """The median seconds of the model's last successful calls; None without any."""

    async def add_draft(self, draft: jobs.Draft) -> bool:
        """A question; False when its id is taken."""

    async def draft(self, id: str) -> jobs.Draft | None:
        """One question."""

    async def consume_draft(self, id: str, *, job: str) -> bool:
        """Compare-and-set from open to answered; says whether it was open."""

    async def dismiss_draft(self, id: str) -> bool:
        """Compare-and-set from open to dismissed; says whether it was open."""
