"""Nano pictures in Gemini's own form: page 067. The model stands in the path, pictures come and go as base64.

UNI-NANO-GEMINI-REQUIRED: shape and format are always sent, as the table asks. Its examples' `imageSize` is not: the id
says the resolution, and no page how the two go together. UNI-NANO-ASPECT: all ten shapes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from bot.catalogue._spec import Flat, Media, Model, Options, Prompt, Step, encoded, mime_of
from bot.catalogue.uniall import _pictures, nano
from bot.jobs import Output
from bot.media import MediaKind
from bot.requests import Json, Kind, Wire

CONFIG = {"aspectratio": "ratio", "outputformat": "format", "imagesize": "resolution"}
"""The page's names in its boxes → ours."""


class Gemini(Options):
    """What both operations take."""

    makes = MediaKind.IMAGE
    path = "/v1beta/models/{model}:generateContent"
    poll = ""
    page = "067"
    words: ClassVar[Mapping[str, str]] = {
        **CONFIG,
        **{f"generationconfig.imageconfig.{page}": own for page, own in CONFIG.items()},
    }

    prompt: Prompt
    ratio: nano.Ratio = "1:1"
    format: Literal["jpeg", "png"] = "jpeg"
    count: Annotated[int, Field(ge=1, le=4)] = 1  # each is a request of its own: the page knows one picture

    def units(self) -> float:
        """Pictures."""
        return self.count

    def used(self, outputs: tuple[Output, ...]) -> float:
        """Pictures that came."""
        return min(self.count, len(outputs))

    def steps(self, model: str) -> tuple[Step, ...]:
        """One request per picture."""
        (step,) = super().steps(model)
        return _pictures.one_by_one(step, self.count)

    def wire(self, model: str) -> Wire:
        """The request, with the model in its path."""
        return replace(super().wire(model), path=self.path.format(model=model))

    def body(self, model: str) -> dict[str, Json]:
        """Page 067, "请求示例"."""
        pictures = [_inline(picture) for picture in getattr(self, "images", ())]
        config = {"aspectRatio": self.ratio, "outputFormat": self.format}
        return {
            "contents": [{"role": "user", "parts": [{"text": self.prompt}, *pictures]}],
            "generationConfig": {"responseModalities": ["IMAGE"], "imageConfig": config},
        }


def _inline(picture: str) -> dict[str, Json]:
    return {"inline_data": {"mime_type": mime_of(picture), "data": encoded(picture)}}


class Text(Gemini):
    """A picture from words."""

    operation = "text-to-image"


class Image(Gemini):
    """A picture from words and other pictures."""

    operation = "image-to-image"
    encodes = frozenset({"images"})
    only_files = frozenset({"images"})

    images: Annotated[tuple[Media, ...], Field(min_length=1)]


def _models(id: str, title: str, alias: str, tiers: Sequence[tuple[str, int, float]]) -> tuple[Model, ...]:
    return tuple(
        Model(
            id=f"{id}-{tier}",
            provider="uniall",
            kind=Kind.IMAGE,
            title=f"{title} · {tier.upper()}",
            operations=(Text, Image),
            rate=Flat(credits),
            typical_s=typical_s,
            aliases=(alias,) if tier == "1k" else (),
            fixed={"resolution": tier},
        )
        for tier, credits, typical_s in tiers
    )


MODELS = (
    *_models(
        "gemini-3-pro-image-preview",
        "Gemini 3 Pro Image",
        "gemini-pro-image",
        (("1k", 9, 30), ("2k", 11, 40), ("4k", 15, 60)),
    ),
    *_models(
        "gemini-3.1-flash-image-preview",
        "Gemini 3.1 Flash Image",
        "gemini-flash-image",
        (("512", 2, 10), ("1k", 5, 15), ("2k", 7, 25), ("4k", 10, 40)),
    ),
)
