"""The HTTP client that providers share: two transports, one table of what went wrong, and nothing said about the key.

Submits use plain httpx with a fresh connection each, because its exceptions tell whether bytes may have left: over
aiohttp a server that took the POST and hung up looks like a connect time-out, and a stale keep-alive connection fails
ambiguously. Questions (polls, lists) may be asked again, so they go over aiohttp, which is several times faster.
"""

import asyncio
import functools
import json
import re
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import aiohttp
import httpx
import httpx_aiohttp

from bot import errors, requests
from bot.providers import _bodies, _stream
from bot.requests import Json

ANSWER_BYTES = 4 * 2**20  # the largest documented answer is a list of a few hundred models; more is no answer of theirs
RESULT_BYTES = 96 * 2**20  # an answer that is the result: four 4K pictures as base64
WORDS_LENGTH = 300  # characters of a provider's words that we quote: a sentence or two, never a page of HTML
RETRY_AFTER_MOST_S = 3600.0  # a longer wish would outlive every job's deadline

_Error = TypeVar("_Error", bound=errors.ProviderError)

# What certainly never left this machine as part of the request. Everything else may have arrived.
# ConnectError and ConnectTimeout cover refused, unreachable, DNS and TLS: httpcore raises them only before it writes.
_NEVER_LEFT: tuple[type[Exception], ...] = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long and how much at once. A submit's total is above its pool and connect limits, so that it can only run out
    after bytes left, where it means Unknown."""

    submits: int = 8  # open at once; more wait for `pool_s`
    blocking: int = 4  # open at once of those whose answer is the result
    connections: int = 64  # of questions, open at once
    pool_s: float = 30.0  # waiting for one of them to come free
    connect_s: float = 10.0  # each for TCP and for TLS
    write_s: float = 60.0  # between two pieces of an upload
    read_s: float = 30.0  # between two pieces of an answer to a question
    question_total_s: float = 60.0
    submit_read_s: float = 120.0  # image tasks may answer finished (page 062), which takes as long as the image
    submit_total_s: float = 600.0  # a 200 MB upload on a slow line
    blocking_read_s: float = 300.0  # an answer that is the result takes as long as the result
    blocking_total_s: float = 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: a whole answer with any status."""

    status: int
    body: bytes
    retry_after_s: float | None = None  # the Retry-After header; None without one

    def json(self) -> Json | None:
        """The body as JSON, or None when it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):  # UnicodeDecodeError is a ValueError too; nested without end
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Streamed:
    """How a streamed answer ended; its events were handed on."""

    answer: Answer | None = None  # a whole answer that is no stream: a refusal, or JSON at once
    ended: bool = False  # whether the provider said that this was all
    words: str = ""  # why it broke off; "" when it did not


def retry_after(value: str | None) -> float | None:
    """Seconds from a Retry-After header, which holds seconds or an HTTP date (RFC 9110, 10.2.3)."""
    text = (value or "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", text):
        return min(float(text), RETRY_AFTER_MOST_S)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return min(max((when - datetime.now(UTC)).total_seconds(), 0.0), RETRY_AFTER_MOST_S)


class Client:
    """Sends requests to one provider's own address and nowhere else, so that the key never travels further.

    `submit` raises NotSent or Unknown, `ask` raises Unreachable; both give back any whole answer for the provider to
    map. No redirect is ever followed. Errors name the failure in scrubbed words and have no cause attached, because
    foreign exceptions carry requests and, for a malformed header, the key itself.
    """

    def __init__(self, *, base_url: str, key: str, limits: Limits) -> None:
        self._base = _checked_base(base_url)
        self._key = _checked_key(key)
        self._limits = limits
        context = _tls()
        self._submits = _once_each(limits.submits, context)
        self._blocking = _once_each(limits.blocking, context)
        self._questions = httpx.AsyncClient(
            transport=httpx_aiohttp.AiohttpTransport(
                verify=context,
                client=lambda: aiohttp.ClientSession(
                    connector=aiohttp.TCPConnector(limit=limits.connections, ssl=context),
                    cookie_jar=aiohttp.DummyCookieJar(),  # nothing one answer sets may travel with the next question
                ),
            ),
            trust_env=False,
        )

    def __repr__(self) -> str:
        return f"Client({self._base!r})"

    @property
    def authorization(self) -> Mapping[str, str]:
        """The key's header, for downloads from the provider's own address."""
        return {"Authorization": f"Bearer {self._key}"}

    def url(self, path: str) -> str:
        """A path on the provider's own address."""
        if not path.startswith("/"):
            raise ValueError(f"a path starts with a slash: {path!r}")  # else it could end the host's name
        return self._base + path

    def words(self, text: object) -> str:
        """Foreign text made fit to quote: without the key or anything like one, on one line and cut."""
        plain = " ".join(str(text).replace(self._key, "…").split())
        plain = re.sub(r"(?i)\b(?:bearer\s+\S+|sk-[\w*-]{6,})", "…", plain)
        plain = re.sub(r"https?://\S*/(?:callbacks|media)/\S+", "…", plain)  # what we lent them, said back to us
        return plain if len(plain) <= WORDS_LENGTH else plain[: WORDS_LENGTH - 1] + "…"

    async def submit(self, wire: requests.Wire) -> Answer:
        """Send a wire once. Raises NotSent (certainly never left), Unknown, and StorageFault for a lost upload.

        One without a place to ask after its task is answered with its result: that takes longer, and may be large.
        """
        with ExitStack() as stack:
            exchange = await self._exchange(wire, stack)
            try:
                return await exchange.answer()
            except Exception as failure:
                raise self._sorted(failure) from None

    async def stream(self, wire: requests.Wire, *, event: Callable[[str], None]) -> Streamed:
        """Send a wire once, whose answer comes in events. Raises as `submit` does, but for a stream that breaks off.

        `event` is called with the data of each as it comes. An answer that is no stream is given back whole.
        """
        with ExitStack() as stack:
            exchange = await self._exchange(wire, stack)
            try:
                return await exchange.events(event, words=self.words)
            except Exception as failure:
                raise self._sorted(failure) from None

    async def _exchange(self, wire: requests.Wire, stack: ExitStack) -> "_Exchange":
        """What can't even be put together is our bug or a lost file, and nothing left."""
        content = await asyncio.to_thread(_bodies.content, wire, stack)
        limits, long = self._limits, not wire.poll_path
        client = self._blocking if long else self._submits
        read_s = limits.blocking_read_s if long else limits.submit_read_s
        return _Exchange(
            client=client,
            request=self._request(client, wire.method, wire.path, read_s=read_s, **content),
            total_s=limits.blocking_total_s if long else limits.submit_total_s,
            most_bytes=RESULT_BYTES if long else ANSWER_BYTES,
        )

    def _sorted(self, failure: Exception) -> Exception:
        """Certainly never left, or unknown.

        Not a list of classes: httpx lets some of its libraries' own pass, such as h11's.
        """
        return self._worded(errors.NotSent if isinstance(failure, _NEVER_LEFT) else errors.Unknown, failure)

    async def ask(self, path: str) -> Answer:
        """GET a path; it may be asked again. Raises Unreachable."""
        request = self._request(self._questions, "GET", path, read_s=self._limits.read_s)
        try:
            total_s = self._limits.question_total_s
            return await _Exchange(
                client=self._questions, request=request, total_s=total_s, most_bytes=ANSWER_BYTES
            ).answer()
        except Exception as failure:
            raise self._worded(errors.Unreachable, failure) from None

    async def close(self) -> None:
        """Let all connections go."""
        await self._submits.aclose()
        await self._blocking.aclose()
        await self._questions.aclose()

    def _request(
        self, client: httpx.AsyncClient, method: str, path: str, *, read_s: float, **content: Any
    ) -> httpx.Request:
        limits = self._limits
        return client.build_request(
            method,
            self.url(path),
            headers={**self.authorization, "Accept": "application/json"},
            timeout=httpx.Timeout(connect=limits.connect_s, write=limits.write_s, read=read_s, pool=limits.pool_s),
            **content,
        )

    def _worded(self, error: type[_Error], failure: Exception) -> _Error:
        said = self.words(failure)
        name = type(failure).__name__
        return error(f"{name}: {said}" if said else name)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Exchange:
    """One request and its answer."""

    client: httpx.AsyncClient
    request: httpx.Request
    total_s: float
    most_bytes: int  # of the answer; a longer one is treated like one that broke off

    async def answer(self) -> Answer:
        """The whole answer."""
        async with asyncio.timeout(self.total_s), self._sent() as response:
            return await self._whole(response)

    async def events(self, event: Callable[[str], None], *, words: Callable[[object], str]) -> Streamed:
        """The events of the answer as they come; what broke before the first one is raised."""
        found = _stream.Events()
        heard = 0
        try:
            async with asyncio.timeout(self.total_s), self._sent() as response:
                if not response.is_success or "event-stream" not in response.headers.get("Content-Type", ""):
                    return Streamed(answer=await self._whole(response))
                async for data in self._data(response, found):
                    heard += 1
                    event(data)
        except Exception as failure:
            if not heard:
                raise
            return Streamed(words=words(failure) or type(failure).__name__)
        return Streamed(ended=found.ended)

    async def _data(self, response: httpx.Response, found: _stream.Events) -> AsyncIterator[str]:
        async for piece in self._pieces(response):
            for data in found.feed(piece):
                yield data
            if found.ended:
                return
        for data in found.close():
            yield data

    @asynccontextmanager
    async def _sent(self) -> AsyncIterator[httpx.Response]:
        response = await self.client.send(self.request, stream=True, follow_redirects=False)
        try:
            yield response
        finally:
            await response.aclose()

    async def _whole(self, response: httpx.Response) -> Answer:
        body = bytearray()
        async for piece in self._pieces(response):
            body += piece
        after = retry_after(response.headers.get("Retry-After"))
        return Answer(status=response.status_code, body=bytes(body), retry_after_s=after)

    async def _pieces(self, response: httpx.Response) -> AsyncIterator[bytes]:
        size = 0
        async for piece in response.aiter_bytes():
            size += len(piece)
            if size > self.most_bytes:
                raise httpx.DecodingError(f"the answer is longer than {self.most_bytes} bytes")
            yield piece


def _once_each(most: int, context: ssl.SSLContext) -> httpx.AsyncClient:
    """A client whose pool is the semaphore, and whose connections are never used twice."""
    return httpx.AsyncClient(
        transport=httpx.AsyncHTTPTransport(
            verify=context, limits=httpx.Limits(max_connections=most, max_keepalive_connections=0)
        ),
        headers={"Connection": "close"},
        trust_env=False,
    )


@functools.cache
def _tls() -> ssl.SSLContext:
    """The trusted certificates, read once: that takes longer than most requests."""
    return httpx.create_ssl_context()


def _checked_base(base_url: str) -> str:
    """The address without a slash at its end, or OperatorError."""
    try:
        url = httpx.URL(base_url)
    except (httpx.InvalidURL, TypeError):
        url = httpx.URL("")
    if url.scheme not in {"http", "https"} or not url.host or url.userinfo or url.query or url.fragment:
        # The value itself is not repeated: a key pasted into the wrong setting would end up in a log.
        raise errors.OperatorError(
            "The provider's base URL is not an address like https://api.example.com: correct it."
        )
    return str(url).rstrip("/")


def _checked_key(key: str) -> str:
    """The key as it fits into a header, or OperatorError: a library would quote a malformed header in its error."""
    if not re.fullmatch(r"[\x21-\x7e]+", key):
        raise errors.OperatorError(
            "The provider's key is empty or holds spaces, line breaks or foreign characters: paste it again."
        )
    return key
