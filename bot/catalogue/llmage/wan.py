"""Wan 2.6 clips: 文生视频 > 万象, 图生视频 > 通义万象.

LLM-WAN-R2V: `wan2.6-r2v` goes from a first picture to a last one, as its table has it. That table lists no sizes: those
of the other are taken. The pages write them with an asterisk; here they are written as everywhere.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import BeforeValidator

from bot.catalogue._spec import By, Choice, Media, Model, Options
from bot.catalogue.llmage import _asked
from bot.errors import Problem
from bot.media import Facts
from bot.requests import Json, Kind


def _times(value: object) -> object:
    """1280*720 as 1280x720."""
    return value.replace("*", "x") if isinstance(value, str) else value


Size: TypeAlias = Annotated[
    Literal["832x480", "480x832", "624x624", "1280x720", "720x1280", "960x960", "1920x1080", "1080x1920", "1440x1440"],
    BeforeValidator(_times),
]
SHAPES: Mapping[str, str] = {"16:9": "1280x720", "1:1": "960x960", "9:16": "720x1280"}
"""Shape → size, of those that have as many pixels as 720p."""

TIERS: Mapping[str, str] = {
    **dict.fromkeys(("832x480", "480x832", "624x624"), "480p"),
    **dict.fromkeys(("1280x720", "720x1280", "960x960"), "720p"),
    **dict.fromkeys(("1920x1080", "1080x1920", "1440x1440"), "1080p"),
}
"""Size → the resolution with as many pixels, by which it is priced."""


class Wan(_asked.Clip):
    """What both operations take."""

    negative: str | None = None
    ratio: Literal["16:9", "1:1", "9:16"] | None = None
    size: Size | None = None
    duration: Annotated[Literal[5, 10, 15], Choice] = 5

    def problems(self, facts: Mapping[str, tuple[Facts, ...]]) -> Iterator[Problem]:
        """A size or a shape, one of them."""
        if self.size and self.ratio:
            yield Problem(field="ratio", rule="conflict", value=self.ratio, allowed=f"not beside size {self.size}")

    def settings(self) -> dict[str, Json]:
        """通义万象上传数据要求."""
        size = self.picked.replace("x", "*")
        return {"negative_prompt": self.negative, "size": size, "duration": self.duration}

    @property
    def picked(self) -> str:
        """The size that was said, or that of the shape; a wide one where nothing is."""
        return self.size or SHAPES[self.ratio or "16:9"]

    @property
    def tier(self) -> str:
        """The resolution that its size has."""
        return TIERS[self.picked]


class Text(Wan):
    """A clip from words."""

    operation = "text-to-video"
    page = "文生视频 > 万象"


class Frames(Wan):
    """A clip from its first picture to its last."""

    operation = "first-last-frame"
    page = "图生视频 > 通义万象"
    category = "i2v"
    files: ClassVar[Mapping[str, str]] = {"image": "image_file1", "last": "image_file2"}

    image: Media
    last: Media


def _model(id: str, title: str, operation: type[Options], alias: str) -> Model:
    return Model(
        id=id,
        provider="llmage",
        kind=Kind.VIDEO,
        title=title,
        operations=(operation,),
        rate=By("tier", {"480p": 5, "720p": 9, "1080p": 14}),
        typical_s=200,
        aliases=(alias,),
    )


MODELS = (
    _model("wan2.6-t2v", "Wan 2.6 · llmage", Text, "llmage-wan"),
    _model("wan2.6-r2v", "Wan 2.6 · frames", Frames, "wan-frames"),
)
