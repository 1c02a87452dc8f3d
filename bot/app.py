"""The composition root: settings → storage → providers → studio → platforms, and the signals that stop it all."""

import asyncio
import contextlib
import ipaddress
import os
import secrets
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from adapters import console as console_adapter
from bot import __version__, commands, errors, logs, ports, providers, simulator, studio
from bot.engine import chores, clock
from bot.engine.dispatch import Dispatch
from bot.engine.limits import Limits, Pace
from bot.engine.world import World
from bot.files.folder import Folder
from bot.providers import uniall
from bot.settings import Settings
from bot.web.server import Server
from storage import journal, lock, schema, store

DATABASE = "atelier.db"
STOP_GRACE_S = 130.0  # above the longest a provider may take to answer a submit: a stop leaves nothing unknown
SIMULATOR_KEY = "sk-simulator"

log = structlog.get_logger(__name__)


def database(settings: Settings) -> Path:
    """Where the database file lies."""
    return settings.folders.data_dir / DATABASE


async def upgrade(settings: Settings) -> str:
    """Bring the database up to date; answers what was done. Raises OperatorError."""
    before, after = await asyncio.to_thread(schema.upgrade, database(settings))
    return f"{database(settings)}: {before or 'new'} → {after}" if before != after else f"{database(settings)}: {after}"


@asynccontextmanager
async def open_store(settings: Settings) -> AsyncIterator[ports.Store]:
    """The store for an operator's command, beside a running bot. Raises OperatorError."""
    path = database(settings)
    revision = await asyncio.to_thread(schema.check, path)
    if revision is None:
        raise errors.OperatorError(f"There is no database at {path} yet. Start the bot once, or set DATA_DIR.")
    if revision != schema.newest():
        raise errors.OperatorError(f"The database {path} is older than this Atelier. Run: python -m bot db upgrade")
    opened = store.SqlStore.open(path)
    try:
        yield opened
    finally:
        await opened.close()


def is_running(settings: Settings) -> bool:
    """Whether a bot runs on this data folder."""
    return lock.is_taken(database(settings))


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleOptions:
    """How the console talks."""

    json: bool = False
    parallel: int = 1
    speed: float | None = None  # of the embedded simulator; None: as set


class App:
    """Everything that runs in one process."""

    def __init__(
        self, *, console: console_adapter.ConsoleApp, dispatch: Dispatch, server: Server, stack: AsyncExitStack
    ) -> None:
        self._console = console
        self._dispatch = dispatch
        self._server = server
        self._stack = stack
        self._stop = asyncio.Event()

    @classmethod
    async def start(cls, settings: Settings, *, console: ConsoleOptions | None = None) -> "App":
        """Build and start everything; what was left unfinished goes on. Raises OperatorError."""
        async with AsyncExitStack() as stack:  # closes what was opened when a later part fails
            app = await _build(settings, options=console or ConsoleOptions(), stack=stack)
            app._stack = stack.pop_all()
            return app

    async def run(self) -> int:
        """Serve until the console's input ends or a signal comes; answers the exit code."""
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(name) is not signal.SIG_IGN:  # started with nohup, it outlives its terminal
                loop.add_signal_handler(name, self._stop.set)
        serving = asyncio.create_task(self._console.run())
        stopped = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
            return serving.result() if serving.done() else await _ended(serving)
        finally:
            stopped.cancel()

    async def stop(self) -> None:
        """Stop gracefully: what is not finished goes on at the next start."""
        self._server.stopping()
        await self._dispatch.stop(grace_s=STOP_GRACE_S)
        await self._stack.aclose()


async def _ended(serving: "asyncio.Task[int]") -> int:
    serving.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await serving
    return 0


async def _build(settings: Settings, *, options: ConsoleOptions, stack: AsyncExitStack) -> App:
    logs.configure(settings.log.level, json=settings.log.format == "json")
    rows = await _open_database(settings, stack)
    base_url = settings.uniall.base_url if settings.uniall.key else await _simulator(settings, options, stack)
    provider = _provider(settings, base_url=base_url)
    stack.push_async_callback(provider.close)
    folder = _folder(settings, provider_url=base_url)
    stack.push_async_callback(folder.close)
    calls = journal.CallJournal(database(settings))
    stack.callback(calls.close)
    platforms: dict[str, ports.Platform] = {}
    now = clock.SystemClock()
    world = World(
        store=rows,
        providers={provider.name: provider},
        journal=calls,
        files=folder,
        delivery=commands.Presenter(platforms, clock=now),
        clock=now,
        limits=_limits(settings),
        pace=_pace(settings, speed=_speed(settings, options) if settings.uniall.key is None else 1.0),
    )
    dispatch = Dispatch(world)
    door = studio.Studio(
        world,
        dispatch=dispatch,
        welcome={"console": settings.console.credits},
        ask_above={"console": settings.console.ask_above},
    )
    server = await _web(settings, door=door, folder=folder, stack=stack)
    folder.lend_at = settings.web.public_url or (server.url if _is_loopback(base_url) else None)
    console = _console(settings, options, door=door)
    platforms["console"] = console.platform
    work = chores.Chores(world, listed=door.list_models, keep=timedelta(days=settings.folders.keep_days))
    await work.start()
    stack.push_async_callback(work.stop)
    await dispatch.start()
    return App(console=console, dispatch=dispatch, server=server, stack=stack)


async def _open_database(settings: Settings, stack: AsyncExitStack) -> store.SqlStore:
    """Lock, bring up to date, open."""
    path = database(settings)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise errors.OperatorError(
            f"The data folder {path.parent} can't be made: {error.strerror}. Set DATA_DIR to a folder that this user "
            "may write."
        ) from error
    stack.callback(lock.take(path).release)
    log.info("database", state=await upgrade(settings))
    opened = store.SqlStore.open(path)
    stack.push_async_callback(opened.close)
    return opened


def _provider(settings: Settings, *, base_url: str) -> uniall.Uniall:
    key = settings.uniall.key
    return uniall.Uniall(
        key=key.get_secret_value() if key else SIMULATOR_KEY,
        base_url=base_url,
        limits=providers.Limits(submits=settings.limits.submits),
    )


async def _simulator(settings: Settings, options: ConsoleOptions, stack: AsyncExitStack) -> str:
    """Play the provider in this process; its tasks are kept in the data folder and go on after a restart."""
    plays = simulator.Options(
        port=settings.simulator.port,
        speed=_speed(settings, options),
        seed=settings.simulator.seed,
        key=SIMULATOR_KEY,
        state_dir=settings.folders.data_dir / "simulator",
    )
    try:
        served = await stack.enter_async_context(simulator.serve(plays))
    except OSError as error:
        raise errors.OperatorError(
            f"The simulator can't listen on port {settings.simulator.port}: {error.strerror}. "
            "Set SIMULATOR_PORT to a free one, or to 0 for any."
        ) from error
    return served.url


def _folder(settings: Settings, *, provider_url: str) -> Folder:
    """The data folder at work; the operator's own addresses are exempt from the rule for public ones."""
    allowed = [provider_url, *([settings.web.public_url] if settings.web.public_url else [])]
    return Folder(settings.folders.data_dir, secret=_secret(settings), allowed=allowed)


def _secret(settings: Settings) -> str:
    """What lent links are signed with: made once, readable by the bot's user only."""
    path = settings.folders.data_dir / "secret"
    try:
        if not path.is_file() or not path.read_text():
            fresh = path.with_suffix(".new")
            with open(fresh, "w", opener=_private) as file:
                file.write(secrets.token_urlsafe(32))
            fresh.replace(path)
        return path.read_text()
    except OSError as error:
        raise errors.OperatorError(
            f"The file {path} can't be written: {error.strerror}. Give the bot's user the right to write that folder."
        ) from error


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


async def _web(settings: Settings, *, door: studio.Studio, folder: Folder, stack: AsyncExitStack) -> Server:
    host, port = settings.web.host, settings.web.port or 0
    server = Server(host=host, port=port, version=__version__, running=lambda: {"jobs": door.running}, lending=folder)
    try:
        await server.start()
    except OSError as error:
        raise errors.OperatorError(
            f"The web server can't listen on {host}:{port}: {error.strerror or error}. Set WEB_PORT to a free port, or "
            "WEB_HOST to an address of this machine."
        ) from error
    stack.push_async_callback(server.stop)
    return server


def _console(settings: Settings, options: ConsoleOptions, *, door: studio.Studio) -> console_adapter.ConsoleApp:
    return console_adapter.ConsoleApp(
        commands=commands.Commands(door),
        studio=door,
        texts=commands.Texts(),
        files_root=settings.folders.data_dir,
        results=settings.folders.results_dir,
        options=console_adapter.Options(
            user=settings.console.user,
            language=settings.console.language,
            json=options.json,
            parallel=options.parallel,
            simulated=settings.uniall.key is None,
            history=settings.folders.data_dir / "history",
        ),
    )


def _limits(settings: Settings) -> Limits:
    return Limits(**settings.limits.model_dump())


def _pace(settings: Settings, *, speed: float) -> Pace:
    """As set; a simulator that runs faster than life is asked more often."""
    pace = settings.pace
    return Pace(
        first_s=pace.first_s / speed,
        every_s=pace.every_s / speed,
        watch_every_s=pace.watch_every_s,
        watch_for=timedelta(hours=pace.watch_hours),
        patience=pace.patience,
    )


def _speed(settings: Settings, options: ConsoleOptions) -> float:
    return options.speed or settings.simulator.speed


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
