"""Who pays: the pool as far as the member's allowance goes, then the member's own credits."""

from bot import errors
from bot.money import Leg, Means
from bot.requests import AccountId


def legs(price: int, *, account: AccountId, means: Means) -> tuple[Leg, ...]:
    """The legs of a hold in the order in which they are captured.

    Raises NotEnough, which says when more comes; AboveLimit where no time would make it enough.
    """
    if means.per_request is not None and price > means.own + means.per_request:
        raise errors.AboveLimit(need_credits=price, limit_credits=means.per_request, own_credits=means.own)
    if price > means.most:
        coming = means.coming
        raise errors.NotEnough(
            need_credits=price,
            have_credits=means.most,
            more_credits=coming.amount if coming else 0,
            more_at=coming.at if coming else None,
            opens=coming is not None and coming.opens,
        )
    from_pool = min(price, means.from_pool)
    drawn = (Leg(account=means.pool, amount=from_pool), Leg(account=account, amount=price - from_pool))
    return tuple(leg for leg in drawn if leg.amount)
