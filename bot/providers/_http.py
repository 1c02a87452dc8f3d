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
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import PurePath
from typing import Any, TypeVar

import aiohttp
import httpx
import httpx_aiohttp

from bot import errors, requests
from bot.requests import Json

ANSWER_BYTES = 4 * 2**20  # the largest documented answer is a list of a few hundred models; more is no answer of theirs
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
    connections: int = 64  # of questions, open at once
    pool_s: float = 30.0  # waiting for one of them to come free
    connect_s: float = 10.0  # each for TCP and for TLS
    write_s: float = 60.0  # between two pieces of an upload
    read_s: float = 30.0  # between two pieces of an answer to a question
    question_total_s: float = 60.0
    submit_read_s: float = 120.0  # image tasks may answer finished (page 062), which takes as long as the image
    submit_total_s: float = 600.0  # a 200 MB upload on a slow line


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
        self._submits = httpx.AsyncClient(
            transport=httpx.AsyncHTTPTransport(
                verify=context,
                # The pool is the semaphore of submits; a connection is never used twice.
                limits=httpx.Limits(max_connections=limits.submits, max_keepalive_connections=0),
            ),
            headers={"Connection": "close"},
            trust_env=False,
        )
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
        return plain if len(plain) <= WORDS_LENGTH else plain[: WORDS_LENGTH - 1] + "…"

    async def submit(self, wire: requests.Wire) -> Answer:
        """Send a wire once. Raises NotSent (certainly never left), Unknown, and StorageFault for a lost upload."""
        limits = self._limits
        with ExitStack() as stack:
            content = _multipart(wire, stack) if wire.uploads else {"json": dict(wire.body)}
            # Built outside the `try`: what can't even be put together is our bug, and nothing left.
            request = self._request(self._submits, wire.method, wire.path, read_s=limits.submit_read_s, **content)
            try:
                return await _send(self._submits, request, total_s=limits.submit_total_s)
            except _NEVER_LEFT as failure:
                raise self._worded(errors.NotSent, failure) from None
            except Exception as failure:
                # Not a list of classes: httpx lets some of its libraries' own pass, such as h11's.
                raise self._worded(errors.Unknown, failure) from None

    async def ask(self, path: str) -> Answer:
        """GET a path; it may be asked again. Raises Unreachable."""
        request = self._request(self._questions, "GET", path, read_s=self._limits.read_s)
        try:
            return await _send(self._questions, request, total_s=self._limits.question_total_s)
        except Exception as failure:
            raise self._worded(errors.Unreachable, failure) from None

    async def close(self) -> None:
        """Let all connections go."""
        await self._submits.aclose()
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


async def _send(client: httpx.AsyncClient, request: httpx.Request, *, total_s: float) -> Answer:
    async with asyncio.timeout(total_s):
        response = await client.send(request, stream=True, follow_redirects=False)
        try:
            body = await _whole(response)
        finally:
            await response.aclose()
    after = retry_after(response.headers.get("Retry-After"))
    return Answer(status=response.status_code, body=body, retry_after_s=after)


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


async def _whole(response: httpx.Response) -> bytes:
    """The body up to our limit; a longer one is treated like one that broke off."""
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > ANSWER_BYTES:
            raise httpx.DecodingError(f"the answer is longer than {ANSWER_BYTES} bytes")
    return bytes(body)


def _multipart(wire: requests.Wire, stack: ExitStack) -> Mapping[str, Any]:
    """The fields and files of a form; the files are read from disk while they are sent."""
    files = []
    for upload in wire.uploads:
        try:
            stream = stack.enter_context(open(upload.path, "rb"))  # noqa: SIM115
        except OSError as failure:
            raise errors.StorageFault(
                f"{upload.path} can't be read ({failure.strerror}): nothing was sent."
            ) from failure
        files.append((upload.part, (PurePath(upload.path).name, stream, upload.mime)))
    return {"data": {name: _field(value) for name, value in wire.body.items()}, "files": files}


def _field(value: Json) -> str:
    """A text field of a form; what is no text is written as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
