"""Inputs: the media of submissions, fetched and looked at, and whether the provider could read them.

Only loopback addresses are ever contacted. What lies elsewhere counts as read, and its place is taken by a stand-in.
"""

import asyncio
import hashlib
import ipaddress
import os
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

import aiohttp
import yarl

from bot.simulator import log
from bot.simulator.arrivals import Arrival, Input, Wanted
from bot.simulator.media import probe
from bot.simulator.submits import Submit

TIMEOUT_S = 10.0
MOST_BYTES = 50 * 1024 * 1024

Inspect: TypeAlias = Callable[[Submit, Sequence[Input]], Iterator[str]]
"""Says what is wrong with media that have arrived, by the rules of a family."""


class Unreadable(Exception):
    """An input couldn't be fetched or isn't what it should be."""


def loopback(url: str) -> bool:
    """Whether a URL points at this machine, read from its text alone: no name is looked up."""
    host = yarl.URL(url).host or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _write_whole(path: Path, data: bytes) -> None:
    draft = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    draft.write_bytes(data)
    os.replace(draft, path)


class Inputs:
    """The folder of inputs, and what is known of them."""

    def __init__(self, folder: Path) -> None:
        self._files = folder / "inputs"
        self._files.mkdir(exist_ok=True)
        self._path = folder / "inputs.jsonl"
        self._arrivals = {one.task_id: one for one in map(Arrival.parse, log.whole_lines(self._path))}
        self._client: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()

    def arrival(self, submit: Submit, wanted: Iterable[Wanted]) -> Arrival | None:
        """What became of a task's inputs; None while that is open."""
        if submit.task_id not in self._arrivals and not any(wanted):
            return Arrival(task_id=submit.task_id)
        return self._arrivals.get(submit.task_id)

    def path(self, sha256: str) -> Path:
        return self._files / sha256

    async def keep(self, data: bytes) -> str:
        """Keep bytes under their digest; who brings the same meanwhile never finds half a file."""
        sha256 = hashlib.sha256(data).hexdigest()
        if not self.path(sha256).exists():
            await asyncio.to_thread(_write_whole, self.path(sha256), data)
        return sha256

    async def read(self, submit: Submit, wanted: Iterable[Wanted], inspect: Inspect) -> Arrival:
        """Fetch and look at everything a submission names, and remember how that went."""
        read: list[Input] = []
        problem = None
        try:
            for one in wanted:
                read.append(await self._one(one))
            problem = next(inspect(submit, read), None)
        except Unreadable as reason:
            problem = str(reason)
        arrival = Arrival(task_id=submit.task_id, inputs=tuple(read), problem=problem)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(arrival.line() + "\n")
        self._arrivals[submit.task_id] = arrival
        return arrival

    async def _one(self, one: Wanted) -> Input:
        sha256 = one.sha256
        if one.url:
            if not one.url.startswith(("http://", "https://")):  # base64 of something that is no medium
                raise Unreadable(f"`{one.field}` is not a readable {one.medium}.")
            if not loopback(one.url):
                return Input(field=one.field, medium=one.medium, url=one.url, sha256="")
            sha256 = await self.keep(await self._fetch(one))
        facts = await asyncio.to_thread(probe.look, self.path(sha256))
        if facts is None or facts.medium != one.medium:
            raise Unreadable(f"`{one.field}` is not a readable {one.medium}.")
        return Input(
            field=one.field,
            medium=one.medium,
            url=one.url,
            sha256=sha256,
            seconds=facts.seconds,
            size=facts.size,
            fps=facts.fps,
            size_bytes=self.path(sha256).stat().st_size,
        )

    async def _fetch(self, one: Wanted) -> bytes:
        if self._client is None:
            self._client = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_S))
        try:
            async with self._client.get(one.url, allow_redirects=False) as answer:
                if answer.status != 200:
                    raise Unreadable(f"`{one.field}` could not be downloaded: HTTP {answer.status}.")
                data = bytearray()
                async for piece in answer.content.iter_chunked(64 * 1024):
                    data += piece
                    if len(data) > MOST_BYTES:
                        raise Unreadable(f"`{one.field}` is larger than {MOST_BYTES} bytes.")
                return bytes(data)
        except (aiohttp.ClientError, TimeoutError, OSError) as problem:
            raise Unreadable(f"`{one.field}` could not be downloaded: {type(problem).__name__}.") from problem
