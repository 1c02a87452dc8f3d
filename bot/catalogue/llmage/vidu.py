"""Vidu Q3 Pro clips: 文生视频, 图生视频 > vidu. LLM-OFF-PEAK: Y or N in a request."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from bot.catalogue._spec import By, Media, Model
from bot.catalogue.llmage import _asked
from bot.requests import Json, Kind

OFF_PEAK_S = 48 * 3600  # no page says how long it may wait; the model's own interface says two days at most


class Vidu(_asked.Clip):
    """What both operations take."""

    ratio: _asked.Ratio | None = None
    resolution: Literal["540p", "720p", "1080p"] = "720p"
    duration: Annotated[int, Field(ge=1, le=16)] = 5
    off_peak: bool = False

    def waits_s(self) -> float:
        """Until the provider is less busy."""
        return OFF_PEAK_S if self.off_peak else 0

    def settings(self) -> dict[str, Json]:
        """Vidu 上传参数."""
        return {**super().settings(), "off_peak": "Y" if self.off_peak else "N"}


class Text(Vidu):
    """A clip from words."""

    operation = "text-to-video"
    page = "文生视频 > vidu"


class Frames(Vidu):
    """A clip from its first picture to its last."""

    operation = "first-last-frame"
    page = "图生视频 > vidu"
    category = "i2v"
    files: ClassVar[Mapping[str, str]] = {"image": "image_file1", "last": "image_file2"}

    image: Media
    last: Media


MODELS = (
    Model(
        id="viduq3-pro",
        provider="llmage",
        kind=Kind.VIDEO,
        title="Vidu Q3 Pro · llmage",
        operations=(Text, Frames),
        rate=By("resolution", {"540p": 7, "720p": 13, "1080p": 16}),
        typical_s=120,
        aliases=("llmage-vidu",),
    ),
)
