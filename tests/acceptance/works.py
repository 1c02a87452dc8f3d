"""A bot without a platform: the real studio, engine, store, files, providers and web server, and the simulator."""

import hashlib
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bot import catalogue, jobs, money, ports, providers, simulator
from bot.catalogue import Options
from bot.catalogue._spec import MEDIA
from bot.engine import clock, wiring
from bot.engine.addresses import Addresses
from bot.engine.callbacks import Receiver
from bot.engine.dispatch import Dispatch
from bot.engine.limits import Limits, Pace
from bot.engine.world import World
from bot.files import _probe
from bot.files.folder import Folder
from bot.media import Facts, MediaKind, MediaRef
from bot.simulator import Simulator
from bot.studio import Asked, Question, Studio
from bot.web.server import Server
from storage import journal
from storage.store import SqlStore
from tests import factories, media_files
from tests.acceptance import combining
from tests.acceptance.combining import Case
from tests.scripted import RememberedDelivery

CREDITS: Final = 10_000_000
SPEED: Final = 1000.0  # of the simulator: its tasks take some milliseconds
AT_ONCE: Final = 4  # jobs: enough for two cores, few enough for no request to wait long

SAMPLES: Final[Mapping[MediaKind, str]] = {
    MediaKind.IMAGE: "portrait.png",
    MediaKind.VIDEO: "clip.mp4",
    MediaKind.AUDIO: "voice.mp3",
}
EARLIER: Final[Mapping[MediaKind, tuple[str, Mapping[str, object]]]] = {
    # what a model made before → its options
    MediaKind.IMAGE: ("NanoBanana2-0.5K", {"prompt": "a door", "ratio": "3:2", "format": "jpeg"}),
    MediaKind.VIDEO: ("grok-imagine", {"prompt": "a door", "duration": 3, "resolution": "480p", "ratio": "1:1"}),
    MediaKind.AUDIO: ("minimax-speech-02-hd", {"prompt": "Who is there? It is the wind, my friend.", "format": "wav"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A job that has ended, with everything that belongs to it."""

    case: Case
    job: jobs.Job
    options: Options
    given: Mapping[str, Sequence[MediaRef]]
    calls: Sequence[jobs.Call]
    outputs: Sequence[jobs.Output]  # those of steps that only feed others too
    shown: Sequence[jobs.Output]
    files: Sequence[Path]  # where the shown ones lie
    receipts: Sequence[money.Receipt]  # with which its result was posted


class Works:
    """Takes cases, and makes them all."""

    def __init__(
        self,
        *,
        studio: Studio,
        store: SqlStore,
        files: Folder,
        folder: Path,
        played: Simulator,
        delivery: RememberedDelivery,
    ) -> None:
        self.store = store
        self.simulator = played
        self._delivery = delivery
        self._studio = studio
        self._files = files
        self._folder = folder
        self._refs: dict[tuple[MediaKind, str], MediaRef] = {}
        self._keys = 0

    async def make(self, cases: Sequence[Case]) -> list[Made]:
        """Every case as a job, from its request to its end."""
        accepted = [(case, await self._submit(case)) for case in cases]
        await self._studio.idle()
        return [await self._made(case, job) for case, job in accepted]

    async def _submit(self, case: Case) -> jobs.Job:
        given = {name: [await self._ref(name, source) for source in case.media[name]] for name in case.media}
        twins = [cls for cls in case.model.operations if cls.media_fields() == case.cls.media_fields()]
        named = len(twins) > 1 or case.cls in case.model.pressed  # else the media must tell
        request = self._studio.request(
            case.model.kind,
            case.model,
            case.said,
            media=given,
            operation=case.cls.operation if named else None,
        )
        assert request.operation == case.cls.operation, case
        for voice in await self._studio.voices.own(self._asked()):  # no two of a member's may be called alike
            await self._studio.voices.delete(voice.job, asked=self._asked())
        accepted = await self._studio.submit(request, asked=self._asked(), confirmed=True)
        assert not isinstance(accepted, Question)
        return accepted.job

    def _asked(self) -> Asked:
        self._keys += 1
        return Asked(
            account=factories.account(),
            person=factories.person(),
            place=factories.place(),
            key=f"case:{self._keys}",
            language="en",
            interactive=False,
            local=True,
        )

    async def _made(self, case: Case, job: jobs.Job) -> Made:
        view = await self._studio.view(job.id, asked=self._asked())
        async with self.store.reading() as rows:
            calls, outputs = await rows.jobs.calls(job.id), await rows.jobs.outputs(job.id)
        return Made(
            case=case,
            job=view.job,
            options=wiring.options_of(view.job.request),
            given=view.job.request.media,
            calls=calls,
            outputs=outputs,
            shown=view.outputs,
            files=[self._files.absolute(output.path) for output in view.outputs],
            receipts=[told[3] for told in self._delivery.ends() if told[:2] == ("result", job.id)],
        )

    # --- media

    async def _ref(self, name: str, source: str) -> MediaRef:
        kind = MEDIA[name]
        if (kind, source) not in self._refs:
            said = await self._source(kind, source)
            self._refs[kind, source] = await self._studio.intake(said, kind=kind, asked=self._asked())
        return self._refs[kind, source]

    async def _source(self, kind: MediaKind, source: str) -> str:
        match source:
            case "sample":
                return f"{self.simulator.url}/samples/{SAMPLES[kind]}"
            case "file":
                return str(self._file(kind))
            case "long":
                return str(self._long_file(kind))
            case _:
                model, said = EARLIER[kind]
                found = catalogue.find(model)
                (made,) = await self.make([Case(model=found, cls=found.operations[0], said=said, media={})])
                return made.job.id

    def _file(self, kind: MediaKind) -> Path:
        """A file of the member's own; its length is no whole number of seconds."""
        match kind:
            case MediaKind.IMAGE:
                return media_files.image(self._folder / "own.webp", size=(720, 405))
            case MediaKind.VIDEO:
                return media_files.video(self._folder / "own.mp4", size=(640, 360), seconds=3.5)
            case MediaKind.AUDIO:
                return media_files.audio(self._folder / "own.wav", seconds=2.4)
            case MediaKind.TEXT:
                return media_files.words(self._folder / "own.txt")

    def _long_file(self, kind: MediaKind) -> Path:
        """One that lasts longer than most."""
        if kind is MediaKind.VIDEO:
            return media_files.video(self._folder / "long.mp4", size=(640, 360), seconds=combining.LONG_S)
        return media_files.audio(self._folder / "long.wav", seconds=combining.LONG_S)


class RememberingProber(_probe.Prober):
    """Measures equal files once: each is a process of its own."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[tuple[str, MediaKind], Facts] = {}

    async def measure(self, path: Path, *, kind: MediaKind) -> Facts:
        """The facts about a file of this kind. Raises Unfit."""
        key = hashlib.sha256(path.read_bytes()).hexdigest(), kind
        if key not in self._known:
            self._known[key] = await super().measure(path, kind=kind)
        return self._known[key]


@asynccontextmanager
async def open_works(
    folder: Path, database: Path, *, sketches: int = 0, at_once: int = AT_ONCE
) -> AsyncIterator[Works]:
    """The works in a folder, on a migrated database; all that was made is removed at the end.

    Every provider is at work, and models that are documented in part are turned on. With `sketches` results that are
    alike are one file, which is measured once; `at_once` is how many jobs run.
    """
    async with AsyncExitStack() as stack:
        store = SqlStore.open(database)
        stack.push_async_callback(store.close)
        stack.callback(catalogue.arrange, catalogue.everything())
        catalogue.arrange(replace(model, turned_on=True) for model in catalogue.everything())
        plays = simulator.Options(speed=SPEED, sketches=sketches)
        played = await stack.enter_async_context(simulator.serve(plays))
        opened = await _providers(played, stack)
        prober = RememberingProber() if sketches else None
        files = Folder(folder / "data", secret="a secret of this test", allowed=[played.url], prober=prober)
        stack.callback(shutil.rmtree, folder / "data")
        stack.push_async_callback(files.close)
        calls = journal.CallJournal(database)
        stack.callback(calls.close)
        delivery = RememberedDelivery()
        world = World(
            store=store,
            providers=opened,
            journal=calls,
            files=files,
            delivery=delivery,
            clock=clock.SystemClock(),
            limits=Limits(running=at_once, member_running=at_once, member_waiting=10_000, submits=at_once),
            pace=Pace(first_s=0.01, every_s=0.05),
            addresses=Addresses(secret="another secret"),
        )
        dispatch = Dispatch(world)
        stack.push_async_callback(dispatch.stop)
        studio = Studio(world, dispatch=dispatch, welcome={}, ask_above={}, cloning=True)
        server = Server(
            host="127.0.0.1", port=0, version="", running=dict, lending=files, callback=Receiver(world).take
        )
        await server.start()
        stack.push_async_callback(server.stop)
        files.lend_at = world.addresses.base = server.url
        await factories.member(store, credits=CREDITS)
        for provider in opened.values():
            if (listed := await provider.models()) is not None:
                studio.list_models(provider.name, listed)
        await dispatch.start()
        yield Works(studio=studio, store=store, files=files, folder=folder, played=played, delivery=delivery)


async def _providers(played: Simulator, stack: AsyncExitStack) -> dict[str, ports.Provider]:
    """All that are played, with the key that the simulator takes."""
    opened: dict[str, ports.Provider] = {}
    for name, address in played.addresses.items():
        opened[name] = providers.opened(name, providers.Account(key=simulator.Options().key, base_url=address))
        stack.push_async_callback(opened[name].close)
    return opened
