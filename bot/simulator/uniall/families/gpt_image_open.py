"""gpt-image-2-origin and gpt-image-2-auto: pages 064 and 065, with the slash at the end of their routes or without.

UNI-GPTIMG2-SIZE-REQUIRED: `size` may be left out, as 065 says; `auto` is a size of the second. UNI-GPTIMG2-SIZE-LIST:
the 48 of 062. UNI-GPTIMG2-N: a number, that may be left out. 064 prints no body of an edit; it is that of 063.
"""

from collections.abc import Sequence

from bot.simulator import arrivals, checks, drafts, refusals
from bot.simulator.arrivals import Input
from bot.simulator.families import Family
from bot.simulator.made import Picture
from bot.simulator.media import sizes
from bot.simulator.submits import Submit
from bot.simulator.uniall import doors, pictures
from bot.simulator.uniall.families import gpt_image

AUTO = "gpt-image-2-auto"


def judge(draft: drafts.Draft) -> str:
    """Refuse what the pages forbid; answer which operation this is."""
    if "aspect_ratio" in draft.body:
        raise refusals.Refused("`aspect_ratio` is not supported; use `size`.", param="aspect_ratio")
    sizes_taken = [*gpt_image.SIZES, *(["auto"] if draft.model == AUTO else [])]
    return pictures.judge(draft, gpt_image.OWN | {"size": checks.one_of(*sizes_taken)})


def makes(submit: Submit, inputs: Sequence[Input]) -> Picture:
    """Exactly the asked size; `auto` keeps the shape of a picture."""
    body = submit.body
    size = body.get("size", "auto")
    shown = arrivals.shape(inputs) or (1, 1)
    return Picture(
        size=sizes.tiered("1K", sizes.nearest_ratio(shown)) if size == "auto" else sizes.pixels(size),
        format=body.get("output_format", "png"),
        count=int(body.get("n", 1)),
    )


FAMILY = Family(
    name="gpt-image-2-open",
    ids=("gpt-image-2-origin", AUTO),
    doors=(doors.images(doors.IMAGE_GENERATIONS), doors.images(doors.IMAGE_EDITS)),
    judge=judge,
    makes=makes,
    length_s=(2.6, 4.2),
    failure="image task failed",
)
