"""The server in a process of its own, with its doors at hand; for tests whose bot is a process too."""

import asyncio
import base64
import contextlib
import dataclasses
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp

from tests.discord_server.attachments import File

ROOT = Path(__file__).parents[2]
PATIENCE_S = 20.0


class Refused(Exception):
    """A door said no; status and the reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status}: {reason}")
        self.status = status


class Remote:
    """`await remote("slash", user=…, channel=…, name="image", options={…})`; answers are JSON."""

    def __init__(self, urls: dict[str, str], http: aiohttp.ClientSession) -> None:
        self.api, self.gateway, self.cdn, self.control = (urls[key] for key in ("api", "gateway", "cdn", "control"))
        self.http = http

    async def __call__(self, door: str, /, **given: Any) -> Any:
        """Call a door; Refused when it says no, TimeoutError when it waited in vain."""
        async with self.http.post(f"{self.control}/{door}", json=_encoded(given)) as answer:
            body = await answer.json()
        if answer.status == 408:
            raise TimeoutError(body["error"])
        if answer.status != 200:
            raise Refused(answer.status, body["error"])
        return body


def _encoded(value: Any) -> Any:
    if isinstance(value, File):
        rest = {key: one for key, one in dataclasses.asdict(value).items() if key != "data"}
        return rest | {"base64": base64.b64encode(value.data).decode()}
    if isinstance(value, dict):
        return {key: _encoded(one) for key, one in value.items()}
    return [_encoded(one) for one in value] if isinstance(value, list) else value


@contextlib.asynccontextmanager
async def spawned(token: str, *more: str) -> AsyncIterator[Remote]:
    """Start `python -m tests.discord_server` with these options, until the block ends."""
    command = ("-m", "tests.discord_server", "--token", token, *more)
    running = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE, cwd=ROOT)
    try:
        assert running.stdout is not None
        urls = json.loads(await asyncio.wait_for(running.stdout.readline(), PATIENCE_S))
        async with aiohttp.ClientSession() as http:
            yield Remote(urls, http)
    finally:
        with contextlib.suppress(ProcessLookupError):
            running.terminate()
        await asyncio.wait_for(running.wait(), PATIENCE_S)
