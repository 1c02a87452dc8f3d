"""Seedream pictures: page 070. Its answers wait for the pictures; how long, `timeout_seconds`, is left to the provider.

A member may say any size within the page's bounds, or a shape, from which one of its safe sizes follows.
UNI-SEEDREAM-N: `n`, and `num_images` is understood as the same. UNI-SEEDREAM-FORM: references by address alone.
"""

import math
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from bot.catalogue._spec import Flat, Media, Model, Options, Prompt, Suggest, slim
from bot.catalogue.uniall import _pictures
from bot.errors import Problem
from bot.jobs import Output
from bot.media import Facts, MediaKind
from bot.requests import Json, Kind

Ratio: TypeAlias = Literal["1:1", "16:9", "9:16", "4:3", "3:4"]

SAFE: Mapping[str, str] = {
    "1:1": "2048x2048",
    "16:9": "2560x1440",
    "9:16": "1440x2560",
    "4:3": "2304x1728",
    "3:4": "1728x2304",
}
"""By shape, the sizes that the page calls safe for every model."""

LARGEST = "4096x4096"
LONGEST_PX = 4096  # of each side
MOST_TOGETHER = 15  # references and results


def _size(value: object) -> object:
    """1280*720, and the page's own object, as 1280x720."""
    if isinstance(value, Mapping) and set(value) == {"width", "height"}:
        value = f"{value['width']}x{value['height']}"
    return re.sub(r"\s*[*×X]\s*", "x", value) if isinstance(value, str) else value


Size: TypeAlias = Annotated[str, Field(pattern=r"^[1-9]\d{0,4}x[1-9]\d{0,4}$"), BeforeValidator(_size)]


class Seedream(Options):
    """What both operations take (070, "参数总表")."""

    makes = MediaKind.IMAGE
    path = "/v1/images/generations"
    poll = ""
    page = "070"
    words: ClassVar[Mapping[str, str]] = {"custom_size": "size"}
    least_px: ClassVar[int] = 3_686_400  # width times height

    prompt: Prompt
    ratio: Ratio | None = None
    size: Annotated[Size, Suggest((*SAFE.values(), LARGEST))] | None = None
    count: Annotated[int, Field(ge=1, le=6)] = 1

    def problems(self, facts: Mapping[str, tuple[Facts, ...]]) -> Iterator[Problem]:
        """A size or a shape, and a size within bounds ("`custom_size` 尺寸规则")."""
        if self.size and self.ratio:
            yield Problem(field="ratio", rule="conflict", value=self.ratio, allowed=f"not beside size {self.size}")
        if self.size and max(_sides(self.size)) > LONGEST_PX:
            yield Problem(field="size", rule="range", value=self.size, allowed=f"{_cut(self.size)} at most")
        elif self.size and math.prod(_sides(self.size)) < self.least_px:
            near = _grown(self.size, self.least_px)
            yield Problem(field="size", rule="range", value=self.size, allowed=f"{near} or more")

    def units(self) -> float:
        """Pictures, of whatever size."""
        return self.count

    def used(self, outputs: tuple[Output, ...]) -> float:
        """Pictures that came."""
        return min(self.count, len(outputs))

    def body(self, model: str) -> dict[str, Json]:
        """Page 070, "同步文生图" and "同步图片编辑"; one picture is the default."""
        return slim(
            model=model,
            prompt=self.prompt,
            **self.references(),
            n=self.count if "count" in self.model_fields_set else None,
            custom_size=self.sides(),
        )

    def sides(self) -> dict[str, Json]:
        """The size that was said, or that of the shape; empty where neither was."""
        if (size := self.size or SAFE.get(self.ratio or "")) is None:
            return {}
        width, height = _sides(size)
        return {"width": width, "height": height}

    def references(self) -> dict[str, Any]:
        """The picture fields."""
        return {}


def _sides(size: str) -> tuple[int, int]:
    width, _, height = size.partition("x")
    return int(width), int(height)


def _cut(size: str) -> str:
    """The nearest size whose sides are short enough."""
    return "x".join(str(min(side, LONGEST_PX)) for side in _sides(size))


def _grown(size: str, least_px: int) -> str:
    """The nearest size of the same shape that is large enough; where its longer side ends, the shorter grows on."""
    width, height = _sides(size)
    factor = min(math.sqrt(least_px / (width * height)), LONGEST_PX / max(width, height))
    grown = [math.ceil(side * factor) for side in (width, height)]
    short = grown.index(min(grown))
    grown[short] = max(grown[short], math.ceil(least_px / max(grown)))
    return f"{grown[0]}x{grown[1]}"


class Text(Seedream):
    """A picture from words."""

    operation = "text-to-image"


class Image(Seedream):
    """A picture from words and other pictures."""

    operation = "image-to-image"
    path = "/v1/images/edits"

    images: Annotated[tuple[Media, ...], Field(min_length=1, max_length=10)]

    def problems(self, facts: Mapping[str, tuple[Facts, ...]]) -> Iterator[Problem]:
        """No more than fifteen pictures go in and come out."""
        yield from super().problems(facts)
        if len(self.images) + self.count > MOST_TOGETHER:
            most = MOST_TOGETHER - len(self.images)
            yield Problem(field="count", rule="range", value=self.count, allowed=f"1 to {most}")

    def references(self) -> dict[str, Any]:
        """`image` for one, `image_urls` for several."""
        return _pictures.references(self.images, several="image_urls")


SMALL = Suggest(("960x960", "1280x720", "720x1280", *SAFE.values(), LARGEST))


class SmallText(Text):
    """A picture from words."""

    least_px = 921_600

    size: Annotated[Size, SMALL] | None = None


class SmallImage(Image):
    """A picture from words and other pictures."""

    least_px = 921_600

    size: Annotated[Size, SMALL] | None = None


def _model(version: str, credits: int, typical_s: float, operations: tuple[type[Options], ...], *aliases: str) -> Model:
    return Model(
        id=f"seedream-{version}",
        provider="uniall",
        kind=Kind.IMAGE,
        title=f"Seedream {version.replace('-', ' ').title()}",
        operations=operations,
        rate=Flat(credits),
        typical_s=typical_s,
        aliases=aliases,
    )


MODELS = (
    _model("4.0", 3, 15, (SmallText, SmallImage)),
    _model("4.5", 4, 20, (Text, Image), "seedream"),
    _model("5.0-lite", 4, 20, (Text, Image), "seedream-lite"),
)
