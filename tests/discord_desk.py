"""A desk on Discord: Mia speaks to the real studio through the real adapter, library and a played Discord."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot import commands, ports
from bot.jobs import Job
from bot.requests import AccountId
from tests import discord_stage, factories
from tests.desk import TimedFiles
from tests.discord_stage import Stage
from tests.engine_house import House

MIA = AccountId("acc_mia")


class Desk:
    """The stage, with the studio as its core."""

    def __init__(self, stage: Stage, house: House) -> None:
        self.stage = stage
        self.house = house
        self.openings = commands.Openings()
        self.platforms: dict[str, ports.Platform] = {}
        self.presenter = commands.Presenter(
            self.platforms,
            clock=house.clock,
            openings=self.openings,
            store=house.store,
            words=lambda path: house.files.words(path),
        )
        house.writing = self.presenter.writing

    def build(self) -> None:
        """The bot of a new process, over the studio as it is."""
        spoken = commands.Commands(self.house.studio)
        reception = commands.Reception(
            spoken, studio=self.house.studio, openings=self.openings, presenter=self.presenter
        )
        self.stage.app = self.stage.new_app(reception, spoken)
        self.platforms["discord"] = self.stage.app.platform

    async def restart(self) -> None:
        """The process ends, and another one starts."""
        await self.stage.stop()
        self.build()
        await self.stage.start()

    async def job(self) -> Job:
        """Mia's newest job, when it has ended and she was told."""
        await self.house.settled()
        async with self.house.store.reading() as rows:
            return (await rows.jobs.of(MIA, limit=1))[0]


@asynccontextmanager
async def opened(house: House, root: Path, *, credits: int = 1000) -> AsyncIterator[Desk]:
    """Mia with her credits, and a bot at work."""
    async with discord_stage.opened(root) as stage:
        await factories.member(
            house.store, MIA, credits=credits, platform="discord", user=str(stage.scene.mia), name="Mia"
        )
        house.files = TimedFiles(house.files.root)
        desk = Desk(stage, house)
        house.delivery = desk.presenter  # type: ignore[assignment]
        await house.restart()
        stage.fitting.root = house.files.root
        desk.build()
        async with stage.working():
            yield desk
