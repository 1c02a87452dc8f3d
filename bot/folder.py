"""The data folder: its database, opened once by the bot and beside it by operators' commands, and its secret."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import structlog

from bot import errors, ports
from bot.settings import Settings
from storage import lock, schema, store

DATABASE = "atelier.db"

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


async def open_database(settings: Settings, stack: AsyncExitStack) -> store.SqlStore:
    """Lock, bring up to date, open: for the one bot on this folder. Raises OperatorError."""
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


def secret(settings: Settings) -> str:
    """What lent links are signed with: made once, readable by the bot's user only. Raises OperatorError."""
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
