"""What a file really is, by its content."""

import dataclasses
from pathlib import Path
from typing import Literal

import av
from PIL import Image, ImageOps, UnidentifiedImageError


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Medium, and length and size where it has them."""

    medium: Literal["image", "video", "audio"]
    seconds: float | None = None
    size: tuple[int, int] | None = None  # width and height as people see it
    fps: float | None = None  # pictures a second of a video


def look(path: Path) -> Facts | None:
    """Look into a file; None if it is no picture, video or audio."""
    try:
        with Image.open(path) as image:
            image.load()
            return Facts(medium="image", size=ImageOps.exif_transpose(image).size)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return _played(path)


def _played(path: Path) -> Facts | None:
    try:
        with av.open(str(path)) as container:
            seconds = container.duration / 1_000_000 if container.duration else None
            if container.streams.video and container.format.name not in ("mp3", "flac"):  # there it is a cover
                stream = container.streams.video[0]
                size = (stream.codec_context.width, stream.codec_context.height)
                fps = float(stream.average_rate) if stream.average_rate else None
                return Facts(medium="video", seconds=seconds, size=size, fps=fps)
            if container.streams.audio:
                return Facts(medium="audio", seconds=seconds)
    except (av.FFmpegError, OSError, ValueError):
        pass
    return None
