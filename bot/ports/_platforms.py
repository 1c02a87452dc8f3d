"""Platforms: how the engine tells of a job, and each platform's way out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot import jobs, money, replies, requests
from bot.ports._usage import Reached


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """Where a queued job stands."""

    place: int  # 1 is next
    ready_at: datetime | None  # an estimate; None without history
    own: int = 0  # how many of the member's own jobs must end first: they run as many as they may; 0: none
    here: int = 0  # how many of the community's jobs must end first: it runs as many as it may; 0: none


class Delivery(Protocol):
    """What the engine tells of a job; a presenter renders it and hands it to the job's platform.

    Only `result`, `failed` and `late` must succeed before the engine goes on: they raise `Undelivered` when every
    rung of the ladder broke for now. The others are best effort and never raise.
    """

    async def running(self, job: jobs.Job, *, ready_at: datetime | None) -> None:
        """Started, or progressed (`job.progress`)."""

    async def busy(self, job: jobs.Job, *, retry_at: datetime, crowded: bool) -> None:
        """The provider is crowded, or (not `crowded`) out of reach; it is tried again then."""

    async def result(self, job: jobs.Job, outputs: Sequence[jobs.Output], receipt: money.Receipt) -> None:
        """Post the result with its receipt."""

    async def failed(self, job: jobs.Job, receipt: money.Receipt) -> None:
        """Say why it failed and that nothing was charged."""

    async def late(self, job: jobs.Job, outputs: Sequence[jobs.Output]) -> None:
        """Post a result that came after its job had failed; free."""

    async def reached(self, reached: Reached, place: requests.Place) -> None:
        """Tell a community's owner how much of its budget is used. Raises Undelivered."""


class Platform(Protocol):
    """One chat platform's way out."""

    name: str

    async def post(self, place: requests.Place, reply: replies.Reply, *, language: str) -> str | None:
        """A new message, in the channel or, when that is closed, directly to who asked; its id, or None where messages
        have none. Raises Undelivered.
        """

    async def edit(self, place: requests.Place, message: str, reply: replies.Reply, *, language: str) -> None:
        """Replace a message; doing it again changes nothing. Raises Gone when a new one must be posted instead, and
        Undelivered when it may be tried again.
        """

    async def find(self, place: requests.Place, job: str, *, since: datetime) -> str | None:
        """The message that tells of this job already, where a process was killed before it could say which it is.

        None where there is none, or the platform tells nobody. Never raises.
        """
