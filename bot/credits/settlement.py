"""Settlement: what a job is charged for what it really produced, and its receipt."""

from bot.catalogue import _spec
from bot.money import HOUSE, Leg, Means, Receipt


def charge(options: _spec.Options, *, rate: _spec.Rate, produced: _spec.Produced, price: int) -> int:
    """Credits to capture: by the real output, never above the hold."""
    return min(options.settle(rate, produced), price)


def receipt(*, price: int, used: int, legs: tuple[Leg, ...], means: Means, settled: bool) -> Receipt:
    """What the member reads under a result; `means` are after settling, or (`settled` False) still with the hold."""
    from_pool = min(used, sum(leg.amount for leg in legs if leg.account == HOUSE))
    left = means.total + (0 if settled else price - used)
    return Receipt(held=price, used=used, left=left, from_pool=from_pool)
