"""Discord's side: `python -m tests.bench.discord_side`, its people in servers."""

import asyncio
from collections.abc import Mapping
from typing import Any

from tests import discord_server
from tests.bench import crowd, side
from tests.discord_server import record

TOKEN = "MTEw.played.token-of-the-bot"


class Unkept(record.Record):
    """No request is kept: there are too many."""

    def began(self, request: record.Request) -> None:
        """Nothing."""

    def ended(self, request: record.Request) -> None:
        """Nothing."""


class Discord:
    """The played Discord and its crowd; an interaction knows itself when it was sent and answered."""

    name = "discord"

    def __init__(self, served: discord_server.Discord) -> None:
        self._served = served
        self._said: list[int] = []
        self._people: list[int] = []
        self._channels: list[int] = []

    async def settle(self) -> None:
        """Bring the crowd to its places."""
        self._served.world.record = Unkept()
        self._people = [await self._served.user(f"Mia {number}") for number in range(crowd.MEMBERS)]
        for number in range(crowd.COMMUNITIES):
            guild = await self._served.guild(f"Club {number}", members=self._people[number :: crowd.COMMUNITIES])
            self._channels.append(await self._served.channel(guild, "art"))

    def where(self) -> Mapping[str, str]:
        served = self._served
        urls = {"API": served.api, "GATEWAY": served.gateway, "CDN": served.cdn}
        return {"DISCORD_TOKEN": TOKEN, **{f"DISCORD_{name}_URL": url for name, url in urls.items()}}

    def connected(self) -> bool:
        return bool(list(self._served.world.gateway.live()))

    async def say(self, line: crowd.Line) -> None:
        options: dict[str, Any] = {}
        if line.prompt:
            options = {"prompt": line.prompt, "model": crowd.MODEL, "duration": str(crowd.SECONDS)}
        member, channel = self._people[line.member], self._channels[line.community]
        self._said.append(await self._served.slash(member, channel, line.name, options))

    def asked(self) -> int:
        return len(self._said)

    def waits(self) -> list[float | None]:
        known = self._served.world.interactions
        return [known[id].answered_after_s for id in self._said]


async def main() -> None:
    options = discord_server.Options(token=TOKEN, spec=None)  # checking each request against the description costs
    async with discord_server.serve(options) as served:
        discord = Discord(served)
        await discord.settle()
        await side.Side(discord).obey()


if __name__ == "__main__":
    asyncio.run(main())
