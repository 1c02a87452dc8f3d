"""Measure one media file by its content: `python -m bot.files.probe PATH` prints JSON.

Runs as a short-lived process of its own (see `_probe.py`), because decoders are the softest part of any bot: a
malformed file may crash, hang or bloat this process and nothing else. It knows nothing of the rest of the bot.
Prints {"kind", "mime", "width", "height", "duration_s", "fps"}, or {"trouble": "wrong_kind" | "broken" | "too_large"}.
"""

import contextlib
import json
import os
import sys
import warnings
from fractions import Fraction
from typing import Any, NoReturn, TypeAlias

Found: TypeAlias = dict[str, Any]

MEMORY_BYTES = 3 * 2**29  # 1.5 GiB of addresses: an 80-megapixel picture or a 4K frame with room; libraries take 0.4
CPU_S = 30  # reading 200 MB through a demuxer takes about one
PIXELS_MOST = 80_000_000  # the largest phone pictures have 50, the largest results (8K) 67

# What Pillow may try: no EPS, PSD or the like, whose readers start other programs or are rarely looked after.
PICTURES = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
_TURNED = {5, 6, 7, 8}  # EXIF orientations that swap width and height
_EXIF_ORIENTATION = 0x0112


class Trouble(Exception):
    """The file can't be used; the text is the reason's code."""


def measure(path: str) -> Found:
    """What the file is, or Trouble."""
    with open(path, "rb") as file:
        head = file.read(64)
    if (demuxer := _demuxer(head)) is not None:
        return _measure_stream(path, head, demuxer)
    return _measure_picture(path)


def _demuxer(head: bytes) -> str | None:
    """The one demuxer a file's first bytes ask for. Never FFmpeg's own guess: playlists would open other files."""
    if head[4:8] == b"ftyp":
        return None if head[8:12] in {b"avif", b"avis"} else "mov"
    if head[:4] == b"RIFF":
        return {b"WAVE": "wav", b"AVI ": "avi"}.get(head[8:12])
    for start, demuxer in ((b"\x1aE\xdf\xa3", "matroska"), (b"OggS", "ogg"), (b"fLaC", "flac"), (b"ID3", "mp3")):
        if head.startswith(start):
            return demuxer
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:  # a frame's sync word
        layer = head[1] & 0x06
        return "aac" if head[1] & 0xF0 == 0xF0 and layer == 0 else "mp3"
    return None


def _measure_picture(path: str) -> Found:
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own limit on pixels is below Pillow's
            with Image.open(path, formats=PICTURES) as picture:
                picture.verify()
            with Image.open(path, formats=PICTURES) as picture:  # verify() uses the first one up
                return _picture_facts(picture)
    except Image.DecompressionBombError:
        raise Trouble("too_large") from None
    except UnidentifiedImageError:
        raise Trouble("broken" if _looks_like_picture(path) else "wrong_kind") from None
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError):
        raise Trouble("broken") from None  # whatever a plug-in stumbles over; Pillow names no common class


def _picture_facts(picture: Any) -> Found:
    width, height = picture.size
    if width * height > PIXELS_MOST:
        raise Trouble("too_large")
    mime = picture.get_format_mimetype()
    picture.load()  # the first frame: a file that breaks off shows only here
    if picture.getexif().get(_EXIF_ORIENTATION) in _TURNED:
        width, height = height, width
    return {"kind": "image", "mime": mime, "width": width, "height": height}


def _looks_like_picture(path: str) -> bool:
    import filetype

    guess = filetype.guess(path)
    return guess is not None and guess.mime.startswith("image/")


def _measure_stream(path: str, head: bytes, demuxer: str) -> Found:
    import av

    try:
        with av.open(path, format=demuxer, options={"protocol_whitelist": "file"}) as container:
            pictures = [s for s in container.streams.video if not s.disposition & av.stream.Disposition.attached_pic]
            stream = next(iter([*pictures, *container.streams.audio]), None)
            if stream is None:
                raise Trouble("broken")
            first, duration_s, fps = _walk(container, stream)
            found = {"mime": _mime(demuxer, head, bool(pictures)), "duration_s": duration_s, **_shape(first)}
            return {**found, "fps": fps} if found["kind"] == "video" else found
    except (av.FFmpegError, ValueError, EOFError, MemoryError):
        raise Trouble("broken") from None


def _walk(container: Any, stream: Any) -> tuple[Any, float, float]:
    """The first frame, decoded, and the exact length and pace from all packets: a header's figures are estimates."""
    stream.codec_context.thread_count = 1
    first, start, end, count = None, None, None, 0
    for packet in container.demux(stream):
        if packet.pts is not None:
            count += 1
            start = packet.pts if start is None else min(start, packet.pts)
            stop = packet.pts + (packet.duration or 0)
            end = stop if end is None else max(end, stop)
        if first is None:
            first = next(iter(packet.decode()), None)  # the last, empty packet flushes the decoder
    if first is None or start is None or end is None or end <= start:
        raise Trouble("broken")
    seconds = float((end - start) * Fraction(stream.time_base))
    return first, round(seconds, 3), round(count / seconds, 2)


def _shape(first: Any) -> Found:
    """Kind and, after its rotation, the size of a first frame."""
    if not hasattr(first, "width"):
        return {"kind": "audio"}
    width, height = first.width, first.height
    if round(first.rotation / 90) % 2:
        width, height = height, width
    return {"kind": "video", "width": width, "height": height}


def _mime(demuxer: str, head: bytes, pictures: bool) -> str:
    kind = "video" if pictures else "audio"
    match demuxer:
        case "mov":
            return "video/quicktime" if pictures and head[8:10] == b"qt" else f"{kind}/mp4"
        case "matroska":
            return f"{kind}/webm" if b"webm" in head else f"{kind}/x-matroska"
        case "avi":
            return "video/x-msvideo"
        case "mp3":
            return "audio/mpeg"
        case _:
            return f"{kind}/{demuxer}"


def _confine() -> None:
    """Give up what a measurement doesn't need; where the system has no such limits, the caller's clock remains."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def main(path: str) -> NoReturn:
    """Print what the file is."""
    _confine()
    try:
        found = measure(path)
    except Trouble as trouble:
        found = {"trouble": str(trouble)}
    except MemoryError:
        found = {"trouble": "too_large"}
    sys.stdout.write(json.dumps(found))
    sys.stdout.flush()
    os._exit(0)  # a decoder's threads and destructors have nothing left to say


if __name__ == "__main__":
    main(sys.argv[1])
