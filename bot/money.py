"""Money: credits are integers; a transfer moves them between two accounts, once."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.requests import AccountId

ISSUER = AccountId("issuer")  # where credits come from: the only account that may go below zero
HELD = AccountId("held")  # set aside for jobs that run
SPENT = AccountId("spent")  # used by jobs that delivered
HOUSE = AccountId("house")  # the operator's pool, for direct messages and the console
POOL_PREFIX = "pool:"  # a community's pool is this and the community's id


def is_pool(account: AccountId) -> bool:
    """Whether these are shared credits: the operator's pool or a community's."""
    return account == HOUSE or account.startswith(POOL_PREFIX)


class TransferKind(StrEnum):
    """Why credits moved."""

    GRANT = "grant"  # issued by the operator
    HOLD = "hold"
    CAPTURE = "capture"
    RELEASE = "release"
    GIVE = "give"  # from a community's pool to a member, by who manages it
    TAKE = "take"  # back to the pool
    GIFT = "gift"  # from member to member
    DONATION = "donation"  # from a member to a pool
    JOIN = "join"  # from an account to the one that it became part of
    EXPIRE = "expire"  # back to the issuer: revoked by the operator, or its member was erased


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One movement of credits; its id is its idempotency key and it is never changed."""

    id: str  # job:<id>:hold:<leg>, grant:<id>, …
    debit: AccountId
    credit: AccountId
    amount: int  # credits, > 0
    kind: TransferKind
    job: str | None  # None where no job is behind it
    actor: str  # an account id, or `operator`, `bot`
    reason: str  # a short code; free text is kept in the audit log
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the audit log."""

    id: int
    at: datetime
    actor: str  # an account id, `operator` or `bot`
    action: str
    subject: str
    why: str
    refused: bool = False  # whether it was tried by somebody who may not
    change: str = ""  # JSON: a list of what it was before and what it is after; "" where nothing is counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """A part of a hold and the account it is drawn from; captured in order."""

    account: AccountId
    amount: int  # credits, > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """What an allowance will gain next."""

    amount: int  # credits, > 0
    at: datetime
    opens: bool = False  # whether it opens only then: the member is new to the community


@dataclass(frozen=True, slots=True, kw_only=True)
class Brake:
    """A budget of a pool for a while: what it still allows."""

    period: str  # day or month
    limit: int  # credits
    left: int  # credits, >= 0
    until: datetime  # when the next period begins


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What an account may spend right now."""

    own: int  # its own credits
    allowance: int  # what it may still draw from the pool today, never more than the pool has
    pool: AccountId = HOUSE
    per_request: int | None = None  # credits that the pool ever pays for one request; None: as many as it costs
    in_pool: int | None = None  # credits left in the pool for everybody; None where there is none to draw on
    coming: Coming | None = None  # None: nothing, as far as anybody knows
    brake: Brake | None = None  # the pool's tightest budget; None: it has none
    right: int = 0  # what the allowance alone would let it draw today, whatever the pool has or may spend
    community: str = ""  # whose pool it is, by its title; "" for the operator's

    @property
    def total(self) -> int:
        """Credits that may be spent in all."""
        return self.own + self.allowance

    @property
    def from_pool(self) -> int:
        """Credits that the pool would pay for one request."""
        return self.allowance if self.per_request is None else min(self.allowance, self.per_request)

    @property
    def most(self) -> int:
        """Credits that one request may cost."""
        return self.own + self.from_pool


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Who pays an amount, and how much of it."""

    pool: int = 0  # shared credits
    own: int = 0  # the member's own credits
    community: str = ""  # whose the shared credits are, by its title; "" for the operator's

    @property
    def total(self) -> int:
        """The amount."""
        return self.pool + self.own


@dataclass(frozen=True, slots=True, kw_only=True)
class Instead:
    """A member's own credits would pay what shared ones pay at other times: their budget is used."""

    period: str  # day or month
    limit: int  # credits of the budget
    until: datetime  # when the next period begins
    community: str = ""  # whose pool it is, by its title; "" for the operator's


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a job cost and what is left; what the ledger will say, or says."""

    held: int  # set aside at the start
    used: int  # captured
    left: int  # what the member may spend afterwards
    from_pool: int = 0  # the part of `used` that the pool paid
    community: str = ""  # whose pool that was, by its title; "" for the operator's, and where none paid

    @property
    def parts(self) -> Parts:
        """Who paid what was used."""
        return Parts(pool=self.from_pool, own=self.used - self.from_pool, community=self.community)

    @property
    def returned(self) -> int:
        """Credits given back."""
        return self.held - self.used


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """An account at a glance."""

    means: Means
    held: int  # set aside for running jobs
    spent: int  # used so far
    spent_by_kind: tuple[tuple[str, int], ...]  # the last seven days, most first


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageDay:
    """What one day used: a column of the usage card."""

    day: date  # in the time zone of whose days are counted
    by_kind: tuple[tuple[str, int], ...] = ()  # kind and the credits that its jobs used, > 0
    returned: int = 0  # credits that were set aside for jobs of this day and given back

    @property
    def used(self) -> int:
        """Credits that the day used, over all kinds."""
        return sum(credits for _, credits in self.by_kind)
