"""nano_banana and nano_banana_pro. PXZ-FORMAT: the second says jpg for jpeg. `auto` keeps a picture's shape."""

from collections.abc import Sequence

from bot.simulator import arrivals, checks, drafts
from bot.simulator.arrivals import Input
from bot.simulator.families import Family
from bot.simulator.made import Picture
from bot.simulator.media import sizes
from bot.simulator.pxz import doors, rules
from bot.simulator.submits import Submit

_RATIO = checks.one_of("auto", *rules.RATIOS)
_FIELDS: dict[str, dict[str, checks.Check]] = {
    "nano_banana": {
        "image_url": checks.at_most(9, checks.urls),
        "aspect_ratio": _RATIO,
        "format": checks.one_of("png", "jpeg"),
    },
    "nano_banana_pro": {
        "image_url": checks.at_most(8, checks.urls),
        "aspect_ratio": _RATIO,
        "resolution": checks.one_of("1K", "2K", "4K"),
        "format": checks.one_of("png", "jpg"),
    },
}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the page forbids; answer which operation this is."""
    return "image2image" if "image_url" in rules.judge(draft, _FIELDS[draft.model]) else "text2image"


def makes(submit: Submit, inputs: Sequence[Input]) -> Picture:
    """One picture, of the asked tier and shape."""
    params = submit.body["params"]
    ratio = str(params.get("aspect_ratio", "auto" if submit.model == "nano_banana" else "1:1"))
    if ratio == "auto":
        shown = arrivals.shape(inputs)
        ratio = sizes.nearest_ratio(shown) if shown else "1:1"
    return Picture(
        size=sizes.tiered(params.get("resolution", "1K"), ratio),
        format="png" if params.get("format", "png") == "png" else "jpeg",
    )


FAMILY = Family(
    name="nano",
    ids=tuple(_FIELDS),
    doors=(doors.SUBMIT,),
    judge=judge,
    makes=makes,
    length_s=(3.0, 5.0),
    inputs=rules.inputs,
)
