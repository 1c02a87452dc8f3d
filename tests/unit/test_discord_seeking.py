"""Messages that nobody remembers: a killed process told of a job, and the next one finds where."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import requests
from bot.replies import Button, text
from tests.discord_stage import HELLO, Stage, opened

CANCEL = Button(action="cancel", subject="K7Q2", label=text("button.cancel_free"))
TAKEN = replace(HELLO, kind="queued", job="K7Q2", buttons=(CANCEL,))


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Mia, and a bot at work."""
    async with opened(tmp_path) as stage, stage.working():
        yield stage
        assert await stage.served.refusals("form") == []


async def told(stage: Stage, **how: Any) -> tuple[requests.Place, str]:
    """Where Mia asked for a job, and the message that tells of it."""
    stage.core.reply = TAKEN
    (message,) = await stage.shown(await stage.slash("image", {"prompt": "a fox", **how}))
    return stage.core.heard[-1][2].place, f"{stage.scene.channel}:{message.id}"


def dead(place: requests.Place) -> requests.Place:
    """The place a quarter of an hour later."""
    assert place.answering is not None
    return place.model_copy(update={"answering": place.answering.model_copy(update={"until": datetime.now(UTC)})})


async def found(stage: Stage, place: requests.Place, *, job: str = "K7Q2") -> str | None:
    """What a process finds that knows nothing but the job."""
    return await stage.app.platform.find(place, job, since=datetime.now(UTC))


@pytest.mark.parametrize("private", [False, True])
async def test_a_first_answer_is_found_by_its_token(stage: Stage, private: bool) -> None:
    here, message = await told(stage, private=private)
    assert await found(stage, here) == f"{message}:t"
    assert await found(stage, here, job="M2N3") is None


async def test_after_its_token_a_public_one_is_found_in_the_channel(stage: Stage) -> None:
    here, message = await told(stage)
    await told(stage)
    await stage.served.say(stage.scene.mia, stage.scene.channel, "what a fox")
    assert await found(stage, dead(here)) == message


async def test_after_its_token_a_private_one_is_not_looked_for(stage: Stage) -> None:
    here, _ = await told(stage, private=True)
    assert await found(stage, dead(here)) is None
    assert await stage.served.requests(method="GET", contains="/messages") == []


async def test_a_message_that_was_tapped_is_not_taken_for_the_answer(stage: Stage) -> None:
    """After a slow tap, the first answer is the message with the button: an older result."""
    again = Button(action="again", subject="M2N3", label=text("button.show"))
    stage.core.reply = replace(HELLO, kind="done", job="M2N3", buttons=(again,))
    (result,) = await stage.shown(await stage.slash())
    stage.core.gate, stage.core.reply = asyncio.Event(), TAKEN
    pressed = await stage.served.press(stage.scene.mia, result.id, "again:M2N3")
    await stage.served.answered(pressed)
    here = stage.core.heard[-1][2].place
    assert await found(stage, here) is None
    stage.core.gate.set()
    (message,) = await stage.shown(pressed)
    assert await found(stage, here) == f"{stage.scene.channel}:{message.id}"


@pytest.mark.parametrize("private", [False, True])
async def test_an_announcement_that_nobody_followed_up_is_the_place_to_say_it(stage: Stage, private: bool) -> None:
    here, announced = await announcement(stage, "image", {"prompt": "a fox", "private": private})
    assert await found(stage, here) == f"{stage.scene.channel}:{announced}:t"


async def test_an_announcement_to_one_does_not_wait_for_what_everybody_sees(stage: Stage) -> None:
    here, announced = await announcement(stage, "jobs", {"job": "M2N3", "action": "again"})
    assert await found(stage, here) is None
    assert announced not in stage.served.world.messages


async def announcement(stage: Stage, name: str, form: dict[str, Any]) -> tuple[requests.Place, int]:
    """A process that is killed between an announcement and what it announced: the place, and the message."""
    stage.core.gate = asyncio.Event()
    asked = await stage.slash(name, form)
    seen = await stage.served.answered(asked)
    assert (seen.answered, seen.original_id is not None) == (5, True)
    return stage.core.heard[-1][2].place, seen.original_id or 0


@pytest.mark.parametrize("shut", ["deleted", "denied", "blind", "broken"])
async def test_where_nothing_can_be_looked_at_nothing_is_found(stage: Stage, shut: str) -> None:
    here, _ = await told(stage)
    bot = stage.served.world.bot.id
    match shut:
        case "deleted":
            await stage.served.delete_channel(stage.scene.channel)
        case "denied":
            await stage.served.permit(stage.scene.channel, bot, deny=["view_channel"])
        case "blind":
            await stage.served.permit(stage.scene.channel, bot, deny=["read_message_history"])
        case _:
            await stage.served.fault("status", method="GET", path="/channels/*", status=403, code=50001)
    assert await found(stage, dead(here)) is None


async def test_a_bot_that_is_not_connected_finds_nothing(stage: Stage) -> None:
    here, _ = await told(stage)
    idle = stage.new_app(stage.core, stage.core)
    assert await idle.platform.find(here, "K7Q2", since=datetime.now(UTC)) is None


async def test_what_was_written_before_the_job_is_not_looked_at(stage: Stage) -> None:
    here, _ = await told(stage)
    later = datetime.now(UTC) + timedelta(hours=1)
    assert await stage.app.platform.find(dead(here), "K7Q2", since=later) is None
