"""Doors to what can be seen: messages, answers, commands, requests and refusals."""

import asyncio
from collections.abc import Callable

from tests.discord_server import interactions, messages, rendering
from tests.discord_server.interactions import InteractionSeen
from tests.discord_server.messages import Message, Seen
from tests.discord_server.record import Request
from tests.discord_server.refusals import Json, Kind, Refusal
from tests.discord_server.world import World

PATIENCE_S = 10.0
LOOK_S = 0.02  # what happens in a client is announced by nobody


class ViewDoors:
    """Looking changes nothing."""

    world: World

    async def messages(self, channel: int, *, as_user: int | None = None) -> list[Seen]:
        """A place's messages as somebody sees them now, oldest first; for None all but ephemeral ones."""
        standing = self.world.standing(channel)
        return [rendering.seen(self.world, one) for one in standing if rendering.visible(self.world, one, as_user)]

    async def message(self, message: int) -> Seen:
        """One message, ephemeral or not."""
        return rendering.seen(self.world, self.world.message(message))

    async def wait_messages(
        self, channel: int, count: int, *, as_user: int | None = None, timeout_s: float = PATIENCE_S
    ) -> list[Seen]:
        """A place's messages as soon as there are so many that aren't loading; TimeoutError else."""

        def shown() -> list[Message]:
            standing = [one for one in self.world.standing(channel) if not one.flags & messages.LOADING]
            return [one for one in standing if rendering.visible(self.world, one, as_user)]

        what = f"{count} messages in {channel}"
        await self.until(lambda: len(shown()) >= count, timeout_s=timeout_s, what=what)
        return [rendering.seen(self.world, one) for one in shown()]

    async def answered(self, interaction: int, *, timeout_s: float = PATIENCE_S) -> InteractionSeen:
        """An interaction as soon as it has its first answer; TimeoutError else."""
        one = self.world.interactions[interaction]
        await self.until(lambda: one.answered is not None, timeout_s=timeout_s, what=f"an answer to {one.data}")
        return interactions.seen(one)

    async def interaction(self, interaction: int) -> InteractionSeen:
        """An interaction as it stands."""
        return interactions.seen(self.world.interactions[interaction])

    async def until(
        self, condition: Callable[[], object], *, timeout_s: float = PATIENCE_S, what: str = "a condition"
    ) -> None:
        """Wait until it holds, asked anew after every change and every LOOK_S; TimeoutError else. Python only."""
        ends = asyncio.get_running_loop().time() + timeout_s
        while not condition():
            await self._past(self.world.changes.count, ends, what)

    async def _past(self, since: int, ends: float, what: str) -> None:
        left = ends - asyncio.get_running_loop().time()
        if left <= 0:
            raise TimeoutError(f"waited in vain for {what}")
        await self.world.changes.past(since, timeout_s=min(left, LOOK_S))

    async def changes(self) -> int:
        """How many changes there were so far, for `changed`."""
        return self.world.changes.count

    async def changed(self, since: int, *, timeout_s: float = PATIENCE_S) -> int:
        """The count of changes, as soon as it passes `since` or the time is up."""
        return await self.world.changes.past(since, timeout_s=timeout_s)

    async def commands(self, guild: int | None = None) -> list[Json]:
        """The commands registered everywhere, or in one guild only."""
        return self.world.commands.lists.get(guild, [])

    async def command_writes(self) -> int:
        """How often commands were overwritten."""
        return self.world.commands.writes

    async def refusals(self, kind: Kind | None = None) -> list[Refusal]:
        """Requests refused for their own fault.

        form: Discord would call the request malformed (or the client broke a rule of the gateway), state: it didn't
        fit what there is, limited: sent while a rate limit was on.
        """
        return [one for one in self.world.record.refusals if kind in (None, one.kind)]

    async def requests(self, *, method: str = "", contains: str = "") -> list[Request]:
        """Every request so far, oldest first; of one method, with a text in the path."""
        return [
            one for one in self.world.record.requests if method.upper() in ("", one.method) and contains in one.path
        ]

    async def now(self) -> str:
        """The server's time, ISO 8601."""
        return self.world.clock.now().isoformat()

    async def urls(self) -> dict[str, str]:
        """Where api, gateway, cdn and control are."""
        world = self.world
        return {
            "api": world.api_url,
            "gateway": world.gateway_url,
            "cdn": world.cdn_url,
            "control": world.control_url,
        }
