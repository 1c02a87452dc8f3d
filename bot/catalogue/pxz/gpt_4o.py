"""GPT-4o pictures: gpt_4o, from words, or from words and one picture."""

from typing import Literal

from bot.catalogue._spec import Flat, Media, Model
from bot.catalogue.pxz import _asked
from bot.requests import Kind


class Text(_asked.Picture):
    """A picture from words."""

    operation = "text-to-image"
    page = "gpt_4o"

    ratio: Literal["1:1", "3:2", "2:3"] | None = None


class Image(Text):
    """A picture from words and another picture."""

    operation = "image-to-image"

    image: Media


MODELS = (
    Model(
        id="gpt_4o",
        provider="pxz",
        kind=Kind.IMAGE,
        title="GPT-4o · pxz",
        operations=(Text, Image),
        rate=Flat(5),
        typical_s=60,
        aliases=("gpt-4o", "pxz-gpt"),
    ),
)
