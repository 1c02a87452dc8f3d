"""What `check` tries of PUBLIC_URL: that it leads to this bot, by a way round through the outside."""

import asyncio
import contextlib
import ipaddress
import secrets
import socket
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from bot import folder
from bot.cli._findings import Finding, bad, ok, skipped
from bot.settings import Settings

NAME = "public url"
ANSWER_S = 15.0


async def finding(settings: Settings) -> Finding:
    """Whether PUBLIC_URL/health is answered by us: by the bot that runs, or else by a listener made for the moment."""
    url = settings.web.public_url
    if url is None:
        return skipped(NAME, "PUBLIC_URL is not set; uploaded files go to providers only where they take uploads")
    if folder.is_running(settings):
        return await _asked(settings, url, expected=None)
    if not settings.web.port:
        return bad(NAME, f"{url} can't lead to a port that changes", "Set WEB_PORT to the port that it leads to.")
    token = secrets.token_urlsafe(16)
    try:
        async with _answering(settings.web.host, settings.web.port, token):
            return await _asked(settings, url, expected=token)
    except OSError as error:
        what = f"{settings.web.host}:{settings.web.port} can't be listened on to try it ({error.strerror or error})"
        return bad(NAME, what, "See the web port above.")


@contextlib.asynccontextmanager
async def _answering(host: str, port: int, token: str) -> AsyncIterator[None]:
    """`GET /health` answered with a word that nobody else can know. Raises OSError."""

    async def health(_: web.Request) -> web.Response:
        return web.json_response({"check": token}, headers={"Cache-Control": "no-store"})

    own = web.Application()
    own.router.add_get("/health", health)
    runner = web.AppRunner(own, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield
    finally:
        await runner.cleanup()


async def _asked(settings: Settings, url: str, *, expected: str | None) -> Finding:
    """What its health page says; `expected` is what only our own listener says, None where the bot itself answers."""
    port = settings.web.port or "the port"
    cure = f"See that {url} leads to {settings.web.host}:{port} of this machine."
    try:
        status, said = await _fetched(f"{url}/health")
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        return bad(NAME, f"{url}/health does not answer ({str(error) or 'no answer in time'})", cure)
    if status != 200:
        return bad(NAME, f"{url}/health answers {status}", cure)
    ours = "version" in said if expected is None else said.get("check") == expected
    if not ours:
        return bad(NAME, f"{url}/health is answered by something else", cure)
    return ok(NAME, f"{url}/health leads to us{await _remark(url)}")


async def _fetched(url: str) -> tuple[int, dict[str, object]]:
    """Status and JSON; {} where the answer is none."""
    limit = aiohttp.ClientTimeout(total=ANSWER_S)
    async with aiohttp.ClientSession(timeout=limit) as session, session.get(url) as answer:
        if answer.status != 200:
            return answer.status, {}
        try:
            said = await answer.json(content_type=None)
        except ValueError:
            said = None
        return answer.status, said if isinstance(said, dict) else {}


async def _remark(url: str) -> str:
    """What keeps others from it though we reach it ourselves."""
    parts = urlsplit(url)
    remarks = []
    if parts.scheme != "https":
        remarks.append("it is not https, which Telegram's webhooks need")
    if await _is_private(parts.hostname or ""):
        remarks.append("its address is private, so providers and Telegram can't reach it")
    return f"; but {' and '.join(remarks)}" if remarks else ""


async def _is_private(host: str) -> bool:
    """Whether a name leads to no address of the public internet, as seen from here."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return False
    return not any(ipaddress.ip_address(str(each[4][0]).partition("%")[0]).is_global for each in found)
