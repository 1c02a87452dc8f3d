"""Interaction tokens that die while a job runs: its life goes on in the channel, else directly, else in /jobs."""

import functools
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.jobs import JobState
from tests.acceptance import discord_house
from tests.acceptance.discord_house import Scene, Shown, called, done
from tests.discord_server import File, Options
from tests.media_files import image

QUARTER_S = 16 * 60.0  # more than a token lives
RUNNING = Shown(content="> ASKED\nPainting …", buttons=("Stop showing it · still up to 5",))
BOT = Options(token="").application_id  # its user
NAMES = ("public", "deleted", "closed", "gone", "left", "private", "shut", "nowhere", "mute")
HOLD_S = 1.5  # how long the provider takes while tokens die


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Scene]:
    """A bot that isn't started yet."""
    async with discord_house.opened(tmp_path) as scene:
        yield scene
        await scene.check_books()
        await scene.check()


async def begun(scene: Scene, prompt: str, *, private: bool = False) -> int:
    """A job that runs, with its first message, and whose interaction's token is dead."""
    asked = await scene.held(prompt, seconds=HOLD_S, private=private)

    await scene.until(lambda: running(scene))
    await scene.door("kill_token", interaction=asked)
    return asked


async def running(scene: Scene) -> bool:
    """Whether Mia sees that it's being made."""
    return [replace(one, private=False) for one in await scene.read()] == [RUNNING]


async def seen(scene: Scene) -> tuple[list[Shown], list[Shown]]:
    """What Mia sees in the channel, and directly."""
    return await scene.read(), await scene.direct()


async def test_the_surprise_death_of_a_token(bot: Scene) -> None:
    await bot.start()
    scenes = [await bot.elsewhere() for _ in range(9)]
    _, deleted, closed, gone, left, private, shut, nowhere, mute = scenes
    for n, scene in enumerate(scenes):
        await begun(scene, f"surprise {n}", private=scene in (private, shut))
    await deleted.door("delete_message", message=(await deleted.messages())[0]["id"])
    await closed.door("permit", channel=closed.channel, target=BOT, deny=["view_channel", "send_messages"])
    await gone.door("delete_channel", channel=gone.channel)
    await left.door("leave", guild=left.guild)
    for scene in (shut, nowhere):
        await scene.door("change_user", user=scene.mia, dms_open=False)
    await nowhere.door("delete_channel", channel=nowhere.channel)
    await mute.door("delete_message", message=(await mute.messages())[0]["id"])
    await mute.door("permit", channel=mute.channel, target=BOT, deny=["send_messages"])
    for n in range(len(scenes)):
        assert (await bot.job(f"surprise {n}")).state is JobState.DONE
    alone = done()
    assert {name: await seen(scene) for name, scene in zip(NAMES, scenes, strict=True)} == {
        "public": ([done()], []),
        "deleted": ([called()], []),
        "closed": ([RUNNING], [alone]),
        "gone": ([], [alone]),
        "left": ([RUNNING], [alone]),
        "private": ([replace(RUNNING, private=True)], [alone]),
        "shut": ([replace(RUNNING, private=True)], []),
        "nowhere": ([], []),
        "mute": ([], [alone]),
    }
    await shut.answered(await shut.door("slash", user=shut.mia, channel=shut.channel, name="jobs", options={}))
    assert "surprise 6" in (await shut.read())[-1].content


async def test_a_token_that_is_known_to_be_dead_is_not_tried(tmp_path: Path) -> None:
    async with discord_house.opened(tmp_path, behind_s=14 * 60 + 27) as scene:
        private = await scene.elsewhere()
        await scene.start()
        for one, prompt in ((scene, "known"), (private, "known and private")):
            await one.held(prompt, seconds=3.5, private=one is private)
            await one.until(functools.partial(running, one))
        before = len(await scene.door("requests", contains="/webhooks/"))
        await scene.job("known")
        await private.job("known and private")
        assert len(await scene.door("requests", contains="/webhooks/")) == before
        assert (await scene.read(), await private.direct()) == ([done()], [done()])
        await scene.check()


async def test_sixteen_minutes_pass_while_it_runs(bot: Scene, tmp_path: Path) -> None:
    await bot.start()
    face = File(name="face.png", data=image(tmp_path / "face.png").read_bytes(), content_type="image/png")
    await bot.held("sixteen minutes", seconds=HOLD_S)
    message = await bot.door("say", user=bot.mia, channel=bot.channel, content="me", files=[face])
    menu = await bot.door("message_menu", user=bot.mia, message=message, name="Edit this")
    await bot.answered(menu)
    await bot.door("advance", seconds=QUARTER_S)
    assert (await bot.job("sixteen minutes")).state is JobState.DONE
    assert await bot.read() == [done()]
    await bot.door("advance", seconds=25 * 3600)  # links to files live for a day
    await bot.answered(await bot.door("submit_modal", user=bot.mia, interaction=menu, values={"words": "in summer"}))
    words = "“face.png” is no longer kept; make it anew, or give the file."
    assert (await bot.read())[1:] == [Shown(content=words, private=True)]


async def test_what_took_more_than_a_minute_is_announced_once(bot: Scene) -> None:
    """The bot is down for the minute: its row is made as old as it would be then."""
    await bot.start()
    public, private, alone = await bot.elsewhere(), await bot.elsewhere(), await bot.elsewhere()
    direct = await alone.door("dm", user=alone.mia)
    for scene in (public, private, alone):
        where = direct if scene is alone else scene.channel
        await scene.asks(
            f"long {scene.mia}",
            name="video",
            channel=where,
            private=scene is private,
            model="grok-imagine",
            duration="2",
        )
        await scene.taken(f"long {scene.mia}")
    await bot.kill()
    with sqlite3.connect(bot.house.database) as rows:
        (older,) = rows.execute("select count(*) from jobs where state != 'done'").fetchone()
        rows.execute("update jobs set created_at = datetime(created_at, '-2 minutes')")
    assert older == 3
    await bot.start()
    await bot.house.settled()
    clip = Shown(
        content="> ASKED\nMia, here's your clip.\n12 used from your Pixel Club allowance, 9,988 left · N s · `JOB`",
        files=("video/mp4",),
        buttons=("Again · 12", "Edit · 24", "Extend · 48"),
    )
    ping = Shown(content="@Mia, your clip is ready. `JOB`", pings=("Mia",), under=True)
    assert await public.read() == [clip, ping]
    assert await public.direct() == await private.door("messages", channel=private.channel) == []
    assert (await private.read())[0] == replace(clip, private=True)
    assert [one.content for one in await alone.read(direct)][1:] == [ping.content]
