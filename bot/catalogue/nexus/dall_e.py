"""DALL·E 3 pictures: 创建图像. Addresses are asked for by saying nothing, as the example does."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from bot.catalogue._spec import By, Model
from bot.catalogue.nexus import _pictures
from bot.requests import Json, Kind

MOST = 10  # pictures; the page says no most, this is OpenAI's for all models


class Text(_pictures.Sized):
    """A picture from words."""

    operation = "text-to-image"
    page = "DALL·E 3 > 创建图像"
    constants: ClassVar[Mapping[str, str]] = {"response_format": "url"}
    sizes: ClassVar[Mapping[str, str]] = {"1:1": "1024x1024", "16:9": "1792x1024", "9:16": "1024x1792"}

    ratio: Literal["16:9", "1:1", "9:16"] | None = None
    size: Literal["1024x1024", "1792x1024", "1024x1792"] | None = None
    quality: Literal["standard", "hd"] = "standard"
    style: Literal["vivid", "natural"] | None = None
    count: Annotated[int, Field(ge=1, le=MOST)] = 1

    def asked(self) -> dict[str, Json]:
        """The table of 创建图像."""
        return {**super().asked(), "n": self.count, "quality": self.quality, "style": self.style}


MODELS = (
    Model(
        id="dall-e-3",
        provider="nexus",
        kind=Kind.IMAGE,
        title="DALL·E 3",
        operations=(Text,),
        rate=By("quality", {"standard": 6, "hd": 10}),
        typical_s=20,
        aliases=("dalle", "dall-e"),
    ),
)
