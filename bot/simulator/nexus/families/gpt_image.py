"""gpt-image-1: GPT Image 系列. NEX-GPTIMG15: gpt-image-1.5 is a heading alone, and is played as gpt-image-1 is.

The page names no sizes but that of its example; any that this machine can draw is taken. An edit has a form with the
picture and, where only a part is to change, a mask.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.simulator import arrivals, checks, drafts
from bot.simulator.arrivals import Input
from bot.simulator.families import Family
from bot.simulator.made import Picture
from bot.simulator.media import sizes
from bot.simulator.nexus import doors
from bot.simulator.submits import Submit

MOST_PICTURES = 16  # not documented

_FIELDS: dict[str, checks.Check] = {"model": checks.text, "prompt": checks.text, "size": checks.pixels}
_FILES: dict[str, checks.Check] = {"image": checks.files(most=MOST_PICTURES), "mask": checks.files(most=1)}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the page forbids; answer which operation this is."""
    edits = draft.path == doors.EDITS
    checks.fields(draft.body, _FIELDS | _FILES if edits else _FIELDS)
    checks.need(draft.body, "prompt", *(["image"] if edits else []))
    return "image2image" if edits else "text2image"


def makes(submit: Submit, inputs: Sequence[Input]) -> Picture:
    """One picture of exactly the asked size."""
    return Picture(size=sizes.pixels(submit.body.get("size", "1024x1024")))


def _inputs(body: Mapping[str, Any]) -> list[arrivals.Wanted]:
    return list(arrivals.named(body, {"image": "image", "mask": "image"}))


FAMILY = Family(
    name="gpt-image",
    ids=("gpt-image-1", "gpt-image-1.5"),
    doors=(doors.GENERATIONS, doors.EDITIONS),
    judge=judge,
    makes=makes,
    length_s=(2.5, 4.0),
    failure="timeout",
    inputs=_inputs,
)
