"""A server that plays any answer to a provider's HTTP and notes what it was asked, for tests of providers."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from aiohttp import web

from bot import ports
from bot.ports import TaskState
from bot.providers import _http

KEY = "sk-simulator"
QUICK = _http.Limits(submit_read_s=0.5, read_s=0.5, connect_s=2.0, blocking_read_s=0.5)

P = TypeVar("P", bound=ports.Provider, covariant=True)


class Maker(Protocol[P]):
    """How a provider is opened."""

    def __call__(self, *, key: str, base_url: str, limits: _http.Limits) -> P: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request that came."""

    method: str
    path: str  # as it was written, with the query
    body: Any = None  # JSON, or the form's fields as lists: of text, or of (file name, content)
    headers: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass
class Played:
    """Gives `body` to everything, or what stands in `paths` for a path that begins so; in pieces where it streams."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    paths: Mapping[str, Any] = field(default_factory=dict)
    stream: Sequence[str] | None = None  # the data of events; the last one may be "[DONE]"
    cut: bool = False  # whether the line breaks in the middle of the stream
    asked: list[Request] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Note the request and answer it."""
        self.asked.append(await _noted(request))
        if self.stream is not None:
            return await self._streamed(request)
        body = next((body for start, body in self.paths.items() if request.raw_path.startswith(start)), self.body)
        text = body if isinstance(body, str) else json.dumps(body)
        return web.Response(text=text, status=self.status, content_type="application/json", headers={**self.headers})

    async def _streamed(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        response.enable_chunked_encoding()
        await response.prepare(request)
        for data in self.stream or ():
            await response.write(f"data: {data}\n\n".encode())
        if self.cut and request.transport is not None:
            request.transport.close()
        else:
            await response.write_eof()
        return response

    @contextlib.asynccontextmanager
    async def served(self, make: Maker[P]) -> AsyncIterator[P]:
        """The provider, opened at this server."""
        app = web.Application(client_max_size=2**26)
        app.router.add_route("*", "/{path:.*}", self.answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            provider = make(key=KEY, base_url=f"http://127.0.0.1:{runner.addresses[0][1]}", limits=QUICK)
            yield provider
            await provider.close()
        finally:
            await runner.cleanup()


async def _noted(request: web.Request) -> Request:
    body: Any = None
    if request.content_type == "multipart/form-data":
        fields = await request.post()
        body = {name: [_part(value) for value in fields.getall(name)] for name in fields}
    elif request.can_read_body:
        body = await request.json()
    return Request(method=request.method, path=request.raw_path, body=body, headers=dict(request.headers))


def _part(value: Any) -> Any:
    return value if isinstance(value, str) else (value.filename, value.file.read())


def chunk(content: str, *, finish: str | None = None, **more: Any) -> str:
    """One event of a chat."""
    choice = {"index": 0, "delta": {"role": "assistant", "content": content}, "finish_reason": finish}
    return json.dumps({"object": "chat.completion.chunk", "choices": [choice], **more}, ensure_ascii=False)


async def followed(provider: ports.Provider, poll_path: str, task_id: str | None) -> ports.Status:
    """Poll until the task has ended."""
    assert task_id is not None
    async with asyncio.timeout(10):
        while True:
            status = await provider.poll(poll_path, task_id)
            if status.state in {TaskState.SUCCEEDED, TaskState.FAILED}:
                return status
            await asyncio.sleep(0.02)
