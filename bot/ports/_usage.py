"""What limits count: jobs that run, requests just made, credits committed, and notices that are owed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot import jobs, requests
from bot.requests import AccountId, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A community's budget was used up to a share: its owner is told once."""

    community: str
    period: str  # 2026-11 or 2026-11-21, in the community's time zone
    share: int  # percent
    at: datetime
    used: int  # credits of the budget that were used or set aside then
    budget: int
    place: requests.Place | None  # where the request came from that reached it; None: not from the community


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What a community's owner is told of its budget."""

    community: jobs.Community
    span: str  # month or day
    first: date  # the day on which that began, in the community's time zone
    share: int  # percent
    used: int  # credits, with what is set aside
    budget: int
    until: datetime  # when the next one begins
    lasts_until: date | None  # the day on which it is used up, if it goes on like this; None: not in this month or day


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What jobs of one kind, asked for within a quarter of an hour, cost when they had ended."""

    at: datetime  # when that quarter began
    kind: Kind
    used: int  # credits
    returned: int  # credits that were set aside for them and given back


class Usage(Protocol):
    """What limits count."""

    async def used(self, *accounts: AccountId, pool: AccountId | None = None, since: datetime) -> Sequence[Used]:
        """What ended jobs asked for since then cost: those of these accounts, whoever paid; or the part of a pool in
        everybody's.
        """

    async def live(self, pool: AccountId) -> Sequence[tuple[AccountId, Kind]]:
        """Whose jobs of which kind have not ended, of those that may draw on this pool."""

    async def last_asked(self, *accounts: AccountId, pool: AccountId, kind: Kind) -> datetime | None:
        """When these accounts last asked for this kind there; None: never."""

    async def pools(self, *accounts: AccountId) -> Mapping[AccountId, datetime | None]:
        """The communities' pools where these accounts asked for something, and when each was open to them the last
        time; None: at once.
        """

    async def committed(self, *, since: datetime, provider: str | None = None) -> int:
        """Credits that all jobs asked for since then cost or may cost, over everybody; of one provider, or all."""

    async def owe(self, notice: Notice) -> bool:
        """A notice to be sent; False when it is known already. Where the first knew no place, the other's is kept."""

    async def owed(self) -> Sequence[Notice]:
        """Notices that were not sent yet, oldest first."""

    async def sent(self, notice: Notice, at: datetime) -> bool:
        """Compare-and-set: it is being sent now; False when it was before."""

    async def ban(self, community: str, account: AccountId, *, by: str, why: str, at: datetime) -> None:
        """Shut a member out; again changes who, why and when."""

    async def unban(self, community: str, account: AccountId) -> bool:
        """Let a member in again; False when they were not shut out."""

    async def banned(self, community: str, *accounts: AccountId) -> str | None:
        """Why one of these accounts is shut out ("": no reason was given); None: none is."""
