"""Owners and people on both platforms: who never spoke, who has left, bots, and owners who stay anonymous."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot import requests
from tests import discord_desk, telegram_stage
from tests.discord_desk import Desk
from tests.engine_house import House, house
from tests.telegram_stage import BEN, MIA, Stage

__all__ = ["house"]

CLEO = 4713


async def has(house: House, platform: str, user: int) -> int:
    """What somebody has of their own."""
    account = await house.studio.account(requests.Person(platform=platform, user=str(user), name=""))
    async with house.store.reading() as rows:
        return await rows.ledger.balance(account.id)


@pytest.fixture
async def stage(house: House, tmp_path: Path) -> AsyncIterator[Stage]:
    """Telegram; Ben speaks to the bot in private, too."""
    async with telegram_stage.opened(house, tmp_path) as opened:
        opened.served.create_user(first_name="Cleo", id=CLEO, language_code="en")
        opened.served.private(user_id=BEN)
        await opened.start()
        opened.say("/settings language en", chat=BEN, user=BEN)
        await opened.shown("Language", chat=BEN)
        yield opened


def club(stage: Stage) -> int:
    chat = stage.served.supergroup(title="Pixel Club", creator_id=BEN, members=[MIA, CLEO], bot="administrator")
    return int(chat["id"])


def cleo(stage: Stage, line: str, chat: int, **how: Any) -> None:
    """Ben says something about Cleo, who has no handle."""
    user = {"id": CLEO, "is_bot": False, "first_name": "Cleo"}
    entity = {"type": "text_mention", "offset": line.index("Cleo"), "length": 4, "user": user}
    stage.say(line, chat=chat, user=BEN, entities=[entity], **how)


async def test_telegram_owner_gives_to_who_never_spoke_and_then_left(stage: Stage) -> None:
    chat = club(stage)
    cleo(stage, "/admin give Cleo 20 for the poster", chat)
    await stage.shown("Cleo", chat=BEN)
    assert await has(stage.house, "telegram", CLEO) == 20
    stage.served.join(chat_id=chat, user_id=CLEO, status="left")
    cleo(stage, "/admin revoke Cleo 5", chat)
    await stage.shown("Cleo", chat=BEN, count=2)
    assert await has(stage.house, "telegram", CLEO) == 15
    assert await stage.house.faults() == []


async def test_telegram_owner_shuts_out_who_never_spoke_in_answer_to_them(stage: Stage) -> None:
    chat = club(stage)
    above = stage.say("spam", chat=chat, user=CLEO)["message_id"]
    stage.say("/admin ban selling things", chat=chat, user=BEN, reply_to=above)
    await stage.shown("Cleo", chat=BEN)
    stage.say("/image a red fox", chat=chat, user=CLEO)
    await stage.shown("selling things", chat=chat)
    stage.say("/admin unban", chat=chat, user=BEN, reply_to=above)
    await stage.shown("Cleo", chat=BEN, count=2)
    stage.say("/image a red fox", chat=chat, user=CLEO)
    await stage.shown("Cleo, here's your picture.", chat=chat)


async def test_telegram_bot_is_given_nothing_of_the_pool(stage: Stage) -> None:
    chat = club(stage)
    stage.say("/admin give @Atelier_Bot 20", chat=chat, user=BEN)
    await stage.shown("is a bot and has no use for credits.", chat=chat)


async def test_telegram_anonymous_owner_is_answered_in_the_group(stage: Stage) -> None:
    chat = club(stage)
    stage.say("/admin pause", chat=chat, user=BEN, as_chat=chat)
    panel = await stage.shown("/admin resume", chat=chat)
    stage.say("/image a red fox", chat=chat)
    await stage.shown("paused", chat=chat)
    stage.say("/link", chat=chat, user=BEN, as_chat=chat)  # what is nobody else's business is told to nobody
    await stage.until(lambda: len(stage.messages(chat)) == 3)
    assert "/link" not in stage.texts(chat)[-1]
    for user, refused in ((MIA, True), (BEN, False)):  # of who presses Telegram says who they are
        (data,) = [b["callback_data"] for row in panel["buttons"] for b in row if "resume" in b["callback_data"]]
        (told,) = stage.served.press(user_id=user, chat_id=chat, message_id=panel["message_id"], data=data)
        answer = await stage.until(lambda told=told: stage.served.answer(query_id=told["query_id"]))
        assert str(answer["text"]).startswith("Only those who manage") is refused
    await stage.shown("again", chat=BEN)


@pytest.fixture
async def desk(house: House, tmp_path: Path) -> AsyncIterator[Desk]:
    async with discord_desk.opened(house, tmp_path) as opened:
        yield opened


async def owner_says(desk: Desk, act: str, member: int, value: str = "") -> str:
    stage = desk.stage
    fields = {"act": act, "member": member, **({"value": value} if value else {})}
    owner = stage.served.world.owner.id
    (answer,) = await stage.shown(await stage.served.slash(owner, stage.scene.channel, "admin", fields))
    assert answer.ephemeral
    return answer.content


@pytest.mark.parametrize("joined", [True, False])
async def test_discord_owner_gives_to_who_never_spoke_or_has_left(desk: Desk, joined: bool) -> None:
    user = await desk.stage.served.user("Cleo")
    if joined:
        await desk.stage.served.join(desk.stage.scene.guild, user)
    assert "**Cleo**" in await owner_says(desk, "give", user, "20")
    assert "**Cleo**" in await owner_says(desk, "ban", user)
    assert await has(desk.house, "discord", user) == 20
    assert await desk.house.faults() == []


async def test_discord_bot_is_given_nothing_of_the_pool(desk: Desk) -> None:
    bot = desk.stage.served.world.bot.id
    assert "is a bot and has no use for credits." in await owner_says(desk, "give", bot, "20")
