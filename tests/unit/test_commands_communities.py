"""Communities as commands meet them: whose language, whose credits, whose jobs, and what is said about it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot import requests
from bot.commands import Heard
from tests import factories
from tests.desk import Desk, desk
from tests.engine_house import house
from tests.factories import BEN, NOON

__all__ = ["desk", "house"]

CLUB = requests.CommunitySeen(platform="telegram", native="-1", title="Pixel *Club*")


def said(desk: Desk, text: str, *, user: str = "anna", language: str | None = "en", **changes: Any) -> Heard:
    """A line in a Telegram group."""
    since = changes.pop("member_since", None)
    person = factories.person(platform="telegram", user=user, name=user, language=language, member_since=since)
    place = factories.place(platform="telegram", channel="-1", community="-1", user=user)
    return desk.heard(text, **{"person": person, "place": place, "community": CLUB, "local": False, **changes})


async def lines(desk: Desk, heard: Heard, language: str = "en") -> list[str]:
    return desk.lines(await desk.commands.answer(heard), language)


# --- languages ---------------------------------------------------------------------------------------------------


async def test_what_everybody_reads_is_in_the_language_of_the_first_who_spoke(desk: Desk) -> None:
    first, second = said(desk, "", user="mei", language="zh-CN"), said(desk, "")
    assert await desk.commands.language(first, public=True) == "zh"
    assert await desk.commands.language(second, public=True) == "zh"
    assert await desk.commands.language(second) == "en"


async def test_a_platform_that_says_a_language_is_believed(desk: Desk) -> None:
    club = replace(CLUB, language="en-GB")
    heard = said(desk, "", user="mei", language="zh", community=club)
    assert [await desk.commands.language(heard, public=public) for public in (True, False)] == ["en", "zh"]


async def test_who_says_no_language_leaves_it_to_the_next(desk: Desk) -> None:
    assert await desk.commands.language(said(desk, "", user="nobody", language=None), public=True) == "en"
    assert await desk.commands.language(said(desk, "", user="mei", language="zh"), public=True) == "zh"
    assert await desk.commands.language(said(desk, "", user="nobody", language=None), public=True) == "zh"


async def test_a_direct_message_is_in_the_members_language(desk: Desk) -> None:
    await desk.commands.language(said(desk, "", user="mei", language="zh"), public=True)
    heard = said(desk, "", community=None, place=factories.place(platform="telegram", channel="5", user="anna"))
    assert await desk.commands.language(heard, public=True) == "en"


@pytest.mark.parametrize(("private", "language"), [(False, "zh"), (True, "en")])
async def test_a_jobs_messages_are_in_the_language_of_who_reads_them(desk: Desk, private: bool, language: str) -> None:
    club = replace(CLUB, language="zh")
    heard = said(desk, "/image a fox --model NanoBanana2-1K", community=club)
    place = heard.place.model_copy(update={"private": private})
    reply = await desk.commands.answer(replace(heard, place=place))
    assert reply.job is not None
    await desk.house.settled()
    assert (await desk.house.job(reply.job)).language == language


# --- credits -----------------------------------------------------------------------------------------------------


async def test_credits_names_the_communitys_allowance_and_what_comes(desk: Desk) -> None:
    await desk.commands.answer(said(desk, "/image a fox --model NanoBanana2-1K"))
    await desk.house.settled()
    assert await lines(desk, said(desk, "/credits")) == [
        "35 credits left, 20 more in 12 hours · Pixel *Club* allowance 35 · pool 195 · own 0. This week 5: pictures 5.",
    ]


async def test_a_newcomer_reads_when_the_allowance_opens(desk: Desk) -> None:
    heard = said(desk, "/credits", member_since=NOON - timedelta(hours=21))
    assert (await lines(desk, heard)) == [
        "0 credits left · Pixel *Club* allowance 0 · pool 200 · own 0.",
        "You're new here: your allowance of 40 opens in 3 hours.",
    ]
    asks = said(desk, "/image a fox --model NanoBanana2-1K", member_since=NOON - timedelta(hours=21))
    assert await lines(desk, asks) == [
        "This costs 5 credits and you have 0, so nothing was started. "
        "You're new here: your allowance of 40 opens in 3 hours."
    ]


async def test_too_few_says_when_more_comes(desk: Desk) -> None:
    asks = "/image a fox --model NanoBanana2-1K --count 4 --yes"
    for _ in range(2):
        await desk.commands.answer(said(desk, asks))
        await desk.house.settled()
    reply = await desk.commands.answer(said(desk, asks))
    assert desk.lines(reply) == [
        "This needs 20 credits and you have 0, so nothing was started. Your allowance grows by 20 in 12 hours; "
        "or choose something smaller."
    ]
    assert reply.facts["error"] == {
        "key": "error.not_enough_yet",
        "need": 20,
        "have": 0,
        "more": 20,
        "at": "2026-01-03T00:00:00+00:00",
    }


# --- rights and jobs ---------------------------------------------------------------------------------------------


async def test_lacking_rights_are_named_in_words(desk: Desk) -> None:
    heard = said(desk, "/image a fox", lacking=("send_messages", "attach_files"))
    reply = await desk.commands.answer(heard)
    assert desk.lines(reply) == [
        "I can't answer here, so nothing was started. I need these permissions in this place: send messages, "
        "attach files. Please ask whoever runs this community."
    ]
    assert desk.lines(reply, "zh") == [
        "我在这里没法回答，所以没有开始。我在这里需要这些权限：发送消息、附加文件。请联系这里的管理员。"
    ]
    assert reply.facts["error"] == {"key": "error.no_right", "rights": ["send_messages", "attach_files"]}


async def test_anothers_public_job_is_shown_without_its_receipt(desk: Desk) -> None:
    made = await desk.commands.answer(said(desk, "/image a fox --model NanoBanana2-1K"))
    await desk.house.settled()
    shown = await desk.commands.press("show", made.job or "", said(desk, "", user=BEN))
    assert desk.lines(shown) == [f"{made.job} · picture · NanoBanana2-1K · done", "“a fox”"]
    assert (len(shown.media), {button.action for button in shown.buttons} & {"again", "receipt", "cancel"}) == (
        1,
        {"again"},
    )
    assert "used_credits" not in shown.facts
    assert (await desk.commands.press("receipt", made.job or "", said(desk, "", user=BEN))).kind == "error"
    assert (await desk.commands.press("receipt", made.job or "", said(desk, ""))).facts["used_credits"] == 5
