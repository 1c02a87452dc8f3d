"""Scripted ports for tests of the engine: a provider that answers as told, files that are made up, a delivery that
remembers. Everything that can run for real (store, ledger, catalogue) does."""

import asyncio
import json
from collections.abc import Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot import errors, jobs, media, money, ports, requests, voices
from bot.ports import Inline, Origin, Source, Status, TaskState

PICTURE = media.Facts(kind=media.MediaKind.IMAGE, mime="image/png", size_bytes=10, width=8, height=8)


def done(*urls: str) -> Status:
    """A finished task with one output per URL."""
    return Status(state=TaskState.SUCCEEDED, outputs=tuple((Source(url=url),) for url in urls))


def running(progress: int | None = None) -> Status:
    """A task that still runs."""
    return Status(state=TaskState.RUNNING, progress=progress)


def failed(words: str = "no luck", reason: errors.Reason = errors.Reason.FAILED) -> Status:
    """A task that failed."""
    return Status(state=TaskState.FAILED, failure=errors.Rejected(reason, words))


@dataclass
class ScriptedProvider:
    """Answers submits and polls in the order of its scripts; the last answer of a script repeats."""

    submits: list[str | ports.Submitted | Exception] = field(default_factory=lambda: ["task"])
    polls: list[Status | Exception] = field(default_factory=lambda: [done("http://result/0")])
    tasks: dict[str, list[Status | Exception]] = field(default_factory=dict)  # polls of one task: task-1, task-2, …
    name: str = "uniall"
    sent: list[requests.Wire] = field(default_factory=list)
    polled: int = 0
    gate: asyncio.Event | None = None  # submits wait for it
    calls_back: bool = False
    callbacks: bool = False  # whether it takes an address of ours
    streams: Sequence[str | int] = ()  # what it says before it answers
    said: asyncio.Event | None = None  # it answers only then
    speakers: tuple[voices.Speaker, ...] | None = None  # the voices that it lists
    at_once: int = 0  # the most submits that were open at one time

    def with_callback(self, wire: requests.Wire, url: str, *, job: str) -> requests.Wire | None:
        return replace(wire, body={**wire.body, "callback_url": url}) if self.callbacks else None

    def told(self, body: bytes) -> tuple[str | None, Status]:
        said = json.loads(body)
        if not isinstance(said, dict) or "status" not in said:
            raise errors.Unreachable("no status")
        return said.get("task_id"), {"done": done(*said.get("urls", ())), "failed": failed(), "running": running(5)}[
            said["status"]
        ]

    async def submit(self, wire: requests.Wire, *, hearing: ports.Hearing | None = None) -> ports.Submitted:
        self.sent.append(wire)
        for said in self.streams:
            if hearing is not None:
                hearing(said)
        if self.said is not None:
            await self.said.wait()
        if self.gate is not None:
            await self.gate.wait()
        answer = self.submits.pop(0) if len(self.submits) > 1 else self.submits[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, ports.Submitted):
            return answer
        return ports.Submitted(task_id=f"{answer}-{len(self.sent)}")

    async def poll(self, poll_path: str, task_id: str) -> Status:
        self.polled += 1
        polls = self.tasks.get(task_id, self.polls)
        answer = polls.pop(0) if len(polls) > 1 else polls[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def models(self) -> frozenset[str] | None:
        return frozenset()

    async def voices(self) -> tuple[voices.Speaker, ...] | None:
        return self.speakers

    async def balance(self) -> ports.Balance | None:
        return ports.Balance(words="$1", amount=1.0)

    async def close(self) -> None:
        return None


@dataclass
class MadeUpFiles:
    """Fetches whatever it is told to; `answers` are raised or returned in order, the last one repeats."""

    root: Path
    answers: list[media.Facts | Exception] = field(default_factory=lambda: [PICTURE])
    lends: bool = True
    kept: dict[str, media.Facts] = field(default_factory=dict)  # what was fetched stays

    def absolute(self, path: str) -> Path:
        return self.root / path

    def lay(self, name: str) -> str:
        """The path of an input that really lies there, without content."""
        path = f"inputs/{name.replace('/', '_')}"
        self.absolute(path).parent.mkdir(exist_ok=True)
        self.absolute(path).touch()
        return path

    async def intake(self, source: str, *, kind: media.MediaKind, local: bool) -> media.MediaRef:
        return media.MediaRef(path=self.lay(source), facts=PICTURE.model_copy(update={"kind": kind}), name=source)

    async def words(self, path: str) -> str:
        return self.absolute(path).read_text("utf-8")

    async def fetch(self, origins: Sequence[Origin], *, kind: media.MediaKind, into: str) -> tuple[str, media.Facts]:
        if into not in self.kept:
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            if isinstance(answer, Exception):
                raise answer
            self.kept[into] = answer
            self.absolute(into).parent.mkdir(parents=True, exist_ok=True)
            content = b"".join(origin.content for origin in origins if isinstance(origin, Inline))
            self.absolute(f"{into}.bin").write_bytes(content)
        return f"{into}.bin", self.kept[into]

    async def write(self, content: bytes, *, into: str) -> str:
        self.absolute(into).parent.mkdir(parents=True, exist_ok=True)
        self.absolute(into).write_bytes(content)
        return into

    async def remove(self, paths: Collection[str]) -> None:
        for path in paths:
            self.absolute(path).unlink(missing_ok=True)

    async def sweep(self, older_than: datetime, *, live: Collection[str]) -> int:
        return 0

    def lend(self, ref: media.MediaRef) -> str | None:
        return f"http://lent/{ref.path}" if self.lends else None


@dataclass
class RememberedDelivery:
    """Remembers what it was told; `refusals` are raised first, one a call."""

    told: list[tuple[Any, ...]] = field(default_factory=list)
    progress: list[tuple[str, str, int | None, object]] = field(default_factory=list)  # with when it is to be ready
    refusals: list[Exception] = field(default_factory=list)
    gate: asyncio.Event | None = None  # what is told of a busy provider waits for it
    posting: asyncio.Event | None = None  # a post that was told returns only then
    bug: Exception | None = None  # raised by what must never raise

    async def running(self, job: jobs.Job, *, ready_at: object) -> None:
        self.told.append(("running", job.id, job.progress))
        self.progress.append(("running", job.id, job.progress, ready_at))
        if self.bug is not None:
            raise self.bug

    async def busy(self, job: jobs.Job, *, retry_at: object, crowded: bool) -> None:
        self.told.append(("busy", job.id, retry_at))
        if self.bug is not None:
            raise self.bug
        if self.gate is not None:
            await self.gate.wait()

    async def result(self, job: jobs.Job, outputs: Sequence[jobs.Output], receipt: money.Receipt) -> None:
        self._maybe_refuse()
        self.told.append(("result", job.id, len(outputs), receipt))
        if self.posting is not None:
            await self.posting.wait()

    async def failed(self, job: jobs.Job, receipt: money.Receipt) -> None:
        self._maybe_refuse()
        assert job.failure is not None
        self.told.append(("failed", job.id, job.failure.kind, receipt))

    async def late(self, job: jobs.Job, outputs: Sequence[jobs.Output]) -> None:
        self._maybe_refuse()
        self.told.append(("late", job.id, len(outputs)))

    async def reached(self, reached: ports.Reached, place: requests.Place) -> None:
        self._maybe_refuse()
        self.told.append(("reached", reached, place))

    def ends(self) -> list[tuple[Any, ...]]:
        """What a member was told that matters: results, failures, late ones."""
        return [line for line in self.told if line[0] in {"result", "failed", "late"}]

    def _maybe_refuse(self) -> None:
        if self.refusals:
            raise self.refusals.pop(0)


class Crash(BaseException):
    """The process dies here."""


class CrashingStore:
    """A store that dies at its nth writing transaction, before or after the commit."""

    def __init__(self, store: ports.Store, *, at: int, after: bool) -> None:
        self._store = store
        self._left = at
        self._after = after
        self.crashed = False

    def reading(self) -> Any:
        return self._store.reading()

    @asynccontextmanager
    async def transaction(self, *, awaited: bool = False) -> Any:
        self._left -= 1
        if self._left == 0 and not self._after:
            self.crashed = True
            raise Crash
        async with self._store.transaction(awaited=awaited) as rows:
            yield rows
        if self._left == 0:
            self.crashed = True
            raise Crash


class FaultyStore:
    """A store that can be asked for nothing while `broken` says so."""

    def __init__(self, store: ports.Store, *, broken: Callable[[], bool]) -> None:
        self._store = store
        self._broken = broken

    def reading(self) -> Any:
        return self._unless_broken(self._store.reading)

    def transaction(self, *, awaited: bool = False) -> Any:
        return self._unless_broken(lambda: self._store.transaction(awaited=awaited))

    @asynccontextmanager
    async def _unless_broken(self, begin: Callable[[], Any]) -> Any:
        if self._broken():
            raise errors.StorageFault("the disk is full")
        async with begin() as rows:
            yield rows
