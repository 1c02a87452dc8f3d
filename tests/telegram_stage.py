"""A stage for tests of the Telegram adapter: the real studio and the real app against a played Bot API server."""

import asyncio
import types
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from adapters.telegram import Options, TelegramApp, Timing, Webhook
from bot import commands, media, ports, replies
from bot.commands import Heard
from bot.jobs import Job
from bot.ports import Fitted, Origin
from bot.requests import AccountId
from bot.studio import Studio
from tests import factories, media_files, telegram_server
from tests.engine_house import House
from tests.scripted import MadeUpFiles

MIA = 4711
BEN = 4712
MIA_ACCOUNT = AccountId("acc_mia")
SOON = Timing(
    poll_s=5.0,
    gather_s=0.1,
    gather_most_s=1.0,
    tap_s=0.5,
    double_tap_s=0.5,
    private_every_s=0.05,
    group_every_s=0.1,
    patience_s=3.0,
    retry_s=0.02,
    retry_most_s=0.1,
    conflict_s=0.05,
    grace_s=2.0,
)


@dataclass
class RealFiles(MadeUpFiles):
    """Results that are real pictures, clips and sounds; inputs whose bytes are remembered."""

    made: dict[str, Path] = field(default_factory=dict)  # by kind
    taken: list[tuple[media.MediaKind, bytes]] = field(default_factory=list)

    async def intake(self, source: str, *, kind: media.MediaKind, local: bool) -> media.MediaRef:
        path = Path(source)
        self.taken.append((kind, path.read_bytes() if local and path.is_file() else source.encode()))
        facts = factories.facts(kind=kind, duration_s=None if kind is media.MediaKind.IMAGE else 2.0)
        return media.MediaRef(path=self.lay(path.name), facts=facts, name=path.name)

    async def fetch(self, origins: Sequence[Origin], *, kind: media.MediaKind, into: str) -> tuple[str, media.Facts]:
        made = self.made.setdefault(kind, make(kind, self.root))
        target = self.absolute(f"{into}{made.suffix}")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(made.read_bytes())
        return f"{into}{made.suffix}", facts_of(kind, target)


def make(kind: media.MediaKind, folder: Path) -> Path:
    """A small file of a kind."""
    match kind:
        case media.MediaKind.IMAGE:
            return media_files.image(folder / "made.png")
        case media.MediaKind.VIDEO:
            return media_files.video(folder / "made.mp4", seconds=2)
        case media.MediaKind.AUDIO:
            return media_files.audio(folder / "made.mp3", seconds=2)
        case media.MediaKind.TEXT:
            return media_files.words(folder / "made.txt")


def facts_of(kind: media.MediaKind, path: Path) -> media.Facts:
    """What those measure."""
    mime = {"image": "image/png", "video": "video/mp4", "audio": "audio/mpeg", "text": "text/plain"}[kind]
    seen = kind in {media.MediaKind.IMAGE, media.MediaKind.VIDEO}
    played = kind in {media.MediaKind.VIDEO, media.MediaKind.AUDIO}
    sides, lasts = {"width": 64, "height": 48} if seen else {}, {"duration_s": 2.0} if played else {}
    measured = {"width": None, "height": None, **sides, **lasts}
    return factories.facts(kind=kind, mime=mime, size_bytes=path.stat().st_size, **measured)


@dataclass
class PlainFitting:
    """Files as they are, or a link where they are too large."""

    root: Path
    link: str | None = None

    async def fit(self, attachment: replies.Attachment, *, most_bytes: int) -> Fitted:
        fits = attachment.facts.size_bytes <= most_bytes
        path = self.root / attachment.path if fits else None
        return Fitted(path=path, name=attachment.name, facts=attachment.facts, link=None if fits else self.link)


class Remembering(commands.Commands):
    """The commands, and all that they were told."""

    def __init__(self, studio: Studio, heard: list[Heard]) -> None:
        super().__init__(studio)
        self._heard = heard

    async def answer(self, heard: Heard) -> replies.Reply:
        self._heard.append(heard)
        return await super().answer(heard)

    async def press(self, action: str, subject: str, heard: Heard) -> replies.Reply:
        self._heard.append(heard)
        return await super().press(action, subject, heard)


class Stage:
    """Mia's chats with the bot."""

    def __init__(self, house: House, served: telegram_server.Served, root: Path) -> None:
        self.house = house
        self.served = served
        self.options = Options(token=served.token, api_url=served.url, scratch=root / "scratch", timing=SOON)
        self.files = RealFiles(house.files.root)
        self.fitting = PlainFitting(house.files.root)
        self.platforms: dict[str, ports.Platform] = {}
        self.openings = commands.Openings()
        self.app: TelegramApp | None = None
        self.running: asyncio.Task[int] | None = None
        self.heard: list[Heard] = []  # everything that was given to the core

    async def build(self, store: ports.Store | None = None) -> None:
        """A studio that speaks on Telegram."""
        self.presenter = commands.Presenter(
            self.platforms,
            clock=self.house.clock,
            openings=self.openings,
            store=store or self.house.store,
            words=self.files.words,
        )
        self.house.writing = self.presenter.writing
        self.house.files = self.files
        self.house.delivery = self.presenter  # type: ignore[assignment]
        await self.house.restart(store)

    def new_app(self, **changes: Any) -> TelegramApp:
        """An app that isn't started."""
        reception = commands.Reception(
            Remembering(self.house.studio, self.heard),
            studio=self.house.studio,
            openings=self.openings,
            presenter=self.presenter,
        )
        app = TelegramApp(
            reception=reception,
            studio=self.house.studio,
            store=self.house.store,
            texts=commands.Texts(strict=True),
            fitting=self.fitting,
            clock=self.house.clock,
            options=replace(self.options, **changes),
        )
        self.platforms["telegram"] = app.platform
        return app

    async def start(self, **changes: Any) -> TelegramApp:
        """The app at work."""
        self.app = self.new_app(**changes)
        await self.app.start()
        self.running = asyncio.create_task(self.app.run())
        return self.app

    async def stop(self) -> None:
        """Gracefully."""
        if self.app is not None:
            await self.app.hush()
            await self.app.stop()
        if self.running is not None:
            self.running.cancel()
            await asyncio.gather(self.running, return_exceptions=True)
        self.app = self.running = None

    async def kill(self) -> None:
        """The process dies: nothing of the adapter gets to run any more."""
        mine = [task for task in asyncio.all_tasks() if task is self.running or _is_adapters(task)]
        for task in mine:
            task.cancel()
        await asyncio.gather(*mine, return_exceptions=True)
        assert self.app is not None
        with suppress(Exception):
            await self.app.stop()
        self.app = self.running = None

    async def until(self, condition: Any) -> Any:
        """Wait for something to be seen."""
        return await self.served.until(condition)

    def say(self, text: str, *, chat: int = MIA, user: int = MIA, **more: Any) -> dict[str, Any]:
        """Somebody writes."""
        return self.served.say(user_id=user, chat_id=chat, text=text, **more)

    def messages(self, chat: int = MIA) -> list[dict[str, Any]]:
        """The bot's messages in a chat."""
        return [m for m in self.served.view(chat_id=chat)["messages"] if m["from_bot"]]

    def texts(self, chat: int = MIA) -> list[str]:
        """Their words."""
        return [m["text"] for m in self.messages(chat)]

    async def shown(self, words: str, *, chat: int = MIA, count: int = 1) -> dict[str, Any]:
        """The newest message with these words, once there are so many."""
        found = await self.until(
            lambda: len(hits := [m for m in self.messages(chat) if words in m["text"]]) >= count and hits
        )
        return dict(found[-1])

    async def idle(self) -> None:
        """Every update is answered, every job has ended."""
        await self.idle_inbox()
        async with asyncio.timeout(20):
            await self.house.settled()

    async def idle_inbox(self) -> None:
        """Every update is answered."""
        async with asyncio.timeout(20):
            while True:
                async with self.house.store.reading() as rows:
                    waiting = await rows.inbox.waiting("telegram")
                if not waiting and not self.served.pending():
                    break
                await asyncio.sleep(0.01)

    async def jobs(self) -> Sequence[Job]:
        """Mia's jobs, newest first."""
        async with self.house.store.reading() as rows:
            return await rows.jobs.of(MIA_ACCOUNT, limit=20)


def _is_adapters(task: "asyncio.Task[Any]") -> bool:
    coro = task.get_coro()
    return isinstance(coro, types.CoroutineType) and "adapters/telegram" in coro.cr_code.co_filename


@asynccontextmanager
async def opened(house: House, root: Path, **options: Any) -> AsyncIterator[Stage]:
    """A stage whose app is not started yet; Mia has 1,000 credits."""
    async with telegram_server.serve(telegram_server.Options(**options)) as served:
        served.create_user(first_name="Mia", id=MIA, language_code="en")
        served.private(user_id=MIA)
        served.create_user(first_name="Ben", id=BEN, language_code="zh-hans")
        await factories.member(house.store, MIA_ACCOUNT, credits=1000, platform="telegram", user=str(MIA), name="Mia")
        stage = Stage(house, served, root)
        await stage.build()
        try:
            yield stage
        finally:
            await house.dispatch.stop(grace_s=2.0)
            if stage.app is not None:
                await stage.stop()


__all__ = ["BEN", "MIA", "SOON", "PlainFitting", "RealFiles", "Stage", "Webhook", "opened"]
