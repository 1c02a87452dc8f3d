"""Media on their way in: what a message carries, and its file in the scratch folder.

A file's URL holds the bot's token: it is neither logged nor handed on, only the path of the copy is.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import structlog
from telegram import Message
from telegram.error import TelegramError

from adapters.telegram import errors
from adapters.telegram.connection import Bot
from adapters.telegram.errors import Trouble
from adapters.telegram.options import DOWNLOAD_BYTES
from bot.commands import Given
from bot.media import INPUT_MB, MediaKind, MediaTrouble

log = structlog.get_logger(__name__)

AT_ONCE = 8  # downloads
WHOLE_S = 120.0  # the longest that one file may take
TRIES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """A file of a message, as Telegram describes it."""

    kind: MediaKind
    file_id: str
    name: str  # for messages when there is trouble
    size_bytes: int | None = None
    trouble: MediaTrouble | None = None  # why it is no use, where that is known at once


def medium_of(message: Message) -> Medium | None:
    """What the message carries; None when it is nothing to see or hear."""
    if message.photo:
        best = max(message.photo, key=lambda size: size.width * size.height)
        return Medium(kind=MediaKind.IMAGE, file_id=best.file_id, name="photo.jpg", size_bytes=best.file_size)
    if (sticker := message.sticker) is not None:
        moving = sticker.is_animated or sticker.is_video
        return Medium(
            kind=MediaKind.IMAGE,
            file_id=sticker.file_id,
            name="sticker.webp",
            size_bytes=sticker.file_size,
            trouble=MediaTrouble.WRONG_KIND if moving else None,
        )
    if (voice := message.voice) is not None:
        return Medium(kind=MediaKind.AUDIO, file_id=voice.file_id, name="voice.ogg", size_bytes=voice.file_size)
    if (note := message.video_note) is not None:
        return Medium(kind=MediaKind.VIDEO, file_id=note.file_id, name="video.mp4", size_bytes=note.file_size)
    return _named(message)


def _named(message: Message) -> Medium | None:
    """What has a name and a type of its own; an animation comes as a document too."""
    if (film := message.animation or message.video) is not None:
        kind = MediaKind.IMAGE if film.mime_type == "image/gif" else MediaKind.VIDEO
        return Medium(kind=kind, file_id=film.file_id, name=film.file_name or "video.mp4", size_bytes=film.file_size)
    if (song := message.audio) is not None:
        name = song.file_name or "audio.mp3"
        return Medium(kind=MediaKind.AUDIO, file_id=song.file_id, name=name, size_bytes=song.file_size)
    if (file := message.document) is None:
        return None
    said = (file.mime_type or "").partition("/")[0]
    known = said in INPUT_MB
    return Medium(
        kind=MediaKind(said) if known else MediaKind.IMAGE,
        file_id=file.file_id,
        name=file.file_name or "file",
        size_bytes=file.file_size,
        trouble=None if known else MediaTrouble.WRONG_KIND,
    )


class Downloads:
    """Fetches files into one folder, which is its own."""

    def __init__(self, bot: Bot, *, folder: Path) -> None:
        self._bot = bot
        self._folder = folder
        self._turns = asyncio.Semaphore(AT_ONCE)

    def begin(self) -> None:
        """An empty folder: what an earlier process left there was for requests that begin anew. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for left in self._folder.iterdir():
            if left.is_file():
                left.unlink(missing_ok=True)

    async def fetch(self, found: Sequence[Medium], *, key: str) -> tuple[Given, ...]:
        """All of them, each with its file or with what was wrong. `key` names the files, to be dropped by."""
        name = key.replace(":", "-")
        return tuple(await asyncio.gather(*(self._given(m, f"{name}-{n}") for n, m in enumerate(found))))

    def drop(self, given: Sequence[Given]) -> None:
        """The request that they were for has been answered."""
        for each in given:
            if each.kept:
                with contextlib.suppress(OSError):
                    Path(each.source).unlink(missing_ok=True)

    async def _given(self, medium: Medium, name: str) -> Given:
        trouble = medium.trouble
        if (medium.size_bytes or 0) > DOWNLOAD_BYTES:
            trouble = MediaTrouble.OUT_OF_REACH
        if trouble is not None:
            return Given(kind=medium.kind, source=medium.name, trouble=trouble)
        outcome: Path | MediaTrouble = MediaTrouble.UNREACHABLE
        async with self._turns:
            for _ in range(TRIES):
                outcome = await self._fetched(medium, name)
                if outcome is not MediaTrouble.UNREACHABLE:
                    break
        if isinstance(outcome, Path):
            return Given(kind=medium.kind, source=str(outcome), kept=True, name=medium.name)
        return Given(kind=medium.kind, source=medium.name, trouble=outcome)

    async def _fetched(self, medium: Medium, name: str) -> Path | MediaTrouble:
        try:
            async with asyncio.timeout(WHOLE_S):
                file = await self._bot.get_file(medium.file_id)
                suffix = PurePosixPath(file.file_path or "").suffix[:8]
                self._folder.mkdir(parents=True, exist_ok=True)  # while it's empty, it is swept away with old files
                return await file.download_to_drive(self._folder / f"{name}{suffix}")
        except TelegramError as error:
            trouble = errors.meaning(error)
            log.warning("a file could not be fetched", words=errors.safe(str(error)))
            return MediaTrouble.OUT_OF_REACH if trouble is Trouble.TOO_BIG else MediaTrouble.UNREACHABLE
        except (TimeoutError, OSError, RuntimeError) as error:  # RuntimeError: Telegram names no path
            log.warning("a file could not be fetched", words=errors.safe(str(error)))
            return MediaTrouble.UNREACHABLE
