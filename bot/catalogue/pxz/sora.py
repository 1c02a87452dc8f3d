"""Sora 2 clips: sora2 and sora2_pro. PXZ-RESOLUTION: standard and high, as the table of parameters spells them."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from bot.catalogue._spec import By, Choice, Flat, Media, Model, Options, Rate, seconds_of
from bot.catalogue.pxz import _asked
from bot.jobs import Output
from bot.requests import Json, Kind


class Text(_asked.Clip):
    """A clip from words."""

    operation = "text-to-video"
    page = "sora2"
    unit = "second"

    ratio: Literal["16:9", "9:16"] | None = None
    duration: Annotated[Literal[10, 15], Choice] = 10

    def params(self) -> dict[str, Json]:
        """The seconds are a text on this page."""
        return {**super().params(), "video_length": str(self.duration)}

    def units(self) -> float:
        """Seconds asked for."""
        return self.duration

    def used(self, outputs: tuple[Output, ...]) -> float:
        """Seconds that came, never more than asked for."""
        return min(self.duration, seconds_of(outputs) or self.duration)


class Image(Text):
    """A picture brought to life."""

    operation = "image-to-video"

    image: Media


class ProText(Text):
    """A clip from words."""

    page = "sora2_pro"
    words: ClassVar[Mapping[str, str]] = {"resolution": "quality"}

    quality: Literal["standard", "high"] = "standard"

    def params(self) -> dict[str, Json]:
        """How fine it is."""
        return {**super().params(), "resolution": self.quality}


class ProImage(ProText):
    """A picture brought to life."""

    operation = "image-to-video"

    image: Media


def _model(
    id: str, title: str, operations: tuple[type[Options], ...], rate: Rate, typical_s: float, tier: str, alias: str
) -> Model:
    return Model(
        id=id,
        provider="pxz",
        kind=Kind.VIDEO,
        title=f"{title} · pxz",
        operations=operations,
        rate=rate,
        typical_s=typical_s,
        tier=tier,
        aliases=(alias,),
    )


MODELS = (
    _model("sora2", "Sora 2", (Text, Image), Flat(6), 180, "good", "pxz-sora"),
    _model(
        "sora2_pro",
        "Sora 2 Pro",
        (ProText, ProImage),
        By("quality", {"standard": 15, "high": 30}),
        360,
        "best",
        "pxz-sora-pro",
    ),
)
