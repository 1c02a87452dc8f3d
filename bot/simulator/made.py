"""Made: what a task makes, as its family says it; the maker turns it into files."""

import dataclasses
from typing import Literal, TypeAlias

from bot.simulator.media.sizes import Size

TYPES = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "mp4": "video/mp4",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
}
"""Content type by the ending of a file."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Pictures that show the prompt and the inputs."""

    size: Size
    format: Literal["png", "jpeg", "webp"] = "png"
    count: int = 1

    @property
    def files(self) -> tuple[str, ...]:
        return (self.format,) * self.count


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A video: the first input, or a ground of its own, moves behind a card with the prompt."""

    size: Size
    seconds: float
    fps: int = 24
    sound: bool = True  # False: without an audio track
    talks: bool = False  # a mouth moves, and the sound is the voice that was sent
    cover: bool = False  # a still comes along, as a second file

    @property
    def files(self) -> tuple[str, ...]:
        return ("mp4", "jpeg") if self.cover else ("mp4",)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tune:
    """A piece of music."""

    seconds: float
    sung: bool
    format: Literal["mp3", "wav"] = "mp3"
    rate: int = 44_100  # samples a second

    @property
    def files(self) -> tuple[str, ...]:
        return (self.format,)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """A text in the rhythm of somebody who reads it."""

    text: str
    voice: str
    speed: float = 1.0
    format: Literal["mp3", "wav"] = "mp3"
    rate: int = 32000  # samples a second

    @property
    def files(self) -> tuple[str, ...]:
        return (self.format,)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text; it is in the answer, and no file is made."""

    text: str

    @property
    def files(self) -> tuple[str, ...]:
        return ()


Made: TypeAlias = Picture | Clip | Tune | Speech | Words
