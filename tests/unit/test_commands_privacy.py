"""/privacy and the home of /settings: what is read and tapped, and who pays in direct messages."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot import requests
from bot.commands import Commands
from tests import factories
from tests.desk import Desk, desk, house
from tests.people_desk import DISCORD, TELEGRAM
from tests.unit.test_commands_people import at, buttons

__all__ = ["desk", "house"]

CLUB = requests.CommunitySeen(platform="discord", native="900", title="Pixel Club", language="en")


def inside(person: requests.Person = DISCORD, **changes: Any) -> dict[str, Any]:
    """Somebody in the club."""
    place = requests.Place(platform="discord", channel="901", community="900", user=person.user)
    return {"person": person, "place": place, "interactive": False, "local": False, "community": CLUB, **changes}


async def made(desk: Desk, **changes: Any) -> str:
    """A picture's job."""
    reply = await desk.say("/image a red fox --model NanoBanana2-1K --yes", **changes)
    assert reply.job is not None, desk.lines(reply)
    await desk.house.settled()
    return reply.job


async def pool_of(desk: Desk, job: str) -> str:
    """Whose credits a job may draw on."""
    return (await desk.house.job(job)).pool


async def test_it_says_what_is_kept_and_offers_both(desk: Desk) -> None:
    reply = await desk.say("/privacy", **at(DISCORD))
    assert reply.private
    assert desk.lines(reply)[2:4] == [
        "Files: what you send and what I make for you, for 30 days; "
        "the samples of your voices stay as long as the voices.",
        "Credits: what moved and when. The books stay, without your name once you erase it.",
    ]
    assert buttons(desk, reply) == [("data", "Give me my data"), ("data", "Erase me")]
    assert [button.subject for button in reply.buttons] == ["export", "erase"]


@pytest.mark.parametrize("way", ["typed", "tapped"])
async def test_the_file_comes_in_private(desk: Desk, way: str) -> None:
    ways = {"typed": desk.say("/privacy export", **at(DISCORD)), "tapped": desk.press("data", "export", **at(DISCORD))}
    reply = await ways.pop(way)
    next(iter(ways.values())).close()
    (file,) = reply.media
    told = json.loads(desk.house.files.absolute(file.path).read_text("utf-8"))
    assert (reply.private, file.name, told["identities"][0]["name"]) == (True, "atelier.json", "Mia")
    assert desk.lines(reply) == ["Here is all that I keep of you: 2 entries."]


async def test_erasing_asks_and_says_what_goes(desk: Desk) -> None:
    asked = await desk.press("data", "erase", **at(DISCORD))
    assert desk.lines(asked) == [
        "Erase all that I keep of you on Discord? That can't be undone.",
        "Gone for good: your names and settings, the prompts and results of your jobs (0), your voices (0), "
        "and 0 credits of your own. The books stay, without a name.",
        "To have a copy first: /privacy export",
    ]
    assert buttons(desk, asked) == [("forget", "Yes, erase everything"), ("forget_not", "No thanks")]
    stays = await desk.press("forget_not", asked.buttons[0].subject, **at(DISCORD))
    assert desk.lines(stays) == ["All right, everything stays as it is."]


async def test_answering_her_makes_no_new_account(desk: Desk) -> None:
    asked = await desk.say("/privacy erase", **at(DISCORD))
    done = await desk.press("forget", asked.buttons[0].subject, **at(DISCORD))
    heard = desk.heard("", **at(DISCORD))
    assert await desk.commands.language(heard) == "en"  # in which the answer is shown
    assert await desk.house.studio.known(DISCORD) is None
    assert desk.lines(done) == [
        "Done: your names, prompts, results, voices and credits are gone.",
        "For 60 days I remember, under a number that names nobody, that this day's allowance is used "
        "and where you were banned. Write to me any time to start anew.",
    ]


async def test_erasing_waits_for_running_jobs(desk: Desk) -> None:
    account = await desk.house.studio.account(DISCORD)
    async with desk.house.store.transaction() as rows:
        await rows.ledger.post(factories.grant(account.id, 30, id="more"))
    await factories.accepted(desk.house.store, factories.job("H3H3", account=account.id, price=30))
    assert await desk.read("/privacy erase", **at(DISCORD)) == [
        "Some of your jobs still run: H3H3. Nothing was erased; wait for them or cancel them first, like cancel H3H3."
    ]


async def test_only_two_things_can_be_done(desk: Desk) -> None:
    (said,) = await desk.read("/privacy explode", **at(DISCORD))
    assert "explode" in said
    assert "export, erase" in said


# --- whose pool pays in direct messages


async def test_a_community_pays_in_direct_messages_once_it_is_home(desk: Desk) -> None:
    first = await made(desk, **inside())
    club = await desk.house.studio.community(CLUB)
    listed = await desk.say("/settings home", **at(DISCORD))
    assert desk.lines(listed) == ["Whose pool shall pay in direct messages? Now it is this bot's own pool."]
    assert buttons(desk, listed) == [("home", "Pixel Club"), ("home", "This bot's own pool")]
    chosen = await desk.press("home", listed.buttons[0].subject, **at(DISCORD))
    assert desk.lines(chosen) == ["In direct messages Pixel Club pays from now on, as far as its rules allow."]
    second = await made(desk, **at(DISCORD, interactive=False))
    assert [await pool_of(desk, job) for job in (first, second)] == [club.pool, club.pool]
    settings = await desk.read("/settings", **at(DISCORD))
    assert settings[-1] == "Pays in direct messages: Pixel Club (/settings home changes it)"
    await desk.say("/settings home off", **at(DISCORD))
    async with desk.house.store.transaction() as rows:
        await rows.ledger.post(factories.grant(requests.AccountId("house"), 100, id="house"))
    assert await pool_of(desk, await made(desk, **at(DISCORD, interactive=False))) == "house"
    assert await desk.house.faults() == []


async def test_a_linked_member_is_at_home_on_the_other_platform_too(desk: Desk) -> None:
    await made(desk, **inside())
    code = (await desk.say("/link", **at(DISCORD))).facts["code"]
    await desk.say(f"/link {code}", **at(TELEGRAM))
    await desk.say("/settings home pixel club", **at(TELEGRAM))
    club = await desk.house.studio.community(CLUB)
    assert await pool_of(desk, await made(desk, **at(TELEGRAM, interactive=False))) == club.pool


async def test_only_where_something_was_asked_for(desk: Desk) -> None:
    club = await desk.house.studio.community(CLUB)
    none = "You haven't asked for anything in a community yet, so this bot's own pool pays in direct messages."
    assert await desk.read("/settings home", **at(DISCORD)) == [none]
    assert await desk.read("/settings home Pixel Club", **at(DISCORD)) == [none]
    refused = await desk.press("home", club.id, **at(DISCORD))
    assert desk.lines(refused) == [
        "I can't make that one yours: choose a community in which you asked for something before and aren't banned. "
        "Nothing changed."
    ]
    await made(desk, **inside())
    assert await desk.read("/settings home Zebra", **at(DISCORD)) == [
        "You asked for nothing in “Zebra” yet. Yours are: Pixel Club."
    ]


async def test_who_is_shut_out_has_no_home_there(desk: Desk) -> None:
    await made(desk, **inside())
    club, account = await desk.house.studio.community(CLUB), await desk.house.studio.account(DISCORD)
    await desk.say("/settings home Pixel Club", **at(DISCORD))
    async with desk.house.store.transaction() as rows:
        await rows.ledger.post(factories.grant(requests.AccountId("house"), 100, id="house"))
        await rows.usage.ban(club.id, account.id, by="acc_owner", why="", at=desk.house.clock.now())
    assert await pool_of(desk, await made(desk, **at(DISCORD, interactive=False))) == "house"
    assert buttons(desk, await desk.say("/settings home", **at(DISCORD))) == []


async def test_a_newcomers_wait_is_no_shorter_at_home(desk: Desk) -> None:
    joined = desk.house.clock.now() - timedelta(hours=1)
    new = requests.Person(platform="discord", user="8", name="Nia", language="en", member_since=joined)
    account = await desk.house.studio.account(new)
    async with desk.house.store.transaction() as rows:
        await rows.ledger.post(factories.grant(account.id, 20, id="nia"))
    await made(desk, **inside(new))
    await desk.say("/settings home Pixel Club", **at(new))
    home = await desk.house.studio.homes.of(await desk.house.studio.account(new))
    assert home is not None
    assert home.pool_from == joined + timedelta(hours=24)
    second = await made(desk, **at(new, interactive=False))
    async with desk.house.store.reading() as rows:
        assert [leg.account for leg in await rows.ledger.legs(second)] == [account.id]


async def test_its_rules_hold_but_for_its_channels(desk: Desk) -> None:
    await made(desk, **inside())
    club = await desk.house.studio.community(CLUB)
    await desk.say("/settings home Pixel Club", **at(DISCORD))
    async with desk.house.store.transaction() as rows:
        await rows.communities.rule(club.id, {"channels": ["901"], "percent": 200})
    await desk.house.restart()
    desk.commands = Commands(desk.house.studio)
    price = (await desk.house.job(await made(desk, **at(DISCORD, interactive=False)))).price
    async with desk.house.store.transaction() as rows:
        await rows.communities.rule(club.id, {"paused": True})
    assert await desk.read("/image a red fox", **at(DISCORD)) == [
        "Pixel Club has paused me, so nothing was started or charged. Those who run it can open it again with "
        "/admin resume."
    ]
    usual = desk.house.studio.quote(desk.house.request("NanoBanana2-1K"))
    assert price == 2 * usual


# --- what a form suggests


async def test_forms_suggest_what_can_be_done(desk: Desk) -> None:
    code = (await desk.say("/link", **at(DISCORD))).facts["code"]
    await desk.say(f"/link {code}", **at(TELEGRAM))
    await made(desk, **inside())

    async def values(command: str, field: str, **fields: str) -> list[str]:
        heard = desk.heard("", command=command, fields={field: "", **fields}, **at(DISCORD))
        return [each.value for each in await desk.commands.suggest(heard, field)]

    assert await values("privacy", "data") == ["export", "erase"]
    assert await values("unlink", "platform") == ["discord", "telegram"]
    assert await values("settings", "value", setting="home") == ["Pixel Club", "off"]
    assert await values("link", "code") == []
