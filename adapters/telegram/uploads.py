"""Media on their way out: as what Telegram takes a file, and which files may stand in one album."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath
from typing import TypeAlias

from telegram import (
    InputFile,
    InputMediaAnimation,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
)

from adapters.telegram.options import PHOTO_BYTES
from bot import media
from bot.media import MediaKind

ALBUM = 10  # files (sendMediaGroup: 2-10)
PHOTO_SIDES = 10_000  # pixels, width and height together (sendPhoto)
PHOTO_RATIO = 20  # of the longer side to the shorter (sendPhoto)
PHOTO_SHOWN = 2560  # pixels of the longer side that Telegram keeps of a photo; it shrinks what is larger
_PHOTOS = frozenset({"image/jpeg", "image/png", "image/webp"})
_VIDEOS = frozenset(
    {"video/mp4"}
)  # "Telegram clients support MPEG4 videos, others may be sent as Document" (sendVideo)
_AUDIOS = frozenset({"audio/mpeg", "audio/mp4", "audio/x-m4a", "audio/m4a"})  # "must be .MP3 or .M4A" (sendAudio)

Input: TypeAlias = InputMediaPhoto | InputMediaVideo | InputMediaAudio | InputMediaDocument
Any: TypeAlias = Input | InputMediaAnimation


class Form(StrEnum):
    """As what a file is sent."""

    PHOTO = "photo"
    VIDEO = "video"
    AUDIO = "audio"
    ANIMATION = "animation"
    DOCUMENT = "document"


_ALBUMS = {Form.PHOTO: "seen", Form.VIDEO: "seen", Form.AUDIO: "audio", Form.DOCUMENT: "document"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file to send."""

    path: Path
    name: str  # as the reader gets it
    facts: media.Facts
    form: Form
    performer: str = ""  # who plays, of a song

    @classmethod
    def of(cls, path: Path, *, name: str, facts: media.Facts, performer: str = "") -> "Upload":
        """A file in the form that suits it best; the name's ending is what the file is."""
        named = PurePath(name).with_suffix(path.suffix).name if path.suffix else name
        return cls(path=path, name=named, facts=facts, form=form_of(facts), performer=performer)


def form_of(facts: media.Facts) -> Form:
    """As what a file of these measures is sent."""
    if facts.mime == "image/gif":
        return Form.ANIMATION
    if facts.mime in _PHOTOS:
        return Form.PHOTO if is_photo(facts) else Form.DOCUMENT
    if facts.mime in _VIDEOS:
        return Form.VIDEO
    if facts.mime in _AUDIOS and facts.kind is MediaKind.AUDIO:
        return Form.AUDIO
    return Form.DOCUMENT


def is_photo(facts: media.Facts) -> bool:
    """Whether a picture is within sendPhoto's limits, and kept as large as it was made."""
    width, height = facts.width or 0, facts.height or 0
    if not width or not height:
        return False
    slim = max(width, height) / min(width, height) <= PHOTO_RATIO
    small = width + height <= PHOTO_SIDES and max(width, height) <= PHOTO_SHOWN
    return facts.size_bytes <= PHOTO_BYTES and small and slim


def batches(uploads: Sequence[Upload]) -> list[list[Upload]]:
    """Files that may stand together, in their order, at most ten at once and none alone where it can be helped."""
    found: list[list[Upload]] = []
    for upload in uploads:
        album = _ALBUMS.get(upload.form)
        last = found[-1] if found else []
        if last and album is not None and _ALBUMS.get(last[0].form) == album and len(last) < ALBUM:
            last.append(upload)
        else:
            found.append([upload])
    return [part for batch in found for part in ([batch] if len(batch) <= ALBUM else [batch[:ALBUM], batch[ALBUM:]])]


def single(upload: Upload, opened: ExitStack, *, caption: str = "") -> Any:
    """The file with its caption as Telegram is given it; `opened` closes it after the call."""
    if upload.form is not Form.ANIMATION:
        return piece(upload, opened, caption=caption)
    return InputMediaAnimation(_file(upload, opened), caption=caption or None, parse_mode="HTML")


def piece(upload: Upload, opened: ExitStack, *, caption: str = "") -> Input:
    """The same for a file that may stand in an album."""
    file, facts, said = _file(upload, opened), upload.facts, caption or None
    seconds = max(1, round(facts.duration_s)) if facts.duration_s is not None else None
    match upload.form:
        case Form.PHOTO:
            return InputMediaPhoto(file, caption=said, parse_mode="HTML")
        case Form.VIDEO:
            return InputMediaVideo(
                file,
                caption=said,
                parse_mode="HTML",
                width=facts.width,
                height=facts.height,
                duration=seconds,
                supports_streaming=True,
            )
        case Form.AUDIO:
            title = PurePath(upload.name).stem
            return InputMediaAudio(
                file,
                caption=said,
                parse_mode="HTML",
                title=title,
                performer=upload.performer or None,
                duration=seconds,
            )
        case Form.DOCUMENT | Form.ANIMATION:
            return InputMediaDocument(file, caption=said, parse_mode="HTML", disable_content_type_detection=True)


def _file(upload: Upload, opened: ExitStack) -> InputFile:
    """Streamed from the disk: fifty megabytes are not held in memory."""
    handle = opened.enter_context(upload.path.open("rb"))
    return InputFile(handle, filename=upload.name, attach=True, read_file_handle=False)
