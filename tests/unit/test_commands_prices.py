"""Prices as members see them: one door for all of them, who pays, and what is asked first."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot import requests
from bot.commands import Heard, buttons
from bot.credits.rules import Rules
from bot.engine.limits import Communities
from bot.replies import Reply
from tests import factories
from tests.desk import Desk, desk, house
from tests.scripted import done, failed

__all__ = ["desk", "house"]

CLUB = requests.CommunitySeen(platform="telegram", native="-1", title="Pixel Club")
FOX = "/image a fox --model NanoBanana2-1K"  # 5 credits
PRO = "/image a fox --model NanoBananaPro-4K"  # 15 credits each
ALLOWED = Rules(first_day=100, a_day=100, saved=100, per_request=None, member_hours=0)


def said(desk: Desk, text: str, **changes: Any) -> Heard:
    """A line in a Telegram group, where a tap can follow."""
    person = factories.person(platform="telegram", user="anna", name="Anna")
    place = factories.place(platform="telegram", channel="-1", community="-1", user="anna")
    heard = desk.heard(text, person=person, place=place, community=CLUB, local=False, interactive=True)
    return replace(heard, **changes)


async def opened(desk: Desk, *, least: int = 1, pool: int = 1000, **rules: Any) -> Desk:
    """The desk in a house where the group's owner set these rules."""
    house = desk.house
    house.communities = Communities(rules=ALLOWED, pool=pool, least_percent=least)
    await house.restart()
    club = await house.studio.community(CLUB)
    async with house.store.transaction() as rows:
        await rows.communities.rule(club.id, rules)
    await house.restart()
    return Desk(house)


async def ask(desk: Desk, text: str, **changes: Any) -> Reply:
    return await desk.commands.answer(said(desk, text, **changes))


async def ended(desk: Desk, text: str) -> str:
    """The job that a line made, when it has ended."""
    reply = await ask(desk, f"{text} --yes")
    assert reply.kind == "queued", desk.lines(reply)
    await desk.house.settled()
    return str(reply.job)


async def receipt(desk: Desk, job: str, language: str = "en") -> str:
    """What its card says that it cost, without its id."""
    (line,) = desk.lines(await desk.commands.press("receipt", job, said(desk, "")), language)
    return line.removesuffix(f" · {job}")


async def give(desk: Desk, credits: int) -> None:
    """Own credits for whoever speaks in the group."""
    account = await desk.house.studio.account(said(desk, "").person)
    async with desk.house.store.transaction() as rows:
        await rows.ledger.post(factories.grant(account.id, credits, id=f"own {credits}"))


# --- what a community charges ------------------------------------------------------------------------------------


async def test_every_price_in_a_community_is_the_one_it_charges(desk: Desk) -> None:
    desk = await opened(desk, percent=150, ask_above=15)
    assert "22.5 per song" in desk.lines(await ask(desk, "/music"))[0]
    shelf = await ask(desk, "/models nano")
    assert any("NanoBanana2-1K · 7.5 per picture" in line for line in desk.lines(shelf))
    listed = shelf.facts["models"]
    assert isinstance(listed, list)
    assert {each["model"]: each["price"] for each in listed}["NanoBanana2-1K"] == "7.5"
    assert "1.5 to 40.5 per picture" in " ".join(desk.lines(await ask(desk, "/models gpt-image-2")))
    assert desk.labels(await ask(desk, f"{FOX} --count 2")) == [
        "Start · 15",
        "1 picture · 8",
        "Quick version · 6",
        "No thanks",
    ]
    voices = desk.labels(await ask(desk, "/voices"))
    assert voices[0] == "Design a voice · 450"


async def test_what_can_be_made_of_a_result_is_priced_alike(desk: Desk) -> None:
    desk = await opened(desk, percent=200)
    job = await ended(desk, FOX)
    assert (await desk.house.job(job)).price == 10
    shown = await desk.commands.press("show", job, said(desk, ""))
    priced = {button.action: button.label.params.get("price") for button in shown.buttons}
    for action in ("again", "vary", "upscale", "describe"):
        if action in priced:
            made = await desk.commands.press(action, job, said(desk, ""))
            assert (action, made.facts.get("price_credits")) == (action, priced[action])
    assert desk.labels(shown)[:5] == ["Again · 10", "Vary · 10", "Edit · 10", "Animate · 72", "Use as reference · 10"]


async def test_elsewhere_a_card_shows_what_is_charged_there(desk: Desk) -> None:
    desk = await opened(desk, percent=200)
    job = await ended(desk, FOX)
    direct = {"community": None, "place": factories.place(platform="telegram", channel="5", user="anna")}
    shown = await desk.commands.press("show", job, said(desk, "", **direct))
    assert desk.labels(shown)[:2] == ["Again · 5", "Vary · 5"]


async def test_what_forms_suggest_is_priced_alike(desk: Desk) -> None:
    desk = await opened(desk, percent=200)
    fields = {"model": "NanoBanana2-1K"}
    counts = await desk.commands.suggest(said(desk, "", command="image", fields=fields), "count")
    assert [each.label for each in counts][:2] == ["1 · 10 credits", "2 · 20 credits"]
    models = await desk.commands.suggest(said(desk, "", command="image", fields={"model": "nano2-1k"}), "model")
    assert models[0].label == "Nano Banana 2 · 1K · 10 per picture · usually 15 s"


async def test_bare_words_are_offered_at_what_is_charged_here(desk: Desk) -> None:
    desk = await opened(desk, percent=200)
    offer = await desk.commands.offer(said(desk, "a red fox in snow"))
    assert desk.labels(offer) == ["Picture · 10", "Clip · 72", "Song · 30", "Read aloud · 2"]
    started = await desk.commands.press("start", offer.buttons[0].subject, said(desk, ""))
    job = await desk.house.job(str(started.job))
    assert (job.price, job.percent) == (10, 200)


async def test_what_would_do_with_too_few_credits_is_priced_alike(desk: Desk) -> None:
    desk = await opened(desk, percent=200, first_day=5)
    refused = await ask(desk, FOX)
    assert desk.lines(refused)[0].startswith("This needs 10 credits and you have 5, so nothing was started.")
    assert desk.labels(refused) == ["Quick version · 4"]
    started = await desk.commands.press("start", refused.buttons[0].subject, said(desk, ""))
    assert (started.facts["price_credits"], started.facts["left_credits"]) == (4, 1)


async def test_another_model_is_offered_at_what_is_charged_here(desk: Desk) -> None:
    desk = await opened(desk, percent=200)
    desk.house.provider.polls = [failed()]
    job = await desk.house.job(await ended(desk, FOX))
    assert job.failure is not None
    labels = [(each.action, each.label.params["price"]) for each in buttons.retries(job, job.failure)]
    assert labels[0] == ("again", 10)
    other = await desk.commands.press("other", job.id, said(desk, "--yes"))
    assert labels[1:] == [("other", other.facts["price_credits"])]


async def test_nobody_pays_less_than_the_operators_floor(desk: Desk) -> None:
    desk = await opened(desk, percent=50, least=120)
    job = await desk.house.job(await ended(desk, FOX))
    assert (job.price, job.percent, job.charge) == (6, 120, 6)


async def test_what_nobody_may_ask_for_here_is_not_offered(desk: Desk) -> None:
    desk = await opened(desk, ask_above=15, models=["NanoBananaPro-4K"])
    assert desk.labels(await ask(desk, f"{PRO} --count 4")) == ["Start · 60", "2 pictures · 30", "No thanks"]


# --- what is asked first -----------------------------------------------------------------------------------------


async def test_a_dear_request_is_asked_about_with_what_would_nearly_do(desk: Desk) -> None:
    desk = await opened(desk, ask_above=15)
    question = await ask(desk, f"{PRO} --count 4")
    assert desk.lines(question) == [
        "4 pictures with Nano Banana Pro · 4K cost 60 credits from your Pixel Club allowance. "
        "You have 100; 40 would remain. Start?"
    ]
    assert desk.lines(question, "zh") == [
        "用 Nano Banana Pro · 4K 做 4 张图片，要 60 积分（用 Pixel Club 额度）。你有 100，之后余 40。开始吗？"
    ]
    assert desk.labels(question) == ["Start · 60", "2 pictures · 30", "Nano Banana 2 · 2K · 28", "No thanks"]
    cheaper = await desk.commands.press("start", question.buttons[2].subject, said(desk, ""))
    assert (cheaper.kind, cheaper.facts["model"], cheaper.facts["price_credits"]) == ("queued", "NanoBanana2-2K", 28)


@pytest.mark.parametrize(
    ("left", "count", "asked"),
    [
        (100, 3, False),  # cheaper than what is asked about, and enough remains
        (25, 3, False),  # 10 of 25 remain
        (22, 3, True),  # 7 of 22 would remain: less than a third
        (15, 3, True),
        (9, 1, False),  # 4 of 9
        (7, 1, False),  # too cheap to be asked about, whatever remains
        (100, 4, True),
    ],
)
async def test_a_purse_that_runs_low_is_asked_about_earlier(desk: Desk, left: int, count: int, asked: bool) -> None:
    desk = await opened(desk, ask_above=20, first_day=left)
    assert ((await ask(desk, f"{FOX} --count {count}")).kind == "question") is asked


@pytest.mark.parametrize(("chosen", "asked"), [("off", False), ("16", False), ("15", True), ("auto", True)])
async def test_who_chose_from_where_on_is_asked_from_there_alone(desk: Desk, chosen: str, asked: bool) -> None:
    desk = await opened(desk, ask_above=20, first_day=16)
    await ask(desk, f"/settings ask {chosen}")
    assert ((await ask(desk, f"{FOX} --count 3")).kind == "question") is asked


async def test_settings_say_from_where_on_is_usual_here(desk: Desk) -> None:
    desk = await opened(desk, ask_above=20)
    assert any("as usual here, from 20 credits" in line for line in desk.lines(await ask(desk, "/settings")))


async def test_a_button_that_promised_less_asks(desk: Desk) -> None:
    desk = await opened(desk)
    job = await ended(desk, FOX)
    club = await desk.house.studio.community(CLUB)
    async with desk.house.store.transaction() as rows:
        await rows.communities.rule(club.id, {"percent": 200})
    asked = [await desk.commands.press(action, job, said(desk, "")) for action in ("again", "vary")]
    assert [desk.labels(each)[0] for each in asked] == ["Start · 10"] * 2
    assert (await desk.commands.press("again", job, said(desk, "--yes"))).facts["price_credits"] == 10


async def test_a_question_keeps_its_price_though_prices_rise(desk: Desk) -> None:
    desk = await opened(desk, ask_above=15)
    question = await ask(desk, f"{FOX} --count 4")
    club = await desk.house.studio.community(CLUB)
    async with desk.house.store.transaction() as rows:
        await rows.communities.rule(club.id, {"percent": 300})
    desk.house.provider.tasks = {"task-1": [done("http://a/0")], "task-2": [done("http://a/0")]}
    desk.house.provider.tasks |= {"task-3": [failed()], "task-4": [failed()]}
    started = await desk.commands.press("start", question.buttons[0].subject, said(desk, ""))
    await desk.house.settled()
    job = await desk.house.job(str(started.job))
    assert (job.price, job.percent, job.charge) == (20, 100, 10)


# --- who pays ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("allowance", "own", "english", "chinese"),
    [
        (
            100,
            50,
            ("5 credits set aside from your Pixel Club allowance", "5 used from your Pixel Club allowance"),
            ("预留 Pixel Club 额度 5 积分", "用了 Pixel Club 额度 5"),
        ),
        (
            2,
            50,
            (
                "5 credits set aside (2 from your Pixel Club allowance, 3 of your own)",
                "5 used (2 from your Pixel Club allowance, 3 of your own)",
            ),
            ("预留 5 积分（Pixel Club 额度 2，自己的 3）", "用了 5（Pixel Club 额度 2，自己的 3）"),
        ),
        (
            0,
            50,
            ("5 credits of your own set aside", "5 of your own used"),
            ("预留自己的 5 积分", "用了自己的 5"),
        ),
    ],
)
async def test_who_pays_is_said_before_and_after(
    desk: Desk, allowance: int, own: int, english: tuple[str, str], chinese: tuple[str, str]
) -> None:
    desk = await opened(desk, first_day=allowance)
    await give(desk, own)
    reply = await ask(desk, FOX)
    left = allowance + own - 5
    aside, used = english
    assert desk.lines(reply) == [f"Got it! You're next, ready in 15 seconds. {aside}, {left} left."]
    assert desk.lines(reply, "zh") == [f"收到！马上轮到你，预计 15 秒后完成。{chinese[0]}，余 {left}。"]
    await desk.house.settled()
    assert await receipt(desk, str(reply.job)) == f"{used}, {left} left"
    assert await receipt(desk, str(reply.job), "zh") == f"{chinese[1]}，余 {left}"
    assert (reply.facts["from_pool_credits"], reply.facts["from_own_credits"]) == (
        min(5, allowance),
        5 - min(5, allowance),
    )


async def test_in_a_direct_message_the_operators_pool_is_named(desk: Desk) -> None:
    desk = await opened(desk)
    await desk.house.studio.open_house(200)
    direct = {"community": None, "place": factories.place(platform="telegram", channel="5", user="anna")}
    reply = await ask(desk, FOX, **direct)
    assert desk.lines(reply)[0].endswith("5 credits set aside from your allowance with this bot, 95 left.")
    await desk.house.settled()
    assert await receipt(desk, str(reply.job)) == "5 used from your allowance with this bot, 95 left"


# --- when shared credits rest ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("budget", "english", "chinese"),
    [
        (
            {"day": 10},
            "Pixel Club has used today's 10 shared credits. Open again in 12 hours; nothing charged.",
            "Pixel Club 今天的 10 共享积分用完了，12 小时后恢复，没有扣费。",
        ),
        (
            {"month": 10},
            "Pixel Club has used this month's 10 shared credits. Open again in 4 weeks; nothing charged.",
            "Pixel Club 本月的 10 共享积分用完了，4 周后恢复，没有扣费。",
        ),
    ],
)
async def test_own_credits_stand_in_only_after_a_yes(
    desk: Desk, budget: dict[str, int], english: str, chinese: str
) -> None:
    desk = await opened(desk, **budget)
    await give(desk, 30)
    await ended(desk, f"{FOX} --count 2")
    question = await ask(desk, FOX)
    assert (question.kind, question.private) == ("question", True)
    price = "This picture with Nano Banana 2 · 1K costs 5 credits of your own. You have 30; 25 would remain. Start?"
    assert desk.lines(question) == [english, price]
    assert desk.lines(question, "zh")[0] == chinese
    assert desk.labels(question) == ["Use my own · 5", "No thanks"]
    assert desk.labels(question, "zh") == ["用自己的 · 5", "不用了"]
    started = await desk.commands.press("start", question.buttons[0].subject, said(desk, ""))
    assert (started.kind, started.facts["from_own_credits"], started.facts["left_credits"]) == ("queued", 5, 25)


async def test_a_budget_that_pays_a_part_is_asked_about_with_both(desk: Desk) -> None:
    desk = await opened(desk, day=8)
    await give(desk, 30)
    await ended(desk, FOX)
    question = await ask(desk, FOX)
    assert desk.lines(question)[1].startswith(
        "This picture with Nano Banana 2 · 1K costs 5 credits (3 from your Pixel Club allowance, 2 of your own)."
    )
    assert desk.labels(question) == ["Start · 5", "No thanks"]


async def test_a_yes_to_shared_credits_is_none_to_ones_own(desk: Desk) -> None:
    desk = await opened(desk, day=30, ask_above=15)
    await give(desk, 30)
    dear = await ask(desk, f"{FOX} --count 4")
    await ended(desk, f"{FOX} --count 3")
    asked = await desk.commands.press("start", dear.buttons[0].subject, said(desk, ""))
    assert (asked.kind, desk.labels(asked)) == ("question", ["Start · 20", "No thanks"])
    started = await desk.commands.press("start", asked.buttons[0].subject, said(desk, ""))
    assert (started.kind, started.facts["from_pool_credits"], started.facts["from_own_credits"]) == ("queued", 15, 5)


async def test_without_own_credits_a_rest_is_a_rest(desk: Desk) -> None:
    desk = await opened(desk, day=10)
    await ended(desk, f"{FOX} --count 2")
    refused = await ask(desk, FOX)
    assert desk.lines(refused) == [
        "Pixel Club has used today's 10 shared credits. Open again in 12 hours; nothing charged. "
        "This needs 5 credits, and you have 0."
    ]
    desk.house.clock.advance(timedelta(hours=12).total_seconds())
    assert (await ask(desk, FOX)).kind == "queued"


async def test_an_allowance_that_is_used_up_asks_nothing(desk: Desk) -> None:
    desk = await opened(desk, first_day=5, day=1000)
    await give(desk, 30)
    await ended(desk, FOX)
    reply = await ask(desk, FOX)
    assert (reply.kind, reply.facts["from_own_credits"]) == ("queued", 5)
