"""sora2 and sora2_pro. PXZ-RESOLUTION: standard and high; std of the quick reference is taken as well.

The page gives them no pixels: they are 720p and 1080p here, and sora2 is 720p.
"""

from collections.abc import Sequence

from bot.simulator import checks, drafts
from bot.simulator.arrivals import Input
from bot.simulator.families import Family
from bot.simulator.made import Clip
from bot.simulator.media import sizes
from bot.simulator.pxz import doors, rules
from bot.simulator.submits import Submit

_SHARED: dict[str, checks.Check] = {
    "image_url": checks.url,
    "aspect_ratio": checks.one_of("16:9", "9:16"),
    "video_length": checks.one_of("10", "15"),
}
_FIELDS: dict[str, dict[str, checks.Check]] = {
    "sora2": _SHARED,
    "sora2_pro": _SHARED | {"resolution": checks.one_of("standard", "high", "std")},
}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the page forbids; answer which operation this is."""
    return "image2video" if "image_url" in rules.judge(draft, _FIELDS[draft.model]) else "text2video"


def makes(submit: Submit, inputs: Sequence[Input]) -> Clip:
    """As asked."""
    params = submit.body["params"]
    tier = "1080p" if params.get("resolution") == "high" else "720p"
    shape = sizes.ratio(params.get("aspect_ratio", "16:9"))
    return Clip(size=sizes.video(tier, shape), seconds=float(params.get("video_length", "10")))


FAMILY = Family(
    name="sora2",
    ids=tuple(_FIELDS),
    doors=(doors.SUBMIT,),
    judge=judge,
    makes=makes,
    length_s=(8.0, 12.0),
    inputs=rules.inputs,
)
