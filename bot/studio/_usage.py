"""Where credits went: day by day and kind by kind, in the time zone of whose days are counted."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot import errors, money, ports
from bot.credits import allowance
from bot.credits.rules import Rules
from bot.engine.world import World
from bot.studio._communities import Communities
from bot.studio._values import Asked

DAYS: Final = 14  # columns of the usage card
PACE_DAYS: Final = 7  # the pace is that of the last week, or of as much of it as anything was used in
FAR: Final = timedelta(days=365)  # who has enough for longer has enough


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunityUsage:
    """How a community's pool goes."""

    days: tuple[money.UsageDay, ...]  # what the pool paid, oldest first, the present day last
    in_pool: int  # credits left in it
    month: int | None  # credits that its owner lets it spend in a month; None: all it has
    paid: int  # credits that it paid or set aside in this month
    pace: int  # credits that it paid on an average day of late, rounded up
    until: date | None  # the first day for which nothing is left at this pace; None: more than a year away

    @property
    def used(self) -> int:
        """Credits that it paid in all these days."""
        return sum(day.used for day in self.days)

    @property
    def returned(self) -> int:
        """Credits that went back to it in all these days."""
        return sum(day.returned for day in self.days)


class Usage:
    """Counts what was used: of one member, or of a community's pool."""

    def __init__(self, world: World, *, communities: Communities, manages: Callable[[Asked], bool]) -> None:
        self._world = world
        self._communities = communities
        self._manages = manages

    async def usage(self, asked: Asked, *, days: int = DAYS) -> tuple[money.UsageDay, ...]:
        """What all jobs of the member used, whoever paid, by the days of the place where they ask."""
        async with self._world.store.reading() as rows:
            terms = await self._communities.terms_now(rows, asked)
            first = self._first(terms.rules, days)
            used = await rows.usage.used(*terms.everybody, since=allowance.midnight(first, terms.rules.zone))
        return _by_day(used, terms.rules, first=first, days=days)

    async def community_usage(self, asked: Asked, *, days: int = DAYS) -> CommunityUsage:
        """How the pool of the community goes, for who manages it. Raises NotNow."""
        if asked.community is None:
            raise errors.NotNow("credits.no_community")
        if not self._manages(asked):
            raise errors.NotNow("credits.owners_only", community=asked.community.title)
        now = self._world.clock.now()
        async with self._world.store.reading() as rows:
            terms = await self._communities.terms_now(rows, asked)
            rules, first = terms.rules, self._first(terms.rules, days)
            used = await rows.usage.used(pool=terms.pool, since=allowance.midnight(first, rules.zone))
            in_pool = await rows.ledger.balance(terms.pool)
            paid = await rows.ledger.paid(terms.pool, since=rules.month_began(now))
        counted = _by_day(used, rules, first=first, days=days)
        pace = _pace(counted)
        until = _until(rules, now=now, in_pool=in_pool, paid=paid, pace=pace)
        return CommunityUsage(days=counted, in_pool=in_pool, month=rules.month, paid=paid, pace=pace, until=until)

    def _first(self, rules: Rules, days: int) -> date:
        return allowance.day_of(self._world.clock.now(), rules.zone) - timedelta(days=days - 1)


def _by_day(used: Sequence[ports.Used], rules: Rules, *, first: date, days: int) -> tuple[money.UsageDay, ...]:
    """A column for every day, empty ones too; what a clock that jumped put after today is today's."""
    last = first + timedelta(days=days - 1)
    by_kind: dict[date, Counter[str]] = {}
    returned: Counter[date] = Counter()
    for each in used:
        day = min(allowance.day_of(each.at, rules.zone), last)
        by_kind.setdefault(day, Counter())[each.kind.value] += each.used
        returned[day] += each.returned
    return tuple(
        money.UsageDay(day=day, by_kind=_most_first(by_kind.get(day, Counter())), returned=returned[day])
        for day in (first + timedelta(days=number) for number in range(days))
    )


def _most_first(kinds: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple((kind, credits) for kind, credits in kinds.most_common() if credits > 0)


def _pace(days: Sequence[money.UsageDay]) -> int:
    """Credits a day: of the last week, counted from the first day of it on which anything was used."""
    week = [day.used for day in days[-PACE_DAYS:]]
    while week and not week[0]:
        week.pop(0)
    return -(-sum(week) // len(week)) if week else 0


def _until(rules: Rules, *, now: datetime, in_pool: int, paid: int, pace: int) -> date | None:
    """When the pool is empty at this pace, or its budget of the month used up before the month ends."""
    if not pace:
        return None
    today = allowance.day_of(now, rules.zone)
    empty = today + min(timedelta(days=in_pool // pace), FAR)
    if rules.month is not None:
        rests = today + timedelta(days=max(0, rules.month - paid) // pace)
        if allowance.midnight(rests, rules.zone) < rules.month_ends(now):
            return min(empty, rests)
    return empty if empty < today + FAR else None
