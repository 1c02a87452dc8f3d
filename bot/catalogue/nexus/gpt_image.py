"""GPT Image pictures: gpt-image-1 创建 and 编辑. The sizes beside that of the example are OpenAI's.

An edit is a form with the picture and, where only a part is to change, a mask. NEX-GPTIMG15: gpt-image-1.5 is a heading
and no more; it is asked as gpt-image-1 is, and off until the operator has tried it.
"""

from collections.abc import Mapping
from typing import ClassVar, Literal

from bot.catalogue._spec import Flat, Media, Model
from bot.catalogue.nexus import _pictures
from bot.requests import Json, Kind


class Text(_pictures.Sized):
    """A picture from words."""

    operation = "text-to-image"
    page = "GPT Image 系列 > gpt-image-1 创建"
    sizes: ClassVar[Mapping[str, str]] = {"1:1": "1024x1024", "3:2": "1536x1024", "2:3": "1024x1536"}

    ratio: Literal["1:1", "3:2", "2:3"] | None = None
    size: Literal["1024x1024", "1536x1024", "1024x1536"] | None = None


class Edit(Text):
    """A picture changed by saying how; with a mask, in its see-through part only."""

    operation = "image-to-image"
    path = _pictures.EDITS
    page = "GPT Image 系列 > gpt-image-1 编辑"
    uploads = frozenset({"image", "mask"})
    only_files = frozenset({"image", "mask"})
    upload_part = ""

    image: Media
    mask: Media | None = None

    def asked(self) -> dict[str, Json]:
        """原图和蒙版."""
        return {**super().asked(), "image": self.image, "mask": self.mask}


def _model(version: str, credits: float, tier: str, *, unverified: bool) -> Model:
    return Model(
        id=f"gpt-image-{version}",
        provider="nexus",
        kind=Kind.IMAGE,
        title=f"GPT Image {version}",
        operations=(Text, Edit),
        rate=Flat(credits),
        typical_s=45,
        tier=tier,
        unverified=unverified,
    )


MODELS = (_model("1", 15, "best", unverified=False), _model("1.5", 18, "", unverified=True))
