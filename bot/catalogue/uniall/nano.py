"""NanoBanana pictures: pages 062 (asynchronous image tasks) and 066 (Nano series).

One endpoint for making and changing pictures, one price per model id. The resolution is part of the id.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from bot.catalogue._spec import Flat, Media, Model, Options, Prompt, Step, slim
from bot.jobs import Output
from bot.media import MediaKind
from bot.requests import Json, Kind

# UNI-NANO-ASPECT: page 062 §4.3 calls five of them common, §9 and two other pages list ten; the ten are accepted.
Ratio: TypeAlias = Literal["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]


class Nano(Options):
    """What every Nano operation takes (page 062 §4.3)."""

    makes = MediaKind.IMAGE
    path = "/v1/images/tasks"
    poll = "/v1/images/tasks/{task_id}"
    constants: ClassVar[Mapping[str, str]] = {"response_format": "url"}
    task_type: ClassVar[str]  # the page's own word for the operation

    prompt: Prompt
    ratio: Ratio | None = None
    format: Literal["png", "jpeg", "webp"] | None = None  # page 062 §4.4; webp by the base model only (UNI-NANO-WEBP)
    # UNI-NANO-N: page 062 §3 says the family has no `n`, §4.3 says it has: each picture is a request of its own. How
    # many a member may ask for at once is our choice.
    count: Annotated[int, Field(ge=1, le=4)] = 1

    def units(self) -> float:
        """Pictures."""
        return self.count

    def used(self, outputs: tuple[Output, ...]) -> float:
        """Pictures that came."""
        return len(outputs)

    def steps(self, model: str) -> tuple[Step, ...]:
        """One request per picture."""
        (step,) = super().steps(model)
        alone = {name: value for name, value in step.said.items() if name != "count"}
        return (replace(step, said=alone),) * self.count

    def body(self, model: str) -> dict[str, Json]:
        """Page 062 §4.1 and §4.2."""
        return slim(
            model=model,
            task_type=self.task_type,
            prompt=self.prompt,
            **self.references(),
            aspect_ratio=self.ratio,
            output_format=self.format,
            n=1,
            response_format="url",
        )

    def references(self) -> dict[str, Json]:
        """The picture fields."""
        return {}


class Text(Nano):
    """A picture from words."""

    operation = "text-to-image"
    task_type = "text2image"
    page = "062 §4.1"


class Image(Nano):
    """A picture from words and other pictures."""

    operation = "image-to-image"
    task_type = "image2image"
    page = "062 §4.2"
    uploads = frozenset({"image", "images"})

    images: Annotated[tuple[Media, ...], Field(min_length=1)]

    def references(self) -> dict[str, Json]:
        """`image` for one, `images` for several, never both (page 062 §3.1)."""
        return {"image": self.images[0]} if len(self.images) == 1 else {"images": list(self.images)}


class TierText(Text):
    """A picture from words."""

    format: Literal["png", "jpeg"] | None = None  # the Pro and 2 models make no webp


class TierImage(Image):
    """A picture from words and other pictures."""

    format: Literal["png", "jpeg"] | None = None  # the Pro and 2 models make no webp


def _model(
    id: str, title: str, credits: int, seconds: float, *aliases: str, tier: str = "", gated: bool = False
) -> Model:
    return Model(
        id=id,
        provider="uniall",
        kind=Kind.IMAGE,
        title=title,
        operations=(Text, Image) if id == "NanoBanana" else (TierText, TierImage),
        rate=Flat(credits),
        typical_s=seconds,
        tier=tier,
        gated=gated,
        aliases=aliases,
    )


MODELS = (
    _model("NanoBanana", "Nano Banana", 3, 12, "nano", "nano-banana"),
    _model("NanoBanana2-0.5K", "Nano Banana 2 · 0.5K", 2, 10, "nano2-0.5k", tier="quick"),
    _model("NanoBanana2-1K", "Nano Banana 2 · 1K", 5, 15, "nano2", "nano-banana-2", "nano2-1k", tier="good"),
    _model("NanoBanana2-2K", "Nano Banana 2 · 2K", 7, 25, "nano2-2k"),
    _model("NanoBanana2-4K", "Nano Banana 2 · 4K", 10, 40, "nano2-4k"),
    _model("NanoBananaPro-1K", "Nano Banana Pro · 1K", 9, 30, "nano-pro", "nano-banana-pro", "nano-pro-1k"),
    _model("NanoBananaPro-2K", "Nano Banana Pro · 2K", 11, 40, "nano-pro-2k"),
    _model("NanoBananaPro-4K", "Nano Banana Pro · 4K", 15, 60, "nano-pro-4k", tier="best"),
    # UNI-NANO-8K: in one page's table only, so it is offered when the account's own model list names it.
    _model("NanoBananaPro-8K", "Nano Banana Pro · 8K", 24, 90, "nano-pro-8k", gated=True),
)
