"""Veo 3.1 clips: veo3_1 and veo3_1_fast, priced by the clip since the page names no length. PXZ-NAMES: by their ids."""

from typing import Literal

from bot.catalogue._spec import Flat, Media, Model
from bot.catalogue.pxz import _asked
from bot.requests import Kind


class Text(_asked.Clip):
    """A clip from words."""

    operation = "text-to-video"
    page = "veo3_1, veo3_1_fast"
    unit = "clip"

    ratio: Literal["16:9", "9:16"] | None = None


class Image(Text):
    """A picture brought to life."""

    operation = "image-to-video"

    image: Media


class Frames(Image):
    """A clip from its first picture to its last."""

    operation = "first-last-frame"

    last: Media


MODELS = (
    Model(
        id="veo3_1",
        provider="pxz",
        kind=Kind.VIDEO,
        title="Veo 3.1 · pxz",
        operations=(Text, Image, Frames),
        rate=Flat(120),
        typical_s=180,
        aliases=("pxz-veo",),
    ),
    Model(
        id="veo3_1_fast",
        provider="pxz",
        kind=Kind.VIDEO,
        title="Veo 3.1 Fast · pxz",
        operations=(Text, Image, Frames),
        rate=Flat(40),
        typical_s=100,
        tier="quick",
        aliases=("pxz-veo-fast",),
    ),
)
