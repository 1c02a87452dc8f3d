"""What an account may spend, read inside a transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import jobs, money, ports
from bot.credits import draw
from bot.requests import AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """What goes back when a job is settled, reckoned before it is booked."""

    job: jobs.Job
    legs: Sequence[money.Leg]

    def to(self, account: AccountId) -> int:
        """Credits that this account gets."""
        return sum(leg.amount for leg in self.legs if leg.account == account)


async def means_of(
    rows: ports.Transaction, account: AccountId, *, allowance_a_day: int, now: datetime, after: Return | None = None
) -> money.Means:
    """Own credits, and what may still be drawn from the house pool today; now, or after something went back."""
    own = await rows.ledger.balance(account) + (after.to(account) if after else 0)
    if not allowance_a_day:
        return money.Means(own=own, allowance=0)
    back, today = after.to(money.HOUSE) if after else 0, draw.day_start(now)
    pool = await rows.ledger.balance(money.HOUSE) + back
    drawn = await rows.ledger.drawn(account, since=today)
    if after and after.job.created_at >= today:  # what was drawn on another day renews no allowance
        drawn -= back
    return money.Means(own=own, allowance=draw.allowance_left(a_day=allowance_a_day, drawn_today=drawn, pool=pool))
