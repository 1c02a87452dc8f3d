"""Linking, leaving, taking one's data and being erased through the real adapters, with the other side told."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot import commands, replies, requests
from bot.commands import Heard
from tests import discord_desk, telegram_stage
from tests.discord_desk import Desk
from tests.discord_server.messages import Seen
from tests.engine_house import House, house
from tests.telegram_stage import BEN, MIA, Stage

__all__ = ["house"]

FAR = {"discord": "70", "telegram": "71"}  # Mia's id where she is not in a test
CODE = re.compile(r"/link (\S{4}-\S{4})\b")


class FromAfar:
    """Mia on the platform that isn't played, through the same reception."""

    def __init__(self, reception: commands.Reception, platform: str) -> None:
        self._reception = reception
        self._platform = platform
        self._said = 0

    async def says(self, line: str) -> replies.Reply:
        """The answer to her line."""
        self._said += 1
        user = FAR[self._platform]
        heard = Heard(
            text=line,
            person=requests.Person(platform=self._platform, user=user, name="Mia", language="en"),
            place=requests.Place(platform=self._platform, channel=user, user=user),
            key=f"far:{self._said}",
        )

        async def show(reply: replies.Reply, language: str) -> str | None:
            return None

        return await self._reception.hear(heard, show)


@pytest.fixture
async def stage(house: House, tmp_path: Path) -> AsyncIterator[Stage]:
    """Mia's chats on Telegram."""
    async with telegram_stage.opened(house, tmp_path) as opened:
        await opened.start()
        yield opened


@pytest.fixture
async def desk(house: House, tmp_path: Path) -> AsyncIterator[Desk]:
    """Mia's server on Discord."""
    async with discord_desk.opened(house, tmp_path) as opened:
        yield opened


def far(at: Stage | Desk, platform: str) -> FromAfar:
    """Her other side."""
    reception = commands.Reception(
        commands.Commands(at.house.studio), studio=at.house.studio, openings=at.openings, presenter=at.presenter
    )
    return FromAfar(reception, platform)


def code_in(words: str) -> str:
    found = CODE.search(words)
    assert found is not None, words
    return found[1]


async def known(house: House, platform: str, user: str) -> bool:
    return await house.studio.known(requests.Person(platform=platform, user=user, name="")) is not None


def tap(stage: Stage, message: dict[str, Any], action: str) -> None:
    (data,) = [
        b["callback_data"] for row in message["buttons"] for b in row if b["callback_data"].startswith(f"{action}:")
    ]
    stage.served.press(user_id=MIA, chat_id=MIA, message_id=message["message_id"], data=data)


async def test_telegram_from_linking_to_leaving(stage: Stage) -> None:
    stage.say("/link")
    given = await stage.shown("It works once")
    joined = await far(stage, "discord").says(f"/link {code_in(given['text'])}")
    assert joined.kind == "message"
    await stage.shown("Joined with Discord: 1,000 credits of your own in all.")
    stage.say("/unlink discord")
    question = await stage.shown("Take Discord out of your account?")
    tap(stage, question, "unjoin")
    await stage.shown("Discord stands by itself now. Everything stays with Telegram.")


async def test_telegram_in_a_group_a_code_is_not_for_everybody(stage: Stage) -> None:
    club = int(stage.served.supergroup(title="Club", creator_id=BEN, members=[MIA], bot="administrator")["id"])
    stage.say("/link", chat=club)
    await stage.idle()
    assert not any(CODE.search(words) for words in stage.texts(club))
    await stage.shown("It works once")


async def test_telegram_from_the_file_to_the_end(stage: Stage) -> None:
    stage.say("/privacy export")
    await stage.shown("Here is all that I keep of you")
    await stage.until(lambda: stage.messages()[-1]["kind"] == "document")
    media = stage.messages()[-1]["media"]
    assert (media["name"], media["mime"]) == ("atelier.json", "application/json")
    stage.say("/privacy erase")
    question = await stage.shown("Erase all that I keep of you on Telegram?")
    tap(stage, question, "forget")
    await stage.shown("Done: your names, prompts, results, voices and credits are gone.")
    await stage.idle()
    assert not await known(stage.house, "telegram", str(MIA))
    assert await stage.house.faults() == []


async def pressed(desk: Desk, message: Seen, action: str) -> None:
    (custom_id,) = (one.custom_id for one in message.buttons if one.custom_id.startswith(f"{action}:"))
    await desk.stage.served.press(desk.stage.scene.mia, message.id, custom_id)


async def saw(desk: Desk, words: str) -> Seen:
    """The message with these words, that only Mia reads."""
    direct = await desk.stage.served.dm(desk.stage.scene.mia)

    def found() -> list[int]:
        return [one.id for one in desk.stage.served.world.messages.values() if words in one.content]

    await desk.stage.until(found)
    seen = await desk.stage.served.message(found()[0])
    assert seen.ephemeral or seen.channel_id == direct
    return seen


async def test_discord_from_linking_to_leaving(desk: Desk) -> None:
    (given,) = await desk.stage.shown(await desk.stage.slash("link"))
    assert given.ephemeral
    await far(desk, "telegram").says(f"/link {code_in(given.content)}")
    await saw(desk, "Joined with **Telegram**: 1,000 credits of your own in all.")
    (question,) = await desk.stage.shown(await desk.stage.slash("unlink", {"platform": "telegram"}))
    await pressed(desk, question, "unjoin")
    await saw(desk, "**Telegram** stands by itself now. Everything stays with Discord.")


async def test_discord_from_the_file_to_the_end(desk: Desk) -> None:
    shown = await desk.stage.shown(await desk.stage.slash("privacy", {"data": "export"}))
    assert [file.name for one in shown for file in one.files] == ["atelier.json"]
    assert all(one.ephemeral for one in shown)
    (question,) = await desk.stage.shown(await desk.stage.slash("privacy", {"data": "erase"}))
    await pressed(desk, question, "forget")
    await saw(desk, "Done: your names, prompts, results, voices and credits are gone.")
    assert not await known(desk.house, "discord", str(desk.stage.scene.mia))
    assert await desk.house.faults() == []
