"""What is asked and made in the OpenAI form of videos, which veo and sora share."""

import re

from bot.simulator import checks, drafts
from bot.simulator.made import Clip
from bot.simulator.media import sizes
from bot.simulator.submits import Submit

LONGEST_S = 60  # no range is documented; what this machine is willing to film
USUAL_S = 8


def _size(value: object) -> str | None:
    """A shape as printed ("16x9"), or pixels."""
    fits = isinstance(value, str) and re.fullmatch(r"[1-9]\d{0,3}x[1-9]\d{0,3}", value)
    return None if fits else "must be two numbers with x between them"


def _seconds(value: object) -> str | None:
    """Whole seconds as text, as all parts of a form are."""
    digits = isinstance(value, str) and value.isascii() and value.isdigit()
    return None if digits and 1 <= int(str(value)) <= LONGEST_S else f"must be from 1 to {LONGEST_S} as text"


FIELDS: dict[str, checks.Check] = {
    "model": checks.text,
    "prompt": checks.text,
    "size": _size,
    "seconds": _seconds,
}


def judge(draft: drafts.Draft, picture: str) -> str:
    """Judge a form whose picture is sent under this name; answer which operation it is."""
    checks.fields(draft.body, FIELDS | {picture: checks.files(most=1)})
    checks.need(draft.body, "prompt")
    return "image2video" if picture in draft.body else "text2video"


def clip(submit: Submit) -> Clip:
    """In 720p of the asked shape."""
    width, height = map(int, str(submit.body.get("size", "16x9")).split("x"))
    return Clip(size=sizes.video("720p", width / height), seconds=float(submit.body.get("seconds", USUAL_S)))
