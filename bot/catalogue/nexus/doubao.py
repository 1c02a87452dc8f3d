"""Doubao pictures: 豆包系列, four ids and what each does, and nothing else (NEX-DOUBAO).

They are asked as OpenAI's pictures are, with the fields that Volcano Ark publishes for these models, and are off until
the operator has tried them.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from bot.catalogue._spec import By, Flat, Media, Model, Options, Rate
from bot.catalogue.nexus import _pictures
from bot.requests import Json, Kind

Ratio: TypeAlias = Literal["1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "21:9"]
Guidance: TypeAlias = Annotated[float, Field(ge=1, le=10)]
TOGETHER = 15  # pictures that go in and come out, at most
MOST_PICTURES = 10  # that go in


class Seedream3(_pictures.Sized):
    """A picture from words."""

    operation = "text-to-image"
    page = "豆包系列 > doubao-seedream-3-0-t2i-250415"
    sizes: ClassVar[Mapping[str, str]] = {
        "1:1": "1024x1024",
        "16:9": "1280x720",
        "9:16": "720x1280",
        "4:3": "1152x864",
        "3:4": "864x1152",
        "3:2": "1248x832",
        "2:3": "832x1248",
        "21:9": "1512x648",
    }

    ratio: Ratio | None = None
    seed: Annotated[int, Field(ge=-1, le=2_147_483_647)] | None = None
    guidance: Guidance | None = None
    watermark: bool | None = None

    def asked(self) -> dict[str, Json]:
        """Volcano Ark's words."""
        said = {"seed": self.seed, "guidance_scale": self.guidance, "watermark": self.watermark}
        return {**super().asked(), **said}


class Seededit3(_pictures.Picture):
    """A picture changed by saying how, in its own shape."""

    operation = "image-to-image"
    page = "豆包系列 > doubao-seededit-3-0-i2i-250628"

    image: Media
    seed: Annotated[int, Field(ge=-1, le=2_147_483_647)] | None = None
    guidance: Guidance | None = None
    watermark: bool | None = None

    def asked(self) -> dict[str, Json]:
        """Volcano Ark's words; the only size is the picture's own."""
        said = {"seed": self.seed, "guidance_scale": self.guidance, "watermark": self.watermark}
        return {"image": self.image, "size": "adaptive", **said}


class Seedream4(_pictures.Picture):
    """A picture from words, or several that belong together."""

    operation = "text-to-image"
    page = "豆包系列 > doubao-seedream-4-0-250828"
    resolution: Literal["1K", "2K", "4K"] = "2K"
    count: Annotated[int, Field(ge=1, le=TOGETHER)] = 1
    watermark: bool | None = None

    def asked(self) -> dict[str, Json]:
        """Volcano Ark's words: several are a row that the model may end sooner."""
        row: dict[str, Json] = {}
        if self.count > 1:
            row["sequential_image_generation"] = "auto"
            row["sequential_image_generation_options"] = {"max_images": self.count}
        return {"size": self.resolution, **row, "watermark": self.watermark}


class Seedream4Image(Seedream4):
    """A picture from words and other pictures, or several that belong together."""

    operation = "image-to-image"

    images: Annotated[tuple[Media, ...], Field(min_length=1, max_length=MOST_PICTURES)]
    count: Annotated[int, Field(ge=1, le=TOGETHER - MOST_PICTURES)] = 1

    def asked(self) -> dict[str, Json]:
        """One picture, or several."""
        given = self.images[0] if len(self.images) == 1 else list(self.images)
        return {"image": given, **super().asked()}


class Seedream45(Seedream4):
    """A picture from words, or several that belong together."""

    page = "豆包系列 > doubao-seedream-4-5-251128"

    resolution: Literal["2K", "4K"] = "2K"


class Seedream45Image(Seedream4Image):
    """A picture from words and other pictures, or several that belong together."""

    page = "豆包系列 > doubao-seedream-4-5-251128"

    resolution: Literal["2K", "4K"] = "2K"


def _model(id: str, title: str, rate: Rate, *operations: type[Options]) -> Model:
    return Model(
        id=id,
        provider="nexus",
        kind=Kind.IMAGE,
        title=title,
        operations=operations,
        rate=rate,
        typical_s=20,
        unverified=True,
    )


MODELS = (
    _model("doubao-seedream-3-0-t2i-250415", "Seedream 3", Flat(4), Seedream3),
    _model("doubao-seededit-3-0-i2i-250628", "Seededit 3", Flat(4), Seededit3),
    _model(
        "doubao-seedream-4-0-250828",
        "Seedream 4",
        By("resolution", {"1K": 3, "2K": 4, "4K": 6}),
        Seedream4,
        Seedream4Image,
    ),
    _model(
        "doubao-seedream-4-5-251128",
        "Seedream 4.5",
        By("resolution", {"2K": 5, "4K": 8}),
        Seedream45,
        Seedream45Image,
    ),
)
