"""The wan pictures: 文生图. No page says how large they are; 1024 × 1024 is made here."""

from collections.abc import Sequence

from bot.simulator import checks, drafts
from bot.simulator.arrivals import Input
from bot.simulator.families import Family
from bot.simulator.llmage import doors, rules
from bot.simulator.made import Picture
from bot.simulator.submits import Submit

_FIELDS = {"negative_prompt": checks.anything}
IDS = ("wan2.2-t2i-plus", "wan2.5-t2i-preview", "wan2.2-t2i-flash")


def judge(draft: drafts.Draft) -> str:
    """Refuse what the page forbids."""
    return rules.judge(draft, ("t2i",), _FIELDS)


def makes(submit: Submit, inputs: Sequence[Input]) -> Picture:
    """One picture."""
    return Picture(size=(1024, 1024))


FAMILY = Family(
    name="wan-image",
    ids=IDS,
    kinds=dict.fromkeys(IDS, ("t2i",)),
    doors=(doors.IMAGES,),
    judge=judge,
    makes=makes,
    length_s=(3.0, 5.0),
)
