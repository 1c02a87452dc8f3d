"""Who pays: a price, what is set aside and what was used, each with whose credits they are."""

from bot import money
from bot.commands.texts import Bold
from bot.replies import Credits, Quoted, Text, When, text

TITLE = 40  # characters of a community's name within a sentence


def used(parts: money.Parts) -> Text:
    """What was used: 5 used from your Pixel Club allowance."""
    return text(
        f"used.{_who(parts)}",
        used=parts.total,
        pool=parts.pool,
        own=parts.own,
        community=title(parts.community),
    )


def aside(parts: money.Parts) -> Text:
    """What is set aside: 5 credits set aside from your Pixel Club allowance."""
    return text(
        f"aside.{_who(parts)}",
        price=Credits(amount=parts.total),
        pool=parts.pool,
        own=parts.own,
        community=title(parts.community),
    )


def costs(parts: money.Parts) -> Text:
    """What it would cost whom: 60 credits from your Pixel Club allowance."""
    return text(
        f"costs.{_who(parts)}",
        price=Bold(Credits(amount=parts.total)),
        pool=parts.pool,
        own=parts.own,
        community=title(parts.community),
    )


def instead(why: money.Instead) -> Text:
    """Why their own credits would pay, and when shared ones do again."""
    return text(
        f"instead.pool_{why.period}" if why.community else f"instead.house_{why.period}",
        community=title(why.community),
        limit=why.limit,
        at=When(at=why.until),
    )


def facts(parts: money.Parts) -> dict[str, object]:
    """The same for machine readers."""
    return {"from_pool_credits": parts.pool, "from_own_credits": parts.own, "community": parts.community or None}


def title(community: str) -> Quoted:
    """A community's name: somebody else's words, and not too many."""
    return Quoted(words=community, limit=TITLE)


def _who(parts: money.Parts) -> str:
    """Which sentence it is."""
    pool = "pool" if parts.community else "house"
    if not parts.pool:
        return "own" if parts.own else "none"
    return f"both_{pool}" if parts.own else pool
