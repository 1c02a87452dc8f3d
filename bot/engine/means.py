"""What an account may spend, read inside a transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot import errors, jobs, money, ports
from bot.credits import allowance
from bot.engine.world import World
from bot.requests import AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """What goes back when a job is settled, reckoned before it is booked."""

    job: jobs.Job
    legs: Sequence[money.Leg]

    def to(self, account: AccountId) -> int:
        """Credits that this account gets."""
        return sum(leg.amount for leg in self.legs if leg.account == account)

    @property
    def to_pools(self) -> int:
        """Credits that the allowance gets back, for the day of the job."""
        return sum(leg.amount for leg in self.legs if money.is_pool(leg.account))


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms an account may spend here."""

    account: AccountId
    began: datetime  # when the account was made
    figures: allowance.Figures
    pool: AccountId = money.HOUSE
    pool_from: datetime | None = None  # before then the pool is closed to this member; None: it is open


async def terms_of(world: World, rows: ports.Transaction, job: jobs.Job) -> Terms:
    """The terms on which a job was accepted."""
    account = await rows.accounts.get(job.account)
    if account is None:
        raise errors.Fault(f"job {job.id} is of an account {job.account} that is not there")
    figures = world.figures(job.place.platform)
    return Terms(account=job.account, began=account.created_at, figures=figures, pool=job.pool, pool_from=job.pool_from)


async def means_of(rows: ports.Transaction, terms: Terms, *, now: datetime, after: Return | None = None) -> money.Means:
    """Own credits, and what may still be drawn from the pool today; now, or after something went back."""
    own = await rows.ledger.balance(terms.account) + (after.to(terms.account) if after else 0)
    if not terms.figures.saved:
        return money.Means(own=own, allowance=0)
    pool = await rows.ledger.balance(terms.pool) + (after.to(terms.pool) if after else 0)
    drawn = await _drawn(rows, terms, now=now, after=after)
    closed = terms.pool_from is not None and terms.pool_from > now
    left = 0 if closed else min(_level(terms, drawn, now.date()), pool)
    return money.Means(
        own=own,
        allowance=left,
        pool=terms.pool,
        per_request=terms.figures.most,
        in_pool=pool,
        coming=_coming(terms, drawn, left=left, pool=pool, now=now) if terms.figures.told else None,
    )


async def _drawn(rows: ports.Transaction, terms: Terms, *, now: datetime, after: Return | None) -> dict[date, int]:
    first = allowance.first_day(terms.figures, began=terms.began.date(), today=now.date())
    drawn = dict(await rows.ledger.drawn(terms.account, since=allowance.midnight(first)))
    if after and (day := after.job.created_at.date()) in drawn:  # what was drawn on a day that is past renews nothing
        drawn[day] -= after.to_pools
    return drawn


def _level(terms: Terms, drawn: dict[date, int], day: date) -> int:
    return allowance.level(terms.figures, began=terms.began.date(), today=day, drawn=drawn)


def _coming(terms: Terms, drawn: dict[date, int], *, left: int, pool: int, now: datetime) -> money.Coming | None:
    """What the next day adds, or the day on which a newcomer's allowance opens; no more than the pool has by now."""
    opens = terms.pool_from is not None and terms.pool_from > now
    at = terms.pool_from if opens and terms.pool_from else allowance.midnight(now.date() + timedelta(days=1))
    more = min(_level(terms, drawn, at.date()), pool) - left
    return money.Coming(amount=more, at=at, opens=opens) if more > 0 else None
