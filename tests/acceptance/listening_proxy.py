"""A proxy before a provider that notes every request and every answer, whole."""

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

LONGEST_S = 60.0
OWN = frozenset({"transfer-encoding", "content-length", "connection", "content-encoding"})  # of each hop


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """One request and its answer."""

    method: str
    path: str  # with the query
    headers: list[tuple[str, str]]  # as they came, repeated ones too
    body: bytes
    status: int | None  # None: the connection broke
    answer: bytes = b""

    def text(self, *, without: str = "") -> bytes:
        """Everything of it; a header with exactly this value counts as seen where it belongs and is left out."""
        headers = [(name, value) for name, value in self.headers if not (without and value == without)]
        head = json.dumps([self.method, self.path, headers, self.status], ensure_ascii=False)
        return head.encode() + b"\n" + self.body + b"\n" + self.answer


@dataclass(slots=True, kw_only=True)
class Proxy:
    """What went through."""

    url: str = ""
    passed: list[Passed] = field(default_factory=list)


@contextlib.asynccontextmanager
async def opened(target: str) -> AsyncIterator[Proxy]:
    """A proxy on loopback before this address; the name it is asked by is passed on."""
    proxy = Proxy()
    limit = aiohttp.ClientTimeout(total=LONGEST_S)
    async with aiohttp.ClientSession(timeout=limit, auto_decompress=False) as http:

        async def take(request: web.Request) -> web.StreamResponse:
            body = await request.read()
            known: dict[str, Any] = {
                "method": request.method,
                "path": request.raw_path,
                "headers": list(request.headers.items()),
                "body": body,
            }
            sent = [(name, value) for name, value in request.headers.items() if name.lower() not in OWN]
            try:
                async with http.request(
                    request.method, f"{target}{request.raw_path}", headers=sent, data=body or None
                ) as answer:
                    said = await answer.read()
            except (aiohttp.ClientError, TimeoutError):
                proxy.passed.append(Passed(**known, status=None))
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            proxy.passed.append(Passed(**known, status=answer.status, answer=said))
            headers = {name: value for name, value in answer.headers.items() if name.lower() not in OWN}
            return web.Response(status=answer.status, headers=headers, body=said)

        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", take)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            proxy.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield proxy
        finally:
            await runner.cleanup()
