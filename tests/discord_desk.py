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
        platforms: dict[str, ports.Platform] = {}
        openings = commands.Openings()
        presenter = commands.Presenter(platforms, clock=house.clock, openings=openings, store=house.store)
        house.delivery = presenter  # type: ignore[assignment]
        await house.restart()
        stage.fitting.root = house.files.root
        spoken = commands.Commands(house.studio)
        reception = commands.Reception(spoken, studio=house.studio, openings=openings)
        stage.app = stage.new_app(reception, spoken)
        platforms["discord"] = stage.app.platform
        async with stage.working():
            yield Desk(stage, house)
