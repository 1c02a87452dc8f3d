"""A played platform that speaks at a rate and times the answers: its process reads orders, a JSON object a line."""

import asyncio
import json
import resource
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from tests.bench import crowd

PATIENCE_S = 20.0  # for the last answer
LOOK_S = 0.02


class Platform(Protocol):
    """What a platform's side needs to be able to do."""

    name: str

    def where(self) -> Mapping[str, str]:
        """The settings that bring a bot here."""

    def connected(self) -> bool:
        """Whether a bot listens."""

    async def say(self, line: crowd.Line) -> None:
        """Somebody gives a command."""

    def asked(self) -> int:
        """How many commands were given so far."""

    def waits(self) -> list[float | None]:
        """For every command given so far the seconds to its first answer; None: there is none yet."""


class Side:
    """Speaks as it is told to."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._said = 0

    async def obey(self) -> None:
        """Until standard input ends."""
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        print(json.dumps(dict(self._platform.where())), flush=True)
        while line := await reader.readline():
            order = json.loads(line)
            print(json.dumps(await self._do(order)), flush=True)

    async def _do(self, order: Mapping[str, Any]) -> Mapping[str, Any]:
        match order["do"]:
            case "connect":
                return {"connected": await self._until(self._platform.connected, timeout_s=order["within_s"])}
            case "make":
                return await self._speak(crowd.making, count=order["count"], rate=order["rate"])
            case "mix":
                return await self._speak(crowd.mixed, count=order["count"], rate=order["rate"])
        raise ValueError(f"nobody knows how to {order['do']}")

    async def _speak(self, words: Callable[[int], crowd.Line], *, count: int, rate: float) -> Mapping[str, Any]:
        """So many commands, evenly spaced; the answers' waits."""
        began, cpu, before, late = time.monotonic(), _cpu_s(), self._platform.asked(), 0.0
        for index in range(count):
            due = began + index / rate
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            late = max(late, time.monotonic() - due)
            await self._platform.say(words(self._said))
            self._said += 1
        await self._until(lambda: None not in self._platform.waits()[before:], timeout_s=PATIENCE_S)
        waits = [wait for wait in self._platform.waits()[before:] if wait is not None]
        return {
            "platform": self._platform.name,
            "asked": count,
            "waits_s": waits,
            "late_s": late,
            "cpu_s": _cpu_s() - cpu,
        }

    @staticmethod
    async def _until(condition: Callable[[], bool], *, timeout_s: float) -> bool:
        ends = time.monotonic() + timeout_s
        while not (true := condition()) and time.monotonic() < ends:  # noqa: ASYNC110 — the servers' state has no event
            await asyncio.sleep(LOOK_S)
        return true


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
