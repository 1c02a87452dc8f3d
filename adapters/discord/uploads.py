"""Files on their way out: cut to what Discord takes, in as many messages as they need."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import discord

from bot import ports, replies
from bot.replies import Text, text

MEBIBYTE = 1024 * 1024
USUAL_BYTES = 10 * MEBIBYTE  # of one file where nobody pays for more (reference#uploading-files)
REQUEST_BYTES = 25 * MEBIBYTE  # of all files of one request (resources/message#create-message)
FILES = 10  # of one message
STEPS_BYTES = (10 * MEBIBYTE, 8 * MEBIBYTE, 4 * MEBIBYTE, MEBIBYTE, MEBIBYTE // 4)
"""What files are brought down to where less is taken than was said, by Discord or by a proxy on the way there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file of one message."""

    path: Path
    name: str
    size_bytes: int

    def opened(self) -> discord.File:
        """As the library sends it; it closes it."""
        return discord.File(self.path, filename=self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What is said of a file that is not uploaded as it is."""

    words: Text
    link: str | None = None  # where it can be had for a while

    def line(self, rendered: str) -> str:
        """A finished line; the brackets keep Discord from unfolding the link."""
        return f"{rendered} <{self.link}>" if self.link else rendered


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """All files of one reply."""

    batches: tuple[tuple[Upload, ...], ...] = ()  # one per message
    notes: tuple[Note, ...] = ()


def smaller(sizes_bytes: Sequence[int], *, than_bytes: int) -> int:
    """The next limit to try when files of these sizes were refused; 0: no files at all."""
    refused = min(than_bytes, max(sizes_bytes, default=0))
    return next((step for step in STEPS_BYTES if step < refused), 0)


async def prepared(
    media: Sequence[replies.Attachment],
    *,
    fitting: ports.Fitting,
    most_bytes: int,
    request_bytes: int = REQUEST_BYTES,
) -> Prepared:
    """Every file in a form that is small enough, or a note where there is none. Raises StorageFault.

    `request_bytes` is what one request takes; a single file may be larger than that where Discord says so.
    """
    fitted = [await fitting.fit(attachment, most_bytes=most_bytes) for attachment in media]
    ready = [_upload(one) for one in fitted if one.path is not None]
    fit = [one for one in ready if one.size_bytes <= most_bytes]
    notes = [note for one in fitted if (note := _note(one, most_bytes=most_bytes)) is not None]
    return Prepared(batches=tuple(_batches(fit, most_bytes=max(most_bytes, request_bytes))), notes=tuple(notes))


def _upload(fitted: ports.Fitted) -> Upload:
    assert fitted.path is not None
    return Upload(path=fitted.path, name=fitted.name, size_bytes=fitted.facts.size_bytes)


def _note(fitted: ports.Fitted, *, most_bytes: int) -> Note | None:
    """What is said besides: where the original is, or that the file can't be had here."""
    fits = fitted.path is not None and fitted.facts.size_bytes <= most_bytes
    if fits:
        return Note(words=text("file.smaller", name=fitted.name), link=fitted.link) if fitted.link else None
    if fitted.link:
        return Note(words=text("file.linked", name=fitted.name), link=fitted.link)
    mb = max(1, round(fitted.facts.size_bytes / MEBIBYTE))
    return Note(words=text("file.too_large", name=fitted.name, mb=mb))


def _batches(uploads: Sequence[Upload], *, most_bytes: int) -> Iterator[tuple[Upload, ...]]:
    """In their order, as many to a message as it takes."""
    batch: list[Upload] = []
    for upload in uploads:
        if batch and (len(batch) == FILES or sum(u.size_bytes for u in batch) + upload.size_bytes > most_bytes):
            yield tuple(batch)
            batch = []
        batch.append(upload)
    if batch:
        yield tuple(batch)
