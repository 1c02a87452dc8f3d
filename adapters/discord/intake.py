"""Members' files on their way in: fetched from Discord's own hosts, within limits, into the scratch folder."""

import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

import aiohttp
import structlog

from adapters.discord import limits
from bot import errors, media
from bot.commands import Given
from bot.media import MediaKind, MediaTrouble

log = structlog.get_logger(__name__)

TIME = aiohttp.ClientTimeout(total=180.0, connect=10.0, sock_read=20.0)
CHUNK = 256 * 1024
GONE = frozenset({403, 404, 410})  # what the CDN says of a signed link that has run out
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A file as Discord names it in an event."""

    url: str
    name: str
    kind: MediaKind  # what Discord says, or what the field is for
    size_bytes: int | None = None  # None where Discord does not say
    field: str = ""  # the medium's name where the member chose one


class Fetch(Protocol):
    """Gets one file."""

    async def fetch(self, url: str, into: Path, *, most_bytes: int) -> MediaTrouble | None:
        """Write it to `into`; why not, where it could not be got. Never raises for the network's sake."""

    async def close(self) -> None:
        """Let connections go."""


class Cdn:
    """Discord's file hosts."""

    def __init__(self, hosts: frozenset[str]) -> None:
        self._hosts = hosts
        self._session: aiohttp.ClientSession | None = None

    async def fetch(self, url: str, into: Path, *, most_bytes: int) -> MediaTrouble | None:
        """Streamed, from Discord's own hosts only, with no redirect followed."""
        if urlsplit(url).netloc not in self._hosts:
            return MediaTrouble.NOT_PUBLIC
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=TIME, cookie_jar=aiohttp.DummyCookieJar())
        try:
            async with self._session.get(url, allow_redirects=False) as answer:
                if answer.status != 200:
                    return MediaTrouble.EXPIRED if answer.status in GONE else MediaTrouble.UNREACHABLE
                return await _written(answer, into, most_bytes=most_bytes)
        except (aiohttp.ClientError, TimeoutError):
            return MediaTrouble.UNREACHABLE

    async def close(self) -> None:
        """Let connections go."""
        if self._session is not None:
            await self._session.close()


class Intake:
    """Takes files of one event in, and puts them away after its answer."""

    def __init__(self, fetch: Fetch, *, scratch: Path) -> None:
        self._fetch = fetch
        self._scratch = scratch
        self._gate = asyncio.Semaphore(limits.DOWNLOADS)

    def clear(self) -> None:
        """Empty the scratch folder: what an earlier process left is nobody's. Raises OperatorError."""
        try:
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise errors.OperatorError(
                f"The folder {self._scratch} can't be made: {error.strerror}. Set DATA_DIR to a folder that this user "
                "may write."
            ) from error

    async def taken(self, sent: Sequence[Sent], *, event: str) -> tuple[Given, ...]:
        """Every file, in its order; those that could not be got say why."""
        folder = self._scratch / event
        return tuple(await asyncio.gather(*(self._given(one, folder / str(n)) for n, one in enumerate(sent))))

    async def words(self, url: str, *, event: str) -> str:
        """A text that came as a file; "" where it can't be got."""
        path = self._scratch / event / "words.txt"
        async with self._gate:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                trouble = await self._fetch.fetch(url, path, most_bytes=limits.PASTED_BYTES)
                return "" if trouble is not None else path.read_text("utf-8", "replace")
            except OSError as error:  # the disk, not the network
                log.error("a member's words can't be kept", words=error.strerror or type(error).__name__)
                return ""

    async def put_away(self, event: str) -> None:
        """Forget what was taken in for this event; the core has its own copies."""
        await asyncio.to_thread(shutil.rmtree, self._scratch / event, ignore_errors=True)

    async def _given(self, sent: Sent, stem: Path) -> Given:
        path = stem.with_name(stem.name + PurePosixPath(sent.name).suffix.lower()[:8])
        if (trouble := await self._trouble(sent, path)) is not None:
            return Given(kind=sent.kind, source=sent.name, field=sent.field, trouble=trouble)
        url = sent.url if sent.url.startswith("https://") else None
        return Given(
            kind=sent.kind,
            source=str(path),
            kept=True,
            name=sent.name,
            field=sent.field,
            url=url,
            url_until=until(sent.url) if url else None,
        )

    async def _trouble(self, sent: Sent, path: Path) -> MediaTrouble | None:
        most_bytes = media.INPUT_MB[sent.kind] * MEBIBYTE
        if sent.size_bytes == 0:
            return MediaTrouble.EMPTY
        if sent.size_bytes is not None and sent.size_bytes > most_bytes:
            return MediaTrouble.TOO_LARGE
        async with self._gate:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                return await self._fetch.fetch(sent.url, path, most_bytes=most_bytes)
            except OSError as error:  # the disk, not the network
                log.error("a member's file can't be kept", words=error.strerror or type(error).__name__)
                return MediaTrouble.UNREADABLE


def until(url: str) -> datetime | None:
    """When a signed link runs out: its `ex` is a moment in hexadecimal seconds (reference, signed attachment URLs)."""
    try:
        return datetime.fromtimestamp(int(parse_qs(urlsplit(url).query)["ex"][0], 16), UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        return None


async def _written(answer: aiohttp.ClientResponse, into: Path, *, most_bytes: int) -> MediaTrouble | None:
    got = 0
    with into.open("wb") as file:
        async for chunk in answer.content.iter_chunked(CHUNK):
            got += len(chunk)
            if got > most_bytes:
                return MediaTrouble.TOO_LARGE
            file.write(chunk)
    return None if got else MediaTrouble.EMPTY
