"""Asking first: which requests are so dear that they are not started without a yes; a pure rule."""

from bot.money import Means


def is_dear(price: int, *, usual: int | None, chosen: int | None, means: Means) -> bool:
    """Whether to ask before a request of this price; `usual` is from where on that is done here, None: never.

    It is asked from the usual price on, and from half of it where less than a third of what the member may spend
    would remain. Who has `chosen` from where on to be asked (0: never) is asked from there on and not otherwise.
    """
    if chosen is not None:
        return 0 < chosen <= price
    if not usual:
        return False
    scarce = 3 * (means.total - price) < means.total
    return price >= usual or (scarce and 2 * price >= usual)
