"""veo clips in the unified form: 视频统一格式.

NEX-VEO-ASPECT: shapes are for veo3 and veo3.1; veo2 takes none. NEX-VEO-ENUM: the two ids that only the project's own
table has are off until the operator has tried them. NEX-STATUS, NEX-DOWNLOAD: see the provider. Words must be English,
or be translated (`expand`), which commands ask for where nothing is said.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from bot.catalogue._spec import Flat, Media, Model, Options, slim
from bot.catalogue.nexus import _clips
from bot.errors import Problem
from bot.media import Facts
from bot.requests import Json, Kind

USUAL_S = 8  # seconds of a clip whose length was not said, as the OpenAI form's example has it


def is_foreign(words: str) -> bool:
    """Whether words hold letters of another alphabet than English has."""
    return any(letter.isalpha() and not unicodedata.name(letter, "").startswith("LATIN") for letter in words)


class Veo(_clips.Unified):
    """What every operation takes."""

    page = "veo > 视频统一格式"
    presets: ClassVar[Mapping[str, Json]] = {"expand": True}
    words: ClassVar[Mapping[str, str]] = {"enhance_prompt": "expand", "enable_upsample": "upsample"}

    duration: Annotated[int, Field(ge=5, le=10)] | None = None
    upsample: bool | None = None
    expand: bool | None = None

    def reckoned_s(self) -> int:
        """As the page's only example has it."""
        return USUAL_S

    def problems(self, facts: Mapping[str, tuple[Facts, ...]]) -> Iterator[Problem]:
        """veo 只支持英文提示词, unless they are translated."""
        yield from super().problems(facts)
        if is_foreign(self.prompt) and not self.expand:
            yield Problem(field="prompt", rule="conflict", value=self.prompt, allowed="English words, or expand=yes")

    def body(self, model: str) -> dict[str, Json]:
        """The table of 视频统一格式."""
        return slim(
            model=model,
            prompt=self.prompt,
            aspect_ratio=getattr(self, "ratio", None),
            duration=self.duration,
            images=self.pictures(),
            enable_upsample=self.upsample,
            enhance_prompt=self.expand,
        )

    def pictures(self) -> list[Json]:
        """The pictures that go along, in order."""
        return [
            *filter(None, (getattr(self, "image", None), getattr(self, "last", None))),
            *getattr(self, "images", ()),
        ]


class Text(Veo):
    """A clip from words."""

    operation = "text-to-video"


class Image(Veo):
    """A picture brought to life."""

    operation = "image-to-video"

    image: Media


class Frames(Veo):
    """A clip from its first picture to its last."""

    operation = "first-last-frame"

    image: Media
    last: Media


class References(Veo):
    """A clip with the people and things of up to three pictures."""

    operation = "reference-to-video"

    images: Annotated[tuple[Media, ...], Field(min_length=1, max_length=3)]


class ShapedText(Text):
    """A clip from words."""

    ratio: _clips.Wide | None = None


class ShapedImage(Image):
    """A picture brought to life."""

    ratio: _clips.Wide | None = None


class ShapedFrames(Frames):
    """A clip from its first picture to its last."""

    ratio: _clips.Wide | None = None


class ShapedReferences(References):
    """A clip with the people and things of up to three pictures."""

    ratio: _clips.Wide | None = None


def _operations(name: str) -> tuple[type[Options], ...]:
    """What an id can do, by its ending (model 枚举值); veo2 is told no shape."""
    shaped = not name.startswith("veo2")
    if name == "veo3-pro-frames":  # 首帧（最多 1 张）
        return (ShapedImage,)
    if name.endswith("-frames"):
        return (ShapedImage, ShapedFrames) if shaped else (Image, Frames)
    if name.endswith("-components"):
        return (ShapedReferences,) if shaped else (References,)
    return (ShapedText,) if shaped else (Text,)


def _model(
    id: str, title: str, credits: float, typical_s: float, *aliases: str, tier: str = "", unverified: bool = False
) -> Model:
    return Model(
        id=id,
        provider="nexus",
        kind=Kind.VIDEO,
        title=title,
        operations=_operations(id),
        rate=Flat(credits),
        typical_s=typical_s,
        tier=tier,
        aliases=aliases,
        unverified=unverified,
    )


MODELS = (
    _model("veo3.1", "Veo 3.1 · nexus", 20, 150),
    _model("veo3.1-fast", "Veo 3.1 Fast · nexus", 6, 90, tier="quick"),
    _model("veo3.1-pro", "Veo 3.1 Pro · nexus", 30, 240, tier="best"),
    _model("veo3.1-fast-components", "Veo 3.1 Fast · references", 6, 90, unverified=True),
    _model("veo3.1-4k", "Veo 3.1 · 4K", 40, 300, unverified=True),
    _model("veo3", "Veo 3", 18, 150),
    _model("veo3-fast", "Veo 3 Fast", 6, 90),
    _model("veo3-fast-frames", "Veo 3 Fast · frames", 6, 90),
    _model("veo3-frames", "Veo 3 · frames", 18, 150),
    _model("veo3-pro", "Veo 3 Pro", 28, 240),
    _model("veo3-pro-frames", "Veo 3 Pro · first frame", 28, 240),
    _model("veo2", "Veo 2", 12, 120),
    _model("veo2-fast", "Veo 2 Fast", 4, 80),
    _model("veo2-fast-frames", "Veo 2 Fast · frames", 4, 80),
    _model("veo2-fast-components", "Veo 2 Fast · references", 4, 80),
    _model("veo2-pro", "Veo 2 Pro", 20, 200),
    _model("veo2-pro-components", "Veo 2 Pro · references", 20, 200),
)
