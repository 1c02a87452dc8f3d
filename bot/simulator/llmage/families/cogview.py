"""cogview: 文生图. No page says how large its pictures are; 1024 × 1024 is made here."""

from collections.abc import Sequence

from bot.simulator import checks, drafts
from bot.simulator.arrivals import Input
from bot.simulator.families import Family
from bot.simulator.llmage import doors, rules
from bot.simulator.made import Picture
from bot.simulator.submits import Submit

_FIELDS = {"negative_prompt": checks.anything}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the page forbids."""
    return rules.judge(draft, ("t2i",), _FIELDS)


def makes(submit: Submit, inputs: Sequence[Input]) -> Picture:
    """One picture."""
    return Picture(size=(1024, 1024))


FAMILY = Family(
    name="cogview",
    ids=("cogview-3-flash",),
    kinds={"cogview-3-flash": ("t2i",)},
    doors=(doors.IMAGES,),
    judge=judge,
    makes=makes,
    length_s=(2.0, 3.0),
)
