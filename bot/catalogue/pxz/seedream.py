"""Seedream pictures: seedream_v4 and seedream_v4_5, each with its own shapes and words for how fine."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from bot.catalogue._spec import By, Choice, Media, Model, Options, Rate
from bot.catalogue.pxz import _asked
from bot.jobs import Output
from bot.requests import Json, Kind

Ratio4: TypeAlias = Literal["1:1", "16:9", "9:16", "4:3", "3:4"]
Ratio45: TypeAlias = Literal["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]
Images: TypeAlias = Annotated[tuple[Media, ...], Field(min_length=1, max_length=9)]


class Text4(_asked.Picture):
    """A picture from words."""

    operation = "text-to-image"
    page = "seedream_v4"

    ratio: Ratio4 | None = None
    resolution: Literal["1k", "2k", "4k"] = "1k"
    count: Annotated[Literal[1, 2, 4], Choice] = 1

    def params(self) -> dict[str, Json]:
        """How many is a text on this page."""
        return {**super().params(), "output_n": str(self.count)}

    def units(self) -> float:
        """Pictures."""
        return self.count

    def used(self, outputs: tuple[Output, ...]) -> float:
        """Pictures that came."""
        return len(outputs)


class Image4(Text4):
    """A picture from words and other pictures."""

    operation = "image-to-image"

    images: Images


class Text45(_asked.Picture):
    """A picture from words."""

    operation = "text-to-image"
    page = "seedream_v4_5"
    words: ClassVar[Mapping[str, str]] = {"resolution": "quality"}

    ratio: Ratio45 | None = None
    quality: Literal["basic", "high"] = "basic"


class Image45(Text45):
    """A picture from words and other pictures."""

    operation = "image-to-image"

    images: Images


def _model(id: str, title: str, operations: tuple[type[Options], ...], rate: Rate, tier: str, alias: str) -> Model:
    return Model(
        id=id,
        provider="pxz",
        kind=Kind.IMAGE,
        title=f"{title} · pxz",
        operations=operations,
        rate=rate,
        typical_s=25,
        tier=tier,
        aliases=(alias,),
    )


MODELS = (
    _model(
        "seedream_v4",
        "Seedream 4",
        (Text4, Image4),
        By("resolution", {"1k": 2, "2k": 4, "4k": 8}),
        "quick",
        "pxz-seedream",
    ),
    _model(
        "seedream_v4_5",
        "Seedream 4.5",
        (Text45, Image45),
        By("quality", {"basic": 5, "high": 8}),
        "good",
        "pxz-seedream-4.5",
    ),
)
