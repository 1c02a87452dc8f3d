"""Seedance 2.0 clips: pages 083 and 084. The id says the resolution and how fast it is made.

UNI-SEEDANCE-DURATION, UNI-SEEDANCE-ASPECT: what both pages have, 5 to 15 seconds and three shapes; `auto`, which one of
them lacks, is said by saying none. UNI-SEEDANCE-SUBMIT, UNI-SEEDANCE-POLL: as the newer endpoint sections print them.
UNI-SEEDANCE-CONTENT-SHAPE, UNI-SEEDANCE-PROMPT: the flat `content[]` of 084, with a prompt beside it that says the
same. UNI-SEEDANCE-EDIT-EXTEND: there an edit and an extension look alike, so those two go in the older fields.
UNI-SEEDANCE-OPERATION: `operation` goes with the older fields, always, and never with `content[]`. UNI-SEEDANCE-TYPES:
flags are true or false. UNI-SEEDANCE-MODELS: 4k where the account has it. UNI-SEEDANCE-LEGACY: the ids that 085 gave up
are not here.

The route `fields` says everything in the older fields.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from bot.catalogue._spec import Flat, Media, Model, Options, Prompt, Seed, Suggest, slim
from bot.catalogue.uniall import _clips, _media_rules
from bot.errors import Problem
from bot.media import Facts
from bot.requests import Json, Kind

FLEX_S = 48 * 3600  # how long the cheaper tier may leave a task where nothing is said, as the model's maker publishes
FPS = 24  # of what it makes, which tells how long so many frames last


class Seedance(_clips.Timed):
    """What every operation takes (084 §4)."""

    words: ClassVar[Mapping[str, str]] = {
        "size": "resolution",
        "execution_expires_after": "expires_after",
        "return_last_frame": "last_frame",
    }
    verb: ClassVar[str] = ""  # extra_body.operation

    prompt: Prompt
    ratio: Literal[_clips.Wider, "auto"] | None = None
    duration: Annotated[int, Field(ge=5, le=15)]
    sound: bool | None = None
    seed: Seed | None = None
    watermark: bool | None = None
    camera_fixed: bool | None = None
    last_frame: bool | None = None
    draft: bool | None = None
    # Any whole number above 0, says the page; more frames than the longest clip has would cost what nobody set aside.
    frames: Annotated[int, Field(ge=1, le=15 * FPS)] | None = None
    service_tier: Annotated[str, Field(min_length=1), Suggest(("default", "flex"))] | None = None
    # Likewise; three days are the most that the model's own interface takes.
    expires_after: Annotated[int, Field(ge=1, le=259_200)] | None = None

    def waits_s(self) -> float:
        """As long as the provider's cheaper tier may leave it."""
        return (self.expires_after or FLEX_S) if self.service_tier == "flex" else 0

    def units(self) -> float:
        """Seconds asked for, or those of the frames asked for where they are more."""
        return max(self.duration, math.ceil((self.frames or 0) / FPS))

    def body(self, model: str) -> dict[str, Json]:
        """Page 084 §6, §7 and §8."""
        return slim(
            model=model,
            prompt=self.prompt,
            **self.source(),
            duration=self.duration,
            aspect_ratio=None if self.ratio == "auto" else self.ratio,
            extra_body=slim(
                operation=self.verb or None,
                generate_audio=self.sound,
                seed=self.seed,
                watermark=self.watermark,
                camera_fixed=self.camera_fixed,
                service_tier=self.service_tier,
                execution_expires_after=self.expires_after,
                draft=self.draft,
                return_last_frame=self.last_frame,
                frames=self.frames,
            ),
        )

    def source(self) -> dict[str, Json]:
        """What it is made from: words and media with their roles."""
        items = [{"type": f"{kind}_url", "url": url, "role": role} for kind, url, role in self.media()]
        return {"content": [{"type": "text", "text": self.prompt}, *items]}

    def media(self) -> Iterator[tuple[str, str, str]]:
        """Each medium's kind, address and role (084 §5)."""
        yield from ()


class Text(Seedance):
    """A clip from words."""

    operation = "text-to-video"
    page = "084 §6.1, §8"


class Image(Seedance):
    """A picture brought to life."""

    operation = "image-to-video"
    page = "084 §6.2"

    image: Media

    def media(self) -> Iterator[tuple[str, str, str]]:
        """The one picture."""
        yield "image", self.image, "image"


class Frames(Seedance):
    """A clip from its first picture to its last."""

    operation = "first-last-frame"
    page = "084 §6.3"
    verb = ""

    image: Media
    last: Media

    def media(self) -> Iterator[tuple[str, str, str]]:
        """Both pictures."""
        yield "image", self.image, "first_frame"
        yield "image", self.last, "last_frame"


class References(Seedance):
    """A clip with the people, things, movements and sounds of other media."""

    operation = "reference-to-video"
    page = "084 §6.4, §6.5"
    either = ("images", "videos", "audios")

    images: Annotated[tuple[Media, ...], Field(max_length=9)] = ()
    videos: Annotated[tuple[Media, ...], Field(max_length=3)] = ()
    audios: Annotated[tuple[Media, ...], Field(max_length=3)] = ()

    def problems(self, facts: Mapping[str, tuple[Facts, ...]]) -> Iterator[Problem]:
        """Clips and recordings of 2 to 15 seconds, and not more together (083)."""
        for name in ("videos", "audios"):
            yield from _media_rules.lengths(name, facts.get(name, ()), low_s=2, high_s=15)
            yield from _media_rules.together(name, facts.get(name, ()), most_s=15)

    def media(self) -> Iterator[tuple[str, str, str]]:
        """All of them, each kind in the order in which they were given."""
        for kind, urls in (("image", self.images), ("video", self.videos), ("audio", self.audios)):
            yield from ((kind, url, f"reference_{kind}") for url in urls)


class Fields(Seedance):
    """The same in the older fields (084 §7)."""

    def source(self) -> dict[str, Json]:
        """Media by their names."""
        names = {"image", "images", "video", "videos", "audios"}
        return self.model_dump(mode="json", include=names) | slim(last_image=getattr(self, "last", None))


class Edit(Fields):
    """A clip changed by saying how."""

    operation = "edit"
    page = "084 §7.4"
    verb = "edit_video"

    video: Media


class Extend(Fields):
    """A clip continued."""

    operation = "extend"
    page = "084 §7.4"
    verb = "extend_video"

    video: Media


class FieldsText(Fields, Text):
    """A clip from words."""

    page = "083"


class FieldsImage(Fields, Image):
    """A picture brought to life."""

    page = "084 §7.1"


class FieldsFrames(Fields, Frames):
    """A clip from its first picture to its last."""

    page = "084 §7.2"
    verb = "first_last_frame"


class FieldsReferences(Fields, References):
    """A clip with the people, things, movements and sounds of other media."""

    page = "084 §7.3"
    verb = "reference_to_video"


ROUTES: Mapping[str, tuple[type[Options], ...]] = {
    "content": (Text, Image, Frames, References, Edit, Extend),
    "fields": (FieldsText, FieldsImage, FieldsFrames, FieldsReferences, Edit, Extend),
}


def _model(
    variant: str, resolution: str, credits: float, typical_s: float, *aliases: str, tier: str = "", gated: bool = False
) -> Model:
    name = " ".join(("Seedance 2", *([variant.capitalize()] if variant else [])))
    return Model(
        id="-".join(("seedance2.0", *([variant] if variant else []), resolution)),
        provider="uniall",
        kind=Kind.VIDEO,
        title=f"{name} · {resolution}",
        operations=ROUTES["content"],
        rate=Flat(credits),
        typical_s=typical_s,
        tier=tier,
        gated=gated,
        aliases=aliases,
        fixed={"resolution": resolution},
        route="content",
        routes=ROUTES,
    )


MODELS = (
    _model("", "480p", 7, 150),
    _model("", "720p", 14, 180, "seedance", "seedance-2"),
    _model("", "1080p", 32, 240),
    _model("", "4k", 80, 360, gated=True),
    _model("fast", "480p", 5, 90),
    _model("fast", "720p", 11, 100, "seedance-fast"),
    _model("mini", "480p", 4, 60, "seedance-mini", tier="quick"),
    _model("mini", "720p", 8, 70),
)
