"""The server: `GET /health`, `GET /media/{token}`, what providers and platforms post to us, and nothing else."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias
from urllib.parse import quote

from aiohttp import web

from bot import ports

Running: TypeAlias = Callable[[], Mapping[str, object]]

Hook: TypeAlias = Callable[[Mapping[str, str], bytes], Awaitable[int]]
"""Takes the headers and the body of a POST, answers the HTTP status; it sees for itself who is asking."""

Callback: TypeAlias = Callable[[str, bytes], Awaitable[int]]
"""Takes the last part of the address and the body that a provider posted there, answers the HTTP status."""

CALLBACKS = "/callbacks/"
BODY_BYTES = 1024 * 1024  # the largest that a hook is handed: an update of Telegram's has a few kilobytes
SHUTDOWN_S = 5.0  # a provider in the middle of a download may finish it, within reason
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # listening everywhere is reached at home


class Server:
    """Serves from `start` to `stop`; between `stopping` and `stop` it says 503, so that nothing new is sent its way.

    `running` says what is at work, as the health page shows it (JSON values). Port 0 takes any free port. `hooks` are
    looked up by their path when something is posted, so that they may be filled later. `callback` takes what is posted
    below `/callbacks/`.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        version: str,
        running: Running,
        lending: ports.Lending,
        hooks: Mapping[str, Hook] | None = None,
        callback: Callback | None = None,
    ) -> None:
        self._host = host
        self._port = port
        self._version = version
        self._running = running
        self._lending = lending
        self._hooks = hooks if hooks is not None else {}
        self._callback = callback
        self._stopping = False
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Where this machine reaches it; with port 0 known once started."""
        host = _ANY.get(self._host, self._host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self._port}"

    async def start(self) -> None:
        """Listen. Raises OSError when the port is taken or may not be used."""
        app = web.Application(client_max_size=BODY_BYTES)
        app.add_routes([web.get("/health", self._health), web.get("/media/{token}", self._media)])
        if self._callback is not None:
            app.add_routes([web.post(f"{CALLBACKS}{{token}}", self._call_back)])
        app.add_routes([web.route("*", "/{path:.*}", self._hook)])
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_S)  # its log would hold signed links
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except BaseException:
            await runner.cleanup()
            raise
        self._runner = runner
        self._port = runner.addresses[0][1]

    def stopping(self) -> None:
        """Say from now on that the bot is about to stop."""
        self._stopping = True

    async def stop(self) -> None:
        """Stop listening and let connections go; more than once is fine."""
        self.stopping()
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _health(self, _: web.Request) -> web.Response:
        body = {"ok": not self._stopping, "version": self._version, **self._running()}
        return web.json_response(body, status=503 if self._stopping else 200, headers={"Cache-Control": "no-store"})

    async def _media(self, request: web.Request) -> web.StreamResponse:
        lent = self._lending.lent(request.match_info["token"])
        if lent is None:
            raise web.HTTPNotFound
        if lent.path is None:
            raise web.HTTPGone
        # FileResponse answers ranges and HEAD, and streams; it would guess the type from the name, which we know.
        headers = {"Content-Type": lent.mime, "X-Content-Type-Options": "nosniff", "Cache-Control": "private"}
        if lent.name:
            headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(lent.name, safe='')}"  # RFC 6266
        return web.FileResponse(lent.path, headers=headers)

    async def _call_back(self, request: web.Request) -> web.Response:
        assert self._callback is not None
        return web.Response(status=await self._callback(request.match_info["token"], await request.read()))

    async def _hook(self, request: web.Request) -> web.Response:
        hook = self._hooks.get(request.path)
        elsewhere = request.path == "/health" or request.path.startswith("/media/")
        if hook is None and elsewhere and request.method not in {"GET", "HEAD"}:
            raise web.HTTPMethodNotAllowed(request.method, ("GET", "HEAD"))
        called_back = self._callback is not None and request.path.startswith(CALLBACKS)
        if request.method != "POST" and (hook is not None or called_back):
            raise web.HTTPMethodNotAllowed(request.method, ("POST",))
        if hook is None:
            raise web.HTTPNotFound
        return web.Response(status=await hook(request.headers, await request.read()))
