"""Settlement: what a request costs, what a job is charged for what it really produced, and its receipt."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.catalogue import _spec
from bot.money import Leg, Means, Parts, Receipt, is_pool

WHOLE: Final = 100  # percent of a price


def price(options: _spec.Options, *, rate: _spec.Rate, percent: int) -> int:
    """Credits that are asked for a request and set aside for it: every price that a member sees is made here."""
    return priced(options.quote(rate), percent=percent)


def rate(of: _spec.Rate, *, percent: int) -> _spec.Rate:
    """A model's rate as it is shown where so many percent of it are charged."""
    return of if percent == WHOLE else of.times(percent / WHOLE)


def priced(credits: int, *, percent: int) -> int:
    """What a model's price is where a community charges so many percent of it: a part of a credit counts as one."""
    return -(-credits * percent // WHOLE)


def charge(
    options: _spec.Options, *, rate: _spec.Rate, produced: _spec.Produced, price: int, percent: int = 100
) -> int:
    """Credits to capture: by the real output, never above the hold."""
    return min(priced(options.settle(rate, produced), percent=percent), price)


def returned(legs: Sequence[Leg], *, used: int) -> Iterator[Leg]:
    """What goes back to where it came from, when `used` is taken in the order of the legs."""
    for leg in legs:
        taken = min(used, leg.amount)
        used -= taken
        if leg.amount > taken:
            yield Leg(account=leg.account, amount=leg.amount - taken)


def receipt(*, price: int, used: int, legs: Sequence[Leg], means: Means) -> Receipt:
    """What the member reads under a result; `means` are those after settling."""
    from_pool = min(used, parts(legs, means=means).pool)
    community = means.community if from_pool else ""
    return Receipt(held=price, used=used, left=means.total, from_pool=from_pool, community=community)


def parts(legs: Sequence[Leg], *, means: Means) -> Parts:
    """Who pays a hold of these legs; `means` are the member's, which know whose pool it is."""
    pool = sum(leg.amount for leg in legs if is_pool(leg.account))
    own = sum(leg.amount for leg in legs) - pool
    return Parts(pool=pool, own=own, community=means.community if pool else "")
