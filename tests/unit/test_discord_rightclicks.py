"""Right clicks: the files are there when the words for them come, or else the words are given back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.discord import limits
from tests.discord_server import File
from tests.discord_stage import Stage, opened
from tests.factories import NOON
from tests.fakes import SetClock
from tests.unit.test_commands_deeds import everything_on

__all__ = ["everything_on"]

FACE = File(name="face.png", data=b"\x89PNG a face", content_type="image/png")
GONE = "I can no longer see that message's files; please right-click it again."


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Mia, and a bot at work."""
    async with opened(tmp_path) as stage, stage.working():
        yield stage


async def clicked(stage: Stage, channel: int, name: str = "Edit this") -> int:
    """Mia right-clicks a picture of hers and has the form in front of her; the interaction."""
    message = await stage.served.say(stage.scene.mia, channel, "look", files=[FACE])
    if channel != stage.scene.channel:  # what is said directly is heard at once
        await stage.until(lambda: stage.core.shown)
        for what in (stage.core.heard, stage.core.files, stage.core.shown):
            what.clear()
    asked = await stage.served.message_menu(stage.scene.mia, message, name)
    assert (await stage.served.answered(asked)).answered == 9
    return asked


async def answer(stage: Stage, asked: int, words: str) -> tuple[str, bool]:
    """Mia says what is to be done; what she reads, and whether she alone does."""
    (message,) = await stage.shown(await stage.served.submit_modal(stage.scene.mia, asked, {"words": words}))
    return message.content, message.ephemeral


def picks(stage: Stage) -> Path:
    """Where right clicks wait for their words."""
    return stage.root / "state" / "discord-picks"


async def test_a_right_click_reads_the_files_and_asks_for_words(stage: Stage) -> None:
    served, scene = stage.served, stage.scene
    message = await served.say(scene.mia, scene.channel, "look", files=[FACE, File(name="notes.txt", data=b"x")])
    asked = await served.message_menu(scene.mia, message, "Edit this", locale="zh-CN")
    modal = (await served.answered(asked)).modal
    assert modal is not None
    assert modal["title"] == "编辑"
    await stage.shown(await served.submit_modal(scene.mia, asked, {"words": "at night"}))
    action, subject, heard = stage.core.heard[0]
    assert (action, subject, heard.text, stage.core.files) == ("edit", "", "at night", [FACE.data])


async def test_a_right_click_on_words_alone_is_answered(stage: Stage) -> None:
    message = await stage.served.say(stage.scene.mia, stage.scene.channel, "hello")
    (answer,) = await stage.shown(await stage.served.message_menu(stage.scene.mia, message, "Edit this"))
    assert (answer.ephemeral, stage.core.heard) == (True, [])
    assert answer.content.startswith("There is no picture")


@pytest.mark.parametrize("where", ["server", "direct"])
async def test_a_restart_in_between_loses_nothing(stage: Stage, where: str) -> None:
    direct = await stage.served.dm(stage.scene.mia)
    asked = await clicked(stage, direct if where == "direct" else stage.scene.channel)
    assert picks(stage).stat().st_mode & 0o777 == 0o600
    await stage.restart()
    await answer(stage, asked, "at night")
    assert ([heard.text for _, _, heard in stage.core.heard], stage.core.files) == (["at night"], [FACE.data])
    assert FACE.name not in picks(stage).read_text()


@pytest.mark.parametrize("lost", ["gone", "broken", "foreign"])
async def test_without_what_was_kept_the_message_is_read_anew_where_that_is_allowed(stage: Stage, lost: str) -> None:
    asked = [await clicked(stage, where) for where in (stage.scene.channel, await stage.served.dm(stage.scene.mia))]
    match lost:
        case "gone":
            picks(stage).unlink()
        case "broken":
            picks(stage).write_bytes(b"\x00")
        case _:
            picks(stage).write_text('[{"user": 1}]')
    await stage.restart()
    assert await answer(stage, asked[0], "at *night*") == (f"{GONE}\nYou wrote: “at \\*night\\*”", True)
    assert stage.core.heard == []
    await answer(stage, asked[1], "at night")
    assert stage.core.files == [FACE.data]


async def test_nobody_gets_somebody_else_s(stage: Stage) -> None:
    asked = await clicked(stage, stage.scene.channel)
    zoe = await stage.served.user("Zoe")
    await stage.served.join(stage.scene.guild, zoe)
    form = await stage.served.submit_modal(zoe, asked, {"words": "mine"})
    await stage.shown(form)
    assert stage.core.heard == []


async def test_after_a_day_their_links_have_run_out(stage: Stage) -> None:
    clock = SetClock(NOON)
    await stage.stop()
    stage.app = stage.new_app(stage.core, stage.core, clock=clock)
    await stage.start()
    asked = await clicked(stage, stage.scene.channel, "Animate this")
    clock.advance(limits.PICK_LIFE.total_seconds() + 1)
    assert await answer(stage, asked, "") == (GONE, True)


async def test_a_folder_that_can_t_be_written_is_no_trouble_before_a_restart(stage: Stage) -> None:
    picks(stage).with_suffix(".new").mkdir()
    asked = await clicked(stage, stage.scene.channel)
    await answer(stage, asked, "at night")
    assert (stage.core.files, picks(stage).exists()) == ([FACE.data], False)


async def test_the_oldest_go_when_there_are_too_many(stage: Stage) -> None:
    asked = await clicked(stage, stage.scene.channel)
    message = await stage.served.say(stage.scene.mia, stage.scene.channel, "look", files=[FACE])
    for _ in range(3):  # the same one again takes no more room
        await stage.served.answered(await stage.served.message_menu(stage.scene.mia, message, "Edit this"))
    assert picks(stage).read_text().count('"user"') == 2
    await answer(stage, asked, "at night")
    assert stage.core.files == [FACE.data]


async def test_what_needs_no_words_is_made_without_a_form(tmp_path: Path, everything_on: None) -> None:
    async with opened(tmp_path) as stage, stage.working():
        message = await stage.served.say(stage.scene.mia, stage.scene.channel, "look", files=[FACE])
        await stage.shown(await stage.served.message_menu(stage.scene.mia, message, "Describe"))
        ((action, subject, heard),) = stage.core.heard
        assert (action, subject, heard.text, heard.fields, stage.core.files) == ("describe", "", "", {}, [FACE.data])
