"""The house: storage, provider, engine, studio, web server and platforms, put together in their order."""

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import structlog

from bot import __version__, catalogue, commands, errors, folder, logs, ports, providers, simulator, studio
from bot.app import _figures, _fronts
from bot.app._fronts import ConsoleOptions, Front
from bot.engine import addresses, balances, callbacks, chores, clock
from bot.engine.dispatch import Dispatch
from bot.engine.limits import Limits, Pace
from bot.engine.world import World
from bot.files import fitting
from bot.files.folder import Folder
from bot.settings import Settings
from bot.web.server import Callback, Hook, Running, Server
from storage import journal

SIMULATOR_KEY = "sk-simulator"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What the app starts, runs and stops."""

    fronts: list[Front]
    dispatch: Dispatch
    server: Server


async def build(settings: Settings, *, options: ConsoleOptions, stack: AsyncExitStack) -> House:
    """Everything but the platforms' connections and the jobs that go on. Raises OperatorError."""
    logs.configure(settings.log.level, json=settings.log.format == "json")
    rows = await folder.open_database(settings, stack)
    stack.callback(catalogue.arrange, catalogue.everything())  # as it was, for whoever comes after
    catalogue.change(settings.folders.atelier_toml)
    accounts = await _accounts(settings, options, stack)
    catalogue.arrange(catalogue.everything(), providers=accounts)
    files = _folder(settings, provider_urls=[account.base_url for account in accounts.values()])
    stack.push_async_callback(files.close)
    platforms: dict[str, ports.Platform] = {}
    openings = commands.Openings()
    now = clock.SystemClock()
    presenter = commands.Presenter(platforms, clock=now, openings=openings, store=rows, words=files.words)
    world = World(
        store=rows,
        providers=_providers(accounts, stack=stack),
        journal=_journal(settings, stack),
        files=files,
        delivery=presenter,
        clock=now,
        limits=_limits(settings),
        communities=_figures.communities(settings),
        spending=tuple(_figures.spending(settings)),
        pace=_pace(settings, speed=_speed(settings, options) if settings.simulated else 1.0),
        addresses=addresses.Addresses(secret=folder.secret(settings)),
        keep=timedelta(days=settings.folders.keep_days),
        writing=presenter.writing,
    )
    dispatch = Dispatch(world)
    door = studio.Studio(
        world,
        dispatch=dispatch,
        cloning=settings.voice.cloning,
        admins=settings.spending.admins,
        welcome={"console": settings.console.credits},
        ask_above={
            "console": settings.console.ask_above,
            **dict.fromkeys(world.communities.platforms, settings.community.ask_above),
        },
    )
    if settings.discord.token or settings.telegram.token:
        await door.open_house(settings.community.house_pool)
    left = balances.Balances(world=world, alert_below=_alerts(settings))
    hooks: dict[str, Hook] = {}
    receiver = callbacks.Receiver(world)
    running = _running(door, left)
    server = await _web(settings, running=running, folder=files, hooks=hooks, callback=receiver.take, stack=stack)
    files.lend_at = world.addresses.base = _reached_at(settings, server, accounts)
    spoken = commands.Commands(door)
    core = _fronts.Core(
        settings=settings,
        store=rows,
        clock=now,
        fitting=fitting.Fitter(files),
        studio=door,
        commands=spoken,
        reception=commands.Reception(spoken, studio=door, openings=openings, presenter=presenter),
        texts=commands.Texts(),
    )
    fronts = _fronts.built(core, options=options)
    platforms.update(_fronts.platforms(fronts))
    hooks.update(_fronts.hooks(fronts))
    work = chores.Chores(
        world,
        listed=_listing(door),
        heard=door.voices.list_speakers,
        balances=None if settings.simulated else left,  # what is played would count as spent later
        keep=timedelta(days=settings.folders.keep_days),
    )
    await work.start()
    stack.push_async_callback(work.stop)
    return House(fronts=fronts, dispatch=dispatch, server=server)


def _running(door: studio.Studio, left: balances.Balances) -> Running:
    """What the health page tells: jobs at work, and the providers whose balance runs low."""
    return lambda: {"jobs": door.running, "balances_low": list(left.low)}


def _alerts(settings: Settings) -> dict[str, float]:
    """Below which balance somebody is to be told, by the provider's name."""
    below = {name: account.alert_below for name, account in settings.accounts.items()}
    return {name: amount for name, amount in below.items() if amount is not None}


def _listing(door: studio.Studio) -> Callable[[str, frozenset[str]], None]:
    """Hears what providers say can be had; what nobody can have is picked for nobody, from now on."""

    def listed(provider: str, ids: frozenset[str]) -> None:
        door.list_models(provider, ids)
        catalogue.close(door.closed())

    catalogue.close(door.closed())
    return listed


async def _accounts(
    settings: Settings, options: ConsoleOptions, stack: AsyncExitStack
) -> Mapping[str, providers.Account]:
    """The accounts with a key, by the provider's name; with none at all, a simulator plays every provider."""
    played = await _simulator(settings, options, stack) if settings.simulated else {}
    limits = _limits(settings)
    return {
        name: providers.Account(
            key=settings.keys.get(name, SIMULATOR_KEY),
            base_url=played.get(name, account.base_url),
            limits=providers.Limits(
                submits=limits.submits_of.get(name, limits.submits),
                blocking=limits.blocking_of.get(name, limits.blocking),
            ),
            result_path="" if settings.simulated else account.way_to_results,
        )
        for name, account in settings.accounts.items()
        if name in (played if settings.simulated else settings.keys)
    }


def _providers(accounts: Mapping[str, providers.Account], *, stack: AsyncExitStack) -> dict[str, ports.Provider]:
    opened: dict[str, ports.Provider] = {}
    for name, account in accounts.items():
        try:
            opened[name] = providers.opened(name, account)
        except errors.OperatorError as error:
            raise errors.OperatorError(f"{name.upper()}_KEY, {name.upper()}_BASE_URL: {error}") from None
        stack.push_async_callback(opened[name].close)
    return opened


def _limits(settings: Settings) -> Limits:
    submits = {name: each.submits for name, each in settings.accounts.items() if each.submits is not None}
    blocking = {name: each.blocking for name, each in settings.accounts.items() if each.blocking is not None}
    return Limits(**settings.limits.model_dump(), submits_of=submits, blocking_of=blocking)


def _reached_at(settings: Settings, server: Server, accounts: Mapping[str, providers.Account]) -> str | None:
    """Where providers reach our web server: those on this machine at home, others where the operator says."""
    near = all(_is_loopback(account.base_url) for account in accounts.values())
    return settings.web.public_url or (server.url if near else None)


def _journal(settings: Settings, stack: AsyncExitStack) -> journal.CallJournal:
    calls = journal.CallJournal(folder.database(settings))
    stack.callback(calls.close)
    return calls


async def _simulator(settings: Settings, options: ConsoleOptions, stack: AsyncExitStack) -> Mapping[str, str]:
    """Play the providers in this process, and say where each is found; their tasks are kept in the data folder and go
    on after a restart."""
    plays = simulator.Options(
        port=settings.simulator.port,
        speed=_speed(settings, options),
        seed=settings.simulator.seed,
        key=SIMULATOR_KEY,
        like={model.id: model.like for model in catalogue.everything() if model.like},
        state_dir=settings.folders.data_dir / "simulator",
    )
    try:
        served = await stack.enter_async_context(simulator.serve(plays))
    except OSError as error:
        raise errors.OperatorError(
            f"The simulator can't listen on port {settings.simulator.port}: {error.strerror}. "
            "Set SIMULATOR_PORT to a free one, or to 0 for any."
        ) from error
    return served.addresses


def _folder(settings: Settings, *, provider_urls: Sequence[str]) -> Folder:
    """The data folder at work; the operator's own addresses are exempt from the rule for public ones."""
    allowed = [*provider_urls, *([settings.web.public_url] if settings.web.public_url else [])]
    return Folder(
        settings.folders.data_dir,
        secret=folder.secret(settings),
        allowed=allowed,
        link_at=settings.web.public_url,
        keep=timedelta(days=settings.folders.keep_days),
    )


async def _web(
    settings: Settings,
    *,
    running: Running,
    folder: Folder,
    hooks: Mapping[str, Hook],
    callback: Callback,
    stack: AsyncExitStack,
) -> Server:
    host, port = settings.web.host, settings.web.port or 0
    server = Server(
        host=host,
        port=port,
        version=__version__,
        running=running,
        lending=folder,
        hooks=hooks,
        callback=callback,
    )
    try:
        await server.start()
    except OSError as error:
        raise errors.OperatorError(
            f"The web server can't listen on {host}:{port}: {error.strerror or error}. Set WEB_PORT to a free port, or "
            "WEB_HOST to an address of this machine."
        ) from error
    stack.push_async_callback(server.stop)
    return server


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
