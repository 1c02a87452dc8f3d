"""Killing the bot at seeded moments during twenty jobs: nothing is lost, nothing is sent twice, nothing stays held.

Everything is a process of its own: the simulator, and the bot, which is killed with its whole process group.
"""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import jobs
from bot.jobs import CallState, FailureKind, JobState
from storage.store import SqlStore

JOBS = 20
KEY = "sk-chaos"
RECOVERY_S = 120.0  # the longest a restarted bot may take to bring everything to its end
ANSWER_LAG = timedelta(seconds=0.25)  # from the last byte of an answer, through two busy processes, to the journal

LINES = (
    "/image chaos {n} --model NanoBanana2-1K",
    "/image chaos {n} --model gpt-image-2 --count 2 --yes",
    '/speech "chaos {n}" --voice Wise_Woman',
    "/video chaos {n} --model grok-imagine --duration 2 --resolution 480p",
    "/music chaos {n} --instrumental",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one run of chaos lives."""

    root: Path
    url: str  # the simulator's

    @property
    def state(self) -> Path:
        return self.root / "simulator"

    def environment(self) -> dict[str, str]:
        """Nothing of the caller's settings, only what this bot needs."""
        kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        return kept | {
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "DATA_DIR": str(self.root / "data"),
            "RESULTS_DIR": str(self.root / "results"),
            "UNIALL_BASE_URL": self.url,
            "UNIALL_KEY": KEY,
            "CONSOLE_CREDITS": "100000",
            "POLL_FIRST_S": "0.2",
            "POLL_EVERY_S": "0.3",
            "LOG_LEVEL": "info",
        }

    def bot(self, *arguments: str) -> subprocess.Popen[bytes]:
        """The bot, leading a process group of its own."""
        with (self.root / "bot.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "bot", "run", *arguments],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                cwd=self.root,
                env=self.environment(),
                start_new_session=True,
            )

    def submits(self) -> list[dict[str, Any]]:
        """What the simulator took."""
        return _lines(self.state / "submits.jsonl")

    def answered(self) -> dict[str, datetime]:
        """When the answers to those had been written."""
        return {line["task_id"]: _moment(line["at"]) for line in _lines(self.state / "answers.jsonl")}


@dataclass(slots=True)
class Tally:
    """What came of all rounds."""

    done: int = 0
    unknown: int = 0
    open_at_kill: int = 0
    lagging: list[str] = field(default_factory=list)  # unknown though the answer had just been written


def _lines(path: Path) -> list[dict[str, Any]]:
    text = path.read_text() if path.exists() else ""
    return [json.loads(line) for line in text.splitlines() if line.endswith("}")]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A simulator that answers within a second, and room for a bot."""
    command = [
        sys.executable,
        "-m",
        "bot",
        "simulate",
        "--speed",
        "4",
        "--key",
        KEY,
        "--state",
        str(tmp_path / "simulator"),
    ]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as simulator:
        assert simulator.stdout is not None
        yield Place(root=tmp_path, url=simulator.stdout.readline().strip())
        simulator.terminate()


def test_two_kills(place: Place) -> None:
    """The short version that runs with every test run."""
    tally = asyncio.run(_rounds(place, rounds=2, seed=7))
    assert tally.done + tally.unknown == 2 * JOBS


@pytest.mark.chaos
def test_many_kills(place: Place) -> None:
    """As many as CHAOS_ROUNDS says (40), from another seed each time unless CHAOS_SEED is set."""
    rounds = int(os.environ.get("CHAOS_ROUNDS", "40"))
    seed = int(os.environ.get("CHAOS_SEED", str(time.time_ns() % 100_000)))
    tally = asyncio.run(_rounds(place, rounds=rounds, seed=seed))
    print(f"seed {seed}: {rounds} kills, {tally}")
    assert tally.done + tally.unknown == rounds * JOBS


async def _rounds(place: Place, *, rounds: int, seed: int) -> Tally:
    chance = random.Random(seed)
    tally = Tally()
    for number in range(rounds):
        killed_at = await _run_and_kill(place, number, chance)
        await _recover(place)
        await _check(place, number, killed_at, tally)
    return tally


async def _run_and_kill(place: Place, number: int, chance: random.Random) -> datetime:
    """Start twenty jobs and kill the group: at a seeded moment, or as soon as a POST lies open at the provider."""
    before = len(place.submits())
    if by_open_post := number % 2 == 1:
        await _hold_answers(place, chance)
    bot = place.bot("--parallel", str(JOBS))
    assert bot.stdin is not None
    bot.stdin.write("".join(chance.choice(LINES).format(n=f"{number}-{n}") + "\n" for n in range(JOBS)).encode())
    bot.stdin.flush()
    await _until(lambda: len(place.submits()) > before, bot)
    if by_open_post:
        await _until(lambda: len(place.submits()) > len(place.answered()), bot)
        await asyncio.sleep(chance.uniform(0, 0.3))
    else:
        await asyncio.sleep(chance.uniform(0, 4))
    killed_at = datetime.now(UTC)
    os.killpg(bot.pid, signal.SIGKILL)
    bot.stdin.close()
    bot.wait()
    return killed_at


async def _hold_answers(place: Place, chance: random.Random) -> None:
    async with httpx.AsyncClient(base_url=place.url) as client:
        await client.delete("/_simulator/faults")
        fault = {"fault": "timeout", "times": chance.randint(1, 4), "delay_s": 2.0, "match": {"method": "POST"}}
        (await client.post("/_simulator/faults", json=fault)).raise_for_status()


async def _until(true: Any, bot: subprocess.Popen[bytes], *, within_s: float = 30.0) -> None:
    async with asyncio.timeout(within_s):
        while not true():  # another process's files have no event
            assert bot.poll() is None, "the bot ended by itself before it could be killed"
            await asyncio.sleep(0.01)


async def _recover(place: Place) -> None:
    """Start the bot again with nothing to do but what was left."""
    bot = place.bot()
    assert bot.stdin is not None
    bot.stdin.close()
    code = await asyncio.to_thread(bot.wait, RECOVERY_S)
    assert code == 0, (place.root / "bot.log").read_text()[-4000:]


async def _check(place: Place, number: int, killed_at: datetime, tally: Tally) -> None:
    store = SqlStore.open(place.root / "data" / "atelier.db")
    try:
        async with store.reading() as rows:
            assert list(await rows.ledger.faults()) == []
            mine = [
                j for j in await rows.jobs.recent(state=None, limit=10_000) if f"chaos {number}-" in j.request.prompt
            ]
            for job in mine:
                _check_job(place, job, await rows.jobs.calls(job.id), killed_at, tally)
                for output in await rows.jobs.outputs(job.id):
                    assert (place.root / "data" / output.path).stat().st_size == output.facts.size_bytes
                    assert list((place.root / "results").glob(f"{job.id}*"))
            held = [j.id for j in await rows.jobs.recent(state=None, limit=10_000) if not j.state.ended]
            assert held == []
            accepted = len(mine)
    finally:
        await store.close()
    prompts = [_prompt(line) for line in place.submits()]
    assert len(prompts) == len(set(prompts)), "something was sent twice"
    tally.open_at_kill += len(_open(place, killed_at, {job.request.prompt for job in mine}))
    tally.done += JOBS - accepted  # lines the kill came before: never accepted, nothing to lose


def _check_job(place: Place, job: jobs.Job, calls: Any, killed_at: datetime, tally: Tally) -> None:
    if job.state is JobState.DONE:
        assert job.told_at is not None
        tally.done += 1
        return
    assert job.failure == jobs.Failure(kind=FailureKind.UNKNOWN), job
    assert [call.state for call in calls][-1] is CallState.UNKNOWN
    tally.unknown += 1
    line = next((line for line in place.submits() if _prompt(line) == job.request.prompt), None)
    answered_at = place.answered().get(line["task_id"]) if line else None
    if answered_at is not None and answered_at < killed_at:
        tally.lagging.append(job.id)
        assert killed_at - answered_at < ANSWER_LAG, f"{job.id} was answered {killed_at - answered_at} before the kill"


def _prompt(line: dict[str, Any]) -> str:
    body = line["body"]
    return str(body.get("prompt") or body.get("text"))


def _open(place: Place, at: datetime, prompts: set[str]) -> list[str]:
    """Tasks whose POST had been taken and not answered at that moment."""
    answered, never = place.answered(), datetime.max.replace(tzinfo=UTC)
    return [
        line["task_id"]
        for line in place.submits()
        if _prompt(line) in prompts and _moment(line["received_at"]) <= at and answered.get(line["task_id"], never) > at
    ]
