"""Vidu Q3 clips: page 094. The id says the resolution, and Pro (`viduq3p`) or Turbo (`viduq3t`).

UNI-VIDU-TURBO-REFERENCE, UNI-VIDU-TURBO-FRAMES: Turbo takes words or one picture. UNI-VIDU-POLL: asked after as 094
says first. UNI-VIDU-PROMPT-ONLY: words alone make a clip from words. UNI-VIDU-LEGACY-IDS: the six ids of 094 alone.
UNI-VIDU-ASPECT: the three shapes that it calls common.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from bot.catalogue._spec import Flat, Media, Model, Options, Prompt, Seed, slim
from bot.catalogue.uniall import _clips
from bot.requests import Json, Kind


class Vidu(_clips.Timed):
    """What every operation takes (094 §3)."""

    poll = "/v1/video/generations/{task_id}"
    page = "094 §3"
    words: ClassVar[Mapping[str, str]] = {"audio": "sound", "bgm": "music"}

    prompt: Prompt
    ratio: _clips.Wider | None = None  # of pictures it is not promised (095)
    duration: Annotated[int, Field(ge=1, le=16)]
    sound: bool | None = None
    music: bool | None = None
    seed: Seed | None = None

    def body(self, model: str) -> dict[str, Json]:
        """Page 094 §4."""
        return slim(
            model=model,
            prompt=self.prompt,
            image=getattr(self, "image", None),
            last_image=getattr(self, "last", None),
            reference_image_urls=list(getattr(self, "images", ())) or None,
            aspect_ratio=self.ratio,
            duration=self.duration,
            extra_body=slim(audio=self.sound, seed=self.seed, bgm=self.music),
        )


class Text(Vidu):
    """A clip from words."""

    operation = "text-to-video"


class Image(Vidu):
    """A picture brought to life."""

    operation = "image-to-video"
    single = frozenset({"image"})

    image: Media


class Frames(Vidu):
    """A clip from its first picture to its last."""

    operation = "first-last-frame"

    image: Media
    last: Media


class References(Vidu):
    """A clip with the people and things of up to four pictures: @Image1, @Image2, … in the words."""

    operation = "reference-to-video"
    unsure: ClassVar[Mapping[str, int]] = {"images": 2}  # 094 §6.1: two pictures are often meant as first and last

    images: Annotated[tuple[Media, ...], Field(min_length=1, max_length=4)]


def _model(series: str, resolution: str, credits: int, *aliases: str) -> Model:
    pro = series == "p"
    operations: tuple[type[Options], ...] = (Text, Image, Frames, References) if pro else (Text, Image)
    return Model(
        id=f"viduq3{series}-{resolution}",
        provider="uniall",
        kind=Kind.VIDEO,
        title=f"Vidu Q3 {'Pro' if pro else 'Turbo'} · {resolution}",
        operations=operations,
        rate=Flat(credits),
        typical_s=120 if pro else 70,
        aliases=aliases,
        fixed={"resolution": resolution},
    )


MODELS = (
    _model("p", "540p", 7),
    _model("p", "720p", 13, "vidu", "vidu-q3", "vidu-pro"),
    _model("p", "1080p", 16),
    _model("t", "540p", 4),
    _model("t", "720p", 6, "vidu-turbo"),
    _model("t", "1080p", 8),
)
