"""A desk on Discord: Mia speaks to the real bot through the real library and a played Discord."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from adapters import discord as adapter
from bot import commands, media, ports, replies
from bot.jobs import Job
from bot.requests import AccountId
from tests import discord_server, factories
from tests.desk import TimedFiles
from tests.discord_server import Discord, kit
from tests.discord_server.messages import Seen
from tests.engine_house import House

TOKEN = "MTEw.played.token-of-the-bot"
MIA = AccountId("acc_mia")
SECONDS = 10.0
SPEC = Path(__file__).parents[2] / "shared/specs/discord_openapi.json"


@dataclass
class MadeUpFitting:
    """Gives every result out as it lies there; `too_large` has a link instead, or nothing."""

    root: Path
    largest: int = 1 << 40  # bytes: what is larger can't be made to fit
    size_bytes: int = 2048  # of every file
    link: str | None = None
    asked: list[int] = field(default_factory=list)

    async def fit(self, attachment: replies.Attachment, *, most_bytes: int) -> ports.Fitted:
        self.asked.append(most_bytes)
        path = self.root / attachment.path
        path.write_bytes(b"x" * self.size_bytes)
        facts = media.Facts.model_validate({**attachment.facts.model_dump(), "size_bytes": self.size_bytes})
        fits = self.size_bytes <= min(most_bytes, self.largest)
        return ports.Fitted(path=path if fits else None, name=attachment.name, facts=facts, link=self.link)


class DiscordDesk:
    """One guild with Mia in it, and the bot at work."""

    def __init__(self, house: House, served: Discord, scene: kit.Scene, root: Path) -> None:
        self.house = house
        self.served = served
        self.scene = scene
        self.root = root
        self.texts = commands.Texts(strict=True)
        self.fitting = MadeUpFitting(house.files.root)
        self.platforms: dict[str, ports.Platform] = {}
        self.openings = commands.Openings()
        self.app = self.new_app()

    def options(self, **changes: object) -> adapter.Options:
        """This Discord, and folders of the test's own."""
        said: dict[str, object] = {
            "token": TOKEN,
            "scratch": self.root / "scratch",
            "state": self.root / "state",
            "api_url": self.served.api,
            "gateway_url": self.served.gateway,
            "cdn_url": self.served.cdn,
        }
        return adapter.Options(**{**said, **changes})  # type: ignore[arg-type]

    def new_app(self, **changes: object) -> adapter.DiscordApp:
        """The bot of a new process, over the studio as it is."""
        spoken = commands.Commands(self.house.studio)
        app = adapter.DiscordApp(
            reception=commands.Reception(spoken, studio=self.house.studio, openings=self.openings),
            commands=spoken,
            texts=self.texts,
            fitting=self.fitting,
            options=self.options(**changes),
        )
        self.platforms["discord"] = app.platform
        return app

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """The bot, connected until the block ends."""
        await self.app.start()
        run = asyncio.create_task(self.app.run())
        try:
            await self.served.until(self.app.client.is_ready, what="a bot that is ready")
            yield
        finally:
            run.cancel()
            await asyncio.gather(run, return_exceptions=True)
            await self.app.stop()

    async def slash(self, name: str, options: dict[str, object] | None = None, **how: object) -> int:
        """Mia's interaction."""
        return await self.served.slash(self.scene.mia, self.scene.channel, name, options, **how)  # type: ignore[arg-type]

    async def seen(self, interaction: int) -> list[Seen]:
        """What came of an interaction, once nothing of it is loading any more."""
        await self.served.answered(interaction)
        await self.served.until(lambda: self._settled(interaction), what="an answer that is not loading")
        one = await self.served.interaction(interaction)
        return [await self.served.message(id) for id in one.message_ids if id in self.served.world.messages]

    async def messages(self, channel: int | None = None) -> list[Seen]:
        """Everything in the channel that Mia sees."""
        return await self.served.messages(channel or self.scene.channel, as_user=self.scene.mia)

    async def job(self) -> Job:
        """Mia's newest job, when it has ended and she was told."""
        await self.house.settled()
        async with self.house.store.reading() as rows:
            return (await rows.jobs.of(MIA, limit=1))[0]

    def _settled(self, interaction: int) -> bool:
        posted = self.served.world.interactions[interaction].posted
        found = [self.served.world.messages[id] for id in posted if id in self.served.world.messages]
        return bool(found) and not any(one.flags & 1 << 7 for one in found)


@asynccontextmanager
async def opened(house: House, root: Path) -> AsyncIterator[DiscordDesk]:
    """The desk, with a bot that is not connected yet."""
    options = discord_server.Options(token=TOKEN, spec=SPEC if SPEC.is_file() else None)
    async with discord_server.serve(options) as served:
        with kit.pointed(served):  # the addresses are the library's own attributes: put back afterwards
            scene = await kit.scene(served)
            await factories.member(house.store, MIA, credits=100, platform="discord", user=str(scene.mia), name="Mia")
            house.files = TimedFiles(house.files.root)
            desk = DiscordDesk(house, served, scene, root)
            house.delivery = commands.Presenter(  # type: ignore[assignment]
                desk.platforms, clock=house.clock, openings=desk.openings, store=house.store
            )
            await house.restart()
            desk.app = desk.new_app()
            yield desk
