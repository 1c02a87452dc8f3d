"""A stage for tests of the Discord adapter: the real library, a played Discord, and a core that answers as told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from adapters import discord as adapter
from adapters.discord import inbound
from bot import commands, errors, media, ports, replies
from bot.commands import Heard
from bot.commands.reception import Show
from bot.commands.suggest import Suggestion
from tests import discord_server
from tests.discord_server import Discord, kit
from tests.discord_server.messages import LOADING, Seen

TOKEN = "MTEw.played.token-of-the-bot"
SPEC = Path(__file__).parents[2] / "shared/specs/discord_openapi.json"
HELLO = replies.Reply(lines=(replies.text("done.image", n=1),))

TEXTS = commands.Texts(strict=True)


@dataclass
class MadeUpFitting:
    """Gives every result out with so many bytes in it; where that is too much, fewer, a link or nothing."""

    root: Path
    size_bytes: int = 2048
    link: str | None = None
    least_bytes: int | None = None  # what it can be made smaller to; None: nothing smaller
    asked: list[int] = field(default_factory=list)  # the limits it was asked for

    async def fit(self, attachment: replies.Attachment, *, most_bytes: int) -> ports.Fitted:
        self.asked.append(most_bytes)
        path = self.root / attachment.path
        path.parent.mkdir(parents=True, exist_ok=True)
        shrunk = self.least_bytes is not None and most_bytes >= self.least_bytes
        size_bytes = min(self.size_bytes, most_bytes) if shrunk else self.size_bytes
        path.write_bytes(b"x" * size_bytes)
        facts = media.Facts.model_validate({**attachment.facts.model_dump(), "size_bytes": size_bytes})
        fits = size_bytes <= most_bytes
        link = None if fits else self.link
        return ports.Fitted(path=path if fits else None, name=attachment.name, facts=facts, link=link)


@dataclass
class ScriptedCore:
    """Hears whatever comes and shows one reply, as the reception does."""

    reply: replies.Reply = HELLO
    language: str = "en"
    gate: asyncio.Event | None = None  # answers wait for it
    heard: list[tuple[str, str, Heard]] = field(default_factory=list)  # action and subject, "" for lines
    files: list[bytes] = field(default_factory=list)  # what the attachments held when they were heard
    shown: list[str | None] = field(default_factory=list)  # ids of messages
    refused: list[errors.AtelierError] = field(default_factory=list)
    suggestions: tuple[Suggestion, ...] = ()
    slow: asyncio.Event | None = None  # suggestions wait for it

    async def hear(self, heard: Heard, show: Show) -> replies.Reply:
        return await self._serve(("", "", heard), show)

    async def press(self, action: str, subject: str, heard: Heard, show: Show) -> replies.Reply:
        return await self._serve((action, subject, heard), show)

    async def offer(self, heard: Heard, show: Show) -> replies.Reply:
        return await self._serve(("offer", "", heard), show)

    async def suggest(self, heard: Heard, field: str) -> tuple[Suggestion, ...]:
        self.heard.append(("suggest", field, heard))
        if self.slow is not None:
            await self.slow.wait()
        return self.suggestions

    async def _serve(self, what: tuple[str, str, Heard], show: Show) -> replies.Reply:
        self.heard.append(what)
        self.files += [Path(given.source).read_bytes() for given in what[2].attachments if given.kept]
        if self.gate is not None:
            await self.gate.wait()
        try:
            self.shown.append(await show(self.reply, self.language))
        except errors.AtelierError as error:
            self.refused.append(error)
        return self.reply


class Stage:
    """One guild with Mia in it, and the bot."""

    def __init__(self, served: Discord, scene: kit.Scene, root: Path) -> None:
        self.served = served
        self.scene = scene
        self.root = root
        self.core = ScriptedCore()
        self.fitting = MadeUpFitting(root / "data")
        self.app = self.new_app(self.core, self.core)

    def options(self, **changes: Any) -> adapter.Options:
        """This Discord, and folders of the test's own."""
        said: dict[str, Any] = {
            "token": TOKEN,
            "scratch": self.root / "scratch",
            "state": self.root / "state",
            "api_url": self.served.api,
            "gateway_url": self.served.gateway,
            "cdn_url": self.served.cdn,
        }
        return adapter.Options(**{**said, **changes})

    def new_app(
        self, core: inbound.Core, suggests: inbound.Suggests, clock: ports.Clock | None = None, **changes: Any
    ) -> adapter.DiscordApp:
        """The bot of a new process."""
        return adapter.DiscordApp(
            reception=core,
            commands=suggests,
            texts=TEXTS,
            fitting=self.fitting,
            options=self.options(**changes),
            clock=clock,
        )

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """The bot, connected until the block ends."""
        await self.start()
        try:
            yield
        finally:
            await self.stop()

    async def start(self) -> None:
        """Connect."""
        await self.app.start()
        self.running = asyncio.create_task(self.app.run())
        await self.until(lambda: bool(self.app.client.guilds) or self.running.done())

    async def stop(self) -> None:
        """Put the bot down; what it was doing in the background is over."""
        self.running.cancel()
        await asyncio.gather(self.running, return_exceptions=True)
        await self.app.stop()

    async def restart(self) -> None:
        """A new process of the same bot."""
        await self.stop()
        self.app = self.new_app(self.core, self.core)
        await self.start()

    async def until(self, true: Callable[[], object]) -> None:
        """Wait for something."""
        await self.served.until(true)

    async def slash(self, name: str = "image", options: dict[str, Any] | None = None, **how: Any) -> int:
        """Mia types a command."""
        said = {"prompt": "a red fox"} if options is None and name == "image" else options
        return await self.served.slash(self.scene.mia, how.pop("channel", self.scene.channel), name, said, **how)

    async def shown(self, interaction: int) -> list[Seen]:
        """What came of an interaction, once nothing of it is loading."""
        world = self.served.world

        def settled() -> bool:
            found = [world.messages[id] for id in world.interactions[interaction].posted if id in world.messages]
            return bool(found) and not any(one.flags & LOADING for one in found)

        await self.until(settled)
        one = await self.served.interaction(interaction)
        return [await self.served.message(id) for id in one.message_ids if id in world.messages]

    async def read(self, channel: int | None = None) -> list[Seen]:
        """Everything that Mia sees in a channel."""
        return await self.served.messages(channel or self.scene.channel, as_user=self.scene.mia)

    async def direct(self) -> list[Seen]:
        """What the bot wrote to Mia directly."""
        return await self.read(await self.served.dm(self.scene.mia))


@asynccontextmanager
async def opened(root: Path) -> AsyncIterator[Stage]:
    """The stage, with a bot that is not connected yet."""
    options = discord_server.Options(token=TOKEN, spec=SPEC)
    async with discord_server.serve(options) as served:
        with kit.pointed(served):  # the addresses are the library's own attributes: put back afterwards
            yield Stage(served, await kit.scene(served), root)
