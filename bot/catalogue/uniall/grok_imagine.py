"""grok-imagine clips: page 071, five operations. UNI-GROK-ENDPOINT: /v1/videos is used, the older two are not.

UNI-GROK-DURATION: the ranges of page 071. UNI-EXTEND-NAME: this family says `video_extend`.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Self, TypeAlias, get_args

from pydantic import Field

from bot.catalogue._spec import By, Measured, Media, Model, Options, Produced, Prompt, Rate, seconds_of, slim
from bot.catalogue.uniall import _clips
from bot.jobs import Output
from bot.media import MediaKind
from bot.requests import Json, Kind

# UNI-GROK-ASPECT: one example prints 4:3, the tables of two pages don't have it.
Ratio: TypeAlias = Literal["16:9", "1:1", "9:16"]
Resolution: TypeAlias = Literal["480p", "720p"]

UNMEASURED_S = 15  # seconds to reckon with for a source nobody measured: the longest clip this model makes itself


class Grok(Options):
    """What every operation takes."""

    makes = MediaKind.VIDEO
    path = "/v1/videos"
    poll = "/v1/videos/{task_id}"
    unit = "second"
    words: ClassVar[Mapping[str, str]] = {"size": "resolution"}  # on this page `size` is a resolution
    verb: ClassVar[str] = ""  # extra_body.operation, sent where the media alone are ambiguous (page 071 §6)

    prompt: Prompt

    def settle(self, rate: Rate, produced: Produced) -> int:
        """A resolution that was not said is charged as what came."""
        return Options.settle(self._as_came(produced), rate, produced)

    def _as_came(self, produced: Produced) -> Self:
        tier = _clips.came(produced, get_args(Resolution))
        if tier is None or getattr(self, "resolution", "none") is not None:
            return self
        return self.model_copy(update={"resolution": tier})

    def body(self, model: str) -> dict[str, Json]:
        """Page 071 §7; a field that an operation does not have is not sent."""
        said = self.model_dump(mode="json", include={"image", "images", "video", "duration"})
        return slim(
            model=model,
            prompt=self.prompt,
            **said,
            size=getattr(self, "resolution", None),
            aspect_ratio=getattr(self, "ratio", None),
            extra_body=slim(
                operation=self.verb or None,
                input_video_seconds=getattr(self, "video_s", None),
            ),
        )


class Made(Grok):
    """A clip that is made anew."""

    presets: ClassVar[Mapping[str, Json]] = {"duration": 6}  # the page asks for one (§5)

    resolution: Resolution | None = None
    ratio: Literal[Ratio, "auto"] | None = None
    duration: Annotated[int, Field(ge=1, le=15)]

    def units(self) -> float:
        """Seconds asked for."""
        return self.duration

    def used(self, outputs: tuple[Output, ...]) -> float:
        """Seconds that came, never more than asked for."""
        return min(self.duration, seconds_of(outputs) or self.duration)


class Text(Made):
    """A clip from words."""

    operation = "text-to-video"
    page = "071 §7.1"

    ratio: Ratio | None = None  # auto is for one picture


class Image(Made):
    """A picture brought to life."""

    operation = "image-to-video"
    page = "071 §7.2"

    image: Media


class References(Made):
    """A clip with the people and things of several pictures, @Image1, @Image2, … in the words."""

    operation = "reference-to-video"
    page = "071 §7.3"

    images: Annotated[tuple[Media, ...], Field(min_length=2)]
    ratio: Ratio | None = None  # auto is for one picture
    duration: Annotated[int, Field(ge=1, le=10)]


class Edit(Grok):
    """A clip changed by saying how; as long as its source."""

    operation = "edit"
    page = "071 §7.4"
    verb = "edit_video"
    counts = "The seconds of the source and those of the result."

    video: Media
    resolution: Resolution | None = None
    video_s: Annotated[int | None, Field(ge=1), Measured("video", whole=True)] = None

    def units(self) -> float:
        """Seconds that go in and seconds that come out (page 071 §9)."""
        return 2 * (self.video_s or UNMEASURED_S)

    def used(self, outputs: tuple[Output, ...]) -> float:
        """Seconds that went in, and those that came out."""
        source_s = self.video_s or UNMEASURED_S
        return source_s + min(source_s, seconds_of(outputs) or source_s)


class Extend(Grok):
    """A clip continued.

    The page warns that extending may not take `size`, so there is no resolution here.
    """

    operation = "extend"
    page = "071 §7.5"
    verb = "video_extend"
    counts = "The seconds of the source and the new ones, at the rate of the dearest resolution."
    presets: ClassVar[Mapping[str, Json]] = {"duration": 6}

    video: Media
    duration: Annotated[int, Field(ge=2, le=10)]
    video_s: Annotated[int | None, Field(ge=1), Measured("video", whole=True)] = None

    def units(self) -> float:
        """Seconds that go in and new seconds (page 071 §9)."""
        return (self.video_s or UNMEASURED_S) + self.duration

    def used(self, outputs: tuple[Output, ...]) -> float:
        """Seconds that went in, and new ones; whether a result holds its source too, the page does not say."""
        return (self.video_s or UNMEASURED_S) + min(self.duration, seconds_of(outputs) or self.duration)


MODELS = (
    Model(
        id="grok-imagine",
        provider="uniall",
        kind=Kind.VIDEO,
        title="Grok Imagine",
        operations=(Text, Image, References, Edit, Extend),
        rate=By("resolution", {"480p": 4, "720p": 6}),
        typical_s=75,
        tier="good",
        aliases=("grok", "grok-video"),
    ),
)
