"""What a file really is, by its content."""

import dataclasses
from pathlib import Path
from typing import Literal

import av
from PIL import Image, UnidentifiedImageError


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Medium, and length where it has one."""

    medium: Literal["image", "video", "audio"]
    seconds: float | None


def look(path: Path) -> Facts | None:
    """Look into a file; None if it is no picture, video or audio."""
    try:
        with Image.open(path) as image:
            image.load()
        return Facts(medium="image", seconds=None)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return _played(path)


def _played(path: Path) -> Facts | None:
    try:
        with av.open(str(path)) as container:
            seconds = container.duration / 1_000_000 if container.duration else None
            if container.streams.video and container.format.name not in ("mp3", "flac"):  # there it is a cover
                return Facts(medium="video", seconds=seconds)
            if container.streams.audio:
                return Facts(medium="audio", seconds=seconds)
    except (av.FFmpegError, OSError, ValueError):
        pass
    return None
