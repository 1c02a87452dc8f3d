"""Seedance 2.0 clips: 文生视频, 图生视频, 参考生视频 > seedance 2.0.

LLM-SEEDANCE2-I2V: from pictures to a clip both frames are needed. LLM-SEEDANCE-FAST: the fast id takes words alone, and
stands in no list of models. LLM-DREAMINA: by the tables of seedance 2.0. LLM-CASE: small letters.
LLM-RATIO-ADAPTIVE: the shape `auto` is said by saying none. No page says how many seconds there may be or how many
files: 4 to 15, nine pictures, three clips and three recordings, as the model's maker publishes.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from bot.catalogue._spec import By, Media, Model, Options
from bot.catalogue.llmage import _asked
from bot.requests import Kind


class Seedance(_asked.Clip):
    """What every operation takes."""

    resolution: Literal["480p", "720p", "1080p"] = "720p"
    duration: Annotated[int, Field(ge=4, le=15)] = 5


class Text(Seedance):
    """A clip from words."""

    operation = "text-to-video"
    page = "文生视频 > seedance 2.0"

    ratio: _asked.Adaptive | None = None


class Frames(Seedance):
    """A clip from its first picture to its last."""

    operation = "first-last-frame"
    page = "图生视频 > seedance 2.0"
    category = "i2v"
    files: ClassVar[Mapping[str, str]] = {"image": "image1_file", "last": "image2_file"}

    image: Media
    last: Media
    ratio: _asked.Adaptive | None = None


class References(Seedance):
    """A clip with the people, things, movements and sounds of other media."""

    operation = "reference-to-video"
    page = "参考生视频 > seedance 2.0"
    category = "ref2v"
    files: ClassVar[Mapping[str, str]] = {"images": "image_files", "videos": "video_files", "audios": "audio_files"}

    images: Annotated[tuple[Media, ...], Field(min_length=1, max_length=9)]
    videos: Annotated[tuple[Media, ...], Field(max_length=3)] = ()
    audios: Annotated[tuple[Media, ...], Field(max_length=3)] = ()
    ratio: _asked.Ratio | None = None


ALL: tuple[type[Options], ...] = (Text, Frames, References)
CREDITS = {"480p": 7, "720p": 14, "1080p": 32}
FAST_CREDITS = {"480p": 5, "720p": 11, "1080p": 25}

MODELS = (
    Model(
        id="doubao-seedance-2-0-260128",
        provider="llmage",
        kind=Kind.VIDEO,
        title="Seedance 2 · llmage",
        operations=ALL,
        rate=By("resolution", CREDITS),
        typical_s=180,
        tier="best",
        aliases=("llmage-seedance",),
    ),
    Model(
        id="dreamina-seedance-2-0-260128",
        provider="llmage",
        kind=Kind.VIDEO,
        title="Seedance 2 Dreamina",
        operations=ALL,
        rate=By("resolution", CREDITS),
        typical_s=180,
        aliases=("dreamina",),
    ),
    Model(
        id="doubao-seedance-2-0-fast-260128",
        provider="llmage",
        kind=Kind.VIDEO,
        title="Seedance 2 Fast · llmage",
        operations=(Text,),
        rate=By("resolution", FAST_CREDITS),
        typical_s=100,
        unlisted=True,
        unverified=True,
    ),
)
