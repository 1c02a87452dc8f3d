"""The door of Discord's API: every request is noted, counted, checked, done and answered here."""

from __future__ import annotations

import asyncio
import json
import traceback
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.discord_server import callbacks, channels, commands, identity, limits, threads, uploads, webhooks
from tests.discord_server.calls import Call, Route
from tests.discord_server.posting import Body
from tests.discord_server.record import Request
from tests.discord_server.refusals import Kind, Problems, Refusal, Refused

if TYPE_CHECKING:
    from tests.discord_server.faults import Fault
    from tests.discord_server.world import World

PREFIX = "/api/v10"
ROUTES: list[Route] = [
    *identity.ROUTES,
    *channels.ROUTES,
    *threads.ROUTES,
    *commands.ROUTES,
    *callbacks.ROUTES,
    *webhooks.ROUTES,
]
SECRETS = ("interaction_token", "webhook_token")  # parameters that are no snowflake
WATCH_S = 0.02


class Lost(Exception):
    """The connection is to be cut instead of an answer."""


class Api:
    """Takes the requests of one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def take(self, request: web.Request) -> web.StreamResponse:
        noted = Request(
            time=self._world.clock.now().isoformat(),
            method=request.method,
            path=request.path.removeprefix(PREFIX),
            query=dict(request.query),
            headers=dict(request.headers),
        )
        self._world.record.began(noted)
        headers: dict[str, str] = {"Via": "1.1 google"}  # discord.py takes a 429 without it for a ban
        try:
            status, answer = await self._answer(request, noted, headers)
        except Refused as refused:
            status, answer = refused.status, refused.body()
            self._refuse(noted, refused.kind, status, refused.code, refused.reasons())
        except Lost:
            self._world.record.ended(noted)
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        except Exception:
            if request.transport is None or request.transport.is_closing():  # its sender is gone in the middle of it
                self._world.record.ended(noted)
                return web.Response()
            status, answer = 500, {"message": "500: Internal Server Error", "code": 0}
            self._refuse(noted, "form", status, 0, [traceback.format_exc()])
        noted.status, noted.answer = status, answer
        noted.code = answer.get("code") if isinstance(answer, dict) and status >= 400 else None
        self._world.record.ended(noted)
        return _response(status, answer, headers)

    async def _answer(self, request: web.Request, noted: Request, headers: dict[str, str]) -> tuple[int, Any]:
        body, broken = Body(payload=None, files={}), None
        try:
            body = await uploads.read(request)
            noted.body = uploads.noted(body)
        except Refused as refused:
            broken = refused
        route, params = self._route(noted)
        self._admit(route, params, noted, headers)
        fault = self._world.faults.next(noted.method, noted.path)
        if fault is not None:
            noted.scripted = fault.name
            if (scripted := await self._play(fault, route, params, request, headers)) is not None:
                return scripted
        self._authorize(route, request)
        if broken is not None:
            raise broken
        self._check(route, params, noted, body)
        answer = await route.act(Call(world=self._world, params=params, query=noted.query, body=body))
        await self._afterwards(fault)
        return answer

    def _route(self, noted: Request) -> tuple[Route, dict[str, str]]:
        known = False
        for route in ROUTES:
            if found := route.pattern.fullmatch(noted.path):
                if route.method == noted.method:
                    return route, found.groupdict()
                known = True
        status = 405 if known else 404
        raise Refused(status, 0, f"{status}: {'Method Not Allowed' if known else 'Not Found'}", kind="form")

    def _admit(self, route: Route, params: dict[str, str], noted: Request, headers: dict[str, str]) -> None:
        verdict = self._world.limits.judge(
            noted.method, route.template, route.major(params), noted.path, free=not route.needs_token
        )
        headers |= verdict.headers
        if verdict.retry_after_s is not None:
            raise _limited(verdict.retry_after_s, is_global=verdict.is_global)

    async def _play(
        self, fault: Fault, route: Route, params: dict[str, str], request: web.Request, headers: dict[str, str]
    ) -> tuple[int, Any] | None:
        """What a fault answers; None when the request is to be done all the same."""
        match fault.name:
            case "status":
                message = fault.message or f"{fault.status}: scripted"
                return fault.status, {"message": message, "code": fault.code}
            case "html":
                headers["Content-Type"] = "text/html"
                return fault.status, f"<html><body>error code: {fault.status}</body></html>"
            case "rate_limit":
                key = "" if fault.is_global else f"{route.method} {route.template}:{route.major(params)}"
                self._world.limits.give_back(route.method, route.template, route.major(params))
                self._world.limits.close(key, fault.retry_after_s)
                headers |= limits.refusal_headers(fault.retry_after_s, is_global=fault.is_global)
                return 429, _limited_body(fault.retry_after_s, is_global=fault.is_global)
            case "hang":
                await _until_gone(request, fault.delay_s)
                raise Lost
            case "cut":
                raise Lost
            case "late":
                await asyncio.sleep(fault.delay_s)
                return None
            case "lost" | "delay":
                return None

    @staticmethod
    async def _afterwards(fault: Fault | None) -> None:
        if fault is not None and fault.name == "lost":
            raise Lost
        if fault is not None and fault.name == "delay":
            await asyncio.sleep(fault.delay_s)

    def _authorize(self, route: Route, request: web.Request) -> None:
        if route.needs_token and request.headers.get("Authorization") != f"Bot {self._world.options.token}":
            raise Refused(401, 0, "401: Unauthorized", kind="state")

    def _check(self, route: Route, params: dict[str, str], noted: Request, body: Body) -> None:
        problems = Problems()
        for name, value in params.items():
            if name not in SECRETS and not value.isdecimal() and value != "@original":
                problems.add(name, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
        known = self._world.schema.queries(route.method, route.template)
        for name in noted.query:
            if known is not None and name not in known:
                problems.add(name, "UNKNOWN_KEY", "Not a parameter of this endpoint")
        self._world.schema.check(route.method, route.template, body.payload, problems)
        problems.settle()

    def _refuse(self, noted: Request, kind: Kind, status: int, code: int, reasons: list[str]) -> None:
        refusal = Refusal(kind=kind, method=noted.method, path=noted.path, status=status, code=code, reasons=reasons)
        self._world.record.refused(refusal)


class _Limited(Refused):
    """429, whose body is of its own kind."""

    def __init__(self, retry_after_s: float, *, is_global: bool) -> None:
        super().__init__(429, 0, "You are being rate limited.", kind="limited")
        self._body = _limited_body(retry_after_s, is_global=is_global)

    def body(self) -> dict[str, Any]:
        return self._body


def _limited(retry_after_s: float, *, is_global: bool) -> Refused:
    return _Limited(retry_after_s, is_global=is_global)


def _limited_body(retry_after_s: float, *, is_global: bool) -> dict[str, Any]:
    return {"message": "You are being rate limited.", "retry_after": retry_after_s, "global": is_global, "code": 0}


async def _until_gone(request: web.Request, most_s: float) -> None:
    """Wait until the client has hung up, or so long."""
    loop = asyncio.get_running_loop()
    ends = loop.time() + most_s
    while loop.time() < ends and request.transport is not None and not request.transport.is_closing():  # noqa: ASYNC110
        await asyncio.sleep(WATCH_S)  # a transport announces nothing


def _response(status: int, answer: Any, headers: dict[str, str]) -> web.Response:
    """discord.py compares the type with exactly application/json, so no charset is added."""
    if status == 204:
        return web.Response(status=204, headers=headers)
    if isinstance(answer, str):
        return web.Response(status=status, body=answer.encode(), headers=headers)
    body = json.dumps(answer, ensure_ascii=False).encode()
    return web.Response(status=status, body=body, headers={"Content-Type": "application/json"} | headers)
