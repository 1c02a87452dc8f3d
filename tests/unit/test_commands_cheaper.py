"""Too few credits: the words name what is in the way, and the buttons what would do instead."""

from dataclasses import replace
from typing import Any

import pytest

from bot import money, requests
from bot.commands import Heard
from bot.replies import Reply
from tests import factories
from tests.desk import Desk, desk, house

__all__ = ["desk", "house"]

CLUB = requests.CommunitySeen(platform="telegram", native="-1", title="Pixel Club")
FOX = "/image a fox --model NanoBanana2-1K"  # 5 credits


def said(desk: Desk, text: str, **changes: Any) -> Heard:
    """A line in a Telegram group, where a tap can follow."""
    person = factories.person(platform="telegram", user="anna", name="Anna")
    place = factories.place(platform="telegram", channel="-1", community="-1", user="anna")
    heard = desk.heard(text, person=person, place=place, community=CLUB, local=False, interactive=True)
    return replace(heard, **changes)


async def ask(desk: Desk, text: str) -> Reply:
    return await desk.commands.answer(said(desk, text))


async def give(desk: Desk, credits: int) -> None:
    """Own credits for whoever speaks in the group."""
    account = await desk.house.studio.account(said(desk, "").person)
    async with desk.house.store.transaction() as rows:
        await rows.ledger.post(factories.grant(account.id, credits, id=f"own {credits}"))


async def drain(desk: Desk, *, leave: int) -> None:
    """Take the pool's credits away but for that many."""
    community = await desk.house.studio.community(CLUB)
    async with desk.house.store.transaction() as rows:
        have = await rows.ledger.balance(community.pool)
        if have > leave:
            back = factories.grant(money.ISSUER, have - leave, id="dry", debit=community.pool)
            await rows.ledger.post(back)


# --- the words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "pool", "line", "english", "chinese"),
    [
        (
            0,
            200,
            "/video a fox --duration 15",
            "This needs 90 credits; the shared pool pays at most 60 for one request. Nothing was started; "
            "choose something smaller.",
            "需要 90 积分；这里一次最多用共享积分 60，所以没有开始。换个便宜些的吧。",
        ),
        (
            29,
            200,
            "/video a fox --duration 15",
            "This needs 90 credits; the shared pool pays at most 60 for one request, and you have 29 of your own. "
            "Nothing was started; choose something smaller.",
            "需要 90 积分；这里一次最多用共享积分 60，你自己有 29，所以没有开始。换个便宜些的吧。",
        ),
        (
            30,
            200,
            "/video a fox --duration 15",
            "This needs 90 credits and you have 70, so nothing was started. Your allowance grows by 20 in 12 hours; "
            "or choose something smaller.",
            "需要 90 积分，你有 70，所以没有开始。12 小时后再到账 20，也可以换个便宜些的。",
        ),
        (
            0,
            4,
            FOX,
            "This needs 5 credits, and the shared pool has 4 left. Nothing was started; choose something smaller, "
            "or ask whoever runs this bot to fill it up.",
            "需要 5 积分，可这里的共享积分只剩 4，所以没有开始；换个便宜些的，或请管理员补充。",
        ),
        (
            0,
            0,
            "/speech hi",
            "This needs 1 credit, and the shared pool is empty. Nothing was started; ask whoever runs this bot "
            "to fill it up.",
            "需要 1 积分，可这里的共享积分用完了，所以没有开始；请管理员补充吧。",
        ),
        (
            3,
            1,
            FOX,
            "This needs 5 credits; the shared pool has 1 left, and you have 3 of your own. Nothing was started; "
            "choose something smaller, or ask whoever runs this bot to fill it up.",
            "需要 5 积分；这里的共享积分只剩 1，你自己有 3，所以没有开始。换个便宜些的，或请管理员补充。",
        ),
        (
            3,
            0,
            FOX,
            "This needs 5 credits; the shared pool is empty, and you have 3 of your own. Nothing was started; "
            "choose something smaller, or ask whoever runs this bot to fill it up.",
            "需要 5 积分；这里的共享积分用完了，你自己有 3，所以没有开始。换个便宜些的，或请管理员补充。",
        ),
    ],
)
async def test_what_is_in_the_way_is_named(
    desk: Desk, own: int, pool: int, line: str, english: str, chinese: str
) -> None:
    if own:
        await give(desk, own)
    await drain(desk, leave=pool)
    reply = await ask(desk, f"{line} --yes")
    assert (desk.lines(reply), desk.lines(reply, "zh")) == ([english], [chinese])
    assert (reply.kind, reply.private, reply.job) == ("error", True, None)


async def test_where_their_own_make_up_the_rest_both_pay(desk: Desk) -> None:
    await give(desk, 50)
    started = await ask(desk, "/video a fox --duration 15 --yes")
    community = await desk.house.studio.community(CLUB)
    account = await desk.house.studio.account(said(desk, "").person)
    async with desk.house.store.reading() as rows:
        assert await rows.ledger.legs(str(started.job)) == [
            factories.leg(community.pool, 40),
            factories.leg(account.id, 50),
        ]


# --- the buttons -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "labels", "chinese"),
    [
        ("/video a fox --duration 15", ["Only 6 s · 36"], ["只要 6 秒 · 36"]),
        (
            "/video a fox --duration 8 --resolution 720p",
            ["Only 6 s · 36", "In 480p · 32"],
            ["只要 6 秒 · 36", "改用 480p · 32"],
        ),
        (
            "/image a fox --model NanoBananaPro-4K --count 4",
            ["2 pictures · 30", "Nano Banana 2 · 4K · 40"],
            ["2 张图片 · 30", "Nano Banana 2 · 4K · 40"],
        ),
        (
            "/image a fox --model gpt-image-2 --count 8 --quality high --resolution 2k",
            ["2 pictures · 36", "Quality low · 16"],
            ["2 张图片 · 36", "质量 low · 16"],
        ),
    ],
)
async def test_what_would_do_is_offered(desk: Desk, line: str, labels: list[str], chinese: list[str]) -> None:
    reply = await ask(desk, line)
    assert (desk.labels(reply), desk.labels(reply, "zh")) == (labels, chinese)


async def test_the_next_best_model_is_offered(desk: Desk) -> None:
    await drain(desk, leave=2)
    assert desk.labels(await ask(desk, FOX)) == ["Quick version · 2"]
    assert desk.labels(await ask(desk, FOX), "zh") == ["快速版 · 2"]


async def test_a_tap_starts_what_was_offered_at_its_price(desk: Desk) -> None:
    refused = await ask(desk, "/video a fox --duration 15")
    (button,) = refused.buttons
    assert (button.action, refused.facts["offers"]) == (
        "start",
        [
            {
                "draft": button.subject,
                "kind": "video",
                "model": "grok-imagine",
                "operation": "text-to-video",
                "price_credits": 36,
            }
        ],
    )
    started = await desk.commands.press("start", button.subject, said(desk, ""))
    assert (started.kind, started.facts["left_credits"]) == ("queued", 4)
    assert (await desk.house.job(str(started.job))).request.options == {"prompt": "a fox", "duration": 6}


async def test_again_offers_it_too(desk: Desk) -> None:
    job = (await ask(desk, FOX)).job
    await desk.house.settled()
    await drain(desk, leave=2)
    refused = await desk.commands.press("again", str(job), said(desk, ""))
    assert desk.labels(refused) == ["Quick version · 2"]


async def test_where_nothing_is_cheap_enough_nothing_is_offered(desk: Desk) -> None:
    await drain(desk, leave=0)
    refused = await ask(desk, FOX)
    assert (refused.buttons, "offers" in refused.facts) == ((), False)


async def test_where_no_tap_can_follow_nothing_is_offered(desk: Desk) -> None:
    refused = await desk.commands.answer(said(desk, "/video a fox --duration 15", interactive=False))
    assert (refused.kind, refused.buttons) == ("error", ())
