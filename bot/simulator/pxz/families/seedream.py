"""seedream_v4 and seedream_v4_5. The page gives `basic` and `high` no pixels; they are 1K and 2K here."""

from collections.abc import Sequence

from bot.simulator import checks, drafts
from bot.simulator.arrivals import Input
from bot.simulator.families import Family
from bot.simulator.made import Picture
from bot.simulator.media import sizes
from bot.simulator.pxz import doors, rules
from bot.simulator.submits import Submit

_FIELDS: dict[str, dict[str, checks.Check]] = {
    "seedream_v4": {
        "image_url": checks.at_most(9, checks.urls),
        "aspect_ratio": checks.one_of("1:1", "16:9", "9:16", "4:3", "3:4"),
        "resolution": checks.one_of("1K", "2K", "4K"),
        "output_n": checks.one_of("1", "2", "4"),
    },
    "seedream_v4_5": {
        "image_url": checks.at_most(9, checks.urls),
        "aspect_ratio": checks.one_of(*rules.RATIOS),
        "resolution": checks.one_of("basic", "high"),
    },
}
_TIERS = {"basic": "1K", "high": "2K"}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the page forbids; answer which operation this is."""
    return "image2image" if "image_url" in rules.judge(draft, _FIELDS[draft.model]) else "text2image"


def makes(submit: Submit, inputs: Sequence[Input]) -> Picture:
    """As many as asked, of the asked tier and shape."""
    params = submit.body["params"]
    tier = str(params.get("resolution", "1K"))
    size = sizes.tiered(_TIERS.get(tier, tier), params.get("aspect_ratio", "1:1"))
    return Picture(size=size, count=int(params.get("output_n", "1")))


FAMILY = Family(
    name="seedream",
    ids=tuple(_FIELDS),
    doors=(doors.SUBMIT,),
    judge=judge,
    makes=makes,
    length_s=(3.0, 5.0),
    inputs=rules.inputs,
)
