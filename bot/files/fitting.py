"""Results cut to what a platform takes: the original, else a smaller picture, else a link to the original.

Smaller forms are kept in `fitted/` under a name that follows from the original and the size, so that showing a result
once more costs nothing. Originals are results: they were decoded once when they came in, in a process of their own.
"""

import asyncio
import io
import math
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from PIL import Image, ImageOps

from bot import media, ports, replies
from bot.files import _disk, probe
from bot.files.folder import Folder
from bot.media import MediaKind

QUALITIES = (92, 85, 75)  # of JPEG, before any pixel is given up: below that, blocks begin to show
SHRINKINGS = 8  # tries with fewer pixels; each takes at least a fifth off a side
LEAST_PX = 64  # a side shorter than this shows nobody anything
AT_ONCE = 1  # an 80-megapixel picture takes a third of a gigabyte while it is encoded

_RESAMPLED = Image.Resampling.LANCZOS


class Fitter:
    """Implements `ports.Fitting` over the data folder."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._free = asyncio.Semaphore(AT_ONCE)

    async def fit(self, attachment: replies.Attachment, *, most_bytes: int) -> ports.Fitted:
        """The original where it is small enough, else a picture encoded anew, else a link. Raises StorageFault."""
        original = self._folder.absolute(attachment.path)
        if not original.is_file():  # swept long ago: there is nothing to link to either
            return ports.Fitted(path=None, name=attachment.name, facts=attachment.facts)
        with self._folder.storing():
            if original.stat().st_size <= most_bytes:
                return ports.Fitted(path=original, name=attachment.name, facts=attachment.facts)
            link = self._folder.link(attachment.path, name=attachment.name)
            smaller = await self._smaller(attachment, most_bytes=most_bytes)
            if smaller is None:
                return ports.Fitted(path=None, name=attachment.name, facts=attachment.facts, link=link)
            name = str(PurePosixPath(attachment.name).with_suffix(".jpg"))
            facts = await asyncio.to_thread(_facts, smaller)
        return ports.Fitted(path=smaller, name=name, facts=facts, link=link)

    async def _smaller(self, attachment: replies.Attachment, *, most_bytes: int) -> Path | None:
        """Where a picture of at most this size is kept; None where there is no such picture."""
        if attachment.facts.kind is not MediaKind.IMAGE:
            return None
        kept = self._folder.absolute(f"fitted/{_disk.short(attachment.path)}.{most_bytes}.jpg")
        async with self._free:
            if not kept.is_file():
                original = self._folder.absolute(attachment.path)
                encoded = await asyncio.to_thread(_encoded, original, most_bytes=most_bytes)
                if encoded is None:
                    return None
                with self._folder.scratch() as scratch:
                    await asyncio.to_thread(_keep, encoded, scratch, kept)
        return kept


def _keep(encoded: bytes, scratch: Path, kept: Path) -> None:
    scratch.write_bytes(encoded)
    _disk.settle(scratch, kept)


def _facts(path: Path) -> media.Facts:
    with Image.open(path, formats=("JPEG",)) as picture:
        width, height = picture.size
    size_bytes = path.stat().st_size
    return media.Facts(kind=MediaKind.IMAGE, mime="image/jpeg", size_bytes=size_bytes, width=width, height=height)


def _encoded(original: Path, *, most_bytes: int) -> bytes | None:
    """The picture as a JPEG of at most this size; None where it can't be one, or would lose what moves in it."""
    try:
        with Image.open(original, formats=probe.PICTURES) as picture:
            if getattr(picture, "is_animated", False):
                return None
            flat = _flat(picture)
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as trouble:
        if isinstance(trouble, OSError) and trouble.errno is not None:  # the disk's, not the picture's
            raise
        return None
    tries = _tries(flat, most_bytes=most_bytes)
    return next((encoded for encoded in tries if len(encoded) <= most_bytes), None)


def _tries(flat: Image.Image, *, most_bytes: int) -> Iterator[bytes]:
    """Ever smaller encodings: first of lower quality, then of fewer pixels."""
    encoded = b""
    for quality in QUALITIES:
        yield (encoded := _jpeg(flat, quality=quality))
    scale = 1.0
    for _ in range(SHRINKINGS):
        scale *= min(0.8, math.sqrt(most_bytes / len(encoded)))
        size = (round(flat.width * scale), round(flat.height * scale))
        if min(size) < LEAST_PX:
            return
        yield (encoded := _jpeg(flat.resize(size, _RESAMPLED), quality=QUALITIES[1]))


def _flat(picture: Image.Image) -> Image.Image:
    """Upright, without transparency (on white), in colours that JPEG has."""
    upright = ImageOps.exif_transpose(picture)
    profile = picture.info.get("icc_profile") if picture.mode in {"RGB", "RGBA", "P"} else None
    if upright.has_transparency_data:
        layer = upright.convert("RGBA")
        flat = Image.new("RGB", layer.size, "white")
        flat.paste(layer, mask=layer.getchannel("A"))
    else:
        flat = upright.convert("RGB")
    flat.info = {"icc_profile": profile} if profile else {}
    return flat


def _jpeg(picture: Image.Image, *, quality: int) -> bytes:
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=quality, **_profile(picture))
    return target.getvalue()


def _profile(picture: Image.Image) -> dict[str, bytes]:
    """Its colours as they are meant; resizing carries the profile along."""
    profile = picture.info.get("icc_profile")
    return {"icc_profile": profile} if isinstance(profile, bytes) else {}
