"""FLUX pictures: FLUX 系列, with answers that wait (gpt 兼容格式), or on the route `replicate` as predictions.

The page prints fields for the first way alone, so that is the usual one; what a prediction is told (`model` and
`input`), and the sizes, are not printed: the body is Replicate's, the sizes have about a million pixels.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from bot.catalogue._spec import Flat, Model, Options, slim
from bot.catalogue.nexus import _pictures
from bot.requests import Json, Kind

Ratio: TypeAlias = Literal["1:1", "16:9", "9:16", "4:3", "3:4", "3:2", "2:3", "5:4", "4:5", "21:9", "9:21"]
Size: TypeAlias = Literal[
    "1024x1024",
    "1344x768",
    "768x1344",
    "1152x864",
    "864x1152",
    "1248x832",
    "832x1248",
    "1120x896",
    "896x1120",
    "1512x648",
    "648x1512",
]


class Text(_pictures.Sized):
    """A picture from words."""

    operation = "text-to-image"
    page = "FLUX 系列 > gpt 兼容格式"
    sizes: ClassVar[Mapping[str, str]] = {
        "1:1": "1024x1024",
        "16:9": "1344x768",
        "9:16": "768x1344",
        "4:3": "1152x864",
        "3:4": "864x1152",
        "3:2": "1248x832",
        "2:3": "832x1248",
        "5:4": "1120x896",
        "4:5": "896x1120",
        "21:9": "1512x648",
        "9:21": "648x1512",
    }

    ratio: Ratio | None = None
    size: Size | None = None


class Prediction(_pictures.Picture):
    """A picture from words."""

    operation = "text-to-image"
    path = "/v1/predictions"
    poll = "/v1/predictions/{task_id}"
    page = "FLUX 系列 > Replicate 官方格式"

    ratio: Ratio | None = None
    seed: Annotated[int, Field(ge=0, le=4_294_967_295)] | None = None

    def body(self, model: str) -> dict[str, Json]:
        """Replicate's own words."""
        return {"model": model, "input": slim(prompt=self.prompt, aspect_ratio=self.ratio, seed=self.seed)}


ROUTES: Mapping[str, tuple[type[Options], ...]] = {"images": (Text,), "replicate": (Prediction,)}


def _model(name: str, title: str, credits: float, tier: str, *aliases: str) -> Model:
    return Model(
        id=f"flux-{name}",
        provider="nexus",
        kind=Kind.IMAGE,
        title=f"FLUX {title}",
        operations=ROUTES["images"],
        rate=Flat(credits),
        typical_s=12,
        tier=tier,
        aliases=aliases,
        route="images",
        routes=ROUTES,
    )


MODELS = (
    _model("pro", "Pro", 5, "good", "flux"),
    _model("dev", "Dev", 3, ""),
    _model("schnell", "Schnell", 2, "quick"),
)
