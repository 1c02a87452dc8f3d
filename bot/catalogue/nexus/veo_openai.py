"""veo clips in the OpenAI form: OpenAI 视频格式. NEX-VEO-NAMES: this form has a name of its own.

NEX-SIZE: a size is a shape, "16x9". No range of seconds is printed; those of veo's own table are offered.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from bot.catalogue._spec import Flat, Media, Model, slim
from bot.catalogue.nexus import _clips
from bot.requests import Json, Kind

USUAL_S = 8  # 响应示例


def _shape(value: object) -> object:
    """A shape as the page spells it."""
    return value.replace("x", ":") if isinstance(value, str) else value


class Text(_clips.OpenAi):
    """A clip from words."""

    operation = "text-to-video"
    page = "veo > OpenAI 视频格式"
    words: ClassVar[Mapping[str, str]] = {"size": "ratio"}

    ratio: Annotated[_clips.Wide, BeforeValidator(_shape)] | None = None
    duration: Annotated[int, Field(ge=5, le=10)] | None = None

    def reckoned_s(self) -> int:
        """As the page's only example has it."""
        return USUAL_S

    def body(self, model: str) -> dict[str, Json]:
        """The table of OpenAI 视频格式."""
        return slim(
            model=model,
            prompt=self.prompt,
            size=self.ratio.replace(":", "x") if self.ratio else None,
            seconds=str(self.duration) if self.duration else None,
            image=getattr(self, "image", None),
        )


class Image(Text):
    """A picture brought to life."""

    operation = "image-to-video"
    uploads = frozenset({"image"})
    only_files = frozenset({"image"})

    image: Media


MODELS = (
    Model(
        id="veo_3_1-fast-4K",
        provider="nexus",
        kind=Kind.VIDEO,
        title="Veo 3.1 Fast · 4K",
        operations=(Text, Image),
        rate=Flat(12),
        typical_s=180,
    ),
)
