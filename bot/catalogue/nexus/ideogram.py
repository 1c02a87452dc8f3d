"""Ideogram pictures: Generate 3.0 文生图, and the six that 其他功能 names.

NEX-IDEOGRAM: the path is the printed one, without /v1. Values of shape and version are printed nowhere: those of
Ideogram, whose API has this path and this body. Edit, Remix, Reframe, Replace Background, Upscale and Describe are
named without path or field; they are as Ideogram publishes them, and off until the operator has tried them.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from bot.catalogue._spec import Flat, Media, Model, Options, Rate, slim
from bot.catalogue.nexus import _asked, _pictures
from bot.media import MediaKind
from bot.requests import Json, Kind

Ratio: TypeAlias = Literal["1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "16:10", "10:16", "3:1", "1:3"]
Seed: TypeAlias = Annotated[int, Field(ge=0, le=2_147_483_647)]
Percent: TypeAlias = Annotated[int, Field(ge=1, le=100)]
Count: TypeAlias = Annotated[int, Field(ge=1, le=4)]


class Text(_pictures.Picture):
    """A picture from words."""

    operation = "text-to-image"
    path = "/generate"
    page = "Ideogram > Generate 3.0 文生图"

    ratio: Ratio | None = None
    version: Literal["V_3", "V_2", "V_2_TURBO", "V_2A", "V_2A_TURBO", "V_1", "V_1_TURBO"] | None = None

    def body(self, model: str) -> dict[str, Json]:
        """The table of Generate 3.0 文生图."""
        shape = f"ASPECT_{self.ratio.replace(':', '_')}" if self.ratio else None
        return {"image_request": slim(prompt=self.prompt, aspect_ratio=shape, model=self.version)}


# --- 其他功能 ------------------------------------------------------------------------------------------------------


class Changed(_pictures.Picture):
    """What is done to a picture: a form with it as a file."""

    page = "Ideogram > 其他功能"
    uploads = frozenset({"image"})
    only_files = frozenset({"image"})
    upload_part = ""  # parts go by their fields' names

    image: Media
    count: Count = 1
    seed: Seed | None = None

    def body(self, model: str) -> dict[str, Json]:
        """Ideogram's form."""
        return slim(image=self.image, prompt=self.prompt, **self.asked(), num_images=self.count, seed=self.seed)


def _magic(expand: bool | None) -> str | None:
    return None if expand is None else "ON" if expand else "OFF"


class Edit(Changed):
    """A part of a picture made anew; the mask is black there."""

    operation = "edit"
    path = "/v1/ideogram-v3/edit"
    uploads = frozenset({"image", "mask"})
    only_files = frozenset({"image", "mask"})

    mask: Media
    expand: bool | None = None

    def asked(self) -> dict[str, Json]:
        """Where, and whether the words are elaborated on."""
        return {"mask": self.mask, "magic_prompt": _magic(self.expand)}


class Remix(Changed):
    """A picture made anew from words."""

    operation = "remix"
    path = "/v1/ideogram-v3/remix"

    ratio: Ratio | None = None
    weight: Percent | None = None
    negative: Annotated[str, Field(min_length=1)] | None = None
    expand: bool | None = None

    def asked(self) -> dict[str, Json]:
        """What should come of it, and how much of the picture stays."""
        return {
            "image_weight": self.weight,
            "aspect_ratio": self.ratio.replace(":", "x") if self.ratio else None,
            "negative_prompt": self.negative,
            "magic_prompt": _magic(self.expand),
        }


class Reframe(Changed):
    """A picture continued beyond its edges to another shape."""

    operation = "reframe"
    path = "/v1/ideogram-v3/reframe"
    sizes: ClassVar[Mapping[str, str]] = {
        "1:1": "1024x1024",
        "16:9": "1344x768",
        "9:16": "768x1344",
        "4:3": "1152x864",
        "3:4": "864x1152",
        "3:2": "1248x832",
        "2:3": "832x1248",
        "16:10": "1280x800",
        "10:16": "800x1280",
        "3:1": "1536x512",
        "1:3": "512x1536",
    }
    presets: ClassVar[Mapping[str, Json]] = {"ratio": "16:9"}

    prompt: str = ""  # for people only: there is no place for words
    ratio: Ratio

    def body(self, model: str) -> dict[str, Json]:
        """The picture and its new size."""
        return slim(image=self.image, resolution=self.sizes[self.ratio], num_images=self.count, seed=self.seed)


class Background(Changed):
    """What stands in front stays, what is behind it is made anew."""

    operation = "replace-background"
    path = "/v1/ideogram-v3/replace-background"

    expand: bool | None = None

    def asked(self) -> dict[str, Json]:
        """Whether the words are elaborated on."""
        return {"magic_prompt": _magic(self.expand)}


class Upscale(Changed):
    """A picture made larger."""

    operation = "upscale"
    path = "/upscale"
    upload_part = "image_file"

    prompt: str = ""
    resemblance: Percent | None = None
    detail: Percent | None = None

    def body(self, model: str) -> dict[str, Json]:
        """The picture, and the rest in a box."""
        box = slim(
            prompt=self.prompt,
            resemblance=self.resemblance,
            detail=self.detail,
            num_images=self.count,
            seed=self.seed,
        )
        return {"image_file": self.image, "image_request": box}


class Describe(_asked.Asked):
    """A picture in words."""

    operation = "describe"
    makes = MediaKind.TEXT
    path = "/describe"
    poll = ""
    page = "Ideogram > 其他功能"
    uploads = frozenset({"image"})
    only_files = frozenset({"image"})
    upload_part = "image_file"

    image: Media

    def body(self, model: str) -> dict[str, Json]:
        """The picture alone."""
        return {"image_file": self.image}


def _model(
    name: str, title: str, operation: type[Options], rate: Rate, *, kind: Kind = Kind.IMAGE, typical_s: float = 20
) -> Model:
    """A function that the document only names."""
    return Model(
        id=f"ideogram-{name}",
        provider="nexus",
        kind=kind,
        title=f"Ideogram · {title}",
        operations=(operation,),
        rate=rate,
        typical_s=typical_s,
        unverified=True,
    )


MODELS = (
    Model(
        id="ideogram",
        provider="nexus",
        kind=Kind.IMAGE,
        title="Ideogram",
        operations=(Text,),
        rate=Flat(8),
        typical_s=20,
    ),
    _model("edit", "edit", Edit, Flat(8)),
    _model("remix", "remix", Remix, Flat(8)),
    _model("reframe", "reframe", Reframe, Flat(8)),
    _model("replace-background", "replace background", Background, Flat(8)),
    _model("upscale", "upscale", Upscale, Flat(6)),
    _model("describe", "describe", Describe, Flat(1), kind=Kind.CHAT, typical_s=8),
)
