"""A gateway that breaks off, and a bot that stops: what was asked is answered, what was begun goes on."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

from bot.jobs import JobState
from tests.acceptance import discord_house
from tests.acceptance.discord_house import TOKEN, Scene, called, done
from tests.acceptance.telegram_house import Stage
from tests.telegram_server import remote as telegram


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Scene]:
    """A bot that isn't started yet."""
    async with discord_house.opened(tmp_path) as scene:
        yield scene
        await scene.check_books()
        await scene.check()


BREAKS: dict[str, Callable[[Scene], Awaitable[None]]] = {
    "cut": lambda scene: scene.door("gateway_drop"),
    "reconnect": lambda scene: scene.door("gateway_reconnect"),
    "invalid": lambda scene: scene.door("gateway_invalidate"),
    "resumable": lambda scene: scene.door("gateway_invalidate", resumable=True),
    "closed": lambda scene: scene.door("gateway_close", code=4000),
    "refused": lambda scene: refused(scene),
}


FORGOTTEN = frozenset({"invalid", "refused"})  # the session is lost, or nobody knows when the bot is back
AT_ONCE = frozenset({"reconnect", "resumable"})  # discord.py waits for up to some seconds after the others


async def refused(scene: Scene) -> None:
    """The connection is gone, and the next two are answered with 503."""
    await scene.door("gateway_refuse", times=2)
    await scene.door("gateway_drop")


async def test_a_gateway_that_breaks_is_come_back_to(bot: Scene) -> None:
    await bot.start()
    for n, (name, breaks) in enumerate(BREAKS.items()):
        scene = await bot.elsewhere()
        await breaks(scene)
        asked = await scene.asks(f"away {name}")  # while the bot is away, or just back
        await scene.connected()
        if name not in FORGOTTEN:
            assert (await scene.job(f"away {name}")).state is JobState.DONE
            answered = (await scene.door("interaction", interaction=asked))["answered"] is not None
            assert answered or name not in AT_ONCE
            assert await scene.read() == [done() if answered else called()], name
        again = await scene.asks(f"back {n}")
        await scene.answered(again)
        assert (await scene.job(f"back {n}")).state is JobState.DONE
    await bot.house.settled()  # what was asked while a session was lost may have been heard all the same
    assert "Traceback" not in bot.house.log


async def test_a_stop_lets_what_was_begun_go_on_at_the_next_start(bot: Scene) -> None:
    await bot.start()
    clip = await bot.elsewhere()
    await bot.held("picture", seconds=1.0)
    await clip.asks("clip [sim:slow]", name="video", model="grok-imagine", duration="2")
    await clip.taken("clip [sim:slow]")
    assert await bot.house.stop() == 0
    before = [(job.request.prompt, job.state.ended) for job in await bot.house.jobs()]
    assert before[1] == ("clip [sim:slow]", False)
    await bot.start()
    assert {job.state for job in await bot.house.settled()} == {JobState.DONE}
    assert await bot.read() == [done()]
    (shown,) = await clip.read()
    assert (shown.content, shown.files) == (
        "> ASKED\nMia, here's your clip.\n12 used from your Pixel Club allowance, 9,988 left · N s · `JOB`",
        ("video/mp4",),
    )


async def test_a_token_that_is_no_longer_accepted_ends_the_bot(tmp_path: Path) -> None:
    async with discord_house.opened(tmp_path) as bot:
        await bot.start()
        await bot.door("gateway_close", code=4004)
        code = await bot.house.ended()
        assert (code, bot.house.log.splitlines()[-1:]) == (
            1,
            [
                "Discord closed the connection for good (code 4004). It does not accept DISCORD_TOKEN any more: copy "
                "the bot's token anew from the developer portal."
            ],
        )
        assert TOKEN not in bot.house.log + bot.house.out
        bot.house.check_log()


async def test_commands_are_sent_once_and_again_when_they_changed(bot: Scene) -> None:
    await bot.door("fault", name="status", method="PUT", path="/applications/*", status=403)
    await bot.start()
    assert (await bot.door("command_writes"), "Discord did not take the commands" in bot.house.log) == (0, True)
    await bot.kill()
    await bot.door("fault", name="rate_limit", method="PUT", path="/applications/*", retry_after_s=0.5)
    await bot.start()
    ours = await bot.door("commands")
    assert (await bot.door("command_writes"), len(ours)) == (1, 21)
    await bot.kill()
    await overwritten(f"{bot.door.api}/applications/1100000000000000001/commands")
    remembered = bot.house.folder / "data" / "discord" / "discord-commands-1100000000000000001"
    await bot.start()
    assert await bot.door("command_writes") == 2
    assert [one["name"] for one in await bot.door("commands")] == ["other"]  # what was sent last is remembered
    await bot.kill()
    remembered.unlink()
    await bot.start()
    assert [one["name"] for one in await bot.door("commands")] == [one["name"] for one in ours]
    await bot.asks("works")
    assert (await bot.job("works")).state is JobState.DONE


async def overwritten(url: str) -> None:
    """Somebody else with the token registers commands of their own."""
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bot {TOKEN}"}) as http,
        http.put(url, json=[{"name": "other", "description": "Somebody else's"}]) as answer,
    ):
        assert answer.status == 200


async def test_discord_telegram_and_the_console_in_one_process(tmp_path: Path) -> None:
    async with telegram.started() as played:
        there = {"TELEGRAM_TOKEN": played.token, "TELEGRAM_API_URL": played.url, "CONSOLE": "yes"}
        async with discord_house.opened(tmp_path, there) as bot:
            stage = Stage(telegram=played, house=bot.house)
            await stage.start()
            await bot.connected()
            mia = await stage.person()
            said = await stage.say(mia, "/image on Telegram")
            await bot.asks("on Discord")
            assert bot.house.process is not None
            assert bot.house.process.stdin is not None
            bot.house.process.stdin.write(b"/image on the console\n")
            await stage.result(mia, said)
            found = {job.request.prompt: job for job in [await bot.job(f"on {one}") for one in PLATFORMS]}
            assert {prompt: (job.place.platform, job.state) for prompt, job in found.items()} == {
                f"on {one}": (name, JobState.DONE) for one, name in PLATFORMS.items()
            }
            assert await bot.read() == [done()]
            await bot.held("under way", seconds=1.0)
            assert await bot.house.stop() == 0
            assert (tmp_path / "results").exists()
            await stage.start()
            assert (await bot.job("under way")).state is JobState.DONE
            assert (await bot.read())[1:] == [done(left="9,990")]
            await bot.check_books()
            await bot.check()


PLATFORMS = {"Discord": "discord", "Telegram": "telegram", "the console": "console"}
