"""gpt-image-2: pages 062 and 063; the -origin and -auto ids of 064 and 065 aren't enabled for this key.

UNI-GPTIMG2-SIZE-LIST: the 48 sizes of 062 5.5. UNI-GPTIMG2-SIZE-REQUIRED: required. UNI-GPTIMG2-N: an integer, 1-8.
"""

from collections.abc import Sequence

from bot.simulator import checks, drafts, refusals
from bot.simulator.arrivals import Input
from bot.simulator.families import Family
from bot.simulator.made import Picture
from bot.simulator.media import sizes
from bot.simulator.submits import Submit
from bot.simulator.uniall import doors, pictures

SIZES = (  # 062 chapter 5.5
    *("1024x768", "1344x1024", "1280x1024", "1360x768", "1536x864", "1536x1024", "2048x1024", "2016x864"),
    *("768x1024", "1024x1344", "1024x1280", "768x1360", "864x1536", "1024x1536", "1024x2048", "864x2016"),
    *("1920x1080", "2048x1360", "2048x1536", "2160x1440", "2048x1152", "2688x1344", "2688x1152", "2560x1440"),
    *("1080x1920", "1360x2048", "1536x2048", "1440x2160", "1152x2048", "1344x2688", "1152x2688", "1440x2560"),
    *("2560x2048", "3264x2448", "3504x2336", "3840x1920", "3840x1648", "3840x2160"),
    *("2048x2560", "2448x3264", "2336x3504", "1920x3840", "1648x3840", "2160x3840"),
    *("1024x1024", "1536x1536", "2048x2048", "2880x2880"),
)
OWN: dict[str, checks.Check] = {
    "size": checks.one_of(*SIZES),
    "quality": checks.one_of("low", "medium", "high"),
    "output_format": checks.one_of("png", "jpeg", "webp"),
    "n": checks.whole(1, 8),
}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the pages forbid; answer which operation this is."""
    if "aspect_ratio" in draft.body:
        raise refusals.Refused("`aspect_ratio` is not supported; use `size`.", param="aspect_ratio")
    return pictures.judge(draft, OWN, required=("prompt", "size"))


def makes(submit: Submit, inputs: Sequence[Input]) -> Picture:
    """Exactly the asked size."""
    body = submit.body
    return Picture(
        size=sizes.pixels(body["size"]), format=body.get("output_format", "png"), count=int(body.get("n", 1))
    )


FAMILY = Family(
    name="gpt-image-2",
    ids=("gpt-image-2",),
    doors=(doors.image_tasks(), doors.images(doors.IMAGE_GENERATIONS), doors.images(doors.IMAGE_EDITS)),
    judge=judge,
    makes=makes,
    length_s=(2.6, 4.2),
    failure="image task failed",
    numbers=frozenset({"n"}),
)
