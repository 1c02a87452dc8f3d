"""Happy Horse clips: 文生视频, 图生视频, 参考生视频 > 快乐马; one id for each operation.

LLM-CASE: the resolution is sent with a capital P. LLM-RATIO-ADAPTIVE: the shape `auto` is said by saying none. No page
says how many seconds there may be: 3 to 15, as another provider of the same model prints.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from bot.catalogue._spec import By, Media, Model, Options
from bot.catalogue.llmage import _asked
from bot.requests import Json, Kind


class Horse(_asked.Clip):
    """What every operation takes."""

    resolution: Literal["720p", "1080p"] = "720p"
    duration: Annotated[int, Field(ge=3, le=15)] = 5

    def settings(self) -> dict[str, Json]:
        """快乐马 上传数据要求."""
        return {**super().settings(), "resolution": self.resolution.upper()}


class Text(Horse):
    """A clip from words."""

    operation = "text-to-video"
    page = "文生视频 > happyhorse-1.0-t2v"

    ratio: _asked.Adaptive | None = None


class Image(Horse):
    """A picture brought to life, in its own shape."""

    operation = "image-to-video"
    page = "图生视频 > 快乐马"
    category = "i2v"
    files: ClassVar[Mapping[str, str]] = {"image": "image_file"}

    image: Media


class References(Horse):
    """A clip with the people and things of several pictures."""

    operation = "reference-to-video"
    page = "参考生视频 > 快乐马"
    category = "ref2v"
    files: ClassVar[Mapping[str, str]] = {"images": "image_files"}

    images: Annotated[tuple[Media, ...], Field(min_length=1, max_length=9)]
    ratio: _asked.Ratio | None = None


def _model(name: str, title: str, operation: type[Options], *aliases: str) -> Model:
    return Model(
        id=f"happyhorse-1.0-{name}",
        provider="llmage",
        kind=Kind.VIDEO,
        title=title,
        operations=(operation,),
        rate=By("resolution", {"720p": 14, "1080p": 24}),
        typical_s=150,
        aliases=aliases,
    )


MODELS = (
    _model("t2v", "Happy Horse 1 · words", Text, "happyhorse"),
    _model("i2v", "Happy Horse 1 · picture", Image, "happyhorse-picture"),
    _model("r2v", "Happy Horse 1 · references", References, "happyhorse-references"),
)
