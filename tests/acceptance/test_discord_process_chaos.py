"""Longer trials of the bot on Discord: a whole minute by the clock, and many kills at moments drawn by lot."""

import os
import random
import time
from pathlib import Path

import pytest

from bot.jobs import FailureKind, JobState
from tests.acceptance import discord_house
from tests.acceptance.discord_house import Scene, Shown, done

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(3600)]

AT_ONCE = 10  # people who ask between two kills


async def test_a_minute_by_the_clock_is_announced_once(tmp_path: Path) -> None:
    async with discord_house.opened(tmp_path) as scene:
        await scene.start()
        private = await scene.elsewhere()
        await scene.held("a minute", seconds=62)
        await private.held("a private minute", seconds=62, private=True)
        await scene.job("a minute", timeout_s=90)
        await private.job("a private minute", timeout_s=90)
        ping = Shown(content="@Mia, your picture is ready. `JOB`", pings=("Mia",), under=True)
        assert await scene.read() == [done(), ping]
        assert await private.door("messages", channel=private.channel) == []
        assert [one.files for one in await private.read()] == [("image/png",), ()]
        await scene.check_books()
        await scene.check()


async def test_many_kills_lose_nothing_and_say_nothing_twice(tmp_path: Path) -> None:
    """As many as CHAOS_ROUNDS says (40), from another seed each time unless CHAOS_SEED is set."""
    rounds = int(os.environ.get("CHAOS_ROUNDS", "40"))
    seed = int(os.environ.get("CHAOS_SEED", str(time.time_ns() % 100_000)))
    chance = random.Random(seed)
    asked: dict[str, Scene] = {}
    async with discord_house.opened(tmp_path) as bot:
        await bot.start()
        for number in range(rounds):
            await one_round(bot, number, chance, asked)
        await bot.house.settled(timeout_s=120)
        found = {job.request.prompt: job for job in await bot.house.jobs()}
        unknown = [prompt for prompt, job in found.items() if job.state is not JobState.DONE]
        for prompt, job in found.items():
            said = [one for one in await asked[prompt].read() if one.files or "Not charged" in one.content]
            assert len(said) == 1, (seed, prompt, said)
            assert job.failure is None or job.failure.kind is FailureKind.UNKNOWN, (seed, prompt)
        print(f"seed {seed}: {rounds} kills, {len(found)} of {len(asked)} taken, {len(unknown)} unknown")
        await bot.check_books()
        await bot.check()


async def one_round(bot: Scene, number: int, chance: random.Random, asked: dict[str, Scene]) -> None:
    """People ask, Discord has its moods, and the bot is killed in the middle and started again."""
    for _ in range(chance.randint(0, 3)):
        name = chance.choice(["lost", "cut", "delay", "status", "rate_limit"])
        method, path = chance.choice([("POST", "/interactions/*"), ("PATCH", "/webhooks/*"), ("*", "*")])
        await bot.door("fault", name=name, method="" if method == "*" else method, path=path, delay_s=1.0)
    for n in range(AT_ONCE):
        scene = await bot.elsewhere()
        asked[f"chaos {number}-{n}"] = scene
        await scene.asks(f"chaos {number}-{n}")
    moment = time.monotonic() + chance.uniform(0, 2)
    await bot.house.true(lambda: passed(moment))
    await bot.restart()


async def passed(moment: float) -> bool:
    return time.monotonic() > moment
