"""People on Telegram: who speaks, who administers the group at that moment, and who is named in a line."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot import requests
from bot.commands import Heard
from tests import telegram_stage
from tests.engine_house import House, house
from tests.telegram_stage import BEN, MIA, Stage

__all__ = ["house"]

CLEO = 4713
GIVE = "/credits give "


@pytest.fixture
async def stage(house: House, tmp_path: Path) -> AsyncIterator[Stage]:
    async with telegram_stage.opened(house, tmp_path) as opened:
        opened.served.create_user(first_name="Cleo", last_name="Wu", username="Cleo_Wu", id=CLEO)
        await opened.start()
        yield opened


def group(stage: Stage, **more: Any) -> int:
    return int(stage.served.supergroup(title="Pixel Club", creator_id=BEN, members=[MIA, CLEO], **more)["id"])


async def heard(stage: Stage, text: str, **how: Any) -> Heard:
    """What the core hears of a line."""
    before = len(stage.heard)
    stage.say(text, **how)
    await stage.until(lambda: len(stage.heard) > before)
    return stage.heard[-1]


def named(said: Heard) -> tuple[str, list[str]]:
    return said.text, [each.name for each in said.mentions]


def called(text: str, words: str, user: int, name: str) -> dict[str, Any]:
    """The entity of somebody who is named without a handle."""
    start = len(text[: text.index(words)].encode("utf-16-le")) // 2
    length = len(words.encode("utf-16-le")) // 2
    return {
        "type": "text_mention",
        "offset": start,
        "length": length,
        "user": {"id": user, "is_bot": False, "first_name": name},
    }


# --- who speaks


async def test_who_speaks(stage: Stage) -> None:
    assert (await heard(stage, "/credits", chat=group(stage), user=CLEO)).person == requests.Person(
        platform="telegram", user=str(CLEO), name="Cleo Wu", handle="cleo_wu"
    )


@pytest.mark.parametrize(
    ("status", "steward"), [("member", False), ("restricted", False), ("administrator", True), ("creator", True)]
)
async def test_administrators_manage_a_group(stage: Stage, status: str, steward: bool) -> None:
    chat = group(stage)
    stage.served.join(chat_id=chat, user_id=CLEO, status=status)
    assert (await heard(stage, "/credits", chat=chat, user=CLEO)).person.steward is steward


async def test_nobody_administers_a_private_chat(stage: Stage) -> None:
    assert not (await heard(stage, "/credits")).person.steward
    assert stage.served.requests(method="getChatAdministrators") == []


async def test_who_was_one_when_they_wrote_is_none_when_it_is_read(stage: Stage) -> None:
    chat = group(stage)
    stage.served.join(chat_id=chat, user_id=CLEO, status="administrator")
    await stage.stop()
    stage.say("/credits", chat=chat, user=CLEO)
    stage.served.join(chat_id=chat, user_id=CLEO, status="member")
    await stage.start()
    await stage.until(lambda: stage.heard)
    assert not stage.heard[0].person.steward


async def test_administrators_are_asked_for_once_by_all_who_speak_at_the_same_time(stage: Stage) -> None:
    chat = group(stage)
    for user in (MIA, BEN, CLEO, BEN):
        stage.say("/credits", chat=chat, user=user)
    await stage.until(lambda: len(stage.heard) == 4)
    assert {(each.person.user, each.person.steward) for each in stage.heard} == {
        (str(MIA), False),
        (str(BEN), True),
        (str(CLEO), False),
    }
    assert len(stage.served.requests(method="getChatAdministrators")) == 1


async def test_where_telegram_does_not_say_nobody_is_one_until_it_does(stage: Stage) -> None:
    chat = group(stage)
    stage.served.fault(method="getChatAdministrators", status=500)
    assert not (await heard(stage, "/credits", chat=chat, user=BEN)).person.steward
    assert (await heard(stage, "/credits", chat=chat, user=BEN)).person.steward


async def test_an_anonymous_administrator_is_the_group_and_manages_it(stage: Stage) -> None:
    chat = group(stage)
    assert (await heard(stage, "/credits", chat=chat, user=BEN, as_chat=chat)).person == requests.Person(
        platform="telegram", user=str(chat), name="Pixel Club", steward=True
    )


async def test_who_writes_as_another_chat_manages_nothing(stage: Stage) -> None:
    chat, other = group(stage), stage.served.supergroup(title="Elsewhere", creator_id=CLEO)["id"]
    person = (await heard(stage, "/credits", chat=chat, user=CLEO, as_chat=other)).person
    assert (person.user, person.steward) == (str(other), False)


async def test_an_anonymous_administrators_old_words_are_nobodys(stage: Stage) -> None:
    chat = group(stage)
    stage.house.clock.advance(2 * 366 * 86_400)  # past what the played Telegram dates its messages with
    assert not (await heard(stage, "/credits", chat=chat, user=BEN, as_chat=chat)).person.steward


# --- who is named


async def test_who_is_named_without_a_handle(stage: Stage) -> None:
    line = f"{GIVE}🦊 Cleo Wu 20"
    said = await heard(stage, line, entities=[called(line, "Cleo Wu", CLEO, "Cleo")])
    assert named(said) == (f"{GIVE}🦊 <@telegram:{CLEO}> 20", ["Cleo"])


async def test_several_who_are_named_stand_in_their_order(stage: Stage) -> None:
    line = f"{GIVE}Ben and Cleo 20"
    entities = [called(line, "Cleo", CLEO, "Cleo"), called(line, "Ben", BEN, "Ben")]
    said = await heard(stage, line, entities=entities)
    assert named(said) == (f"{GIVE}<@telegram:{BEN}> and <@telegram:{CLEO}> 20", ["Ben", "Cleo"])


async def test_a_handle_stays_for_the_studio_to_find(stage: Stage) -> None:
    assert named(await heard(stage, f"{GIVE}@cleo_wu 20")) == (f"{GIVE}@cleo_wu 20", [])


async def test_the_bot_knows_itself(stage: Stage) -> None:
    said = await heard(stage, f"{GIVE}@Atelier_Bot 20")
    assert [(each.name, each.bot) for each in said.mentions] == [("Atelier", True)]


async def test_whom_it_replies_to_is_named_where_nobody_else_is(stage: Stage) -> None:
    chat = group(stage, bot="administrator")
    above = stage.say("hello", chat=chat, user=CLEO)["message_id"]
    assert named(await heard(stage, f"{GIVE}20", chat=chat, reply_to=above)) == (f"{GIVE}20", ["Cleo Wu"])
    line = f"{GIVE}Ben 20"
    said = await heard(stage, line, chat=chat, reply_to=above, entities=[called(line, "Ben", BEN, "Ben")])
    assert named(said) == (f"{GIVE}<@telegram:{BEN}> 20", ["Ben"])
    assert named(await heard(stage, f"{GIVE}@ben 20", chat=chat, reply_to=above)) == (f"{GIVE}@ben 20", [])


async def test_what_is_said_to_the_bot_or_in_a_topic_names_nobody(stage: Stage) -> None:
    chat = group(stage, forum=True)
    topic = stage.served.topic(chat_id=chat, user_id=CLEO, name="Foxes")["id"]
    assert (await heard(stage, f"{GIVE}20", chat=chat, topic=topic)).mentions == ()
    stage.say("/help")
    above = await stage.shown("Three things to try")
    assert (await heard(stage, f"{GIVE}20", reply_to=above["message_id"])).mentions == ()


async def test_in_a_prompt_a_name_is_a_part_of_the_words(stage: Stage) -> None:
    line = "/image Cleo as a fox"
    assert named(await heard(stage, line, entities=[called(line, "Cleo", CLEO, "Cleo")])) == (line, [])
    await asyncio.wait_for(stage.idle(), 20)
