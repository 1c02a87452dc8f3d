"""Mia on Discord: what she types, taps and right-clicks is answered, with the real library against a played Discord."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.commands import commands, menus
from bot.jobs import Usage
from tests.discord_desk import Desk, opened
from tests.discord_server import File
from tests.engine_house import House, house
from tests.made_up import WORDS, shelf
from tests.unit.test_engine_answers import words

__all__ = ["house", "shelf"]

pytestmark = pytest.mark.usefixtures("shelf")

FACE = File(name="face.png", data=b"\x89PNG a face", content_type="image/png")
VOICE = File(name="voice.mp3", data=b"ID3 a voice", content_type="audio/mpeg")
CLIP = File(name="clip.mp4", data=b"a clip", content_type="video/mp4")
FILES = {"image": FACE, "audio": VOICE, "video": CLIP}
HARD = "@everyone <@1> **b** `c` ``` # h\n- l\n> q [a](https://x.yz) https://x.yz <t:1:R> \U0001f98a 雪 " * 30

FORMS: dict[str, list[dict[str, Any]]] = {
    # for every command, forms that make the core do something
    "image": [{"prompt": "a red fox"}, {"prompt": "the same", "image": FACE, "image2": FACE}, {"prompt": HARD}],
    "video": [{"prompt": "it runs", "image": FACE, "private": True}],
    "music": [{"prompt": "calm piano", "instrumental": True}],
    "speech": [{"prompt": "hello there"}],
    "talk": [{"prompt": "hello", "image": FACE}, {"image": FACE, "audio": VOICE}],
    "voices": [{}, {"prompt": "an old sailor", "name": "Sailor"}, {"prompt": HARD, "private": True}, {"audio": VOICE}],
    "ask": [{"prompt": "why do cats purr?"}, {"prompt": HARD, "model": "made-up-chat"}],
    "edit": [{"prompt": "make it night", "image": FACE}, {}],
    "models": [{}, {"kind": "video"}],
    "limits": [{}],
    "link": [{}, {"code": "ABCD-1234"}],
    "unlink": [{}, {"platform": "telegram"}],
    "privacy": [{}, {"data": "export"}],
    "admin": [{}, {"act": "limits", "value": "day 5"}],
    "credits": [{}],
    "jobs": [{}, {"job": "K7Q2", "action": "show"}],
    "settings": [{}, {"setting": "language", "value": "zh"}],
    "help": [{}, {"command": "image"}],
}


@pytest.fixture
async def desk(house: House, tmp_path: Path) -> AsyncIterator[Desk]:
    """Mia, and a bot at work."""
    async with opened(house, tmp_path) as desk:
        yield desk


async def test_a_picture_is_asked_for_and_shown_in_one_message(desk: Desk) -> None:
    interaction = await desk.stage.slash()
    await desk.stage.shown(interaction)
    job = await desk.job()
    (message,) = await desk.stage.read()
    asked = "> a red fox · Nano Banana 2 · 1K"
    assert message.content == f"{asked}\nMia, here's your picture.\n5 of your own used, 995 left · 1 s · `{job.id}`"
    assert [file.name for file in message.files] == [f"{job.id}.bin"]
    assert message.buttons[0].custom_id == f"again:{job.id}"
    assert (job.place.community, job.place.channel) == (str(desk.stage.scene.guild), str(desk.stage.scene.channel))


async def test_every_command_is_answered_in_time_with_nothing_that_discord_refuses(desk: Desk) -> None:
    assert FORMS.keys() == commands().keys()
    for name, forms in FORMS.items():
        for form in forms:
            interaction = await desk.stage.slash(name, form)
            assert await desk.stage.shown(interaction), (name, form)
            answered = await desk.stage.served.interaction(interaction)
            assert answered.answered in (4, 5)
            assert (answered.answered_after_s or 9) < 3
    await desk.house.settled()
    assert await desk.stage.served.refusals() == []


async def test_every_field_that_suggests_is_suggested_for(desk: Desk) -> None:
    for command in commands().values():
        for field in menus.fields(command):
            if field.suggests:
                asked = await desk.stage.served.autocomplete(
                    desk.stage.scene.mia, desk.stage.scene.channel, command.name, field.name
                )
                answered = await desk.stage.served.answered(asked)
                assert answered.answered == 8, field
                assert len(answered.choices or []) <= 25
    assert await desk.stage.served.refusals() == []


async def test_a_question_is_answered_word_by_word_and_asked_on(desk: Desk) -> None:
    provider, files = desk.house.provider, desk.house.files
    provider.streams, provider.said, files.answers = ("They are", "They are **happy**"), asyncio.Event(), [WORDS]
    provider.submits = [words("They are **happy**, @everyone.", usage=Usage(total_tokens=3000))]
    await desk.stage.slash("ask", {"prompt": "why do cats purr?", "model": "made-up-chat"})
    asked = "> why do cats purr? · made-up-chat"
    growing = f"{asked}\nThey are **happy**\nWriting …"
    await desk.stage.until(lambda: growing in [one.content for one in desk.stage.served.world.messages.values()])
    provider.said.set()
    job = await desk.job()
    (message,) = await desk.stage.read()
    end = f"They are **happy**, @\u200beveryone.\n6 of your own used, 14 returned, 994 left · 1 s · `{job.id}`"
    assert message.content == f"{asked}\nMia, here's your answer.\n{end}"
    assert [button.label for button in message.buttons] == ["Again · 20", "Ask on · up to 20"]
    form = await desk.stage.served.press(desk.stage.scene.mia, message.id, f"further:{job.id}")
    await desk.stage.served.answered(form)
    said = await desk.stage.served.submit_modal(desk.stage.scene.mia, form, {"words": "and lions?"})
    await desk.stage.shown(said)
    await desk.house.settled()
    assert provider.sent[-1].body["system"].endswith("You answered: They are **happy**, @everyone.")
    assert await desk.stage.served.refusals() == []


@pytest.mark.parametrize("name", ["Use as reference", "Edit this", "Animate this"])
async def test_a_right_click_asks_for_words_and_makes_something(desk: Desk, name: str) -> None:
    served, scene = desk.stage.served, desk.stage.scene
    message = await served.say(scene.mia, scene.channel, "look", files=[FACE])
    asked = await served.message_menu(scene.mia, message, name)
    assert (await served.answered(asked)).answered == 9
    form = await served.submit_modal(scene.mia, asked, {"words": "" if name == "Animate this" else "in summer"})
    await desk.stage.shown(form)
    job = await desk.job()
    assert job.state == "done"
    assert await served.refusals() == []


async def test_every_button_of_a_result_does_something(desk: Desk) -> None:
    served, mia = desk.stage.served, desk.stage.scene.mia
    await desk.stage.shown(await desk.stage.slash())
    await desk.job()
    (message,) = await desk.stage.read()
    assert len(message.buttons) >= 4
    for button in message.buttons:
        pressed = await served.press(mia, message.id, button.custom_id)
        if (await served.answered(pressed)).answered == 9:
            pressed = await served.submit_modal(mia, pressed, {"words": "at night"})
        assert await desk.stage.shown(pressed), button
        await desk.house.settled()
    assert await served.refusals() == []
