"""The run lock: one running bot per database file; operator's commands work beside it."""

from pathlib import Path

import filelock

from bot import errors


def take(database: Path) -> filelock.BaseFileLock:
    """Lock `<database>.lock` for this process's life; the system lets go when it dies. Raises OperatorError."""
    lock = filelock.FileLock(path(database))
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout as error:
        raise errors.OperatorError(
            f"Another bot is already running on the database {database}. Stop it first, or give this one its own "
            "folder with DATA_DIR."
        ) from error
    except OSError as error:
        raise errors.OperatorError(
            f"The lock file {path(database)} can't be written: {error.strerror}. Give the bot's user the right to "
            "write that folder."
        ) from error
    return lock


def is_taken(database: Path) -> bool:
    """Whether a bot runs on this file."""
    if not path(database).exists():
        return False  # trying to take it would make the file and its folder
    lock = filelock.FileLock(path(database))
    try:
        with lock.acquire(timeout=0):
            return False
    except filelock.Timeout:
        return True
    except OSError:
        return False  # a read-only disk: no bot could have locked it either


def path(database: Path) -> Path:
    """Where the lock file lies."""
    return database.with_name(f"{database.name}.lock")
