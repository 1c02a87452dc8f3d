"""What tests share: a server, the real discord.py pointed at it, and people who are there already."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import discord
import yarl
from discord import gateway, http

from tests.discord_server.server import Discord


@contextlib.contextmanager
def pointed(served: Discord) -> Iterator[None]:
    """Let discord.py speak to this server; it has no other way to be told than these three names."""
    before = http.Route.BASE, gateway.DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE
    http.Route.BASE = served.api
    gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(served.gateway)
    discord.Asset.BASE = served.cdn
    try:
        yield
    finally:
        http.Route.BASE, gateway.DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE = before


@contextlib.asynccontextmanager
async def running(client: discord.Client, token: str, *, timeout_s: float = 10.0) -> AsyncIterator[None]:
    """A client that is logged in and ready, until the block ends."""
    task = asyncio.create_task(client.start(token))
    ready = asyncio.create_task(_ready(client, task))
    try:
        await asyncio.wait_for(ready, timeout_s)
        yield
    finally:
        await client.close()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _ready(client: discord.Client, task: "asyncio.Task[None]") -> None:
    while not client.is_ready():
        if task.done():
            task.result()
        await asyncio.sleep(0.01)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One guild with a channel and one member."""

    guild: int
    channel: int
    mia: int


async def scene(served: Discord) -> Scene:
    mia = await served.user("Mia")
    guild = await served.guild("Pixel Club", members=[mia])
    return Scene(guild=guild, channel=await served.channel(guild, "art"), mia=mia)
