"""The HTTP server: the Bot API's paths, faults, and the record."""

import asyncio
import contextlib
import inspect
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

from aiohttp import web

from tests.telegram_server import (
    albums,
    asking,
    bodies,
    calls,
    control,
    editing,
    faults,
    fetching,
    options,
    records,
    sending,
    spec,
    stage,
)
from tests.telegram_server.refusals import Refused, bad
from tests.telegram_server.world import World

PLAYED: Mapping[str, calls.Play] = (
    sending.METHODS | albums.METHODS | editing.METHODS | fetching.METHODS | asking.METHODS  # type: ignore[operator]
)
_CUT_AT = 2048  # bytes of a body that are read before it's cut off
_PAGE = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


class Served(stage.Stage):
    """A server that listens; its other methods are the acts."""

    def __init__(self, world: World, url: str) -> None:
        super().__init__(world)
        self.url = url

    @property
    def base_url(self) -> str:
        """What telegram.Bot wants as base_url."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """What telegram.Bot wants as base_file_url."""
        return f"{self.url}/file/bot"

    @property
    def token(self) -> str:
        return self.world.options.token

    @property
    def bot_id(self) -> int:
        return self.world.bot.id


@contextlib.asynccontextmanager
async def serve(chosen: options.Options | None = None) -> AsyncIterator[Served]:
    """A server in this event loop."""
    world = World(chosen or options.Options())
    served = Served(world, "")
    runner = web.AppRunner(application(world, served), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, world.options.host, world.options.port).start()
        served.url = f"http://{world.options.host}:{runner.addresses[0][1]}"
        yield served
    finally:
        await world.close()
        await runner.cleanup()
    if world.broken:
        raise ExceptionGroup("the Telegram server itself broke", world.broken)


def application(world: World, played: stage.Stage) -> web.Application:
    """The routes."""
    api = Api(world)
    app = web.Application(client_max_size=bodies.MAX_BYTES)
    app.add_routes(control.routes(played))
    app.router.add_get(r"/file/bot{token}/{path:.+}", api.download)
    app.router.add_route("*", r"/bot{token}/{method}", api.call)
    return app


class Api:
    """What the bot talks to."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def call(self, request: web.Request) -> web.StreamResponse:
        """One request for a method, from its first byte to its record."""
        began, name, body = time.monotonic(), request.match_info["method"], bodies.Body()
        fault, answer = None, None
        try:
            method = self._method(request, name)
            name = method.name
            fault = self._world.faults.draw_cut(name)
            if fault is not None:
                await request.content.read(_CUT_AT)
            else:
                body = await bodies.read(request)
                fault = self._world.faults.draw(name, _chat_of(body))
                answer = await self._answer(method, body, fault)
        except Refused as no:
            answer = no
        except ConnectionResetError:  # whoever asked has gone, in the middle of the question
            return _closed(request)
        except Exception as slip:
            self._world.broken.append(slip)
            raise
        dropped = fault is not None and fault.drops
        response = None if dropped else _response(answer, fault)
        self._note(request, name, body, response, answer, fault, time.monotonic() - began)
        return _closed(request) if response is None else response

    def _method(self, request: web.Request, name: str) -> spec.Shape:
        if request.match_info["token"] != self._world.options.token:
            raise Refused(code=401, description="Unauthorized")
        method = self._world.spec.method(name)
        if method is None:
            raise Refused(code=404, description="Not Found: method not found")
        return method

    async def _answer(self, method: spec.Shape, body: bodies.Body, fault: faults.Fault | None) -> Any:
        """What the method answers, or what the fault makes of it."""
        if fault is None:
            return await self._play(method, body)
        done = await self._play(method, body) if fault.after else None
        if fault.hang_s:
            await asyncio.sleep(fault.hang_s)
        refusal = fault.refusal()
        if refusal is not None:
            raise refusal
        return done if fault.after or fault.drop else await self._play(method, body)

    async def _play(self, method: spec.Shape, body: bodies.Body) -> Any:
        call = calls.check(self._world.spec, method, body)
        play = PLAYED.get(method.name)
        if play is None:
            raise bad(f"not played here: {method.name}")
        value = play(self._world, call)
        return await value if inspect.isawaitable(value) else value

    def _note(
        self,
        request: web.Request,
        name: str,
        body: bodies.Body,
        response: web.Response | None,
        answer: Any,
        fault: faults.Fault | None,
        took_s: float,
    ) -> None:
        record = records.Record(
            method=name,
            path=str(request.rel_url),
            parameters=body.given,
            files=records.of_files(body.uploads),
            status=response.status if response is not None else None,
            answer=_told(answer, fault),
            fault=repr(fault) if fault is not None else None,
            took_s=round(took_s, 4),
        )
        self._world.records.note(record)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """A file at its path, for who knows the token."""
        file = self._world.shelf.at(request.match_info["path"])
        if request.match_info["token"] != self._world.options.token:
            refusal = Refused(code=401, description="Unauthorized")
        else:
            refusal = Refused(code=404, description="Not Found")
            fault = self._world.faults.draw("download", None)
            if fault is not None and fault.hang_s:
                await asyncio.sleep(fault.hang_s)
            if fault is not None and fault.drops:
                return _closed(request)
            refusal = (fault.refusal() if fault is not None else None) or refusal
            if file is not None and (fault is None or fault.refusal() is None):
                return web.Response(body=file.data, content_type="application/octet-stream")
        return web.json_response(refusal.body(), status=refusal.code)


def _chat_of(body: bodies.Body) -> Any:
    """The chat id of a request whose parameters aren't checked yet."""
    value = str(body.given.get("chat_id", ""))
    return int(value) if value.removeprefix("-").isdigit() else value or None


def _told(answer: Any, fault: faults.Fault | None) -> Any:
    """The answer as the record has it: also one that was lost, but none where nothing was done."""
    if isinstance(answer, Refused):
        return answer.body()
    undone = fault is not None and fault.drops and not fault.after
    return None if undone else {"ok": True, "result": answer}


def _response(answer: Any, fault: faults.Fault | None) -> web.Response:
    if isinstance(answer, Refused):
        if fault is not None and fault.html:
            return web.Response(text=_PAGE, content_type="text/html", status=answer.code)
        headers = {"Retry-After": str(answer.parameters["retry_after"])} if answer.code == 429 else {}
        return web.json_response(answer.body(), status=answer.code, headers=headers)
    return web.json_response({"ok": True, "result": answer})


def _closed(request: web.Request) -> web.Response:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
