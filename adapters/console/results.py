"""Results on disk: copied from the data folder to where the person looks for them."""

import asyncio
import filecmp
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from bot import media
from bot.replies import Attachment

MOST_NAMESAKES = 1000  # files of one name with other content, before we give up


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """One file that a reply shows."""

    path: Path  # relative to the working folder when below it, else absolute
    facts: media.Facts
    trouble: str = ""  # why it could not be copied; `path` is then the kept file in the data folder


class Results:
    """Copies files out of the data folder. The same job and index always lead to the same file, once."""

    def __init__(self, folder: Path, *, files_root: Path) -> None:
        self._folder = folder
        self._root = files_root
        self._turn = asyncio.Lock()  # two copies of one file at once would take each other for namesakes

    async def save(self, attachment: Attachment) -> Saved:
        """Copy one file; never raises for the disk's sake, because the kept file is still there to show."""
        source = self._root / attachment.path
        try:
            async with self._turn:
                path = await asyncio.to_thread(_copy, source, self._folder, PurePath(attachment.name).name)
        except OSError as error:
            return Saved(path=_shown(source), facts=attachment.facts, trouble=error.strerror or str(error))
        return Saved(path=_shown(path), facts=attachment.facts)


def _copy(source: Path, folder: Path, name: str) -> Path:
    """Put `source` at `folder/name` in one step; a file of that name with other content is never touched."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in _names(folder / name):
        if not path.exists():
            return _copy_whole(source, path)
        if path.is_file() and filecmp.cmp(source, path, shallow=False):
            return path
    raise FileExistsError(0, f"{MOST_NAMESAKES} other files are called {name}")


def _copy_whole(source: Path, path: Path) -> Path:
    part = path.with_name(f".{path.name}.part")
    try:
        shutil.copyfile(source, part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return path


def _names(path: Path) -> Iterator[Path]:
    """K7Q2.png, K7Q2_2.png, K7Q2_3.png, … for a results folder that outlived its database."""
    yield path
    for n in range(2, MOST_NAMESAKES):
        yield path.with_stem(f"{path.stem}_{n}")


def _shown(path: Path) -> Path:
    absolute, here = path.absolute(), Path.cwd()
    return absolute.relative_to(here) if absolute.is_relative_to(here) else absolute
