"""The core's figures as the operator's settings say them."""

from collections.abc import Iterator

from bot.credits.rules import Rules
from bot.engine.limits import Communities, Spending
from bot.settings import Settings


def communities(settings: Settings) -> Communities:
    """What communities get, and what holds in them until an owner changes it."""
    figures = settings.community
    rules = Rules(
        first_day=figures.first_day,
        a_day=figures.a_day,
        saved=figures.saved,
        member_hours=figures.member_hours,
        per_request=figures.per_request,
        at_once=figures.at_once or None,
        clips_at_once=figures.clips_at_once or None,
        all_at_once=figures.all_at_once or None,
        cooldown_s=figures.cooldown_s,
        day=figures.day or None,
        month=figures.month or None,
        ask_above=figures.ask_above,
        zone=figures.zone,
    )
    return Communities(pool=figures.pool, rules=rules, least_percent=figures.least_percent)


def spending(settings: Settings) -> Iterator[Spending]:
    """The operator's own limits: over everybody, and with each provider."""
    everybody = settings.spending
    yield from _limits_of(everybody.spend_day, everybody.spend_month, provider=None)
    for provider, account in settings.accounts.items():
        yield from _limits_of(account.spend_day, account.spend_month, provider=provider)


def _limits_of(day: int | None, month: int | None, *, provider: str | None) -> Iterator[Spending]:
    for period, credits in (("day", day), ("month", month)):
        if credits is not None:
            yield Spending(credits=credits, period=period, provider=provider)
