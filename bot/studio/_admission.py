"""Admission: what a community's owner and the operator must allow before a request costs anything.

Everything is read in the transaction that makes the job, so that two requests can't both be the last one allowed.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot import errors, money, ports, requests
from bot.engine.means import Terms
from bot.engine.world import World
from bot.studio._values import Asked

SHARES = (80, 100)  # percent of a budget of which the owner is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Lets a request in, or says what is in the way."""

    world: World

    async def check(
        self, rows: ports.Transaction, request: requests.Request, *, price: int, terms: Terms, asked: Asked
    ) -> None:
        """Raises NotNow with nothing spent."""
        await self._check_ban(rows, terms=terms)
        allow(request, price=price, terms=terms, asked=asked)
        await self._check_pace(rows, request, terms=terms)
        await self._check_spend(rows, request, price=price)

    async def _check_ban(self, rows: ports.Transaction, *, terms: Terms) -> None:
        """By the community whose pool it is: wherever its members ask."""
        why = None if terms.pool == money.HOUSE else await rows.usage.banned(_id(terms), *terms.everybody)
        if why:
            raise errors.NotNow("error.banned_for", reason=why, community=terms.community)
        if why is not None:
            raise errors.NotNow("error.banned", community=terms.community)

    async def _check_pace(self, rows: ports.Transaction, request: requests.Request, *, terms: Terms) -> None:
        """Not faster than the owner wants it; a clock that was set back holds nobody up for longer than that."""
        if not terms.rules.cooldown_s:
            return
        last = await rows.usage.last_asked(*terms.everybody, pool=terms.pool, kind=request.kind)
        now, pause = self.world.clock.now(), timedelta(seconds=terms.rules.cooldown_s)
        if last is not None and now - pause < last <= now:
            raise errors.NotNow("error.too_fast", at=last + pause)

    async def _check_spend(self, rows: ports.Transaction, request: requests.Request, *, price: int) -> None:
        """What the operator spends in a day and a month, over everybody and with each provider."""
        now = self.world.clock.now()
        for limit in self.world.spending:
            if limit.provider in (None, request.provider):
                since, until = _period(limit.period, now)
                spent = await rows.usage.committed(since=since, provider=limit.provider)
                if spent + price > limit.credits:
                    raise errors.NotNow("error.spending_stopped", at=until)

    async def owe_notices(self, rows: ports.Transaction, *, terms: Terms, asked: Asked) -> None:
        """Note which shares of the community's budgets are reached now; each is told once a period."""
        if terms.pool == money.HOUSE:
            return
        rules, now = terms.rules, self.world.clock.now()
        for budget, since, form in (
            (rules.month, rules.month_began(now), "%Y-%m"),
            (rules.day, rules.day_began(now), "%Y-%m-%d"),
        ):
            if not budget:
                continue
            paid = await rows.ledger.paid(terms.pool, since=since)
            period = terms.day_of(now).strftime(form)
            for share in SHARES:
                if paid * 100 >= budget * share:
                    notice = ports.Notice(
                        community=_id(terms),
                        period=period,
                        share=share,
                        at=now,
                        used=paid,
                        budget=budget,
                        place=_everybodys(asked.place) if asked.community else None,
                    )
                    await rows.usage.owe(notice)


def allow(request: requests.Request, *, price: int, terms: Terms, asked: Asked) -> None:
    """What the rules of the place alone say of a request. Raises NotNow."""
    rules, here = terms.rules, terms.community
    if rules.paused:
        raise errors.NotNow("error.paused", example="/admin resume", community=here)
    if rules.channels is not None and not _channels(asked) & set(rules.channels):
        raise errors.NotNow("error.wrong_channel", channels=rules.channels, community=here)
    if rules.kinds is not None and request.kind not in rules.kinds:
        raise errors.NotNow("error.kind_not_here", kind=request.kind, kinds=rules.kinds, community=here)
    if rules.models is not None and request.model not in rules.models:
        raise errors.NotNow("error.model_not_here", model=request.model, models=rules.models, community=here)
    if rules.most is not None and price > rules.most:
        raise errors.NotNow("error.above_most", price=price, most=rules.most, community=here)


def _channels(asked: Asked) -> set[str]:
    """What a channel or topic may be called: itself, and the thread within it."""
    place = asked.place
    within = {f"{place.channel}/{place.thread}"} if place.thread else set()
    return {place.channel, *within}


def _id(terms: Terms) -> str:
    """The community whose pool it is."""
    return terms.pool.removeprefix(money.POOL_PREFIX)


def _everybodys(place: requests.Place) -> requests.Place:
    """The channel or topic, without what is the asker's alone."""
    return requests.Place(
        platform=place.platform, channel=place.channel, thread=place.thread, community=place.community
    )


def _period(period: str, now: datetime) -> tuple[datetime, datetime]:
    """When the operator's day or month began, and when the next one does (UTC)."""
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if period == "day":
        return day, day + timedelta(days=1)
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1)
