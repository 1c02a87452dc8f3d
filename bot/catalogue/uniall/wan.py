"""Wan 2.6 clips: pages 097 to 099 and 101. The id says the resolution, what it is made from, and often the sound.

UNI-WAN-R2V-DURATION: 5 or 10 seconds from references. UNI-WAN-SIZE: a size is always sent where there are only words.
UNI-WAN-MODELS: the ids without a page of their own take what the others do. Which of the four sizes an id takes, no
page says: those of its own resolution. The pages write them with an asterisk; here they are written as everywhere.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import BeforeValidator, Field

from bot.catalogue._spec import Choice, Flat, Media, Model, Options, Prompt, Seed, slim
from bot.catalogue.uniall import _clips
from bot.errors import Problem
from bot.media import Facts
from bot.requests import Json, Kind


def _times(value: object) -> object:
    """1280*720 as 1280x720."""
    return value.replace("*", "x") if isinstance(value, str) else value


SIZES_720: Mapping[str, str] = {"16:9": "1280x720", "9:16": "720x1280"}
SIZES_1080: Mapping[str, str] = {"16:9": "1920x1080", "9:16": "1080x1920"}
Size720: TypeAlias = Annotated[Literal["1280x720", "720x1280"], BeforeValidator(_times)]
Size1080: TypeAlias = Annotated[Literal["1920x1080", "1080x1920"], BeforeValidator(_times)]


class Wan(_clips.Timed):
    """What every operation takes (097, "请求参数")."""

    page = "097, 098"

    prompt: Prompt
    negative: str | None = None
    shot_type: Literal["single", "multi"] | None = None
    seed: Seed | None = None

    def body(self, model: str) -> dict[str, Json]:
        """Pages 098 and 101, "请求示例"."""
        size = self.picked()
        return slim(
            model=model,
            prompt=self.prompt,
            **self.model_dump(mode="json", include={"image", "images", "videos"}),
            duration=self.duration,
            size=size.replace("x", "*") if size else None,
            extra_body=slim(
                negative_prompt=self.negative,
                audio=getattr(self, "audio", None),
                shot_type=self.shot_type,
                enable_prompt_expansion=getattr(self, "expand", None),
                seed=self.seed,
            ),
        )

    def picked(self) -> str | None:
        """The size that is sent; None where the shape is that of the picture."""
        return None


class Sized(Wan):
    """A clip whose size is said, or follows from its shape."""

    sizes: ClassVar[Mapping[str, str]]  # by shape

    ratio: _clips.Wide | None = None
    size: str | None = None

    def problems(self, facts: Mapping[str, tuple[Facts, ...]]) -> Iterator[Problem]:
        """A size or a shape, one of them."""
        if self.size and self.ratio:
            yield Problem(field="ratio", rule="conflict", value=self.ratio, allowed=f"not beside size {self.size}")

    def picked(self) -> str | None:
        """The size that was said, or that of the shape."""
        return self.size or (self.sizes[self.ratio] if self.ratio else None)


# --- from words or one picture -----------------------------------------------------------------------------------


class Text(Sized):
    """A clip from words."""

    operation = "text-to-video"

    audio: Media | None = None
    duration: Annotated[Literal[5, 10, 15], Choice]

    def picked(self) -> str | None:
        """Wide where nothing is said."""
        return super().picked() or self.sizes["16:9"]


class Text720(Text):
    """A clip from words."""

    sizes = SIZES_720

    size: Size720 | None = None


class Text1080(Text):
    """A clip from words."""

    sizes = SIZES_1080

    size: Size1080 | None = None


class Image(Wan):
    """A picture brought to life, in its own shape."""

    operation = "image-to-video"
    single = frozenset({"image"})

    image: Media
    audio: Media | None = None
    duration: Annotated[Literal[5, 10, 15], Choice]


class Flash(Wan):
    """A picture brought to life, in its own shape."""

    operation = "image-to-video"
    page = "097, 099"
    single = frozenset({"image"})

    image: Media
    duration: Annotated[int, Field(ge=5, le=15)]


class FlashSounding(Flash):
    """A picture brought to life, in its own shape, with sound."""

    audio: Media | None = None


# --- from references ---------------------------------------------------------------------------------------------


class References(Sized):
    """A clip with the people and things of pictures or clips."""

    operation = "reference-to-video"
    page = "097, 101"
    either = ("images", "videos")

    images: tuple[Media, ...] = ()
    videos: tuple[Media, ...] = ()
    duration: Annotated[Literal[5, 10], Choice]
    expand: bool | None = None


class References720(References):
    """A clip with the people and things of pictures or clips."""

    sizes = SIZES_720

    size: Size720 | None = None


class References1080(References):
    """A clip with the people and things of pictures or clips."""

    sizes = SIZES_1080

    size: Size1080 | None = None


class ReferencesSounding720(References720):
    """A clip with the people and things of pictures or clips, with sound."""

    audio: Media | None = None


class ReferencesSounding1080(References1080):
    """A clip with the people and things of pictures or clips, with sound."""

    audio: Media | None = None


OPERATIONS: Mapping[str, tuple[type[Options], ...]] = {
    "video-720p": (Text720, Image),
    "video-1080p": (Text1080, Image),
    "i2v-flash-720p-audio": (FlashSounding,),
    "i2v-flash-720p-silent": (Flash,),
    "i2v-flash-1080p-audio": (FlashSounding,),
    "i2v-flash-1080p-silent": (Flash,),
    "r2v-720p": (ReferencesSounding720,),
    "r2v-1080p": (ReferencesSounding1080,),
    "r2v-flash-720p-audio": (ReferencesSounding720,),
    "r2v-flash-720p-silent": (References720,),
    "r2v-flash-1080p-audio": (ReferencesSounding1080,),
    "r2v-flash-1080p-silent": (References1080,),
}
NAMES = {"video": "Wan 2.6", "i2v": "Wan 2.6 Flash", "r2v": "Wan 2.6 References"}


def _model(name: str, credits: float, typical_s: float, *aliases: str) -> Model:
    family, *parts = name.split("-")
    flash = " Flash" if family == "r2v" and "flash" in parts else ""
    silent = " · silent" if "silent" in parts else ""
    resolution = next(part for part in parts if part.endswith("p"))
    return Model(
        id=f"wan2.6-{name}",
        provider="uniall",
        kind=Kind.VIDEO,
        title=f"{NAMES[family]}{flash} · {resolution}{silent}",
        operations=OPERATIONS[name],
        rate=Flat(credits),
        typical_s=typical_s,
        aliases=aliases,
        fixed={"resolution": resolution},
    )


MODELS = (
    _model("video-720p", 9, 180, "wan", "wan2.6"),
    _model("video-1080p", 14, 240),
    _model("i2v-flash-720p-audio", 5, 80, "wan-flash"),
    _model("i2v-flash-720p-silent", 3, 70),
    _model("i2v-flash-1080p-audio", 8, 110),
    _model("i2v-flash-1080p-silent", 4, 100),
    _model("r2v-720p", 9, 200, "wan-references"),
    _model("r2v-1080p", 14, 260),
    _model("r2v-flash-720p-audio", 5, 100, "wan-references-flash"),
    _model("r2v-flash-720p-silent", 3, 90),
    _model("r2v-flash-1080p-audio", 8, 130),
    _model("r2v-flash-1080p-silent", 4, 120),
)
