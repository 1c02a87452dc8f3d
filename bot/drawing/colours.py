"""Colours: a dark ground of the picture's own, so that it reads the same in dark and light chats.

Every text stands at 4.5 : 1 or more against the ground it is drawn on. The hues of the kinds differ in lightness as
well, so that they are told apart by members who see no red or no green, and in a picture that was squeezed.
"""

from collections.abc import Mapping
from typing import Final

from bot.requests import Kind

GROUND: Final = "#12151D"
EDGE: Final = "#2C3342"  # a line around the picture and between its parts
TRACK: Final = "#2C3342"  # the empty part of a bar
TEXT: Final = "#F4F5FA"
SOFT: Final = "#B4BCCC"  # what explains a number
ACCENT: Final = "#37E5A0"  # what is left
LOW: Final = "#FFB454"  # what is nearly gone

TEXTS: Final = (TEXT, SOFT, ACCENT, LOW)  # all colours that letters have

OF_KIND: Final[Mapping[str, str]] = {
    Kind.IMAGE: "#00BDE7",
    Kind.VIDEO: "#D8715A",
    Kind.MUSIC: "#D9E561",
    Kind.SPEECH: "#37E5A0",
    Kind.AVATAR: "#CA5671",
    Kind.CHAT: "#F4F5FA",
    Kind.VOICE: "#6963A5",
}
OTHER: Final = "#8A93A6"  # a kind that has no colour of its own


def of_kind(kind: str) -> str:
    """The colour of a kind, the same on every picture."""
    return OF_KIND.get(kind, OTHER)
