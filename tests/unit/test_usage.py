"""Where credits went, counted from the real ledger: by day, by kind, and in whose time zone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot import errors, money
from bot.jobs import JobState
from bot.money import UsageDay
from bot.requests import Kind
from bot.studio import Asked
from storage import tables
from tests import factories
from tests.engine_house import House, house
from tests.factories import ANNA, BEN, NOON

__all__ = ["house"]

TODAY = NOON.date()
HOUR = timedelta(hours=1)


async def ended(house: House, id: str, *, legs: Sequence[money.Leg], used: int, **changes: Any) -> None:
    """A job whose hold was settled."""
    kind = changes.pop("kind", Kind.IMAGE)
    request = factories.request(kind=kind)
    job = factories.job(id, price=sum(leg.amount for leg in legs), request=request, **changes)
    async with house.store.transaction() as rows:
        await rows.jobs.add(job)
        await rows.ledger.hold(id, legs, at=job.created_at)
        to = JobState.DONE if used else JobState.FAILED
        await rows.jobs.move(id, JobState.QUEUED, to=to, charge=used or None, ended_at=job.created_at)
        await rows.ledger.capture(id, used, at=job.created_at)


async def club(house: House, rules: dict[str, object] | None = None, **who: Any) -> Asked:
    """Anna asks in a community with a thousand credits."""
    kept = factories.community(rules=rules or {})
    async with house.store.transaction() as rows:
        await rows.communities.add(kept)
        await rows.ledger.post(factories.grant(kept.pool, 1000))
    return replace(house.asked(), community=kept, person=factories.person(**who))


def own(amount: int) -> list[money.Leg]:
    return [factories.leg(ANNA, amount)]


def day(before: int, *by_kind: tuple[str, int], returned: int = 0) -> UsageDay:
    return UsageDay(day=TODAY - timedelta(days=before), by_kind=by_kind, returned=returned)


async def test_a_member_sees_every_day_by_kind_whoever_paid(house: House) -> None:
    await factories.member(house.store, BEN)
    asked = await club(house)
    pool = factories.leg(factories.community().pool, 5)
    await ended(house, "K7Q2", legs=[pool, *own(5)], used=7, pool=pool.account)
    await ended(house, "K7Q3", legs=own(30), used=30, kind=Kind.VIDEO)
    await ended(house, "K7Q4", legs=own(4), used=0, created_at=NOON - 24 * HOUR)
    await ended(house, "K7Q5", legs=own(3), used=3, created_at=NOON - 24 * HOUR * 14)
    await ended(house, "K7Q6", legs=[factories.leg(BEN, 9)], used=9, account=BEN)
    await factories.accepted(house.store, factories.job("K7Q7"))
    assert await house.studio.purse.usage(asked, days=3) == (
        day(2),
        day(1, returned=4),
        day(0, ("video", 30), ("image", 7), returned=3),
    )
    fortnight = await house.studio.purse.usage(asked)
    assert ([each.used for each in fortnight], fortnight[0].day) == ([0] * 13 + [37], TODAY - timedelta(days=13))


@pytest.mark.parametrize(
    ("zone", "before"),
    [("UTC", 0), ("America/Los_Angeles", 1), ("Asia/Shanghai", 0), ("Asia/Kathmandu", 0)],
)
async def test_days_begin_in_the_communitys_time_zone(house: House, zone: str, before: int) -> None:
    asked = await club(house, {"zone": zone})
    await ended(house, "K7Q2", legs=own(5), used=5, created_at=NOON.replace(hour=7))
    days = await house.studio.purse.usage(asked, days=2)
    assert days == tuple(day(n, *([("image", 5)] if n == before else [])) for n in (1, 0))


async def test_what_a_clock_that_jumped_put_after_today_is_todays(house: House) -> None:
    await ended(house, "K7Q2", legs=own(5), used=5, created_at=NOON + 48 * HOUR)
    assert await house.studio.purse.usage(house.asked(), days=1) == (day(0, ("image", 5)),)


async def test_joined_accounts_are_counted_together(house: House) -> None:
    await factories.member(house.store, BEN)
    await ended(house, "K7Q2", legs=[factories.leg(BEN, 9)], used=9, account=BEN)
    assert await house.studio.purse.usage(house.asked(), days=1) == (day(0),)
    engine = sa.create_engine(f"sqlite:///{house.store.path}")
    with engine.begin() as connection:
        connection.execute(sa.update(tables.accounts).where(tables.accounts.c.id == BEN).values(joined_to=ANNA))
    engine.dispose()
    assert await house.studio.purse.usage(house.asked(), days=1) == (day(0, ("image", 9)),)


# --- the community's -------------------------------------------------------------------------------------------


async def test_an_owner_sees_the_pool_alone_with_its_pace(house: House) -> None:
    asked = await club(house, {"month": 5_000}, steward=True)
    assert asked.community is not None
    pool = asked.community.pool
    await ended(house, "K7Q2", legs=[factories.leg(pool, 40), *own(5)], used=42, pool=pool)
    await ended(house, "K7Q3", legs=own(30), used=30, pool=pool)
    await ended(house, "K7Q4", legs=[factories.leg(pool, 10)], used=9, pool=pool, created_at=NOON - 24 * HOUR)
    seen = await house.studio.purse.community_usage(asked, days=2)
    assert seen.days == (day(1, ("image", 9), returned=1), day(0, ("image", 40)))
    assert (seen.used, seen.returned, seen.in_pool, seen.pace) == (49, 1, 951, 25)
    assert (seen.month, seen.paid, seen.until) == (5_000, 49, TODAY + timedelta(days=38))


@pytest.mark.parametrize(
    ("rules", "used", "until"),
    [
        ({}, 100, TODAY + timedelta(days=9)),  # 900 are left
        ({"month": 300}, 100, TODAY + timedelta(days=2)),  # the budget of the month is used up before the pool
        ({"month": 100}, 100, TODAY),
        ({"month": 990}, 30, date(2026, 2, 3)),  # it lasts until the next month begins: then only the pool counts
        ({}, 1, None),
    ],
)
async def test_until_when_it_lasts_at_this_pace(
    house: House, rules: dict[str, object], used: int, until: datetime | None
) -> None:
    asked = await club(house, rules, steward=True)
    assert asked.community is not None
    await ended(house, "K7Q2", legs=[factories.leg(asked.community.pool, used)], used=used, pool=asked.community.pool)
    seen = await house.studio.purse.community_usage(asked)
    assert (seen.pace, seen.until) == (used, until)


async def test_a_pool_that_nobody_uses_has_no_pace(house: House) -> None:
    seen = await house.studio.purse.community_usage(await club(house, steward=True), days=1)
    assert (seen.days, seen.pace, seen.until) == ((day(0),), 0, None)


async def test_only_who_manages_a_community_sees_its_pool(house: House) -> None:
    for asked, key in ((house.asked(), "credits.no_community"), (await club(house), "credits.owners_only")):
        with pytest.raises(errors.NotNow) as refused:
            await house.studio.purse.community_usage(asked)
        assert refused.value.key == key
