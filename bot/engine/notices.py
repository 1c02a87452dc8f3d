"""Notices: a community's owner is told once when a budget is used up to a share, where they want to read it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import structlog

from bot import errors, jobs, ports, requests
from bot.credits import allowance
from bot.credits.rules import Rules
from bot.engine import limits
from bot.engine.world import World

TRIES: Final = 3  # of a place whose platform says when to come again

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """Sends what is owed. Noted as sent before it is posted: lost in a kill at worst, and never there twice."""

    world: World

    async def send(self) -> None:
        """Post what is owed now; of two shares of one budget the higher one."""
        async with self.world.store.reading() as rows:
            owed = await rows.usage.owed()
        highest = {(each.community, each.period): each for each in sorted(owed, key=lambda each: each.share)}
        for notice in owed:
            taken = await self._take(notice)
            if taken is not None and notice is highest[notice.community, notice.period]:
                await self._tell(*taken)

    async def _take(self, notice: ports.Notice) -> tuple[ports.Reached, tuple[requests.Place, ...]] | None:
        """What is to be said and where; None when it was sent before, or its month or day is over."""
        now = self.world.clock.now()
        async with self.world.store.transaction() as rows:
            community = await rows.communities.get(notice.community)
            if community is None or not await rows.usage.sent(notice, now):
                return None
        rules = self.world.rules(community.platform, community)
        reached = _reached(notice, community, rules=rules, now=now)
        if reached is None:
            log.info("a notice came too late", community=notice.community, period=notice.period, share=notice.share)
            return None
        return reached, tuple(_places(notice, community, rules=rules))

    async def _tell(self, reached: ports.Reached, places: tuple[requests.Place, ...]) -> None:
        """In the first place that is open."""
        for place in places:
            try:
                return await self._post(reached, place)
            except errors.Undelivered as error:
                log.warning("a notice was not taken", channel=place.channel, thread=place.thread, words=str(error))
                if not error.closed:  # it may be there: nowhere else, or it is there twice
                    return None
        log.error("a notice is told nowhere", community=reached.community.id, share=reached.share)
        return None

    async def _post(self, reached: ports.Reached, place: requests.Place) -> None:
        for tries in range(1, TRIES + 1):
            try:
                async with asyncio.timeout(limits.MENTION_S):
                    return await self.world.delivery.reached(reached, place)
            except TimeoutError:
                raise errors.Undelivered("no answer from the platform") from None
            except errors.Undelivered as error:
                if error.retry_after_s is None or tries == TRIES:
                    raise
                await self.world.pause(error.retry_after_s)
        return None


def _reached(notice: ports.Notice, community: jobs.Community, *, rules: Rules, now: datetime) -> ports.Reached | None:
    today = allowance.day_of(now, rules.zone)
    span = "month" if len(notice.period) == len("2026-11") else "day"
    if not today.isoformat().startswith(notice.period):
        return None
    began, until = (
        (rules.month_began(now), rules.month_ends(now))
        if span == "month"
        else (rules.day_began(now), rules.day_ends(now))
    )
    return ports.Reached(
        community=community,
        span=span,
        first=allowance.day_of(began, rules.zone),
        share=notice.share,
        used=notice.used,
        budget=notice.budget,
        until=until,
        lasts_until=_lasts_until(notice, rules=rules, began=began, until=until),
    )


def _lasts_until(notice: ports.Notice, *, rules: Rules, began: datetime, until: datetime) -> date | None:
    """The day on which the budget is used up, if it goes on as it went since the month or the day began."""
    if notice.used <= 0 or notice.at <= began:
        return None
    whole = (notice.at - began) * (notice.budget / notice.used)
    used_up = began + min(whole, timedelta(days=366))
    return allowance.day_of(max(used_up, notice.at), rules.zone) if used_up < until else None


def _places(notice: ports.Notice, community: jobs.Community, *, rules: Rules) -> Iterator[requests.Place]:
    """The one that the owner chose, then the one where it was reached."""
    if rules.notices:
        channel, _, thread = rules.notices.partition("/")
        yield requests.Place(
            platform=community.platform, channel=channel, thread=thread or None, community=community.native
        )
    if notice.place is not None:
        yield notice.place
