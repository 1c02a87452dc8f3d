"""A server in a process of its own, and the acts over HTTP."""

import asyncio
import base64
import contextlib
import json
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import aiohttp

from tests.telegram_server import options

START_S = 30.0
END_S = 10.0


class Refusal(Exception):
    """An act that the server couldn't play; its text says why."""


class Remote:
    """The acts of another process's server: `await remote.act("say", user_id=…, chat_id=…, text=…)`."""

    def __init__(self, http: aiohttp.ClientSession, url: str, token: str) -> None:
        self._http = http
        self.url = url
        self.token = token

    @property
    def base_url(self) -> str:
        """What telegram.Bot wants as base_url."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """What telegram.Bot wants as base_file_url."""
        return f"{self.url}/file/bot"

    async def act(self, name: str, /, **keywords: Any) -> Any:
        """Play an act of stage.Stage and give its result; bytes go and come as they are."""
        async with self._http.post(f"{self.url}/control/{name}", json=_packed(keywords)) as answer:
            content = await answer.json()
        if "error" in content:
            raise Refusal(content["error"])
        result = content["result"]
        return base64.b64decode(result["data"]) if name == "file" else result

    async def until(self, chat_id: int, condition: Callable[[Mapping[str, Any]], Any], timeout_s: float = 20.0) -> Any:
        """Wait until a condition of a chat's view holds and give its value; TimeoutError shows the last view."""
        deadline = time.monotonic() + timeout_s
        while not (value := condition(view := await self.act("view", chat_id=chat_id))):
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                raise TimeoutError(f"it didn't come true within {timeout_s} s; last view: {view!r}")
            await self.act("wait", past=view["count"], timeout_s=min(left_s, 5.0))
        return value


def _packed(value: Any) -> Any:
    match value:
        case bytes():
            return base64.b64encode(value).decode()
        case dict():
            return {name: _packed(one) for name, one in value.items()}
        case list() | tuple():
            return [_packed(one) for one in value]
        case _:
            return value


@contextlib.asynccontextmanager
async def started(*arguments: str, token: str = options.TOKEN) -> AsyncIterator[Remote]:
    """Start a server with more command line arguments, and end it afterwards."""
    command = ("-m", "tests.telegram_server", "--token", token, *arguments)
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(START_S):
            line = await process.stdout.readline()
        async with aiohttp.ClientSession() as http:
            yield Remote(http, json.loads(line)["url"], token)
    finally:
        await _ended(process)


async def _ended(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(END_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
