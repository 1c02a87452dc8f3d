"""Communities at the studio's door: whose pool pays, who waits, who sees whose jobs."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot import errors, jobs, money, requests
from bot.credits import allowance
from bot.media import MediaKind
from bot.requests import AccountId
from bot.studio import Accepted, Asked, Studio
from tests import factories
from tests.engine_house import House, house
from tests.factories import ANNA, BEN, NOON
from tests.scripted import failed

__all__ = ["house"]

PRICE = 5  # of one picture
FIRST, CAP = 40, 60


def seen(native: str = "1", **changes: Any) -> requests.CommunitySeen:
    """A Discord server as its platform names it."""
    return replace(requests.CommunitySeen(platform="discord", native=native, title="Pixel Club"), **changes)


async def asked_in(house: House, native: str = "1", *, by: AccountId = ANNA, **person: Any) -> Asked:
    """A member asks in a server's channel."""
    return replace(
        house.asked(),
        account=factories.account(by),
        person=factories.person(platform="discord", user=by, **person),
        place=factories.place(platform="discord", channel="7", community=native, user=by),
        community=await house.studio.community(seen(native)),
    )


def direct(house: House, *, by: AccountId = ANNA) -> Asked:
    """A member asks in a direct message."""
    place = factories.place(platform="discord", channel="8", user=by, private=True)
    return replace(house.asked(), account=factories.account(by), place=place)


async def made(house: House, asked: Asked, **said: Any) -> jobs.Job:
    """A picture, accepted and ended."""
    anew = replace(asked, key=house.asked().key)
    accepted = await house.studio.submit(house.request("NanoBanana2-1K", **said), asked=anew)
    assert isinstance(accepted, Accepted)
    await house.settled()
    return await house.job(accepted.job.id)


async def balance(house: House, account: AccountId) -> int:
    async with house.store.reading() as rows:
        return await rows.ledger.balance(account)


async def means(house: House, asked: Asked) -> money.Means:
    return (await house.studio.statement(asked)).means


async def fill(house: House, account: AccountId, amount: int) -> None:
    async with house.store.transaction() as rows:
        await rows.ledger.post(factories.grant(account, amount))


def midnight(days: int = 1) -> Any:
    return allowance.midnight(NOON.date() + timedelta(days=days))


# --- first sight -------------------------------------------------------------------------------------------------


async def test_first_sights_at_once_make_one_community_with_one_pool(house: House) -> None:
    found = await asyncio.gather(*(house.studio.community(seen()) for _ in range(20)))
    assert found == [found[0]] * 20
    expected = jobs.Community(
        id=found[0].id, platform="discord", native="1", title="Pixel Club", language=None, created_at=NOON
    )
    assert found[0] == expected
    assert await balance(house, found[0].pool) == 200
    await house.restart()
    assert await house.studio.community(seen()) == expected
    assert (await balance(house, found[0].pool), await house.faults()) == (200, [])


async def test_a_new_title_and_the_first_language_are_taken_over(house: House) -> None:
    first = await house.studio.community(seen())
    renamed = await house.studio.community(seen(title="Pixels", language="zh"))
    assert renamed == replace(first, title="Pixels", language="zh")
    assert await house.studio.community(seen(title="", language="en")) == renamed
    await house.restart()
    assert await house.studio.community(seen(title="Pixels")) == renamed


async def test_the_house_is_opened_once(house: House) -> None:
    for credits in (0, 200, 300):
        await house.studio.open_house(credits)
    assert (await balance(house, money.HOUSE), await house.faults()) == (200, [])


async def test_a_group_that_moved_is_the_same_community(house: House) -> None:
    before = await house.studio.community(seen())
    job = await made(house, await asked_in(house))
    for _ in range(2):
        await house.studio.moved("discord", "1", "100")
    assert await house.studio.community(seen("100")) == replace(before, native="100")
    assert (await house.job(job.id)).place.community == "100"
    assert (await house.studio.view(job.id, asked=await asked_in(house, "100", by=BEN))).job.id == job.id


# --- who pays ----------------------------------------------------------------------------------------------------


async def test_the_communitys_pool_pays_and_the_receipt_says_what_is_left(house: House) -> None:
    asked = await asked_in(house)
    assert asked.community is not None
    job = await made(house, asked)
    async with house.store.reading() as rows:
        assert await rows.ledger.legs(job.id) == [factories.leg(asked.community.pool, PRICE)]
    left = FIRST - PRICE + 100
    receipt = money.Receipt(held=PRICE, used=PRICE, left=left, from_pool=PRICE, community=asked.community.title)
    assert house.delivery.ends()[0][-1] == receipt
    assert (await house.studio.view(job.id, asked=asked)).receipt == receipt
    assert await means(house, asked) == money.Means(
        own=100,
        allowance=FIRST - PRICE,
        pool=asked.community.pool,
        per_request=60,
        in_pool=200 - PRICE,
        coming=money.Coming(amount=20, at=midnight()),
        right=FIRST - PRICE,
        community=asked.community.title,
    )
    assert (await balance(house, asked.community.pool), await house.faults()) == (200 - PRICE, [])


async def test_what_comes_back_may_be_drawn_again(house: House) -> None:
    asked = await asked_in(house)
    house.provider.polls = [failed()]
    await made(house, asked)
    assert house.delivery.ends()[0][-1] == money.Receipt(held=PRICE, used=0, left=FIRST + 100)
    assert (await means(house, asked)).allowance == FIRST


async def test_the_allowance_grows_by_the_day_up_to_its_cap(house: House) -> None:
    asked = await asked_in(house)
    for _ in range(FIRST // PRICE):
        await made(house, asked)
    left = []
    for _ in range(5):
        left.append((await means(house, asked)).allowance)
        house.clock.advance(timedelta(days=1).total_seconds())
    assert left == [0, 20, 40, CAP, CAP]
    assert (await means(house, asked)).coming is None


async def test_each_community_gives_a_right_of_its_own(house: House) -> None:
    for native in ("1", "1", "2"):
        await made(house, await asked_in(house, native))
    left = [(await means(house, await asked_in(house, native))).allowance for native in ("1", "2", "3")]
    assert left == [FIRST - 2 * PRICE, FIRST - PRICE, FIRST]


async def test_a_direct_message_draws_on_the_house(house: House) -> None:
    await house.studio.open_house(12)
    job = await made(house, direct(house))
    async with house.store.reading() as rows:
        assert await rows.ledger.legs(job.id) == [factories.leg(money.HOUSE, PRICE)]
    found = await means(house, direct(house))
    assert found == money.Means(own=100, allowance=12 - PRICE, per_request=60, in_pool=12 - PRICE, right=FIRST - PRICE)


async def test_the_console_draws_on_nothing_unless_it_is_set(house: House) -> None:
    await house.studio.open_house(200)
    assert await means(house, house.asked()) == money.Means(own=100, allowance=0)


async def test_a_newcomer_waits_a_day_and_is_told_so(house: House) -> None:
    await house.spend_down_to(3)
    opens = NOON + timedelta(hours=1)
    newcomer = await asked_in(house, member_since=opens - timedelta(hours=24))
    with pytest.raises(errors.NotEnough) as refused:
        await made(house, newcomer)
    assert (refused.value.key, refused.value.params) == (
        "error.not_open_yet",
        {"need": PRICE, "have": 3, "more": FIRST, "at": opens},
    )
    steward = await asked_in(house, member_since=NOON, steward=True)
    assert (await means(house, steward)).allowance == FIRST
    house.clock.advance(3600)
    await made(house, newcomer)


async def test_a_newcomers_receipt_names_no_allowance_that_is_not_open(house: House) -> None:
    asked = await asked_in(house, member_since=NOON)
    job = await made(house, asked)
    assert house.delivery.ends()[0][-1] == money.Receipt(held=PRICE, used=PRICE, left=100 - PRICE)
    house.clock.advance(timedelta(days=1).total_seconds())
    receipt = (await house.studio.view(job.id, asked=asked)).receipt
    assert receipt is not None
    assert receipt.left == 100 - PRICE + CAP


async def test_too_few_says_when_more_comes_and_what_an_empty_pool_has(house: House) -> None:
    await house.spend_down_to(0)
    asked = await asked_in(house)
    for _ in range(FIRST // PRICE):
        await made(house, asked)
    with pytest.raises(errors.NotEnough) as refused:
        await made(house, asked)
    assert (refused.value.key, refused.value.params["more"]) == ("error.not_enough_yet", 20)
    assert refused.value.params["at"] == midnight()
    others = [AccountId(f"acc_{n}") for n in range(4)]
    for account in others:
        await factories.member(house.store, account, credits=0)
        for _ in range(FIRST // PRICE):
            await made(house, await asked_in(house, by=account))
    with pytest.raises(errors.NotEnough) as refused:
        await made(house, asked)
    assert (refused.value.key, refused.value.params) == (
        "error.pool_short",
        {"need": PRICE, "have": 0, "pool": 0, "own": 0},
    )
    assert await house.faults() == []


async def test_two_hundred_members_at_once_spend_what_the_pool_has(house: House) -> None:
    members = [AccountId(f"acc_{n}") for n in range(200)]
    for member in members:
        await factories.member(house.store, member, credits=0)
    asked = [await asked_in(house, by=member) for member in members]
    community = asked[0].community
    assert community is not None
    async with house.store.transaction() as rows:
        given = factories.grant(ANNA, 200 - 10 * PRICE, id="1", debit=community.pool, kind=money.TransferKind.GIVE)
        await rows.ledger.post(given)
    request = house.request("NanoBanana2-1K")
    results = await asyncio.gather(*(house.studio.submit(request, asked=a) for a in asked), return_exceptions=True)
    assert Counter(type(result) for result in results) == {Accepted: 10, errors.PoolShort: 190}
    await house.settled()
    assert (await balance(house, community.pool), await house.faults()) == (0, [])


async def test_one_member_many_times_at_once_draws_no_more_than_allowed(house: House) -> None:
    await house.spend_down_to(0)
    asked = await asked_in(house)
    request = house.request("NanoBanana2-1K")
    asks = [replace(asked, key=f"at once {n}") for n in range(30)]
    results = await asyncio.gather(*(house.studio.submit(request, asked=a) for a in asks), return_exceptions=True)
    assert Counter(type(result) for result in results) == {Accepted: FIRST // PRICE, errors.NotYet: 22}
    await house.settled()
    assert await house.faults() == []


# --- who sees whose jobs -----------------------------------------------------------------------------------------


@pytest.fixture
async def ben(house: House) -> Asked:
    """Ben, in the server in which Anna asks."""
    await factories.member(house.store, BEN)
    return await asked_in(house, by=BEN)


async def test_a_public_job_is_the_communitys_to_see_and_repeat(house: House, ben: Asked) -> None:
    job = await made(house, await asked_in(house))
    view = await house.studio.view(job.id.lower(), asked=ben)
    assert (view.job, len(view.outputs), view.receipt, view.own) == (job, 1, None, False)
    assert (await house.studio.intake(job.id, kind=MediaKind.IMAGE, asked=ben)).path == view.outputs[0].path
    again = await house.studio.again(job.id, asked=ben)
    assert isinstance(again, Accepted)
    assert (again.job.account, again.job.again_of) == (BEN, job.id)
    with pytest.raises(errors.NotFound):
        await house.studio.view(job.id, asked=ben, own=True)
    with pytest.raises(errors.NotFound):
        await house.studio.cancel(again.job.id, asked=await asked_in(house))
    assert [each.id for each in await house.studio.jobs(ben)] == [again.job.id]


async def test_what_is_private_elsewhere_or_hidden_is_not_found(house: House, ben: Asked) -> None:
    anna = await asked_in(house)
    private = replace(anna, place=anna.place.model_copy(update={"private": True}))
    hidden = await made(house, anna)
    async with house.store.transaction() as rows:
        await rows.jobs.note(hidden.id, hidden_at=NOON)
    telegram = replace(anna, place=anna.place.model_copy(update={"platform": "telegram"}))
    others = [await made(house, a) for a in (private, direct(house), await asked_in(house, "2"), telegram)]
    for job in (hidden, *others):
        with pytest.raises(errors.NotFound):
            await house.studio.view(job.id, asked=ben)
        with pytest.raises(errors.NotFound):
            await house.studio.again(job.id, asked=ben)
        assert (await house.studio.intake(job.id, kind=MediaKind.IMAGE, asked=ben)).name == job.id  # as a file's name
        assert (await house.studio.view(job.id, asked=anna)).own


async def test_who_asks_elsewhere_does_not_see_it(house: House, ben: Asked) -> None:
    job = await made(house, await asked_in(house))
    for asked in (await asked_in(house, "2", by=BEN), direct(house, by=BEN)):
        with pytest.raises(errors.NotFound):
            await house.studio.view(job.id, asked=asked)


# --- where the bot may not answer --------------------------------------------------------------------------------


async def test_a_right_that_is_lacking_is_named_before_anything_is_set_aside(house: House) -> None:
    asked = replace(await asked_in(house), lacking=("send_messages", "attach_files"))
    with pytest.raises(errors.NotNow) as refused:
        await made(house, asked)
    assert (refused.value.key, refused.value.params) == (
        "error.no_right",
        {"rights": ("send_messages", "attach_files")},
    )
    assert (await house.studio.jobs(asked), await house.balance()) == ((), 100)


async def test_what_is_dear_is_asked_as_the_owner_wants_it_and_elsewhere_as_the_operator_does(house: House) -> None:
    studio = Studio(house.world, dispatch=house.dispatch, welcome={}, ask_above={"discord": 15})
    here = replace(await asked_in(house), interactive=True)
    assert here.community is not None
    async with house.store.transaction() as rows:
        await rows.communities.rule(here.community.id, {"ask_above": 10})
    begun = {}
    for count in (1, 2, 3):
        for name, asked in (("here", here), ("direct", replace(direct(house), interactive=True))):
            anew = replace(asked, key=house.asked().key)
            said = await studio.submit(house.request("NanoBanana2-1K", count=count), asked=anew)
            begun[name, count] = isinstance(said, Accepted)
    assert [key for key, accepted in begun.items() if accepted] == [("here", 1), ("direct", 1), ("direct", 2)]
    await house.settled()
