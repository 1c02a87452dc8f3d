"""Who pays: the pool as far as the member's allowance goes, then the member's own credits."""

from datetime import datetime

from bot import errors
from bot.money import Leg, Means
from bot.requests import AccountId


def legs(price: int, *, account: AccountId, means: Means) -> tuple[Leg, ...]:
    """The legs of a hold in the order in which they are captured. Raises NotEnough."""
    if price > means.total:
        raise errors.NotEnough(need_credits=price, have_credits=means.total)
    from_pool = min(price, means.allowance)
    drawn = (Leg(account=means.pool, amount=from_pool), Leg(account=account, amount=price - from_pool))
    return tuple(leg for leg in drawn if leg.amount)


def allowance_left(*, a_day: int, drawn_today: int, pool: int) -> int:
    """What may still be drawn today: never more than the pool has, never below zero."""
    return max(0, min(a_day - drawn_today, pool))


def day_start(now: datetime) -> datetime:
    """When the allowance's day began (UTC)."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
