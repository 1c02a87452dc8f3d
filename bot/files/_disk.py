"""Work on the disk that may block: copying, hashing, settling and sweeping; called in threads."""

import contextlib
import hashlib
import os
import stat
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from bot.files import _probe
from bot.media import MediaTrouble

_PIECE = 2**20


def copy(source: str, to: Path, *, most_bytes: int) -> None:
    """Copy a member's file. Raises Unfit for what is wrong with it, OSError for what is wrong with our disk."""
    try:
        path = Path(source).expanduser()
        info = path.stat()
    except (PermissionError, RuntimeError):  # RuntimeError: `~` without a home
        raise _probe.Unfit(MediaTrouble.UNREADABLE) from None
    except (OSError, ValueError):  # ValueError: a NUL in the name
        raise _probe.Unfit(MediaTrouble.NOT_FOUND) from None
    if not stat.S_ISREG(info.st_mode):
        raise _probe.Unfit(MediaTrouble.NO_FILE)
    with to.open("wb") as target:
        for piece in _pieces(path, most_bytes=most_bytes):
            target.write(piece)


def _pieces(path: Path, *, most_bytes: int) -> Iterator[bytes]:
    size = 0
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                size += len(piece)
                if size > most_bytes:
                    raise _probe.Unfit(MediaTrouble.TOO_LARGE)
                yield piece
    except OSError:
        raise _probe.Unfit(MediaTrouble.UNREADABLE) from None


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def short(path: str) -> str:
    """What the smaller forms of a kept file are called after."""
    return hashlib.sha256(path.encode()).hexdigest()[:32]


def settle(scratch: Path, final: Path) -> None:
    """Put a whole file in its place: on the disk first, then under its name, so that a name never means half a file."""
    with scratch.open("rb") as file:
        os.fsync(file.fileno())
    final.parent.mkdir(parents=True, exist_ok=True)
    os.replace(scratch, final)
    folder = os.open(final.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the name survives a power cut too
    finally:
        os.close(folder)


def sweep(
    folders: Sequence[Path],
    *,
    root: Path,
    older_than: datetime,
    live: Collection[str],
    most: int,
    empty_folders: bool = True,
) -> int:
    """Remove files last written before then unless they are live, and folders that are left empty."""
    limit = older_than.timestamp()
    count = 0
    for folder in folders:
        for parent, _, names in os.walk(folder, topdown=False):
            for name in names:
                path = Path(parent, name)
                relative = path.relative_to(root)
                if relative.as_posix() in live or relative.with_suffix("").as_posix() in live:
                    continue
                if count >= most:
                    return count
                count += _remove(path, limit=limit)
            if empty_folders and Path(parent) != folder:
                with contextlib.suppress(OSError):  # not empty, or a job is just about to use it
                    os.rmdir(parent)
    return count


def _remove(path: Path, *, limit: float) -> bool:
    try:
        if path.lstat().st_mtime >= limit:
            return False
        path.unlink()
    except FileNotFoundError:
        return False
    return True
