"""A bot on a chat platform as its operator has it: processes for the bot and the simulator, and all they leave behind.

`opened(folder, settings)` starts a simulator and makes a house; the platform is the caller's, who names it in the
settings. The bot is then started, killed and started again as often as a test likes.
"""

import asyncio
import collections
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from bot.jobs import Job
from storage.store import SqlStore

ROOT = Path(__file__).parents[2]
KEPT = frozenset({"PATH", "LANG"})  # of the caller's environment: never a setting
KEY = "sk-house"
START_S = 30.0  # for a process to say that it's there; it takes about two seconds
END_S = 30.0  # for a process to end when asked to
LOOK_S = 0.02  # between looks at another process's files, which have no event

GENEROUS: Mapping[str, str] = {  # everybody may spend at once, and is not asked first
    "COMMUNITY_POOL": "100000",
    "HOUSE_POOL": "100000",
    "COMMUNITY_FIRST_DAY": "10000",
    "COMMUNITY_SAVED": "10000",
    "COMMUNITY_PER_REQUEST": "10000",
    "COMMUNITY_MEMBER_HOURS": "0",
    "COMMUNITY_ASK_ABOVE": "5000",
    "COMMUNITY_AT_ONCE": "0",
    "COMMUNITY_CLIPS_AT_ONCE": "0",
    "COMMUNITY_ALL_AT_ONCE": "0",
    "COMMUNITY_COOLDOWN_S": "0",
    "COMMUNITY_DAY": "0",
    "COMMUNITY_MONTH": "0",
    "POLL_FIRST_S": "0.1",
    "POLL_EVERY_S": "0.1",
    "LOG_LEVEL": "info",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """The simulator in its own process."""

    url: str
    folder: Path

    def submits(self) -> list[dict[str, Any]]:
        """What it took, in order: {"model", "body", "task_id", "received_at", …}."""
        return _lines(self.folder / "submits.jsonl")

    def answered(self) -> list[dict[str, Any]]:
        """The answers that it wrote to the last byte: {"task_id", "at"}."""
        return _lines(self.folder / "answers.jsonl")

    def prompts(self) -> list[str]:
        """The words of what it took."""
        bodies = [one["body"] for one in self.submits()]
        return [str(body.get("prompt") or body.get("text") or body.get("input") or "") for body in bodies]

    async def fault(self, name: str, **more: Any) -> None:
        """Plan a fault; the names and their facts are those of the simulator's control page."""
        async with httpx.AsyncClient(base_url=self.url) as client:
            (await client.post("/_simulator/faults", json={"fault": name, **more})).raise_for_status()

    async def clear_faults(self) -> None:
        """Forget all that is planned."""
        async with httpx.AsyncClient(base_url=self.url) as client:
            (await client.delete("/_simulator/faults")).raise_for_status()


@dataclass(slots=True, kw_only=True)
class ChatHouse:
    """One bot: its folder, its settings, its process."""

    folder: Path
    provider: Provider | None  # None: the bot plays it itself
    settings: dict[str, str]
    process: asyncio.subprocess.Process | None = None
    starts: int = 0
    _seen: int = field(default=0)  # characters of the log before the latest start

    @property
    def database(self) -> Path:
        return self.folder / "data" / "atelier.db"

    @property
    def log(self) -> str:
        """All that was written to standard error since the first start."""
        path = self.folder / "bot.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    @property
    def out(self) -> str:
        """All that was written to standard output."""
        return (self.folder / "bot.out").read_text(encoding="utf-8", errors="replace")

    def environment(self) -> dict[str, str]:
        """No setting but this house's."""
        kept = {name: value for name, value in os.environ.items() if name in KEPT}
        provider = {"UNIALL_KEY": KEY, "UNIALL_BASE_URL": self.provider.url} if self.provider else {}
        folders = {"DATA_DIR": str(self.folder / "data"), "RESULTS_DIR": str(self.folder / "results")}
        home = {"HOME": str(self.folder), "PYTHONPATH": str(ROOT)}
        return kept | home | folders | dict(GENEROUS) | provider | self.settings

    async def start(self, *, ready: str | None = None, **settings: str) -> None:
        """Start the bot; with `ready`, wait until it has logged these words. `settings` are kept for later starts."""
        assert self.process is None, "it runs already"
        self.settings |= settings
        self._seen = len(self.log)
        with (self.folder / "bot.log").open("ab") as log, (self.folder / "bot.out").open("ab") as out:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "run",
                cwd=self.folder,
                env=self.environment(),
                stdin=asyncio.subprocess.PIPE,
                stdout=out,
                stderr=log,
                start_new_session=True,
            )
        self.starts += 1
        if ready is not None:
            await self.until(lambda: ready in self.log[self._seen :], timeout_s=START_S)

    async def until(self, true: Callable[[], Any], *, timeout_s: float = 20.0) -> Any:
        """Wait for something to become true while the bot runs, and give its value."""
        try:
            async with asyncio.timeout(timeout_s):
                while not (value := true()):
                    running = self.process is not None and self.process.returncode is None
                    assert running, f"the bot has ended: {self.log[-3000:]}"
                    await asyncio.sleep(LOOK_S)
                return value
        except TimeoutError:
            raise TimeoutError(f"not true within {timeout_s} s; the log ends: {self.log[-3000:]}") from None

    async def kill(self) -> None:
        """As a crash of the machine would: nothing of the bot gets to run any more."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        await self._gone()

    async def restart(self, *, ready: str | None = None) -> None:
        """Kill it and start it again."""
        await self.kill()
        await self.start(ready=ready)

    async def stop(self, *, within_s: float = END_S) -> int:
        """As `systemctl stop` does; the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return await self.ended(within_s=within_s)

    async def ended(self, *, within_s: float = END_S) -> int:
        """Wait until it has ended by itself; the exit code."""
        assert self.process is not None
        async with asyncio.timeout(within_s):
            code = await self.process.wait()
        await self._gone()
        return code

    async def _gone(self) -> None:
        assert self.process is not None
        if self.process.stdin is not None:
            self.process.stdin.close()
        await self.process.wait()
        self.process = None

    # --- what it left behind

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[Any]:
        """The rows, beside the bot, as ports.Transaction."""
        store = SqlStore.open(self.database)
        try:
            async with store.reading() as rows:
                yield rows
        finally:
            await store.close()

    async def jobs(self) -> Sequence[Job]:
        """Every job, the oldest first."""
        async with self.reading() as rows:
            found: Sequence[Job] = await rows.jobs.recent(state=None, limit=1000)
        return sorted(found, key=lambda job: job.created_at)

    async def job(self, prompt: str) -> Job | None:
        """The only job with this prompt; None while there is none."""
        found = [job for job in await self.jobs() if job.request.prompt == prompt]
        assert len(found) <= 1, f"{prompt!r} became {len(found)} jobs"
        return found[0] if found else None

    async def followed(self, words: str) -> int:
        """How many jobs with these words have a call whose task the bot knows: a kill can't make that unknown."""
        async with self.reading() as rows:
            jobs = [job for job in await rows.jobs.recent(state=None, limit=1000) if words in job.request.prompt]
            return len([job for job in jobs if any(call.task_id for call in await rows.jobs.calls(job.id))])

    async def settled(self, *, timeout_s: float = 30.0) -> Sequence[Job]:
        """Wait until every job has ended, and give them."""
        return list(await self.true(self._all_ended, timeout_s=timeout_s))

    async def _all_ended(self) -> Sequence[Job] | None:
        found = await self.jobs()
        return found if found and all(job.state.ended for job in found) else None

    async def true(self, condition: Callable[[], Awaitable[Any]], *, timeout_s: float = 20.0) -> Any:
        """Wait for a condition that has to be awaited, and give its value."""
        value = None
        try:
            async with asyncio.timeout(timeout_s):
                while not (value := await condition()):  # noqa: ASYNC110 — the rows have no event
                    await asyncio.sleep(LOOK_S * 2)
                return value
        except TimeoutError:
            raise TimeoutError(f"not true within {timeout_s} s: {value!r}; log: {self.log[-3000:]}") from None

    async def check_books(self) -> None:
        """Nothing stays set aside, the books balance, and nothing was sent to the provider twice."""
        async with self.reading() as rows:
            assert list(await rows.ledger.faults()) == []
            found = await rows.jobs.recent(state=None, limit=1000)
        assert [job.id for job in found if not job.state.ended] == []
        asked = collections.Counter(job.request.prompt for job in found)
        sent = collections.Counter(self.provider.prompts() if self.provider else ())
        assert {words: n for words, n in sent.items() if n > asked[words] > 0} == {}, "sent more often than asked for"

    def check_log(self) -> None:
        """Nobody was shown a traceback."""
        assert "Traceback" not in self.log, self.log[-6000:]


def _lines(path: Path) -> list[dict[str, Any]]:
    text = path.read_text() if path.exists() else ""
    return [json.loads(line) for line in text.split("\n") if line.endswith("}")]


@contextlib.asynccontextmanager
async def provided(folder: Path, *, speed: float = 50.0) -> AsyncIterator[Provider]:
    """A simulator in a process of its own, with its memory in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ("-m", "bot", "simulate", "--speed", str(speed), "--key", KEY, "--state", str(folder))
    environment = {name: value for name, value in os.environ.items() if name in KEPT} | {"PYTHONPATH": str(ROOT)}
    with (folder / "simulator.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, env=environment, stdout=asyncio.subprocess.PIPE, stderr=log
        )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START_S):
            line = await process.stdout.readline()
        yield Provider(url=line.decode().strip(), folder=folder)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


@contextlib.asynccontextmanager
async def opened(
    folder: Path, settings: Mapping[str, str], *, speed: float = 50.0, embedded: bool = False
) -> AsyncIterator[ChatHouse]:
    """A house whose bot is not started yet; whatever still runs at the end is killed."""
    async with contextlib.AsyncExitStack() as stack:
        provider = None
        if not embedded:
            provider = await stack.enter_async_context(provided(folder / "simulator", speed=speed))
        folder.mkdir(parents=True, exist_ok=True)
        house = ChatHouse(folder=folder, provider=provider, settings=dict(settings))
        try:
            yield house
        finally:
            if house.process is not None:
                await house.kill()
