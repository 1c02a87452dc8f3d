"""Downloads to disk: guarded on every hop, with limits on size and time, and failures told apart by their cure."""

import asyncio
import functools
import logging
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import aiohttp
import httpx
import httpx_aiohttp

from bot.files import _guard
from bot.media import MediaTrouble

REDIRECTS = 5  # storage services use one or two
CONNECTIONS = 32
CONNECT_S = 10.0
READ_S = 30.0  # between two pieces
_FAILURES = (httpx.HTTPError, httpx.StreamError, aiohttp.ClientError, TimeoutError, ConnectionError)

# Statuses that are worth another try later; any other 4xx is an answer.
_LATER = {408, 409, 421, 423, 425, 429}


class Failed(Exception):
    """A download did not work out; `later` says whether another try may."""

    def __init__(self, trouble: MediaTrouble, words: str, *, later: bool = False, after_s: float | None = None) -> None:
        super().__init__(words)
        self.trouble = trouble
        self.words = words
        self.later = later
        self.after_s = after_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One address to be fetched, and how."""

    url: str = field(repr=False)  # often signed
    most_bytes: int
    total_s: float
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)  # for the URL's own origin only


class Downloader:
    """Fetches URLs into files."""

    def __init__(self, *, guard: _guard.Guard) -> None:
        logging.getLogger("httpx").setLevel(logging.WARNING)  # at INFO it writes every URL, signed ones too
        self._guard = guard
        self._client = httpx.AsyncClient(
            transport=httpx_aiohttp.AiohttpTransport(verify=_tls(), client=self._session),
            headers={"Accept": "*/*", "Accept-Encoding": "identity"},
            timeout=httpx.Timeout(READ_S, connect=CONNECT_S),
            trust_env=False,
        )

    def _session(self) -> aiohttp.ClientSession:
        # No DNS cache: every connection asks the guarded resolver, and connects to the addresses it answered.
        connector = aiohttp.TCPConnector(
            limit=CONNECTIONS, ssl=_tls(), resolver=_guard.GuardedResolver(self._guard), use_dns_cache=False
        )
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def download(self, errand: Errand, *, to: BinaryIO) -> None:
        """Write what is at the URL to an open file. Raises Failed, and OSError for the disk."""
        try:
            async with asyncio.timeout(errand.total_s), self._open(errand) as response:
                await _save(response, to, most_bytes=errand.most_bytes)
        except (_guard.NotPublic, httpx.UnsupportedProtocol, httpx.InvalidURL) as refusal:
            raise Failed(MediaTrouble.NOT_PUBLIC, str(refusal) or "not a public address") from None
        except _FAILURES as failure:
            # Only the class: the text may hold the URL, which may be signed.
            raise Failed(MediaTrouble.UNREACHABLE, type(failure).__name__, later=True) from None

    async def close(self) -> None:
        """Let connections go."""
        await self._client.aclose()

    @asynccontextmanager
    async def _open(self, errand: Errand) -> AsyncIterator[httpx.Response]:
        """The answer at the end of all redirects; the headers go to the first origin only."""
        url = httpx.URL(errand.url)
        home = _guard.origin(url)
        for _ in range(REDIRECTS + 1):
            self._guard.check(url)
            headers = errand.headers if _guard.origin(url) == home else {}
            async with self._client.stream("GET", url, headers=headers) as response:
                if not response.has_redirect_location:
                    _check_status(response)
                    yield response
                    return
                url = url.join(response.headers["Location"])
        raise Failed(MediaTrouble.UNREACHABLE, f"more than {REDIRECTS} redirects")


@functools.cache
def _tls() -> ssl.SSLContext:
    """The trusted certificates, read once: that takes longer than most requests."""
    return httpx.create_ssl_context()


def _check_status(response: httpx.Response) -> None:
    status = response.status_code
    if status == 200:
        return
    if status in (401, 403):
        raise Failed(MediaTrouble.NOT_PUBLIC, str(status))
    if status == 404:
        raise Failed(MediaTrouble.NOT_FOUND, "404")
    if status == 410:
        raise Failed(MediaTrouble.EXPIRED, "410")
    later = status >= 500 or status in _LATER
    after = response.headers.get("Retry-After", "")
    raise Failed(
        MediaTrouble.UNREACHABLE,
        str(status),
        later=later,
        after_s=min(float(after), 3600.0) if after.isdigit() else None,
    )


async def _save(response: httpx.Response, to: BinaryIO, *, most_bytes: int) -> None:
    length = response.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > most_bytes:
        raise Failed(MediaTrouble.TOO_LARGE, f"{length} bytes")
    size = 0
    async for piece in response.aiter_bytes():
        size += len(piece)
        if size > most_bytes:
            raise Failed(MediaTrouble.TOO_LARGE, f"more than {most_bytes} bytes")
        to.write(piece)  # 16 KiB into the page cache: a thread for each would cost more


def place_of(url: str) -> str:
    """A URL as trouble names it: its host and its file; folders may be secret (Telegram's hold the bot's token)."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        return ""
    *folders, name = parsed.path.split("/")
    place = "/".join((parsed.netloc.decode(), *(["…"] if any(folders) else []), *([name] if name else [])))
    return place if parsed.scheme in ("http", "https") else f"{parsed.scheme}://{place}"


def name_of(url: str) -> str:
    """What a URL's file is called, for messages; never the query, which may be a signature."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        return ""
    return Path(parsed.path).name or parsed.host
