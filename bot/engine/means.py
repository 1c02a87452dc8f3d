"""What an account may spend right now, read inside a transaction."""

from datetime import datetime

from bot import money, ports
from bot.credits import draw
from bot.requests import AccountId


async def means_of(rows: ports.Transaction, account: AccountId, *, allowance_a_day: int, now: datetime) -> money.Means:
    """Own credits, and what may still be drawn from the house pool today."""
    own = await rows.ledger.balance(account)
    if not allowance_a_day:
        return money.Means(own=own, allowance=0)
    pool = await rows.ledger.balance(money.HOUSE)
    drawn = await rows.ledger.drawn(account, since=draw.day_start(now))
    return money.Means(own=own, allowance=draw.allowance_left(a_day=allowance_a_day, drawn_today=drawn, pool=pool))
