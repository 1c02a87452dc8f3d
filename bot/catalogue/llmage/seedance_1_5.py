"""Seedance 1.5 clips: 文生视频, 图生视频 > seedance 1.5.

LLM-SEEDANCE15-I2V: to bring a picture to life one is sent, though the table needs none. The shape `adaptive` is in the
list of this page alone. No page says how many seconds there may be: 4 to 12, as the model's maker publishes; the page's
default is the longest.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from bot.catalogue._spec import By, Media, Model
from bot.catalogue.llmage import _asked
from bot.requests import Json, Kind


class Seedance(_asked.Clip):
    """What every operation takes."""

    ratio: _asked.Adaptive | None = None
    resolution: Literal["480p", "720p", "1080p"] = "720p"
    duration: Annotated[int, Field(ge=4, le=12)] = 5

    def settings(self) -> dict[str, Json]:
        """seedance 1.5 上传数据要求."""
        return {**super().settings(), "ratio": "adaptive" if self.ratio == "auto" else self.ratio}


class Text(Seedance):
    """A clip from words."""

    operation = "text-to-video"
    page = "文生视频 > seedance 1.5"


class Image(Seedance):
    """A picture brought to life."""

    operation = "image-to-video"
    page = "图生视频 > seedance 1.5"
    category = "i2v"
    files: ClassVar[Mapping[str, str]] = {"image": "image_file1"}

    image: Media


class Frames(Image):
    """A clip from its first picture to its last."""

    operation = "first-last-frame"
    files: ClassVar[Mapping[str, str]] = {"image": "image_file1", "last": "image_file2"}

    last: Media


MODELS = (
    Model(
        id="doubao-seedance-1-5-pro-251215",
        provider="llmage",
        kind=Kind.VIDEO,
        title="Seedance 1.5 Pro",
        operations=(Text, Image, Frames),
        rate=By("resolution", {"480p": 4, "720p": 6, "1080p": 12}),
        typical_s=120,
        tier="good",
        aliases=("seedance-1.5",),
    ),
)
