"""What `check` tries: each check answers findings and never raises."""

import asyncio
import contextlib
import os
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path

from bot import catalogue, errors, folder, ports
from bot import settings as settings_
from bot.cli import _platforms, _public, _shell
from bot.cli._findings import Finding, State, bad, ok, skipped
from bot.errors import Reason
from bot.settings import Settings

ROOM_BYTES = 500_000_000  # a day of a small community's results
ANSWER_S = 15.0  # for a provider

KEY_CURES = {
    Reason.KEY: "Put a valid key into {name}_KEY.",
    Reason.BALANCE: "Top up the account with the provider.",
}
WAY_CURE = "Check {name}_BASE_URL and this machine's way to the internet."


async def findings() -> AsyncIterator[Finding]:
    """Everything that can be tried, as it is found."""
    try:
        settings = Settings.load()
    except errors.OperatorError as error:
        for line in str(error).splitlines():
            yield bad("settings", line)
        return
    yield _settings(settings)
    for check in (_folders, _database, _provider, _web, _platforms.findings, _media):
        async for finding in check(settings):
            yield finding


def _settings(settings: Settings) -> Finding:
    if settings.unknown:
        more = " ".join(_shell.misspelt(name) for name in settings.unknown)
        return ok("settings", f"{len(settings_.names())} settings read. {more}".removesuffix("."))
    return ok("settings", f"{len(settings_.names())} settings read")


# --- folders


async def _folders(settings: Settings) -> AsyncIterator[Finding]:
    yield _folder("data folder", settings.folders.data_dir, setting="DATA_DIR")
    yield _folder("results folder", settings.folders.results_dir, setting="RESULTS_DIR")


def _folder(name: str, path: Path, *, setting: str) -> Finding:
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path, prefix=".check-") as file:
            file.write(b"check")
            file.flush()
            os.fsync(file.fileno())
        free_bytes = shutil.disk_usage(path).free
    except OSError as error:
        cure = f"Give the bot's user the right to write it, or set {setting} to another folder."
        if isinstance(error, FileExistsError | NotADirectoryError):
            cure = f"Set {setting} to a folder; a file is in its place."
        return bad(name, f"{path.absolute()} can't be written ({error.strerror})", cure)
    what = f"{path.absolute()} can be written, {free_bytes / 1e9:.1f} GB free"
    if free_bytes < ROOM_BYTES:
        return bad(name, what, f"Free some room, or set {setting} to a folder on a larger disk.")
    return ok(name, what)


# --- database


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    path = folder.database(settings)
    if not path.exists():
        yield skipped("database", f"{path} is made at the first start")
        return
    try:
        async with folder.open_store(settings) as store:
            async with store.transaction():  # the write lock is to be had
                pass
            broken = await _faults(store)
    except (errors.OperatorError, errors.StorageFault) as error:
        yield bad("database", str(error))
        return
    by = "a bot runs on it" if folder.is_running(settings) else "no bot runs on it"
    yield ok("database", f"{path} is up to date and can be written; {by}")
    yield bad("books", "; ".join(broken), "See `credits audit`.") if broken else ok("books", "balanced")


async def _faults(store: ports.Store) -> list[str]:
    async with store.reading() as rows:
        return list(await rows.ledger.faults())


# --- provider


async def _provider(settings: Settings) -> AsyncIterator[Finding]:
    try:
        catalogue.change(settings.folders.atelier_toml)
    except errors.OperatorError as error:
        yield bad("models", str(error))
        return
    if settings.simulated:
        yield skipped("provider keys", "none is set; a simulator plays every provider")
        return
    for name in settings.keys:
        async with _opened(settings, name) as provider:
            yield await _asked(f"{name} key", _balance(provider))
            yield (models := await _asked(f"{name} models", _models(provider)))
            if models.state is State.OK:
                yield await _asked(f"{name} voices", _voices(provider))
        if name == "pxz" and settings.web.public_url is None and not settings.pxz.way_to_results:
            cure = "Set PUBLIC_URL, or PXZ_RESULT_PATH if you know where results are asked for."
            yield bad("pxz results", "nobody can tell this bot what became of a task, so its models are off", cure)


async def _asked(name: str, question: Awaitable[Finding]) -> Finding:
    """A provider's answer as a finding, whatever it is."""
    setting = name.partition(" ")[0].upper()
    way = WAY_CURE.format(name=setting)
    try:
        async with asyncio.timeout(ANSWER_S):
            return await question
    except errors.Rejected as error:
        return bad(name, str(error), KEY_CURES.get(error.reason, "Ask the provider.").format(name=setting))
    except errors.ProviderError as error:
        return bad(name, str(error), way)
    except TimeoutError:
        return bad(name, f"no answer in {ANSWER_S:g} s", way)


@contextlib.asynccontextmanager
async def _opened(settings: Settings, name: str) -> AsyncIterator[ports.Provider]:
    from bot import providers

    base_url = settings.accounts[name].base_url
    provider = providers.opened(name, providers.Account(key=settings.keys[name], base_url=base_url))
    try:
        yield provider
    finally:
        await provider.close()


async def _balance(provider: ports.Provider) -> Finding:
    name, balance = f"{provider.name} key", await provider.balance()
    if balance is None:
        return skipped(name, f"{provider.name} has no question that costs nothing; the first request will tell")
    what = f"it works, and its balance is {balance.words}"
    return ok(name, what) if balance.amount > 0 else bad(name, what, KEY_CURES[Reason.BALANCE])


async def _models(provider: ports.Provider) -> Finding:
    listed = await provider.models()
    ours = [model.id for model in catalogue.MODELS.values() if model.provider == provider.name]
    name = f"{provider.name} models"
    if listed is None:
        return skipped(name, f"{provider.name} has no list; our {len(ours)} are offered as documented")
    closed = [id for id in ours if id not in listed and not catalogue.MODELS[id].unlisted]
    what = f"{len(ours) - len(closed)} of our {len(ours)} are open for this key"
    if ours and len(closed) == len(ours):
        return bad(name, what, "Have the models opened for this key by the provider.")
    return ok(name, f"{what}; not {', '.join(closed)}" if closed else what)


async def _voices(provider: ports.Provider) -> Finding:
    name, listed = f"{provider.name} voices", await provider.voices()
    if listed is None:
        return skipped(name, f"{provider.name} lists none")
    private = sum(speaker.private for speaker in listed)
    return ok(name, f"{len(listed)} to speak with, {private} of them made for this key")


# --- web


async def _web(settings: Settings) -> AsyncIterator[Finding]:
    cure = "Choose another WEB_PORT or WEB_HOST, or stop what has it."
    yield _port(settings, "web port", settings.web.host, settings.web.port or 0, cure=cure)
    if settings.simulated:
        cure = "Choose another SIMULATOR_PORT, or stop what has it."
        yield _port(settings, "simulator port", "127.0.0.1", settings.simulator.port, cure=cure)
    yield await _public.finding(settings)


def _port(settings: Settings, name: str, host: str, port: int, *, cure: str) -> Finding:
    if folder.is_running(settings):
        return skipped(name, "the running bot has it")
    place = f"{host}:{port}" if port else f"any free port of {host}"
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.create_server((host, port), family=family):
            return ok(name, f"{place} can be listened on")
    except OSError as error:
        words = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror  # < 0: of a name
        return bad(name, f"{place} can't be listened on ({words})", cure)


# --- media


async def _media(settings: Settings) -> AsyncIterator[Finding]:
    yield await asyncio.to_thread(_libraries)


def _libraries() -> Finding:
    """Pictures can be read, and the codecs of results decoded."""
    cure = "Install the locked dependencies anew: make clean, then make run."
    try:
        import av
        from PIL import features

        lacking = [name for name in ("jpg", "webp", "zlib") if not features.check(name)]
        lacking += [name for name in ("h264", "aac", "mp3float") if name not in av.codecs_available]
    except (ImportError, OSError) as error:
        return bad("media", f"Pillow or PyAV can't be loaded ({error})", cure)
    if lacking:
        return bad("media", f"these formats can't be read: {', '.join(lacking)}", cure)
    return ok("media", "pictures, clips and sound can be measured")
