"""Veo 3.1 clips: pages 091 and 092. The id says the resolution and how fast it is made.

UNI-VEO-SIZE: the id's resolution is always sent. UNI-VEO-PROMPT: words are always asked for. UNI-VEO-EXTEND-DURATION:
an extension sends no duration, as both pages' texts have it. UNI-VEO-FAST-REFERENCE: no references for the fast models.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from bot.catalogue._spec import Choice, Flat, Media, Model, Options, Prompt, Seed, seconds_of, slim
from bot.catalogue.uniall import _clips
from bot.jobs import Output
from bot.requests import Json, Kind

EXTENDED_S = 8  # seconds to reckon with for an extension, of which the pages name no length: the longest clip


class Veo(_clips.Clip):
    """What every operation takes."""

    words: ClassVar[Mapping[str, str]] = {"size": "resolution"}
    tier: ClassVar[str] = ""  # the resolution, which the id settles

    prompt: Prompt
    ratio: _clips.Wide | None = None  # where there are pictures or a clip, it is not promised
    sound: bool | None = None
    negative: str | None = None
    seed: Seed | None = None

    def body(self, model: str) -> dict[str, Json]:
        """Page 092, "请求示例"."""
        return slim(
            model=model,
            prompt=self.prompt,
            **self.model_dump(mode="json", include={"image", "images", "video"}),
            last_image=getattr(self, "last", None),
            size=self.tier,
            aspect_ratio=self.ratio,
            duration=getattr(self, "duration", None),
            extra_body=slim(generate_audio=self.sound, negative_prompt=self.negative, seed=self.seed),
        )


class Made(Veo, _clips.Timed):
    """A clip that is made anew."""

    page = "091, 092"
    presets: ClassVar[Mapping[str, Json]] = {"duration": 6}

    duration: Annotated[Literal[4, 6, 8], Choice]


class Text(Made):
    """A clip from words."""

    operation = "text-to-video"


class Image(Made):
    """A picture brought to life."""

    operation = "image-to-video"
    single = frozenset({"image"})

    image: Media


class Frames(Made):
    """A clip from its first picture to its last."""

    operation = "first-last-frame"
    single = frozenset({"image"})

    image: Media
    last: Media


class References(Made):
    """A clip with the people and things of two or three pictures."""

    operation = "reference-to-video"
    page = "092"

    images: Annotated[tuple[Media, ...], Field(min_length=2, max_length=3)]


class Extend(Veo):
    """A clip continued."""

    operation = "extend"
    page = "092"
    counts = "The new seconds: eight are reckoned with, because the page does not say how many come."

    video: Media

    def units(self) -> float:
        """Seconds that may come."""
        return EXTENDED_S

    def used(self, outputs: tuple[Output, ...]) -> float:
        """Seconds that came, never more than reckoned with; whether a result holds its source, no page says."""
        return min(EXTENDED_S, seconds_of(outputs) or EXTENDED_S)


FAST: tuple[type[Options], ...] = (Text, Image, Frames, Extend)
STANDARD: tuple[type[Options], ...] = (Text, Image, Frames, References, Extend)


def _at(resolution: str, operations: tuple[type[Options], ...]) -> tuple[type[Options], ...]:
    """The operations of one resolution; another id that is like one of these keeps to it."""
    said = {"__module__": __name__, "tier": resolution}
    return tuple(type(cls.__name__, (cls,), {**said, "__doc__": cls.__doc__}) for cls in operations)


def _model(resolution: str, credits: float, typical_s: float, *aliases: str, fast: bool = False) -> Model:
    return Model(
        id=f"veo3.1-{'fast-' if fast else ''}video-{resolution}",
        provider="uniall",
        kind=Kind.VIDEO,
        title=f"Veo 3.1{' Fast' if fast else ''} · {resolution}",
        operations=_at(resolution, FAST if fast else STANDARD),
        rate=Flat(credits),
        typical_s=typical_s,
        aliases=aliases,
        fixed={"resolution": resolution},
    )


MODELS = (
    _model("720p", 25, 120, "veo"),
    _model("1080p", 30, 150),
    _model("4k", 50, 240),
    _model("720p", 10, 80, "veo-fast", fast=True),
    _model("1080p", 12, 100, fast=True),
    _model("4k", 30, 180, fast=True),
)
