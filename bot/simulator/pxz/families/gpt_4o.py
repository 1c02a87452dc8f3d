"""gpt_4o. PXZ-IMAGE-TYPE: one picture, as a text. The page gives no pixels; those of OpenAI are made."""

from collections.abc import Sequence

from bot.simulator import checks, drafts
from bot.simulator.arrivals import Input
from bot.simulator.families import Family
from bot.simulator.made import Picture
from bot.simulator.pxz import doors, rules
from bot.simulator.submits import Submit

SIZES = {"1:1": (1024, 1024), "3:2": (1536, 1024), "2:3": (1024, 1536)}

_FIELDS: dict[str, checks.Check] = {"image_url": checks.url, "aspect_ratio": checks.one_of(*SIZES)}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the page forbids; answer which operation this is."""
    return "image2image" if "image_url" in rules.judge(draft, _FIELDS) else "text2image"


def makes(submit: Submit, inputs: Sequence[Input]) -> Picture:
    """One picture of the asked shape."""
    return Picture(size=SIZES[submit.body["params"].get("aspect_ratio", "1:1")])


FAMILY = Family(
    name="gpt-4o",
    ids=("gpt_4o",),
    doors=(doors.SUBMIT,),
    judge=judge,
    makes=makes,
    length_s=(3.0, 5.0),
    inputs=rules.inputs,
)
