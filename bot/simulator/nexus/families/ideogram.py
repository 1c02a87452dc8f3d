"""Ideogram: Generate 3.0 文生图. NEX-IDEOGRAM: the one route that has a path, /generate, without /v1.

The page prints no answer and no values: `data` with `url`, `prompt`, `resolution` and `seed` are guessed from the
service itself, and a shape may be written 16x9, 16:9 or ASPECT_16_9. Edit, Remix, Reframe, Replace Background, Upscale
and Describe (其他功能) are named and no more; they are played as the service publishes them, in `ideogram_forms`.
"""

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.simulator import arrivals, checks, drafts
from bot.simulator.arrivals import Input
from bot.simulator.drafts import FORM
from bot.simulator.families import Door, Family, Json
from bot.simulator.made import Made, Picture, Words
from bot.simulator.media import sizes
from bot.simulator.nexus import ideogram_forms
from bot.simulator.reports import Report
from bot.simulator.submits import Submit

GENERATE = "/generate"

_SHAPE = re.compile(r"(?:ASPECT_)?([1-9]\d?)[x:_]([1-9]\d?)")


def _ratio(value: object) -> str | None:
    fits = isinstance(value, str) and _SHAPE.fullmatch(value)
    return None if fits else "must be a shape such as 16x9"


def judge(draft: drafts.Draft) -> str:
    """Refuse what the page forbids."""
    if draft.path != GENERATE:
        return ideogram_forms.judge(draft)
    checks.fields(draft.body, {"image_request": checks.mapping})
    checks.need(draft.body, "image_request")
    asked = draft.body["image_request"]
    assert isinstance(asked, dict)
    known: dict[str, checks.Check] = {"prompt": checks.text, "aspect_ratio": _ratio, "model": checks.text}
    checks.fields(asked, known, under="image_request.")
    checks.need(asked, "prompt", under="image_request.")
    return "text2image"


def makes(submit: Submit, inputs: Sequence[Input]) -> Made:
    """One picture of the asked shape; of a form, what it asks for."""
    if submit.path != GENERATE:
        return ideogram_forms.makes(submit, inputs)
    found = _SHAPE.fullmatch(submit.body["image_request"].get("aspect_ratio", "1x1"))
    return Picture(size=sizes.tiered("1K", f"{found[1]}:{found[2]}" if found else "1:1"))


def answer(report: Report) -> Json:
    """The pictures, with the answer."""
    assert isinstance(report.made, Picture)
    width, height = report.made.size
    facts = {"prompt": report.submit.words, "resolution": f"{width}x{height}", "seed": report.submit.number}
    return {
        "created": datetime.datetime.fromtimestamp(report.submit.at_s, datetime.UTC).isoformat(),
        "data": [{"url": url, "is_image_safe": True} | facts for url in report.urls],
    }


def description(report: Report) -> Json:
    """What is seen, in words."""
    assert isinstance(report.made, Words)
    return {"descriptions": [{"text": report.made.text}]}


def _inputs(body: Mapping[str, Any]) -> list[arrivals.Wanted]:
    return list(arrivals.named(body, dict.fromkeys(("image", "image_file", "mask"), "image")))


def _door(path: str) -> Door:
    shape = description if path == ideogram_forms.DESCRIBE else answer
    return Door(path=path, model_in="nowhere", content_types=(FORM,), answer=shape, direct=True)


FAMILY = Family(
    name="ideogram",
    ids=("ideogram",),
    doors=(
        Door(path=GENERATE, model_in="nowhere", answer=answer, direct=True),
        *map(_door, ideogram_forms.OPERATIONS),
    ),
    judge=judge,
    makes=makes,
    length_s=(2.5, 4.0),
    failure="timeout",
    inputs=_inputs,
    numbers=frozenset({"num_images", "seed", "image_weight"}),
)
