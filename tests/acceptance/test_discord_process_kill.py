"""Kills of a bot on Discord at every moment of a job: nothing is lost, nothing comes twice, the books balance."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.jobs import JobState
from tests.acceptance import discord_house
from tests.acceptance.discord_house import Scene, Shown, called, done
from tests.discord_server import File
from tests.media_files import image

LONG_S = 60.0  # how long what is done without an answer keeps the bot waiting: until the kill


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Scene]:
    """A bot that has begun to work."""
    async with discord_house.opened(tmp_path) as scene:
        await scene.start()
        yield scene
        await scene.house.check_books()
        await scene.check()


Moment = Callable[[Scene], Awaitable[None]]


async def before_the_answer(scene: Scene) -> None:
    """Discord never hears the first answer."""
    await scene.door("fault", name="hang", method="POST", path="/interactions/*", delay_s=LONG_S)
    await scene.asks("before the answer")
    await scene.met("hang")


async def after_the_answer(scene: Scene, *, times: int, private: bool = False) -> int:
    """Discord has the first answer, and the bot doesn't know; the interaction."""
    await scene.door("fault", name="delay", method="POST", path="/interactions/*", delay_s=LONG_S)
    asked = await scene.asks(f"after the answer {times}", private=private)
    await scene.met("delay", times)
    return asked


async def in_the_making(scene: Scene) -> None:
    """The provider works on it."""
    await scene.held("in the making", seconds=LONG_S, name="image")


async def by_token(scene: Scene, fault: str) -> None:
    """The result is on its way into the message."""
    prompt = f"by token {fault}"
    asked = await scene.held(prompt, seconds=0.5)
    path = f"/webhooks/*/{(await scene.door('interaction', interaction=asked))['token']}/*"
    await shown_running(scene)
    await scene.door("fault", name=fault, method="PATCH", path=path, delay_s=LONG_S)
    await scene.met(fault)


async def in_channel(scene: Scene) -> None:
    """The result is on its way as a new message: the token is dead and the first message deleted."""
    asked = await scene.held("in the channel", seconds=0.5)
    await shown_running(scene)
    await scene.door("kill_token", interaction=asked)
    await scene.door("delete_message", message=(await scene.messages())[0]["id"])
    await scene.door("fault", name="delay", method="POST", path=f"/channels/{scene.channel}/*", delay_s=LONG_S)
    await met_in(scene, f"/channels/{scene.channel}/messages")


async def directly(scene: Scene) -> None:
    """A private result is on its way as a direct message."""
    alone = await scene.door("dm", user=scene.mia)
    asked = await scene.held("directly", seconds=0.5, private=True)
    await shown_running(scene)
    await scene.door("kill_token", interaction=asked)
    await scene.door("fault", name="delay", method="POST", path=f"/channels/{alone}/messages", delay_s=LONG_S)
    await met_in(scene, f"/channels/{alone}/messages")


async def shown_running(scene: Scene) -> None:
    """Wait until the message says that it's being made."""

    async def running() -> bool:
        return any(one.content.startswith("> ASKED\nPainting") for one in await scene.read())

    await scene.until(running)


async def met_in(scene: Scene, path: str) -> None:
    async def struck() -> bool:
        return any(one["scripted"] for one in await scene.door("requests", contains=path))

    await scene.until(struck)


async def test_a_kill_at_every_moment_of_a_job(bot: Scene) -> None:
    scenes = [await bot.elsewhere() for _ in range(9)]
    await before_the_answer(scenes[0])
    await after_the_answer(scenes[1], times=1)
    await after_the_answer(scenes[7], times=2, private=True)
    late = await after_the_answer(scenes[8], times=3)
    await by_token(scenes[2], "hang")
    await by_token(scenes[3], "delay")
    await in_channel(scenes[4])
    await directly(scenes[5])
    await in_the_making(scenes[6])
    await bot.kill()
    await bot.door("kill_token", interaction=late)
    await bot.start()
    await bot.house.settled()
    assert [await scene.read() for scene in scenes] == [
        [called()],
        [done()],
        [done()],
        [done()],
        [called()],
        [Shown(content="> ASKED\nPainting …", buttons=("Stop showing it · still up to 5",), private=True)],
        [unknown()],
        [done(private=True)],
        [done()],
    ]
    assert [await scene.direct() for scene in scenes] == [[], [], [], [], [], [done()], [], [], []]
    states = {job.request.prompt: job.state for job in await bot.house.jobs()}
    assert states.pop("in the making") is JobState.FAILED  # the line broke: nobody can say whether it arrived
    assert set(states.values()) == {JobState.DONE}
    assert len(states) == 8


async def menu(scene: Scene, channel: int, folder: Path) -> int:
    """Mia right-clicks a picture of hers and has the form in front of her; the interaction."""
    face = File(name="face.png", data=image(folder / "face.png").read_bytes(), content_type="image/png")
    message = await scene.door("say", user=scene.mia, channel=channel, content="me", files=[face])
    asked: int = await scene.door("message_menu", user=scene.mia, message=message, name="Edit this")
    await scene.answered(asked)
    return asked


def unknown() -> Shown:
    """Nobody can tell whether the provider took it."""
    return Shown(
        content="> ASKED\nThe line broke while sending, and nobody can say whether it arrived, so I won't send it "
        "twice. Not charged: 5 credits returned, 10,000 left. `JOB`",
        buttons=("Try again · 5",),
    )


async def test_what_was_begun_goes_on_after_a_kill(bot: Scene, tmp_path: Path) -> None:
    """A clip that is polled for, forms between their menu and their words, and the button of a job from before."""
    await bot.asks("a clip", name="video", model="grok-imagine", duration="2")
    await bot.taken("a clip")
    alone = await bot.door("dm", user=bot.mia)
    menus = [await menu(bot, where, tmp_path) for where in (bot.channel, alone)]
    await bot.restart()
    assert (await bot.job("a clip")).state is JobState.DONE
    for n, one in enumerate(menus):
        await bot.answered(
            await bot.door("submit_modal", user=bot.mia, interaction=one, values={"words": f"in summer {n}"})
        )
    jobs = [await bot.job(f"in summer {n}") for n, _ in enumerate(menus)]
    assert [job.request.operation for job in jobs] == ["image-to-image"] * 2
    clip, picture = await bot.read()
    assert (clip.files, clip.buttons[0], picture.files) == (("video/mp4",), "Again · 12", ("image/png",))
    pressed = await bot.presses((await bot.messages())[0]["id"], "Edit")
    await bot.answered(pressed)
    words = "at night"
    await bot.answered(await bot.door("submit_modal", user=bot.mia, interaction=pressed, values={"words": words}))
    assert (await bot.job(words)).request.operation == "edit"
