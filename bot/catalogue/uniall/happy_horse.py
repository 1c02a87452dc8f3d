"""Happy Horse clips: pages 076 and 077. The id says the resolution, and whether it makes or edits.

UNI-HH-SUBMIT, UNI-HH-POLL: as 076 and the endpoint sections print them. UNI-HH-DURATION: always sent; of an edit it is
for billing alone, so that it follows from the source. UNI-HH-EDIT-REFS: five pictures at most. UNI-HH-REF-ALIAS:
`images` to make, `reference_image_urls` to edit.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field

from bot.catalogue._spec import Flat, Measured, Media, Model, Options, slim
from bot.catalogue.uniall import _clips, _media_rules
from bot.errors import Problem
from bot.media import Facts
from bot.requests import Json, Kind

Ratio: TypeAlias = Literal["16:9", "9:16", "1:1", "4:3", "3:4"]

PICTURES = {"image/jpeg": "jpeg", "image/png": "png", "image/webp": "webp"}
FIRST_PICTURES = {**PICTURES, "image/bmp": "bmp"}  # of a clip's own picture
CLIPS = {"video/mp4": "mp4", "video/quicktime": "mov"}
SHORTEST_S, LONGEST_S = 3, 15
WIDEST = 2.5
PICTURE_MB = 10
CLIP_MB = 100


class Horse(_clips.Clip):
    """What every operation takes (077, "参数说明")."""

    page = "077"
    words: ClassVar[Mapping[str, str]] = {"size": "resolution"}

    prompt: Annotated[str, Field(min_length=1, max_length=2500)]
    seed: Annotated[int, Field(ge=0, le=2_147_483_647)] | None = None

    def body(self, model: str) -> dict[str, Json]:
        """Page 077, "请求示例"."""
        return slim(
            model=model,
            prompt=self.prompt,
            **self.model_dump(mode="json", include={"image", "images", "video"}),
            duration=int(self.units()),
            aspect_ratio=getattr(self, "ratio", None),
            size=getattr(self, "resolution", None),
            seed=self.seed,
        )


class Made(Horse, _clips.Timed):
    """A clip that is made anew."""

    duration: Annotated[int, Field(ge=SHORTEST_S, le=LONGEST_S)]


class Text(Made):
    """A clip from words."""

    operation = "text-to-video"

    ratio: Ratio | None = None


class Image(Made):
    """A picture brought to life, in its own shape."""

    operation = "image-to-video"

    image: Media

    def problems(self, facts: Mapping[str, tuple[Facts, ...]]) -> Iterator[Problem]:
        """077, "图片约束"."""
        given = facts.get("image", ())
        yield from _media_rules.kinds("image", [self.image], given, FIRST_PICTURES)
        yield from _media_rules.sides("image", given, least=300)
        yield from _media_rules.shape("image", given, widest=WIDEST)
        yield from _media_rules.weight("image", given, most_mb=PICTURE_MB)


class References(Made):
    """A clip with the people and things of several pictures: character1, character2, … in the words."""

    operation = "reference-to-video"

    images: Annotated[tuple[Media, ...], Field(min_length=1, max_length=9)]
    ratio: Ratio | None = None

    def problems(self, facts: Mapping[str, tuple[Facts, ...]]) -> Iterator[Problem]:
        """077, "图片约束"."""
        given = facts.get("images", ())
        yield from _media_rules.kinds("images", self.images, given, PICTURES)
        yield from _media_rules.sides("images", given, least=400)
        yield from _media_rules.weight("images", given, most_mb=PICTURE_MB)


class Edit(Horse):
    """A clip's first 15 seconds, changed by saying how."""

    operation = "edit"
    words: ClassVar[Mapping[str, str]] = {"size": "resolution", "audio_setting": "soundtrack"}
    counts = "The seconds of the source, 3 at least and 15 at most."

    video: Media
    images: Annotated[tuple[Media, ...], Field(max_length=5)] = ()
    soundtrack: Literal["auto", "origin"] | None = None
    duration: Annotated[int, Field(ge=SHORTEST_S, le=LONGEST_S)] | None = None  # of a source that nobody measured
    video_s: Annotated[int | None, Field(ge=1), Measured("video", whole=True)] = None

    def problems(self, facts: Mapping[str, tuple[Facts, ...]]) -> Iterator[Problem]:
        """077, "输入视频约束" and "参考图片约束"."""
        clip, pictures = facts.get("video", ()), facts.get("images", ())
        if self.duration is None and self.video_s is None:
            yield Problem(field="duration", rule="missing", allowed=f"{SHORTEST_S} to {LONGEST_S}")
        yield from _media_rules.kinds("video", [self.video], clip, CLIPS)
        yield from _media_rules.lengths("video", clip, low_s=3, high_s=60)
        yield from _media_rules.sides("video", clip, least=320, most=2160)
        yield from _media_rules.shape("video", clip, widest=WIDEST)
        yield from _media_rules.pace("video", clip, above_fps=8)
        yield from _media_rules.weight("video", clip, most_mb=CLIP_MB)
        yield from _media_rules.kinds("images", self.images, pictures, PICTURES)
        yield from _media_rules.sides("images", pictures, least=300)
        yield from _media_rules.shape("images", pictures, widest=WIDEST)
        yield from _media_rules.weight("images", pictures, most_mb=PICTURE_MB)

    def units(self) -> float:
        """Seconds that are billed: those that are worked on, as far as they are known."""
        return min(max(self.video_s or self.duration or LONGEST_S, SHORTEST_S), LONGEST_S)

    def body(self, model: str) -> dict[str, Json]:
        """Page 077, "视频编辑": references have another name here."""
        body = super().body(model)
        images = body.pop("images", None)
        return body | slim(reference_image_urls=images, audio_setting=self.soundtrack)


class Text720(Text):
    """A clip from words."""

    resolution: Literal["720p"] | None = None


class Image720(Image):
    """A picture brought to life, in its own shape."""

    resolution: Literal["720p"] | None = None


class References720(References):
    """A clip with the people and things of several pictures: character1, character2, … in the words."""

    resolution: Literal["720p"] | None = None


class Edit720(Edit):
    """A clip's first 15 seconds, changed by saying how."""

    resolution: Literal["720p"] | None = None


class Text1080(Text):
    """A clip from words."""

    resolution: Literal["1080p"] | None = None


class Image1080(Image):
    """A picture brought to life, in its own shape."""

    resolution: Literal["1080p"] | None = None


class References1080(References):
    """A clip with the people and things of several pictures: character1, character2, … in the words."""

    resolution: Literal["1080p"] | None = None


class Edit1080(Edit):
    """A clip's first 15 seconds, changed by saying how."""

    resolution: Literal["1080p"] | None = None


def _model(id: str, title: str, credits: int, operations: tuple[type[Options], ...], *aliases: str) -> Model:
    return Model(
        id=id,
        provider="uniall",
        kind=Kind.VIDEO,
        title=title,
        operations=operations,
        rate=Flat(credits),
        typical_s=150,
        aliases=aliases,
    )


MODELS = (
    _model("happy-horse-720p", "Happy Horse · 720p", 14, (Text720, Image720, References720), "happy-horse", "horse"),
    _model("happy-horse-1080p", "Happy Horse · 1080p", 24, (Text1080, Image1080, References1080)),
    _model("happy-horse-edit-720p", "Happy Horse Edit · 720p", 14, (Edit720,), "happy-horse-edit", "horse-edit"),
    _model("happy-horse-edit-1080p", "Happy Horse Edit · 1080p", 24, (Edit1080,)),
)
