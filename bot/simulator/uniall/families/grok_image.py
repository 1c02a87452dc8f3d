"""grok-imagine-image: page 072.

UNI-GROKIMG-COUNT: one to four by either name. `resolution` and `num_images` are for tasks, as its Common Errors say.
"""

from collections.abc import Sequence

from bot.simulator import arrivals, checks, drafts
from bot.simulator.arrivals import Input
from bot.simulator.families import Family
from bot.simulator.made import Picture
from bot.simulator.media import sizes
from bot.simulator.submits import Submit
from bot.simulator.uniall import doors, pictures

RATIOS = ("1:1", "16:9", "9:16", "4:3", "3:4")
MOST = 4

_SHARED: dict[str, checks.Check] = {
    "aspect_ratio": checks.one_of(*RATIOS, "auto"),
    "output_format": checks.one_of("jpeg", "png", "webp"),
    "n": checks.whole(1, MOST),
}
_TASKS: dict[str, checks.Check] = {
    "resolution": checks.one_of("1k", "2k"),
    "num_images": checks.whole(1, MOST),
}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the page forbids; answer which operation this is."""
    return pictures.judge(draft, _SHARED | (_TASKS if draft.path == doors.IMAGE_TASKS else {}))


def makes(submit: Submit, inputs: Sequence[Input]) -> Picture:
    """Of the asked tier and shape; `auto` and none keep that of a picture."""
    body = submit.body
    ratio = body.get("aspect_ratio", "auto")
    if ratio == "auto":
        shown = arrivals.shape(inputs)
        ratio = sizes.nearest_ratio(shown) if shown else "1:1"
    return Picture(
        size=sizes.tiered(body.get("resolution", "1k").upper(), ratio),
        format=body.get("output_format", "jpeg"),
        count=int(body.get("num_images", body.get("n", 1))),
    )


FAMILY = Family(
    name="grok-imagine-image",
    ids=("grok-imagine-image", "grok-imagine-image-quality"),
    doors=(
        doors.image_tasks(forms=False),
        doors.images(doors.IMAGE_GENERATIONS),
        doors.images(doors.IMAGE_EDITS, forms=True),
    ),
    judge=judge,
    makes=makes,
    length_s=(2.4, 3.8),
    failure="image task failed",
    numbers=frozenset({"n"}),
)
