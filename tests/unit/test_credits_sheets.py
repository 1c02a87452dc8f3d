"""What members and owners see of credits: by source, over time, in words and as a picture."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from bot import money, requests
from bot.commands.texts import Day
from bot.drawing import HEIGHT, WIDTH
from bot.jobs import JobState
from bot.money import TransferKind
from bot.replies import Reply, text
from bot.requests import Kind
from tests import factories
from tests.desk import TEXTS, Desk, desk, house
from tests.factories import ANNA, BEN, NOON

__all__ = ["desk", "house"]

CLUB = requests.CommunitySeen(platform="telegram", native="-1", title="Pixel Club")


def in_club(**person: Any) -> dict[str, Any]:
    """What is heard of Anna in a Telegram group."""
    return {
        "person": factories.person(user=ANNA, **person),
        "place": factories.place(platform="telegram", channel="-1", community="-1", user=ANNA),
        "community": CLUB,
        "local": False,
    }


async def ended(desk: Desk, id: str, *legs: money.Leg, used: int, days: int = 0, kind: Kind = Kind.IMAGE) -> None:
    """A job that was settled so many days ago."""
    at = NOON - timedelta(days=days)
    pool = next((leg.account for leg in legs if money.is_pool(leg.account)), money.HOUSE)
    job = factories.job(id, price=sum(leg.amount for leg in legs), created_at=at, pool=pool)
    async with desk.house.store.transaction() as rows:
        await rows.jobs.add(replace(job, request=factories.request(kind=kind)))
        await rows.ledger.hold(id, legs, at=at)
        to = JobState.DONE if used else JobState.FAILED
        await rows.jobs.move(id, JobState.QUEUED, to=to, charge=used or None, ended_at=at)
        await rows.ledger.capture(id, used, at=at)


async def post(desk: Desk, *transfers: money.Transfer) -> None:
    async with desk.house.store.transaction() as rows:
        for each in transfers:
            await rows.ledger.post(each)


def actions(reply: Reply) -> list[str]:
    return [button.subject for button in reply.buttons if button.action == "credits"]


# --- the sheet ---------------------------------------------------------------------------------------------------


async def test_the_buttons_are_what_can_be_done_from_here(desk: Desk) -> None:
    community = in_club(steward=True)
    assert actions(await desk.say("/credits", **community)) == [
        "chart",
        "give",
        "donate",
        "limits",
        "history",
        "community",
    ]
    await desk.house.spend_down_to(0)
    assert actions(await desk.say("/credits", **in_club())) == ["chart", "limits", "history"]
    assert await desk.read("/credits limits", **in_club()) == await desk.read("/limits", **in_club())


@pytest.mark.parametrize(
    ("rules", "pool"),
    [
        ({"day": 100}, "pool 95 of 100 today"),
        ({"day": 1000}, "pool 195"),  # it has less than the day would allow
        ({"month": 150, "day": 1000}, "pool 145 of 150 this month"),
    ],
)
async def test_the_pool_is_shown_as_what_it_still_pays(desk: Desk, rules: dict[str, object], pool: str) -> None:
    club = await desk.house.studio.community(CLUB)
    async with desk.house.store.transaction() as rows:
        await rows.communities.rule(club.id, rules)
    await ended(desk, "K7Q2", factories.leg(club.pool, 5), used=5)
    (line,) = await desk.read("/credits", **in_club())
    assert line == (
        f"135 credits left, 20 more in 12 hours · Pixel Club allowance 35 · {pool} · own 100. This week 5: pictures 5."
    )


async def test_what_cannot_be_said_is_named(desk: Desk) -> None:
    (line,) = await desk.read("/credits everything")
    assert "everything" in line
    assert "give, donate, chart, history, community" in line


@pytest.mark.parametrize(
    ("language", "typed", "label"),
    [("en", "giv", "give · some of my own to a member"), ("zh", "捐", "donate · 把自己的积分捐给大家")],
)
async def test_a_form_suggests_what_can_be_said(desk: Desk, language: str, typed: str, label: str) -> None:
    person = factories.person(user=ANNA, language=language)
    heard = desk.heard("", command="credits", fields={"topic": typed}, person=person)
    assert [each.label for each in await desk.commands.suggest(heard, "topic")] == [label]


# --- history -----------------------------------------------------------------------------------------------------


async def test_history_tells_every_movement_in_words_newest_first(desk: Desk) -> None:
    await factories.member(desk.house.store, BEN, name="Mia")
    club = await desk.house.studio.community(CLUB)
    own = factories.leg(ANNA, 10)
    await ended(desk, "K7Q2", own, used=10, days=9)
    await ended(desk, "K7Q3", own, used=4, days=8)
    await ended(desk, "K7Q4", factories.leg(club.pool, 10), used=0, days=7)
    await factories.accepted(desk.house.store, factories.job("K7Q5", created_at=NOON - timedelta(days=6)))
    for number, (kind, debit, credit) in enumerate(
        (
            (TransferKind.GIFT, BEN, ANNA),
            (TransferKind.GIFT, ANNA, BEN),
            (TransferKind.DONATION, ANNA, club.pool),
            (TransferKind.GIVE, club.pool, ANNA),
            (TransferKind.EXPIRE, ANNA, money.ISSUER),
        )
    ):
        at = NOON - timedelta(days=5 - number)
        await post(desk, factories.grant(credit, 7, id=f"t{number}", kind=kind, debit=debit, at=at))
    reply = await desk.press("credits", "history")
    assert desk.lines(reply) == [
        "1 second ago: 100 from whoever runs this bot",
        "24 hours ago: 7 taken back by whoever runs this bot",
        "2 days ago: 7 from Pixel Club's pool",
        "3 days ago: 7 to Pixel Club's pool",
        "4 days ago: 7 given to Mia",
        "5 days ago: 7 given by Mia",
        "6 days ago: 10 set aside · picture K7Q5",
        "7 days ago: 10 set aside and returned · picture K7Q4",
        "8 days ago: 4 used, 6 returned · picture K7Q3",
        "9 days ago: 10 used · picture K7Q2",
    ]


async def test_without_anything_there_is_no_history(desk: Desk) -> None:
    new = factories.person(user="new")
    assert await desk.read("/credits history", person=new) == ["Nothing has moved yet."]


# --- pictures ----------------------------------------------------------------------------------------------------


def picture(desk: Desk, reply: Reply) -> tuple[int, int]:
    (shown,) = reply.media
    with Image.open(desk.house.files.absolute(shown.path)) as image:
        return image.size


@pytest.mark.parametrize(
    ("kinds", "title"),
    [
        ((), "Nothing used in 14 days: 100 credits are waiting for you."),
        ((Kind.VIDEO,), "You used 5 credits in 14 days, all for clips."),
        ((Kind.VIDEO, Kind.VIDEO, Kind.IMAGE), "You used 15 credits in 14 days, mostly for clips."),
        ((Kind.VIDEO, Kind.VIDEO, Kind.IMAGE, Kind.MUSIC), "You used 20 credits in 14 days, for clips first of all."),
    ],
)
async def test_the_card_is_a_picture_with_a_sentence(desk: Desk, kinds: Sequence[Kind], title: str) -> None:
    for number, kind in enumerate(kinds):
        await ended(desk, f"K7Q{number + 2}", factories.leg(ANNA, 5), used=5, days=number, kind=kind)
    reply = await desk.press("credits", "chart")
    assert (desk.lines(reply), picture(desk, reply), reply.private) == ([title], (WIDTH, HEIGHT), True)


async def test_the_card_speaks_the_reader_s_language_and_the_community_s_days(desk: Desk) -> None:
    english = await desk.say("/credits chart", **in_club())
    chinese = await desk.say("积分 图表", **in_club(language="zh"))
    assert english.media[0].path != chinese.media[0].path
    assert picture(desk, chinese) == (WIDTH, HEIGHT)
    assert english.facts["days"][-1]["day"] == "2026-01-02"  # type: ignore[index]


async def test_an_owner_reads_how_the_pool_goes(desk: Desk) -> None:
    club = await desk.house.studio.community(CLUB)
    async with desk.house.store.transaction() as rows:
        await rows.communities.rule(club.id, {"month": 5_000})
    await ended(desk, "K7Q2", factories.leg(club.pool, 20), used=15)
    reply = await desk.press("credits", "community", **in_club(steward=True))
    assert desk.lines(reply) == [
        "Pixel Club's pool has 185.",
        "This month it paid 15 of 5,000.",
        "In the last 14 days 15 were used and 5 returned.",
        "At this pace, 15 a day, it lasts until 14 Jan.",
    ]
    assert desk.lines(reply, "zh")[-1] == "照这样每天 15，能用到 1月14日。"
    assert picture(desk, reply) == (WIDTH, HEIGHT)
    (refused,) = await desk.read("/credits community", **in_club())
    assert refused.startswith("How its pool goes is for those who manage Pixel Club.")


def test_a_day_is_named_in_the_reader_s_way() -> None:
    line = text("history.pace", pace=1, until=Day(NOON.date()))
    assert [TEXTS.plain(line, language) for language in ("en", "zh")] == [
        "At this pace, 1 a day, it lasts until 2 Jan.",
        "照这样每天 1，能用到 1月2日。",
    ]
