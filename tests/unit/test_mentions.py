"""Mentions: who is named in a line, in which order, and by which names people are found."""

from bot import requests
from bot.commands import mentions
from storage.store import SqlStore
from tests import factories
from tests.engine_house import House, house

__all__ = ["house"]

BEN = requests.Person(platform="console", user="2", name="Ben", handle="Ben.K")


async def known(house: House, *people: requests.Person) -> None:
    for each in people:
        await house.studio.account(each)


async def found(house: House, line: str, *named: requests.Person) -> tuple[str, tuple[str, ...]]:
    said, there = await mentions.found(line, named, platform="console", names=house.studio.names)
    return said, tuple(each.name for each in there)


async def test_a_name_is_found_in_any_case_and_before_a_full_stop(house: House) -> None:
    await known(house, BEN)
    assert await found(house, "give @BEN.k. Thanks") == ("give <@console:2>. Thanks", ("Ben",))


async def test_a_name_ends_where_chinese_goes_on(house: House) -> None:
    await known(house, BEN)
    assert await found(house, "送@ben.k二十") == ("送<@console:2>二十", ("Ben",))


async def test_people_come_in_the_order_in_which_they_stand(house: House) -> None:
    await known(house, BEN)
    mia = factories.person(user="7", name="Mia")
    assert await found(house, "@ben.k and <@console:7> and @ben.k", mia) == (
        "<@console:2> and <@console:7> and <@console:2>",
        ("Ben", "Mia", "Ben"),
    )


async def test_whom_a_message_replies_to_counts_where_nobody_stands_in_it(house: House) -> None:
    await known(house, BEN)
    above = factories.person(user="7", name="Mia")
    assert await found(house, "20", above) == ("20", ("Mia",))
    assert await found(house, "@ben.k 20", above) == ("<@console:2> 20", ("Ben",))


async def test_nobody_is_made_up(house: House) -> None:
    await known(house, BEN)
    for line in ("@stranger 20", "ask ben.k@mail.com", "<@console:5> 20", "<@discord:2> 20", "@ 20", "@@ben.k"):
        assert await found(house, line) == (line, ())


async def test_an_id_that_stands_in_a_line_is_of_somebody_who_is_known(house: House) -> None:
    await known(house, BEN)
    assert await found(house, "give <@console:2> 20") == ("give <@console:2> 20", ("Ben",))


async def test_a_new_name_is_learnt_and_the_old_one_is_nobodys(house: House, store: SqlStore) -> None:
    await known(house, BEN)
    now = requests.Person(platform="console", user="2", name="Benny", handle="benny")
    await house.studio.names.learn(now)
    assert await house.studio.names.called("console", "@Benny") == requests.Person(
        platform="console", user="2", name="Benny", handle="benny"
    )
    assert await house.studio.names.called("console", "ben.k") is None


async def test_a_name_that_went_to_somebody_else_is_theirs(house: House) -> None:
    await known(house, BEN, factories.person(user="3", name="Cleo", handle=None))
    await house.studio.names.learn(factories.person(user="3", name="Cleo", handle="ben.k"))
    assert (await found(house, "@ben.k"))[1] == ("Cleo",)


async def test_a_name_is_of_one_platform(house: House) -> None:
    await known(house, factories.person(platform="discord", user="9", name="Ben", handle="ben.k"))
    assert await found(house, "@ben.k 20") == ("@ben.k 20", ())
