"""Media as Telegram makes them of a file: a photo in sizes, a video with its length, else a document."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import av
import av.error
from PIL import Image

from tests.telegram_server import files
from tests.telegram_server.refusals import Refused, bad

MEBIBYTE = 1024 * 1024
PHOTO_MAX = 10 * MEBIBYTE
FILE_MAX = 50 * MEBIBYTE
SIDES_MAX = 10_000  # width and height together
RATIO_MAX = 20
_SIZES = (90, 320, 800, 1280)  # the longest side of a photo's sizes

KINDS = ("photo", "video", "audio", "voice", "animation", "document")


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """What a message carries: the fields of its kind, and the file as it was sent."""

    kind: str  # as the field of Message is called
    body: Any  # PhotoSize list, Video, Audio, Voice, Animation or Document
    source: files.File
    sent: files.Upload  # what came in, before it was made smaller
    spoiler: bool = False

    def fields(self) -> dict[str, Any]:
        """As fields of a Message."""
        extra: dict[str, Any] = {"has_media_spoiler": True} if self.spoiler else {}
        if self.kind == "animation":
            extra["document"] = {k: v for k, v in self.body.items() if k not in ("width", "height", "duration")}
        return {self.kind: self.body} | extra

    def view(self) -> dict[str, Any]:
        """As a person sees it; the hash is that of the bytes as they were sent."""
        last = self.body[-1] if isinstance(self.body, list) else self.body
        shape = {name: last[name] for name in ("width", "height", "duration", "title", "performer") if name in last}
        return {
            "kind": self.kind,
            "file_id": last["file_id"],
            "sha256": self.sent.sha256,
            "size_bytes": len(self.sent.data),
            "name": self.sent.name,
            "mime": self.sent.mime,
            "spoiler": self.spoiler,
        } | shape


def make(
    shelf: files.Shelf, kind: str, upload: files.Upload, given: Mapping[str, Any], claimed: int | None = None
) -> Medium:
    """A medium of a new file; one that isn't what it's sent as comes out as a document, as on Telegram."""
    if not upload.data:
        raise bad("file must be non-empty")
    if kind == "photo":
        return _photo(shelf, upload, given, claimed)
    if len(upload.data) > FILE_MAX:
        raise Refused(code=413, description="Request Entity Too Large")
    probed = probe(upload.data)
    real = kind if _fits(kind, probed) else "document"
    file = shelf.keep(real, upload, claimed)
    return Medium(kind=real, body=_body(real, file, probed, given), source=file, sent=upload, spoiler=_spoiler(given))


def again(shelf: files.Shelf, kind: str, file_id: str, known: Mapping[str, Medium], given: Mapping[str, Any]) -> Medium:
    """A medium of a file that is there already."""
    file = shelf.named(file_id, kind)
    first = known[file.file_id]
    return Medium(kind=first.kind, body=first.body, source=first.source, sent=first.sent, spoiler=_spoiler(given))


def ids(medium: Medium) -> list[str]:
    """All file ids by which this medium may be sent again."""
    bodies = medium.body if isinstance(medium.body, list) else [medium.body]
    return [body["file_id"] for body in bodies]


def _spoiler(given: Mapping[str, Any]) -> bool:
    return bool(given.get("has_spoiler"))


def _photo(shelf: files.Shelf, upload: files.Upload, given: Mapping[str, Any], claimed: int | None) -> Medium:
    size = len(upload.data)
    if size > PHOTO_MAX:
        raise bad(f"file of size {size} bytes is too big for a photo; the maximum size is {PHOTO_MAX} bytes")
    picture = _decoded(upload.data)
    width, height = picture.size
    if width + height > SIDES_MAX or max(width, height) > RATIO_MAX * min(width, height):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    sizes = [_size(shelf, picture, side, upload, claimed) for side in _sides(max(width, height))]
    source = shelf.get(sizes[-1]["file_id"])
    assert source is not None
    return Medium(kind="photo", body=sizes, source=source, sent=upload, spoiler=_spoiler(given))


def _decoded(data: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            return image.convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise bad("IMAGE_PROCESS_FAILED") from None


def _sides(longest: int) -> list[int]:
    smaller = [side for side in _SIZES if side < longest]
    return [*smaller, longest] if len(smaller) < len(_SIZES) else smaller


def _size(
    shelf: files.Shelf, picture: Image.Image, side: int, upload: files.Upload, claimed: int | None
) -> dict[str, Any]:
    """One size of a photo; the whole one keeps its bytes where they're JPEG already."""
    whole = side == max(picture.size)
    small = picture.copy()
    small.thumbnail((side, side))
    if whole and upload.data.startswith(b"\xff\xd8\xff"):
        data = upload.data
    else:
        out = io.BytesIO()
        small.save(out, "JPEG", quality=87)
        data = out.getvalue()
    jpeg = files.Upload(name="photo.jpg", mime="image/jpeg", data=data)
    file = shelf.keep("photo", jpeg, claimed if whole else None)
    return file.ids() | {"width": small.width, "height": small.height}


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What a decoder finds in a file."""

    format: str = ""
    codec: str = ""  # of the sound
    video: bool = False
    audio: bool = False
    width: int = 0
    height: int = 0
    duration_s: int = 0


def probe(data: bytes) -> Probe:
    """Look into a file; what can't be read has neither picture nor sound."""
    try:
        with av.open(io.BytesIO(data), "r") as container:
            video = next(iter(container.streams.video), None)
            audio = next(iter(container.streams.audio), None)
            return Probe(
                format=container.format.name,
                codec=audio.codec_context.name if audio else "",
                video=video is not None,
                audio=audio is not None,
                width=video.codec_context.width if video else 0,
                height=video.codec_context.height if video else 0,
                duration_s=round((container.duration or 0) / 1_000_000),
            )
    except (av.error.FFmpegError, ValueError):
        return Probe()


def _fits(kind: str, probed: Probe) -> bool:
    """Whether a file can be shown as this kind."""
    mp4 = "mp4" in probed.format
    match kind:
        case "video":
            return probed.video and (mp4 or "matroska" in probed.format)
        case "animation":
            return probed.video and (mp4 or probed.format == "gif")
        case "audio":
            return probed.audio and not probed.video
        case "voice":
            return probed.audio and not probed.video and (probed.codec == "opus" or probed.format == "mp3" or mp4)
        case _:
            return True


def _body(kind: str, file: files.File, probed: Probe, given: Mapping[str, Any]) -> dict[str, Any]:
    named = {"file_name": file.name, "mime_type": file.mime}
    length = {"duration": given.get("duration") or probed.duration_s}
    sides = {"width": given.get("width") or probed.width, "height": given.get("height") or probed.height}
    match kind:
        case "video" | "animation":
            return file.ids() | named | length | sides
        case "audio":
            words = {name: given[name] for name in ("performer", "title") if given.get(name)}
            return file.ids() | named | length | words
        case "voice":
            return file.ids() | {"mime_type": file.mime} | length
        case _:
            return file.ids() | named
