"""What operators' reports are made of: jobs with all that came of them, and what was left with each provider."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot import jobs
from bot.ports._providers import Balance
from bot.requests import AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A job with all that came of it."""

    job: jobs.Job
    member: AccountId  # the account that the job's is part of now, or the job's
    used: int  # credits captured
    from_pool: int  # credits of these that the pool paid
    calls: tuple[jobs.Call, ...]  # by step and attempt
    outputs: tuple[jobs.Output, ...]  # by step and index


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was left with a provider at a moment."""

    provider: str
    at: datetime
    balance: Balance


class Reports(Protocol):
    """What operators' reports are made of."""

    def records(
        self, *, since: datetime | None = None, until: datetime | None = None, pool: AccountId | None = None
    ) -> AsyncIterator[Record]:
        """Jobs asked for from `since` on and before `until`, oldest first; those that may draw on `pool`, or all."""

    async def read(self, reading: Reading) -> None:
        """Keep what was left with a provider; the last one of each day (UTC) counts."""

    async def readings(self, *, since: datetime, provider: str | None = None) -> Sequence[Reading]:
        """What was left since then, oldest first; with one provider, or with all."""
