"""Two hundred requests of one member at once, with credits for ten: through the studio and through the commands."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot import errors, requests
from bot.engine.limits import Spending
from bot.jobs import JobState
from bot.studio import Accepted
from tests import factories
from tests.desk import Desk, desk
from tests.engine_house import House, house
from tests.factories import ANNA

__all__ = ["desk", "house"]

MANY, PRICE = 200, 5
OWN, RIGHT = 23, 27  # the sixth is paid by both
CLUB = requests.CommunitySeen(platform="discord", native="1", title="Pixel Club")


async def endow(house: House) -> None:
    """Anna can pay for ten: from the pool as far as she may, and with her own."""
    await house.spend_down_to(OWN)
    club = await house.studio.community(CLUB)
    async with house.store.transaction() as rows:
        await rows.communities.rule(club.id, {"first_day": RIGHT, "saved": RIGHT, "a_day": 1})


async def assert_spent(house: House) -> None:
    """Ten jobs came to their end, and the books are in order."""
    await house.settled()
    async with house.store.reading() as rows:
        made = await rows.jobs.of(ANNA, limit=MANY)
        own = await rows.ledger.balance(ANNA)
        pool = await rows.ledger.balance((await house.studio.community(CLUB)).pool)
    assert [job.state for job in made] == [JobState.DONE] * 10
    assert (len(house.provider.sent), own, pool, await house.faults()) == (10, 0, 200 - RIGHT, [])


async def test_of_two_hundred_at_once_the_studio_accepts_ten(house: House) -> None:
    await endow(house)
    place = factories.place(platform="discord", channel="7", community="1", user=ANNA)
    asked = replace(house.asked(), place=place, community=await house.studio.community(CLUB))
    asks = [replace(asked, key=f"at once {n}") for n in range(MANY)]
    request = house.request("NanoBanana2-1K")
    said = await asyncio.gather(*(house.studio.submit(request, asked=a) for a in asks), return_exceptions=True)
    assert Counter(map(type, said)) == {Accepted: 10, errors.NotYet: MANY - 10}
    await assert_spent(house)


async def test_of_two_hundred_lines_at_once_the_commands_accept_ten(desk: Desk) -> None:
    await endow(desk.house)
    heard = [
        desk.heard(
            "/image a red fox --model NanoBanana2-1K",
            place=factories.place(platform="discord", channel="7", community="1", user=ANNA),
            community=CLUB,
            local=False,
        )
        for _ in range(MANY)
    ]
    replies = await asyncio.gather(*(desk.commands.answer(each) for each in heard))
    assert Counter(reply.kind for reply in replies) == {"queued": 10, "error": MANY - 10}
    keys = Counter(reply.facts["error"]["key"] for reply in replies if reply.kind == "error")  # type: ignore[index]
    assert keys == {"error.not_enough_yet": MANY - 10}
    taken = [(each, reply.job) for each, reply in zip(heard, replies, strict=True) if reply.job is not None]
    again = await asyncio.gather(*(desk.commands.answer(each) for each, _ in taken))  # events that come twice
    assert [reply.job for reply in again] == [job for _, job in taken]
    await assert_spent(desk.house)


@pytest.mark.parametrize(
    ("rules", "spending", "accepted", "key"),
    [
        ({"day": 22}, (), 4, "error.pool_rests_day"),
        ({"month": 22}, (), 4, "error.pool_rests_month"),
        ({"member_day": 12}, (), 2, "error.not_enough_yet"),
        ({"cooldown_s": 10}, (), 1, "error.too_fast"),
        ({}, (Spending(credits=17, period="day"),), 3, "error.spending_stopped"),
        ({}, (Spending(credits=17, period="month", provider="uniall"),), 3, "error.spending_stopped"),
    ],
    ids=["day", "month", "member", "cooldown", "operator", "provider"],
)
async def test_at_once_as_many_are_accepted_as_a_limit_allows(
    house: House, rules: Mapping[str, object], spending: tuple[Spending, ...], accepted: int, key: str
) -> None:
    house.spending = spending
    await house.restart()
    await house.spend_down_to(0)
    club = await house.studio.community(CLUB)
    async with house.store.transaction() as rows:
        await rows.communities.rule(club.id, {"first_day": 100, "saved": 100, "a_day": 100, **rules})
    place = factories.place(platform="discord", channel="7", community="1", user=ANNA)
    asks = [replace(house.asked(), place=place, community=club) for _ in range(25)]
    request = house.request("NanoBanana2-1K")
    said = await asyncio.gather(*(house.studio.submit(request, asked=a) for a in asks), return_exceptions=True)
    assert sum(isinstance(each, Accepted) for each in said) == accepted
    assert {each.key for each in said if isinstance(each, errors.MemberError)} == {key}
    await house.settled()
    assert await house.faults() == []
