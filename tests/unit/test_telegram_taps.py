"""Buttons on Telegram: answered always, once, and to whoever pressed."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.telegram.keyboard import Tapped
from tests import telegram_stage
from tests.engine_house import House, house
from tests.telegram_stage import BEN, MIA, Stage

__all__ = ["house"]


@pytest.fixture
async def stage(house: House, tmp_path: Path) -> AsyncIterator[Stage]:
    async with telegram_stage.opened(house, tmp_path) as opened:
        await opened.start()
        yield opened


def group(stage: Stage) -> int:
    return int(stage.served.supergroup(title="Pixel Club", creator_id=BEN, members=[MIA])["id"])


async def answered(stage: Stage, pressed: dict[str, Any]) -> dict[str, Any]:
    """What whoever pressed is shown."""
    found = await stage.until(lambda: stage.served.answer(query_id=pressed["query_id"]))
    return dict(found)


def button(message: dict[str, Any], action: str) -> str:
    data: list[str] = [b["callback_data"] for row in message["buttons"] for b in row]
    return next(each for each in data if each.startswith(f"{action}:"))


async def made(stage: Stage, chat: int = MIA) -> dict[str, Any]:
    """A picture's message, with its buttons."""
    stage.say("/image a red fox", chat=chat)
    await stage.shown("used", chat=chat)
    await stage.idle()
    return stage.messages(chat)[-1]


async def test_again(stage: Stage) -> None:
    done = await made(stage)
    (pressed,) = stage.served.press(user_id=MIA, chat_id=MIA, message_id=done["message_id"], data=button(done, "again"))
    assert await answered(stage, pressed) == {"text": None, "url": None, "alert": False}
    await stage.shown("Here's your picture.", count=2)
    assert len(await stage.jobs()) == 2


async def test_double_tap(stage: Stage) -> None:
    done = await made(stage)
    pressed = stage.served.press(
        user_id=MIA, chat_id=MIA, message_id=done["message_id"], data=button(done, "again"), times=3
    )
    for each in pressed:
        await answered(stage, each)
    await stage.idle()
    assert len(await stage.jobs()) == 2


async def test_cancel_replaces_the_message(stage: Stage) -> None:
    stage.house.provider.gate = asyncio.Event()
    stage.house.clock.advance(1)
    for _ in range(4):  # more than run at once: the last one waits
        stage.say("/image a red fox")
    await stage.until(lambda: len(stage.messages()) == 4)
    await stage.idle_inbox()
    last = stage.messages()[-1]
    (pressed,) = stage.served.press(
        user_id=MIA, chat_id=MIA, message_id=last["message_id"], data=button(last, "cancel")
    )
    await answered(stage, pressed)
    await stage.until(lambda: "cancel" in stage.texts()[-1] or "stop showing" in stage.texts()[-1])
    assert len(stage.messages()) == 4
    assert stage.messages()[-1]["buttons"] == []
    stage.house.provider.gate.set()


async def test_trouble_is_a_window(stage: Stage) -> None:
    chat = group(stage)
    shown = await made(stage, chat)
    stage.served.world.chats[chat].messages[shown["message_id"]].keyboard[0][0]["callback_data"] = "again:ZZZZ"
    (pressed,) = stage.served.press(user_id=BEN, chat_id=chat, message_id=shown["message_id"], data="again:ZZZZ")
    said = await answered(stage, pressed)
    assert (said["alert"], "ZZZZ" in said["text"], "/jobs" in said["text"]) == (True, True, True)
    assert len(stage.messages(chat)) == 1


@pytest.mark.parametrize(
    "data", ["nonsense", "again:ZZZZ", "fly:K7Q2", ":", "@", "again:K7Q2@x.y.z", "start:D00001@-5"]
)
async def test_bad_buttons(stage: Stage, data: str) -> None:
    done = await made(stage)
    for row in stage.served.world.chats[MIA].messages[done["message_id"]].keyboard:
        for each in row:
            each["callback_data"] = data
    (pressed,) = stage.served.press(user_id=MIA, chat_id=MIA, message_id=done["message_id"], data=data)
    said = await answered(stage, pressed)
    assert said["alert"]
    assert said["text"]


async def test_button_of_a_message_that_is_gone(stage: Stage) -> None:
    done = await made(stage)
    stage.served.delete(chat_id=MIA, message_id=done["message_id"])
    (pressed,) = stage.served.press(user_id=MIA, chat_id=MIA, message_id=done["message_id"], data=button(done, "again"))
    await answered(stage, pressed)
    await stage.shown("Here's your picture.")


async def test_hourglass_does_not_wait_for_a_slow_answer(stage: Stage) -> None:
    done = await made(stage)
    stage.served.fault(method="sendMessage", hang_s=1.0)
    stage.say("/help")
    (pressed,) = stage.served.press(user_id=MIA, chat_id=MIA, message_id=done["message_id"], data=button(done, "again"))
    await answered(stage, pressed)
    assert all("Three things" not in words for words in stage.texts())


async def test_tap_that_is_too_old(stage: Stage) -> None:
    done = await made(stage)
    (pressed,) = stage.served.press(user_id=MIA, chat_id=MIA, message_id=done["message_id"], data=button(done, "again"))
    stage.served.expire(query_id=pressed["query_id"])
    await stage.shown("Here's your picture.", count=2)


async def asked_aside(stage: Stage, chat: int) -> dict[str, Any]:
    """The question, in private, about something that Mia wants in a group."""
    stage.say("/settings ask 1")
    await stage.shown("from 1 credit")
    stage.say("/image a red fox", chat=chat)
    question = await stage.shown("costs 5 credits")
    assert stage.messages(chat) == []
    return question


def press(stage: Stage, message: dict[str, Any], action: str) -> dict[str, Any]:
    number, data = message["message_id"], button(message, action)
    (pressed,) = stage.served.press(user_id=MIA, chat_id=MIA, message_id=number, data=data)
    return dict(pressed)


async def test_question_of_a_group_is_answered_in_private(stage: Stage) -> None:
    chat = group(stage)
    question = await asked_aside(stage, chat)
    await answered(stage, press(stage, question, "start"))
    done = await stage.shown("Mia, here's your picture.", chat=chat)
    assert done["kind"] == "photo"
    assert (await stage.jobs())[0].place.community == str(chat)
    over = await stage.shown("Started! You'll find it in Pixel Club.")
    assert (over["message_id"], over["buttons"]) == (question["message_id"], [])


async def test_question_of_a_group_is_dismissed_in_private(stage: Stage) -> None:
    chat = group(stage)
    question = await asked_aside(stage, chat)
    await answered(stage, press(stage, question, "dismiss"))
    over = await stage.shown("All right, nothing was started or charged.")
    await stage.idle()
    assert (over["message_id"], over["buttons"]) == (question["message_id"], [])
    assert stage.messages(chat) == []


async def test_gift_agreed_to_in_private_is_read_in_its_group(stage: Stage) -> None:
    chat = group(stage)
    hello = stage.say("/help", chat=chat, user=BEN)
    await stage.until(lambda: stage.messages(chat))
    stage.say("/credits give 20", chat=chat, reply_to=hello["message_id"])
    question = await stage.shown("Give Ben 20 credits of your own?")
    await answered(stage, press(stage, question, "gift"))
    told = await stage.shown("20", chat=chat)
    assert told["text"] == "Ben，Mia 送你 20 积分，尽情用吧！"  # the group speaks Ben's language, who spoke first
    over = await stage.shown("Ben, Mia gives you 20 credits. Enjoy!")
    assert (over["message_id"], over["buttons"]) == (question["message_id"], [])
    await stage.idle()


async def test_question_that_was_answered_elsewhere_loses_its_buttons(stage: Stage) -> None:
    chat = group(stage)
    question = await asked_aside(stage, chat)
    draft = button(question, "start").partition(":")[2].partition("@")[0]
    stage.say(f"/start {draft}")
    await stage.shown("Here's your picture.")
    told = await answered(stage, press(stage, question, "start"))
    assert told["text"] == "That question has been answered or is too old; please ask for it anew."
    await stage.until(lambda: all(m["buttons"] == [] for m in stage.messages() if "costs 5" in m["text"]))
    await stage.idle()
    assert (len(await stage.jobs()), stage.messages(chat)) == (1, [])


async def test_killed_before_a_question_of_a_group_is_closed(stage: Stage) -> None:
    chat = group(stage)
    question = await asked_aside(stage, chat)
    stage.served.fault(method="editMessageText", chat_id=MIA, hang_s=30.0, drop=True)
    press(stage, question, "start")
    await stage.shown("Mia, here's your picture.", chat=chat)
    await stage.until(lambda: not stage.served.faults())
    await stage.kill()
    await stage.start()
    over = await stage.shown("Started! You'll find it in Pixel Club.")
    await stage.idle()
    assert (over["message_id"], over["buttons"]) == (question["message_id"], [])
    assert (len(await stage.jobs()), [m["kind"] for m in stage.messages(chat)]) == (1, ["photo"])


async def test_chart_is_a_picture_below_its_sentence(stage: Stage) -> None:
    stage.say("/credits")
    sheet = await stage.shown("1,000 credits left")
    await answered(stage, press(stage, sheet, "credits"))
    await stage.until(lambda: any(m["kind"] == "photo" for m in stage.messages()))
    chart = await stage.shown("Nothing used in 14 days: 1,000 credits are waiting for you.")
    assert (chart["kind"], len(stage.messages())) == ("photo", 2)


async def test_figures_stay_out_of_a_group(stage: Stage) -> None:
    chat = group(stage)
    stage.say("/credits", chat=chat)
    await stage.shown("995 left" if stage.messages(chat) else "left")
    assert stage.messages(chat) == []
    stage.served.block(user_id=MIA)
    stage.say("/credits", chat=chat)
    hint = await stage.shown("for your eyes only", chat=chat)
    assert "1,000" not in hint["text"]


async def test_action_that_asks(stage: Stage) -> None:
    chat = group(stage)
    done = await made(stage, chat)
    (pressed,) = stage.served.press(user_id=MIA, chat_id=chat, message_id=done["message_id"], data=button(done, "edit"))
    await answered(stage, pressed)
    question = await stage.shown("Mia: ", chat=chat)
    assert question["entities"][0]["type"] == "text_mention"
    stage.say("make it night", chat=chat, reply_to=question["message_id"])
    await stage.shown("here's your picture", chat=chat, count=2)
    assert (await stage.jobs())[0].request.prompt == "make it night"


@pytest.mark.parametrize(
    "data", ["again:K7Q2", "start:D00001@-1001234567890.17.99", "cancel:K7Q2@-100123..5", "start:D@-1.."]
)
def test_data_are_read_as_written(data: str) -> None:
    assert Tapped.read(data).data() == data
