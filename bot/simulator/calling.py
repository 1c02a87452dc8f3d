"""Calling back: the result of a task is posted to the address that its submission named, until somebody takes it."""

import asyncio
import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path

import aiohttp

from bot.simulator import log
from bot.simulator.inputs import loopback

TRIES = 5
FIRST_WAIT_S = 0.5  # between the first two tries, at speed 1; each later one is twice as long
TIMEOUT_S = 10.0
ELSEWHERE = "not on this machine"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One try to call back; one line of calls.jsonl."""

    task_id: str
    at: str  # UTC, ISO
    number: int  # 1, 2, … of this task
    status: int = 0  # of the answer; 0 without one
    problem: str = ""  # why there was no answer
    last: bool = False  # whether the simulator is done with it

    def line(self) -> str:
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False)


class Calls:
    """The calls of one state folder."""

    def __init__(self, folder: Path, speed: float) -> None:
        self._path = folder / "calls.jsonl"
        self._speed = speed
        self._calls = [Call(**json.loads(line)) for line in log.whole_lines(self._path)]

    def all(self) -> list[Call]:
        """Every try, oldest first."""
        return list(self._calls)

    def over(self, task_id: str) -> bool:
        """Whether nobody will be called about this task any more."""
        return any(call.last for call in self._calls if call.task_id == task_id)

    async def post(self, task_id: str, url: str, body: Mapping[str, object], *, times: int = 1) -> None:
        """Call until somebody answers with 2xx, `times` over; only this machine is ever called."""
        if not loopback(url):
            self._note(Call(task_id=task_id, at=log.now(), number=1, problem=ELSEWHERE, last=True))
            return
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        async with aiohttp.ClientSession(timeout=timeout) as client:
            for number in range(1, TRIES + 1):
                call = await _call(client, task_id, url, body, number)
                times -= taken(call)
                self._note(dataclasses.replace(call, last=times == 0 or number == TRIES))
                if times == 0:
                    return
                if not taken(call):
                    await asyncio.sleep(FIRST_WAIT_S * 2 ** (number - 1) / self._speed)

    def _note(self, call: Call) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(call.line() + "\n")
        self._calls.append(call)


def taken(call: Call) -> bool:
    """Whether whoever was called said so."""
    return 200 <= call.status < 300


async def _call(client: aiohttp.ClientSession, task_id: str, url: str, body: Mapping[str, object], number: int) -> Call:
    call = Call(task_id=task_id, at=log.now(), number=number)
    try:
        async with client.post(url, json=body, allow_redirects=False) as answer:
            return dataclasses.replace(call, status=answer.status)
    except (aiohttp.ClientError, TimeoutError, OSError) as problem:
        return dataclasses.replace(call, problem=type(problem).__name__)
