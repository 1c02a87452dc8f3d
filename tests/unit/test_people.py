"""Accounts over platforms: joined by a one-time code, parted again, and never an allowance more for it."""

from datetime import timedelta

import pytest

from bot import errors, ports
from bot.jobs import JobState, Preferences
from tests import factories
from tests.engine_house import House, house
from tests.people_desk import DISCORD, STRANGER, TELEGRAM, People

__all__ = ["house"]

DAY = timedelta(days=1)
MINUTES = timedelta(minutes=10)


@pytest.fixture
async def people(house: House) -> People:
    """Mia and others, with a pool to draw on in direct messages."""
    gathered = People(house)
    await gathered.open()
    return gathered


async def refused(people: People, words: str, person: object = TELEGRAM) -> tuple[str, dict[str, object]]:
    """Why a code is not taken."""
    assert isinstance(person, type(TELEGRAM))
    with pytest.raises(errors.MemberError) as refusal:
        await people.house.studio.people.join(words, asked=await people.asked(person))
    return refusal.value.key, dict(refusal.value.params)


async def test_the_younger_account_becomes_part_of_the_older(people: People) -> None:
    await people.grant(DISCORD, 20)
    old = await people.account(DISCORD)
    people.house.clock.advance(60)
    await people.grant(TELEGRAM, 15)
    young = await people.account(TELEGRAM)
    joined = await people.joined(TELEGRAM, DISCORD)  # the code may be asked for on either side
    assert (joined.other, joined.here, joined.own, joined.moved) == ("telegram", "discord", 35, 15)
    whole = await people.account(DISCORD)
    assert whole == await people.account(TELEGRAM)
    assert whole.ids == (old.id, young.id)
    assert (await people.balance(old.id), await people.balance(young.id)) == (35, 0)
    assert await people.house.faults() == []


async def test_preferences_are_the_older_ones_and_where_they_say_nothing_the_others(people: People) -> None:
    studio = people.house.studio
    await studio.prefer(await people.asked(DISCORD), language=None, ask_above=30, models={"image": "a"})
    people.house.clock.advance(60)
    await studio.prefer(await people.asked(TELEGRAM), ask_above=5, models={"image": "b", "video": "c"})
    await people.joined()
    chosen = Preferences(language="zh", ask_above=30, models={"image": "a", "video": "c"})
    assert (await people.account(TELEGRAM)).preferences == chosen


async def test_jobs_and_voices_are_seen_from_both_sides(people: People) -> None:
    job = await people.made(TELEGRAM)
    await people.house.settled()
    account = await people.account(TELEGRAM)
    async with people.house.store.transaction() as rows:
        await rows.voices.add(factories.voice(account=account.id, job=job.id))
    people.house.clock.advance(60)
    await people.joined()
    asked = await people.asked(DISCORD)
    assert [each.id for each in await people.house.studio.jobs(asked)] == [job.id]
    assert [each.name for each in await people.house.studio.voices.own(asked)] == ["Sailor"]
    assert (await people.house.studio.view(job.id, asked=asked)).own
    assert (await people.house.studio.voices.delete(job.id, asked=asked)).name == "Sailor"


async def test_an_open_hold_comes_back_to_the_account_that_both_are(people: People) -> None:
    await people.account(DISCORD)
    people.house.clock.advance(60)
    await people.grant(TELEGRAM, 100)
    young = await people.account(TELEGRAM)
    await factories.accepted(people.house.store, factories.job("H3H3", account=young.id, price=30))
    assert (await people.joined()).own == 70
    async with people.house.store.transaction() as rows:
        await rows.jobs.move("H3H3", JobState.QUEUED, to=JobState.CANCELLED, ended_at=people.house.clock.now())
        await rows.ledger.release("H3H3", at=people.house.clock.now())
    assert (await people.own(DISCORD), await people.balance(young.id)) == (100, 0)
    assert await people.house.faults() == []


async def test_an_allowance_counts_what_both_drew(people: People) -> None:
    assert (await people.means(DISCORD)).allowance == 40
    await people.made(DISCORD)
    await people.made(TELEGRAM)
    await people.made(TELEGRAM)
    await people.house.settled()
    price = 40 - (await people.means(DISCORD)).allowance
    await people.joined()
    left = 40 - 3 * price
    assert [(await people.means(each)).allowance for each in (DISCORD, TELEGRAM)] == [left, left]


async def test_the_same_event_gives_the_same_code(people: People) -> None:
    asked = await people.asked(DISCORD)
    first, again = [await people.house.studio.people.code(asked) for _ in range(2)]
    assert first == again
    assert first.until == people.house.clock.now() + MINUTES
    assert [len(part) for part in first.words.split("-")] == [4, 4]
    assert (await people.house.studio.people.code(await people.asked(DISCORD))).words != first.words


async def test_a_code_is_kept_nowhere_as_it_is(people: People) -> None:
    code = await people.house.studio.people.code(await people.asked(DISCORD))
    kept = b"".join(each.read_bytes() for each in people.house.store.path.parent.glob("*.db*"))
    assert code.words.encode() not in kept
    assert code.words.replace("-", "").encode() not in kept


async def test_a_code_may_be_typed_in_any_way(people: People) -> None:
    code = await people.house.studio.people.code(await people.asked(DISCORD))
    said = code.words.lower().replace("-", " ")
    assert (await people.house.studio.people.join(said, asked=await people.asked(TELEGRAM))).other == "discord"


async def test_a_code_serves_once_and_not_for_long(people: People) -> None:
    studio = people.house.studio
    code = await studio.people.code(await people.asked(DISCORD))
    late = await studio.people.code(await people.asked(DISCORD))
    await studio.people.join(code.words, asked=await people.asked(TELEGRAM))
    assert await refused(people, code.words) == ("link.already", {"platform": "discord"})
    assert await refused(people, code.words, STRANGER) == ("link.used", {})
    people.house.clock.advance(MINUTES.total_seconds())
    assert await refused(people, late.words, STRANGER) == ("link.expired", {"at": people.house.clock.now()})


async def test_codes_that_join_nothing_say_why(people: People) -> None:
    studio = people.house.studio
    code = await studio.people.code(await people.asked(TELEGRAM))
    assert await refused(people, "hello") == ("link.no_code", {"said": "hello"})
    assert await refused(people, "0000 IIII") == ("link.no_code", {"said": "0000 IIII"})
    assert await refused(people, code.words) == ("link.own", {"platform": "telegram"})
    assert await refused(people, code.words, STRANGER) == ("link.same_platform", {"platform": "telegram"})
    assert await refused(people, "2222 2222") == ("link.wrong", {"left": 4})
    assert (await studio.people.join(code.words, asked=await people.asked(DISCORD))).other == "telegram"


async def test_guessing_ends_for_an_hour(people: People) -> None:
    code = await people.house.studio.people.code(await people.asked(DISCORD))
    began = people.house.clock.now()
    lefts = [(await refused(people, f"2222 222{n}"))[1]["left"] for n in range(2, 7)]
    assert lefts == [4, 3, 2, 1, 0]
    many = ("link.many_tries", {"limit": 5, "at": began + timedelta(hours=1)})
    assert await refused(people, code.words) == many  # the right one counts for nothing now
    people.house.clock.advance(3600)
    fresh = await people.house.studio.people.code(await people.asked(DISCORD))
    assert (await people.house.studio.people.join(fresh.words, asked=await people.asked(TELEGRAM))).other == "discord"


async def test_codes_are_few_an_hour(people: People) -> None:
    began = people.house.clock.now()
    for _ in range(5):
        await people.house.studio.people.code(await people.asked(DISCORD))
    with pytest.raises(errors.NotNow) as refusal:
        await people.house.studio.people.code(await people.asked(DISCORD))
    given = dict(refusal.value.params)
    assert (refusal.value.key, given) == ("link.many_codes", {"limit": 5, "at": began + timedelta(hours=1)})
    people.house.clock.advance(3600)
    await people.house.studio.people.code(await people.asked(DISCORD))


async def test_three_accounts_become_one(people: People) -> None:
    third = factories.person(platform="console", user="mia", name="Mia")
    await people.grant(third, 5)
    people.house.clock.advance(60)
    await people.grant(DISCORD, 7)
    people.house.clock.advance(60)
    await people.grant(TELEGRAM, 11)
    assert (await people.joined(DISCORD, TELEGRAM)).own == 18
    joined = await people.joined(third, TELEGRAM)
    assert (joined.own, joined.moved) == (23, 18)
    assert len({(await people.account(each)).id for each in (third, DISCORD, TELEGRAM)}) == 1
    assert len((await people.account(third)).joined) == 2
    assert await people.house.faults() == []


async def test_whoever_leaves_has_nothing_and_the_others_keep_everything(people: People) -> None:
    await people.grant(DISCORD, 20)
    people.house.clock.advance(60)
    await people.grant(TELEGRAM, 15)
    await people.joined()
    whole = await people.account(DISCORD)
    for leaving, staying in ((DISCORD, TELEGRAM), (TELEGRAM, DISCORD)):
        await people.parted(leaving, leaving.platform)
        alone = await people.account(leaving)
        assert (await people.account(staying)).id == whole.id
        assert (alone.ids, alone.emptied) == ((alone.id,), (people.house.clock.now(),))
        assert (await people.own(leaving), await people.own(staying)) == (0, 35)
        assert (await people.means(leaving)).allowance == 0
        await people.joined(staying, leaving)
        assert await people.own(leaving) == 35
    assert await people.house.faults() == []


async def test_no_order_of_joining_and_leaving_draws_more_than_two_people_would(people: People) -> None:
    first = (await people.means(DISCORD)).allowance
    second = (await people.means(TELEGRAM)).allowance
    drawn = 0
    for turn in range(4):
        for person in (DISCORD, TELEGRAM):
            while (await people.means(person)).allowance >= 10:
                drawn += (await people.made(person)).price
        await people.house.settled()
        await people.joined(*((DISCORD, TELEGRAM) if turn % 2 else (TELEGRAM, DISCORD)))
        assert (await people.means(DISCORD)).allowance < 10
        await people.parted(DISCORD, "telegram" if turn % 2 else "discord")
    assert drawn <= first + second


async def test_leaving_takes_a_ban_along(people: People) -> None:
    await people.joined()
    whole = await people.account(DISCORD)
    async with people.house.store.transaction() as rows:
        await rows.usage.ban("club", whole.id, by="acc_owner", why="spam", at=people.house.clock.now())
    await people.parted(DISCORD, "telegram")
    async with people.house.store.reading() as rows:
        assert await rows.usage.banned("club", (await people.account(TELEGRAM)).id) == "spam"
        assert await rows.usage.banned("club", *(await people.account(DISCORD)).ids) == "spam"


async def test_a_ban_of_the_younger_account_is_one_of_both(people: People) -> None:
    await people.account(DISCORD)
    people.house.clock.advance(60)
    young = await people.account(TELEGRAM)
    async with people.house.store.transaction() as rows:
        await rows.usage.ban("club", young.id, by="acc_owner", why="", at=people.house.clock.now())
    await people.joined()
    async with people.house.store.transaction() as rows:
        whole = await people.account(DISCORD)
        assert await rows.usage.banned("club", *whole.ids) == ""
        assert await rows.usage.unban("club", whole.id)
        assert await rows.usage.banned("club", *whole.ids) is None


async def test_what_stands_alone_has_nothing_to_part(people: People) -> None:
    with pytest.raises(errors.NotNow, match=r"unlink\.alone"):
        await people.house.studio.people.ask_parting("discord", asked=await people.asked(DISCORD))
    await people.joined()
    with pytest.raises(errors.NotFound, match=r"unlink\.not_there"):
        await people.house.studio.people.ask_parting("console", asked=await people.asked(DISCORD))


async def test_a_parting_happens_once_and_a_no_ends_it(people: People) -> None:
    await people.joined()
    ways = people.house.studio.people
    parting = await ways.ask_parting("telegram", asked=await people.asked(DISCORD))
    await ways.stay(parting.promise.id, asked=await people.asked(DISCORD))
    with pytest.raises(errors.NotFound, match="no_such_promise"):
        await ways.part(parting.promise.id, asked=await people.asked(DISCORD))
    parting = await ways.ask_parting("telegram", asked=await people.asked(DISCORD))
    await ways.part(parting.promise.id, asked=await people.asked(DISCORD))
    with pytest.raises(errors.NotNow, match="promise_kept"):
        await ways.part(parting.promise.id, asked=await people.asked(DISCORD))


async def test_two_may_not_use_one_code_at_once(people: People) -> None:
    code = await people.house.studio.people.code(await people.asked(DISCORD))
    await people.house.studio.people.join(code.words, asked=await people.asked(TELEGRAM))
    async with people.house.store.transaction() as rows:
        account = await people.account(DISCORD)
        digest = people.house.world.keyed("link.digest", code.words.replace("-", "")).hex()
        kept = await rows.links.code(digest)
        assert isinstance(kept, ports.LinkCode)
        assert (kept.account in account.ids, kept.place) == (True, None)
        assert not await rows.links.use(digest, at=people.house.clock.now())
