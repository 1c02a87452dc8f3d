"""Nano Banana pictures: nano_banana and nano_banana_pro. PXZ-FORMAT: the one says jpeg, the other jpg."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from bot.catalogue._spec import By, Flat, Media, Model, Options, Rate
from bot.catalogue.pxz import _asked
from bot.requests import Kind

Ratio: TypeAlias = Literal["auto", "1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]


class Text(_asked.Picture):
    """A picture from words."""

    operation = "text-to-image"
    page = "nano_banana"

    ratio: Ratio | None = None
    format: Literal["png", "jpeg"] | None = None


class Image(Text):
    """A picture from words and other pictures."""

    operation = "image-to-image"

    images: Annotated[tuple[Media, ...], Field(min_length=1, max_length=9)]


class ProText(_asked.Picture):
    """A picture from words."""

    operation = "text-to-image"
    page = "nano_banana_pro"

    ratio: Ratio | None = None
    resolution: Literal["1k", "2k", "4k"] = "1k"
    format: Literal["png", "jpg"] | None = None


class ProImage(ProText):
    """A picture from words and other pictures."""

    operation = "image-to-image"

    images: Annotated[tuple[Media, ...], Field(min_length=1, max_length=8)]


def _model(
    id: str, title: str, operations: tuple[type[Options], ...], rate: Rate, typical_s: float, alias: str, tier: str = ""
) -> Model:
    return Model(
        id=id,
        provider="pxz",
        kind=Kind.IMAGE,
        title=f"{title} · pxz",
        operations=operations,
        rate=rate,
        typical_s=typical_s,
        tier=tier,
        aliases=(alias,),
    )


MODELS = (
    _model("nano_banana", "Nano Banana", (Text, Image), Flat(3), 20, "pxz-nano"),
    _model(
        "nano_banana_pro",
        "Nano Banana Pro",
        (ProText, ProImage),
        By("resolution", {"1k": 9, "2k": 11, "4k": 15}),
        45,
        "pxz-nano-pro",
        "best",
    ),
)
