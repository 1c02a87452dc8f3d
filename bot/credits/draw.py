"""Who pays: the pool as far as the member's allowance goes, then the member's own credits."""

from bot import errors
from bot.money import Instead, Leg, Means
from bot.requests import AccountId


def legs(price: int, *, account: AccountId, means: Means) -> tuple[Leg, ...]:
    """The legs of a hold in the order in which they are captured. Raises NotEnough, which says what is in the way."""
    if price > means.most:
        raise _refusal(price, means)
    from_pool = min(price, means.from_pool)
    drawn = (Leg(account=means.pool, amount=from_pool), Leg(account=account, amount=price - from_pool))
    return tuple(leg for leg in drawn if leg.amount)


def instead(price: int, means: Means) -> Instead | None:
    """The budget for which the member's own credits would pay what the pool pays at other times; None without one.

    That the pool is empty, or not open to a newcomer yet, is no such reason: every request would be asked about, for as
    long as nobody fills it or the newcomer is one, and the receipt says who paid.
    """
    most = means.right if means.per_request is None else min(means.right, means.per_request)
    due, brake = min(price, most, means.in_pool or 0), means.brake
    closed = means.coming is not None and means.coming.opens
    if brake is None or closed or means.from_pool >= due or brake.left >= due:
        return None
    return Instead(period=brake.period, limit=brake.limit, until=brake.until, community=means.community)


def _refusal(price: int, means: Means) -> errors.NotEnough:
    """What no day will change is named first: whoever reads of tomorrow must be better off tomorrow."""
    own, have = means.own, means.most
    if means.per_request is not None and price > own + means.per_request:
        return errors.AboveLimit(
            need_credits=price, have_credits=have, limit_credits=means.per_request, own_credits=own
        )
    if (brake := means.brake) is not None and price > own + brake.left and brake.left < (means.in_pool or 0):
        return errors.Resting(
            need_credits=price,
            have_credits=have,
            limit_credits=brake.limit,
            period=brake.period,
            until=brake.until,
            community=means.community,
        )
    if means.in_pool is not None and price > own + means.in_pool:
        return errors.PoolShort(need_credits=price, have_credits=have, pool_credits=means.in_pool, own_credits=own)
    if (coming := means.coming) is not None:
        return errors.NotYet(
            need_credits=price,
            have_credits=have,
            more_credits=coming.amount,
            more_at=coming.at,
            opens=coming.opens,
        )
    return errors.NotEnough(need_credits=price, have_credits=have)
