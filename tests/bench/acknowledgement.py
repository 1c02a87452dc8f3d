"""How long members wait for a first answer while many jobs are in flight: `python -m tests.bench.acknowledgement`.

The simulator, each played platform and the bot have a process of their own. First so many slow jobs are brought in
flight, then commands come at a steady rate; a wait lasts from the moment a platform hands an event to the bot to the
moment the first visible answer to it arrives at the platform. Exit code 1 when 99 of 100 are not answered in time, or
one is not answered at all.
"""

import argparse
import asyncio
import contextlib
import json
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from tests.acceptance import chat_house
from tests.acceptance.chat_house import ChatHouse
from tests.bench.figures import Heard, Run, cpu_s, table

ROOT = Path(__file__).parents[2]
SIMULATOR_SPEED = 0.05  # a slow clip takes twenty minutes
FILL_RATE = 40.0  # commands a second while jobs are brought in flight
START_S = 60.0  # for a process to be there, and for the bot to be connected
FILL_S = 300.0  # for all jobs to be in flight
RUN_S = 120.0  # beyond the run's own length
SETTLE_S = 3.0  # between the last of them and the run

SETTINGS = {
    "COMMUNITY_POOL": "10000000",
    "HOUSE_POOL": "10000000",
    "COMMUNITY_FIRST_DAY": "100000",
    "COMMUNITY_SAVED": "100000",
    "COMMUNITY_PER_REQUEST": "10000",
    "COMMUNITY_ASK_ABOVE": "10000",
    "COMMUNITY_MEMBER_HOURS": "0",
    "COMMUNITY_AT_ONCE": "0",
    "COMMUNITY_CLIPS_AT_ONCE": "0",
    "COMMUNITY_ALL_AT_ONCE": "0",
    "COMMUNITY_COOLDOWN_S": "0",
    "COMMUNITY_DAY": "0",
    "COMMUNITY_MONTH": "0",
    "LIMIT_RUNNING": "10000",
    "POLL_FIRST_S": "1.0",  # as they are by default
    "POLL_EVERY_S": "2.5",
    "LOG_LEVEL": "warning",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What is to be measured."""

    platforms: tuple[str, ...]  # together in one run
    rate: float  # commands a second on each
    seconds: float
    jobs: int  # in flight before it begins, over all platforms
    most_s: float
    profile: str = ""  # a command that is given the bot's process id as its last argument, for the length of the run


class Process:
    """A played platform in its process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def line(self) -> dict[str, Any]:
        """Its next answer."""
        assert self._process.stdout is not None
        said: dict[str, Any] = json.loads(await self._process.stdout.readline())
        return said

    async def order(self, **order: Any) -> dict[str, Any]:
        """Tell it to do something, and wait for the outcome."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        return await self.line()


@contextlib.asynccontextmanager
async def played(name: str) -> AsyncIterator[Process]:
    """A platform, until the block ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        f"tests.bench.{name}_side",
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=64 * 1024 * 1024,  # the waits of a long run are one line
    )
    try:
        yield Process(process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def measured(chosen: Chosen, folder: Path) -> list[Run]:
    """One run from an empty folder to its figures, a row for each platform."""
    async with contextlib.AsyncExitStack() as stack:
        sides = [await stack.enter_async_context(played(name)) for name in chosen.platforms]
        port = _free_port()
        settings = {**SETTINGS, "WEB_PORT": str(port)}
        for side in sides:
            async with asyncio.timeout(START_S):
                settings |= await side.line()
        house = await stack.enter_async_context(chat_house.opened(folder, settings, speed=SIMULATOR_SPEED))
        await house.start()
        health = await stack.enter_async_context(Health.opened(port))
        await _fill(chosen, sides, health)
        runs = await _run(chosen, sides, house, health)
        house.check_log()
        return runs


class Health:
    """The bot's own page, which says how many jobs are at work."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http

    @classmethod
    @contextlib.asynccontextmanager
    async def opened(cls, port: int) -> AsyncIterator["Health"]:
        """At a port of this machine."""
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
            yield cls(http)

    async def jobs(self) -> int:
        """How many are at work."""
        async with self._http.get("/health") as answer:
            return int((await answer.json())["jobs"])

    async def watch(self, seen: list[int]) -> None:
        """Look every second, until cancelled."""
        while True:
            seen.append(await self.jobs())
            await asyncio.sleep(1.0)


async def _fill(chosen: Chosen, sides: Sequence[Process], health: Health) -> None:
    """Bring the jobs in flight."""
    count = chosen.jobs // len(sides)
    async with asyncio.timeout(FILL_S):
        for side in sides:
            assert (await side.order(do="connect", within_s=START_S))["connected"], "the bot did not connect"
            made = Heard.read(await side.order(do="make", count=count, rate=FILL_RATE))
            assert len(made.waits_s) == made.asked, f"only {len(made.waits_s)} of {made.asked} were answered"
        while await health.jobs() < count * len(sides):  # noqa: ASYNC110 — another process's state has no event
            await asyncio.sleep(0.2)
    await asyncio.sleep(SETTLE_S)


async def _run(chosen: Chosen, sides: Sequence[Process], house: ChatHouse, health: Health) -> list[Run]:
    assert house.process is not None
    pid, seen = house.process.pid, [await health.jobs()]
    async with _profiled(chosen.profile, pid):
        watching = asyncio.create_task(health.watch(seen))
        began, cpu = time.monotonic(), cpu_s(pid)
        count = round(chosen.rate * chosen.seconds)
        async with asyncio.timeout(chosen.seconds + RUN_S):
            said = await asyncio.gather(*(side.order(do="mix", count=count, rate=chosen.rate) for side in sides))
        seconds, used = time.monotonic() - began, cpu_s(pid) - cpu
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    in_flight = (min(seen), max(seen))
    return [Run(heard=Heard.read(one), seconds=seconds, in_flight=in_flight, bot_cpu_s=used) for one in said]


@contextlib.asynccontextmanager
async def _profiled(command: str, pid: int) -> AsyncIterator[None]:
    """With a profiler on the bot, where one was named; it ends with the bot's run."""
    if not command:
        yield
        return
    process = await asyncio.create_subprocess_exec(*command.split(), str(pid))
    yield
    await process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def given(arguments: Sequence[str] | None = None) -> list[Chosen]:
    """The runs that the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.acknowledgement", description=__doc__)
    parser.add_argument("--platform", choices=("discord", "telegram", "both", "together"), default="both")
    parser.add_argument("--rate", type=float, default=50.0, help="commands a second on each platform")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--jobs", type=int, default=1000, help="in flight before it begins")
    parser.add_argument("--most-ms", type=float, default=500.0, help="what 99 of 100 may take")
    parser.add_argument("--profile", default="", help='such as "py-spy record --gil -d 25 -o profile.svg --pid"')
    chosen = parser.parse_args(arguments)
    several: dict[str, list[tuple[str, ...]]] = {
        "both": [("telegram",), ("discord",)],
        "together": [("telegram", "discord")],
    }
    return [
        Chosen(
            platforms=platforms,
            rate=chosen.rate,
            seconds=chosen.seconds,
            jobs=chosen.jobs,
            most_s=chosen.most_ms / 1000,
            profile=chosen.profile,
        )
        for platforms in several.get(chosen.platform, [(chosen.platform,)])
    ]


def main() -> int:
    """The exit code."""
    well = True
    runs: list[Run] = []
    for chosen in given():
        with tempfile.TemporaryDirectory(prefix="atelier-bench-") as folder:
            runs += asyncio.run(measured(chosen, Path(folder)))
            well = well and all(run.passes(most_s=chosen.most_s) for run in runs)
    print(table(runs), flush=True)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
