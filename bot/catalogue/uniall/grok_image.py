"""Grok's pictures: page 072. UNI-GROKIMG-COUNT: one to four at once, `num_images` for tasks and `n` elsewhere.

The route `openai` is that of OpenAI's clients: the answer waits for the pictures, and there is no resolution.
"""

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import Field

from bot.catalogue._spec import By, Media, Model, Options, Produced, Prompt, Rate, slim
from bot.catalogue.uniall import _pictures
from bot.jobs import Output
from bot.media import MediaKind
from bot.requests import Json, Kind

Ratio: TypeAlias = Literal["1:1", "16:9", "9:16", "4:3", "3:4"]


SQUARES = {"1k": 1024, "2k": 2048}
"""How many pixels high and wide a square picture of each resolution is, which tells them apart."""


def _came(produced: Produced) -> str | None:
    """The resolution nearest to what came; None where nobody measured any."""
    facts = [output.facts for outputs in produced.values() for output in outputs]
    edges = [math.sqrt(each.width * each.height) for each in facts if each.width and each.height]
    return min(SQUARES, key=lambda tier: abs(SQUARES[tier] - max(edges))) if edges else None


class Grok(Options):
    """What every operation takes (072 §4)."""

    makes = MediaKind.IMAGE
    path = "/v1/images/tasks"
    poll = "/v1/images/tasks/{task_id}"
    constants: ClassVar[Mapping[str, str]] = {"response_format": "url"}
    task_type: ClassVar[str]  # the page's own word for the operation

    prompt: Prompt
    ratio: Literal[Ratio, "auto"] | None = None
    format: Literal["jpeg", "png", "webp"] | None = None
    count: Annotated[int, Field(ge=1, le=4)] = 1

    def units(self) -> float:
        """Pictures."""
        return self.count

    def used(self, outputs: tuple[Output, ...]) -> float:
        """Pictures that came."""
        return min(self.count, len(outputs))

    def settle(self, rate: Rate, produced: Produced) -> int:
        """A resolution that was not said is charged as what came."""
        tier = getattr(self, "resolution", None) or _came(produced)
        return Options.settle(self.model_copy(update={"resolution": tier}), rate, produced)

    def body(self, model: str) -> dict[str, Json]:
        """Page 072 §3."""
        return slim(
            model=model,
            **self.asked(),
            prompt=self.prompt,
            **self.references(),
            aspect_ratio=self.ratio,
            output_format=self.format,
            response_format="url",
        )

    def asked(self) -> dict[str, Any]:
        """What the route says in its own way."""
        return {"task_type": self.task_type, "resolution": getattr(self, "resolution", None), "num_images": self.count}

    def references(self) -> dict[str, Any]:
        """The picture fields."""
        return {}


class Text(Grok):
    """A picture from words."""

    operation = "text-to-image"
    task_type = "text2image"
    page = "072 §3.1"

    ratio: Ratio | None = None  # auto is for pictures to go by
    resolution: Literal["1k", "2k"] | None = None


class Image(Grok):
    """A picture from words and other pictures."""

    operation = "image-to-image"
    task_type = "image2image"
    page = "072 §3.2, §3.3"

    images: Annotated[tuple[Media, ...], Field(min_length=1)]
    resolution: Literal["1k", "2k"] | None = None

    def references(self) -> dict[str, Any]:
        """`image` for one, `images` for several, never both (072 §4)."""
        return _pictures.references(self.images)


class Waiting(Grok):
    """A request whose answer is the result."""

    poll = ""

    def asked(self) -> dict[str, Any]:
        """How many, as OpenAI calls it."""
        return {"n": self.count}


class WaitingText(Waiting):
    """A picture from words."""

    operation = "text-to-image"
    path = "/v1/images/generations"
    page = "072 §3.4"

    ratio: Ratio | None = None  # auto is for pictures to go by


class WaitingImage(Waiting):
    """A picture from words and other pictures."""

    operation = "image-to-image"
    path = "/v1/images/edits"
    page = "072 §3.5"
    uploads = frozenset({"image", "images"})

    images: Annotated[tuple[Media, ...], Field(min_length=1)]

    def references(self) -> dict[str, Any]:
        """`image` for one, `images` for several, never both (072 §4)."""
        return _pictures.references(self.images)


ROUTES: Mapping[str, tuple[type[Options], ...]] = {"tasks": (Text, Image), "openai": (WaitingText, WaitingImage)}


def _model(id: str, title: str, credits: Mapping[str, float], typical_s: float, *aliases: str) -> Model:
    return Model(
        id=id,
        provider="uniall",
        kind=Kind.IMAGE,
        title=title,
        operations=ROUTES["tasks"],
        rate=By("resolution", credits),
        typical_s=typical_s,
        aliases=aliases,
        route="tasks",
        routes=ROUTES,
    )


MODELS = (
    _model("grok-imagine-image", "Grok Imagine Image", {"1k": 2, "2k": 3}, 15, "grok-image"),
    _model("grok-imagine-image-quality", "Grok Imagine Image Quality", {"1k": 6, "2k": 8}, 30, "grok-image-quality"),
)
