"""Measuring in a process of its own, with limits on time, memory and how many run at once."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot import errors, media
from bot.files import probe
from bot.media import MediaKind, MediaTrouble

TIME_S = 60.0  # above the process's own limit on CPU, for a machine that is busy
AT_ONCE = max(2, (os.cpu_count() or 2) // 2)

# By what a file's content is called; also the extension its copy gets.
EXTENSIONS: Mapping[str, str] = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/bmp": "bmp",
    "image/tiff": "tif",
    "image/avif": "avif",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "video/x-matroska": "mkv",
    "video/x-msvideo": "avi",
    "video/ogg": "ogv",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/aac": "aac",
    "audio/wav": "wav",
    "audio/ogg": "ogg",
    "audio/flac": "flac",
    "audio/webm": "weba",
    "audio/x-matroska": "mka",
    "text/plain": "txt",
}
MIMES: Mapping[str, str] = {extension: mime for mime, extension in EXTENSIONS.items()}


class Unfit(Exception):
    """A file is not what was asked for; `trouble` says why."""

    def __init__(self, trouble: MediaTrouble) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble


def _text(path: Path, size_bytes: int) -> media.Facts:
    """A text that we wrote ourselves: it needs no decoder but UTF-8's."""
    try:
        words = path.read_bytes().decode()
    except UnicodeDecodeError:
        raise Unfit(MediaTrouble.BROKEN) from None
    if not words.strip():
        raise Unfit(MediaTrouble.EMPTY)
    return media.Facts(kind=MediaKind.TEXT, mime="text/plain", size_bytes=size_bytes)


class Prober:
    """Measures files, a few at a time."""

    def __init__(self, *, at_once: int = AT_ONCE, time_s: float = TIME_S) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._time_s = time_s

    async def measure(self, path: Path, *, kind: media.MediaKind) -> media.Facts:
        """The facts about a file of this kind. Raises Unfit."""
        size_bytes = path.stat().st_size
        if size_bytes == 0:
            raise Unfit(MediaTrouble.EMPTY)
        if kind is MediaKind.TEXT:
            return await asyncio.to_thread(_text, path, size_bytes)
        async with self._free:
            found = await self._run(path)
        if "trouble" in found:
            raise Unfit(MediaTrouble(found["trouble"]))
        facts = media.Facts(size_bytes=size_bytes, **found)
        if facts.kind is not kind or facts.mime not in EXTENSIONS:
            raise Unfit(MediaTrouble.WRONG_KIND)
        return facts

    async def _run(self, path: Path) -> Mapping[str, Any]:
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",  # neither the environment nor the folder it runs in can change what it imports
                str(Path(probe.__file__)),
                str(path.absolute()),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={"LANG": "C.UTF-8"},  # the bot's own holds keys, which are no business of a decoder
            )
        except OSError as failure:
            raise errors.Fault(f"no process could be started to measure a file: {failure}") from failure
        try:
            async with asyncio.timeout(self._time_s):
                stdout, _ = await process.communicate()
            found = json.loads(stdout)
        except (TimeoutError, ValueError):
            raise Unfit(MediaTrouble.BROKEN) from None  # it hung, or died of the file
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        return found if isinstance(found, dict) else {"trouble": "broken"}
