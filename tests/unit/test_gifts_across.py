"""Gifts on both platforms: to a newcomer, to a bot, to who has left; pressed by somebody else, and after a restart."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot import requests
from tests import discord_desk, telegram_stage
from tests.discord_desk import Desk
from tests.discord_server.messages import Seen
from tests.engine_house import House, house
from tests.telegram_stage import BEN, MIA, Stage

__all__ = ["house"]

CLEO = 4713
ROBOT = {"id": 4799, "is_bot": True, "first_name": "Robot", "username": "robot_bot"}
BOTS = "is a bot and has no use for credits. Nothing was given."
NOT_YOURS = "of yours to answer; please ask for it anew."


@pytest.fixture
async def stage(house: House, tmp_path: Path) -> AsyncIterator[Stage]:
    """Mia's chats on Telegram."""
    async with telegram_stage.opened(house, tmp_path) as opened:
        opened.served.create_user(first_name="Cleo", id=CLEO, language_code="en")
        await opened.start()
        yield opened


@pytest.fixture
async def desk(house: House, tmp_path: Path) -> AsyncIterator[Desk]:
    """Mia's server on Discord."""
    async with discord_desk.opened(house, tmp_path) as opened:
        yield opened


async def has(house: House, platform: str, user: int) -> int:
    """What somebody has of their own."""
    account = await house.studio.account(requests.Person(platform=platform, user=str(user), name=""))
    async with house.store.reading() as rows:
        return await rows.ledger.balance(account.id)


async def known(house: House, platform: str, user: int) -> bool:
    async with house.store.reading() as rows:
        return await rows.accounts.of(requests.Person(platform=platform, user=str(user), name="")) is not None


# --- Telegram


def club(stage: Stage) -> int:
    chat = stage.served.supergroup(title="Pixel Club", creator_id=BEN, members=[MIA, CLEO], bot="administrator")
    return int(chat["id"])


def gives(stage: Stage, chat: int, amount: int, *, to: dict[str, Any] | None = None) -> None:
    """Mia gives Cleo something, who is named without a handle."""
    user = to or {"id": CLEO, "is_bot": False, "first_name": "Cleo"}
    name = user["first_name"]
    entity = {"type": "text_mention", "offset": len("/credits give "), "length": len(name), "user": user}
    stage.say(f"/credits give {name} {amount}", chat=chat, entities=[entity])


def tap(stage: Stage, message: dict[str, Any], action: str, *, user: int = MIA) -> dict[str, Any]:
    data = [b["callback_data"] for row in message["buttons"] for b in row if b["callback_data"].startswith(action)]
    (pressed,) = stage.served.press(user_id=user, chat_id=MIA, message_id=message["message_id"], data=data[0])
    return dict(pressed)


async def test_telegram_newcomer_has_it_at_their_first_words(stage: Stage) -> None:
    gives(stage, club(stage), 20)
    question = await stage.shown("Give Cleo 20 credits of your own? You have 1,000; 980 would remain.")
    tap(stage, question, "gift:")
    await stage.idle()
    assert (await has(stage.house, "telegram", CLEO), await has(stage.house, "telegram", MIA)) == (20, 980)
    stage.say("/credits", chat=CLEO, user=CLEO)
    await stage.shown("Mia gave you 20 credits", chat=CLEO)
    assert await stage.house.faults() == []


async def test_telegram_answer_to_somebody_and_then_the_amount(stage: Stage) -> None:
    chat = club(stage)
    above = stage.say("look at my fox", chat=chat, user=CLEO)["message_id"]
    stage.say("/credits give", chat=chat, reply_to=above)
    asks = await stage.shown("How many credits for Cleo?", chat=chat)
    stage.say("20", chat=chat, reply_to=asks["message_id"])
    await stage.shown("Give Cleo 20 credits of your own?")


async def test_telegram_bot_is_given_nothing(stage: Stage) -> None:
    chat = club(stage)
    gives(stage, chat, 20, to=ROBOT)
    await stage.shown(f"Robot {BOTS}", chat=chat)
    stage.say("/credits give @atelier_bot 20", chat=chat)
    await stage.shown(f"Atelier {BOTS}", chat=chat)
    assert not await known(stage.house, "telegram", int(str(ROBOT["id"])))
    assert await has(stage.house, "telegram", MIA) == 1000


async def test_telegram_gift_reaches_who_has_left_before_the_yes(stage: Stage) -> None:
    chat = club(stage)
    gives(stage, chat, 20)
    question = await stage.shown("Give Cleo 20 credits")
    stage.served.join(chat_id=chat, user_id=CLEO, status="left")
    tap(stage, question, "gift:")
    await stage.idle()
    assert await has(stage.house, "telegram", CLEO) == 20


async def test_telegram_giver_who_has_left_gives_from_where_they_are(stage: Stage) -> None:
    chat = club(stage)
    gives(stage, chat, 20)
    question = await stage.shown("Give Cleo 20 credits")
    stage.served.join(chat_id=chat, user_id=MIA, status="left")
    tap(stage, question, "gift:")
    await stage.idle()
    assert await has(stage.house, "telegram", CLEO) == 20
    assert stage.heard[-1].community is None
    assert stage.texts(chat) == []


async def test_telegram_yes_of_somebody_else_is_refused(stage: Stage) -> None:
    gives(stage, club(stage), 20)
    question = await stage.shown("Give Cleo 20 credits")
    pressed = tap(stage, question, "gift:", user=BEN)
    told = await stage.until(lambda: stage.served.answer(query_id=pressed["query_id"]))
    await stage.idle()
    assert (told["alert"], await has(stage.house, "telegram", MIA)) == (True, 1000)


async def test_telegram_yes_after_a_restart(stage: Stage) -> None:
    gives(stage, club(stage), 20)
    question = await stage.shown("Give Cleo 20 credits")
    await stage.stop()
    await stage.build()
    await stage.start()
    tap(stage, question, "gift:")
    await stage.idle()
    assert await has(stage.house, "telegram", CLEO) == 20


# --- Discord


async def given(desk: Desk, to: int, amount: str = "20") -> Seen:
    """Mia is asked whether to give so much."""
    fields = {"topic": "give", "member": to, "amount": amount}
    (answer,) = await desk.stage.shown(await desk.stage.slash("credits", fields))
    return answer


async def pressed(desk: Desk, message: Seen, action: str) -> None:
    stage = desk.stage
    (id,) = [one.custom_id for one in message.buttons if one.custom_id and one.custom_id.startswith(action)]
    await stage.shown(await stage.served.press(stage.scene.mia, message.id, id))


async def newcomer(desk: Desk, *, joined: bool = True) -> int:
    user = await desk.stage.served.user("Cleo")
    if joined:
        await desk.stage.served.join(desk.stage.scene.guild, user)
    return user


@pytest.mark.parametrize("joined", [True, False])
async def test_discord_newcomer_and_who_has_left_have_it_at_their_first_words(desk: Desk, joined: bool) -> None:
    cleo = await newcomer(desk, joined=joined)
    question = await given(desk, cleo)
    assert question.content == "Give **Cleo** **20 credits** of your own? You have 1,000; 980 would remain."
    assert question.ephemeral
    await pressed(desk, question, "gift:")
    assert await has(desk.house, "discord", cleo) == 20
    assert await has(desk.house, "discord", desk.stage.scene.mia) == 980
    direct = await desk.stage.served.dm(cleo)
    await desk.stage.served.say(cleo, direct, "/credits")
    await desk.stage.until(lambda: any("gave you **20" in m.content for m in desk.stage.served.world.messages.values()))
    assert await desk.house.faults() == []


async def test_discord_bot_is_given_nothing(desk: Desk) -> None:
    bot = desk.stage.served.world.bot.id
    assert BOTS in (await given(desk, bot)).content
    assert not await known(desk.house, "discord", bot)


async def test_discord_yes_of_somebody_else_is_refused(desk: Desk) -> None:
    cleo = await newcomer(desk)
    question = await given(desk, cleo)
    (id,) = [one.custom_id for one in question.buttons if one.custom_id and one.custom_id.startswith("gift:")]
    direct = await desk.stage.served.dm(cleo)
    await desk.stage.served.say(cleo, direct, f"/gift {id.split(':')[1]}")  # others don't see the button
    await desk.stage.until(lambda: any(NOT_YOURS in one.content for one in desk.stage.served.world.messages.values()))
    assert await has(desk.house, "discord", desk.stage.scene.mia) == 1000


async def test_discord_yes_after_a_restart(desk: Desk) -> None:
    cleo = await newcomer(desk)
    question = await given(desk, cleo)
    await desk.house.restart()
    await desk.restart()
    await pressed(desk, question, "gift:")
    assert await has(desk.house, "discord", cleo) == 20
