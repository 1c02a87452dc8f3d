"""veo3_1 and veo3_1_fast. PXZ-NAMES: the ids. The page says neither pixels nor seconds: 720p and 8 s here.

A last picture without a first one isn't forbidden there.
"""

from collections.abc import Sequence

from bot.simulator import checks, drafts
from bot.simulator.arrivals import Input
from bot.simulator.families import Family
from bot.simulator.made import Clip
from bot.simulator.media import sizes
from bot.simulator.pxz import doors, rules
from bot.simulator.submits import Submit

SECONDS = 8.0

_FIELDS: dict[str, checks.Check] = {
    "image_url": checks.url,
    "end_image_url": checks.url,
    "aspect_ratio": checks.one_of("16:9", "9:16"),
}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the page forbids; answer which operation this is."""
    params = rules.judge(draft, _FIELDS)
    if "end_image_url" in params:
        return "first_last_frame"
    return "image2video" if "image_url" in params else "text2video"


def makes(submit: Submit, inputs: Sequence[Input]) -> Clip:
    """Of the asked shape."""
    shape = sizes.ratio(submit.body["params"].get("aspect_ratio", "16:9"))
    return Clip(size=sizes.video("720p", shape), seconds=SECONDS)


FAMILY = Family(
    name="veo3",
    ids=("veo3_1", "veo3_1_fast"),
    doors=(doors.SUBMIT,),
    judge=judge,
    makes=makes,
    length_s=(8.0, 12.0),
    inputs=rules.inputs,
)
