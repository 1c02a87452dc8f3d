"""veo in the unified form: 视频统一格式.

NEX-VEO-ASPECT: `aspect_ratio` is taken for all, as the examples have it. NEX-VEO-ENUM: the two ids of the project's
table are played too. NEX-DURATION: the ranges of 视频时长限制. NEX-IMAGES: URLs. The page gives neither pixels nor a
usual length: 720p, 1080p with `enable_upsample`, and 8 s here.
"""

import re
from collections.abc import Sequence

from bot.simulator import checks, drafts, refusals
from bot.simulator.arrivals import Input
from bot.simulator.families import Family
from bot.simulator.made import Clip
from bot.simulator.media import sizes
from bot.simulator.nexus import doors
from bot.simulator.submits import Submit

SECONDS = 8
LONGEST_S = 60  # where no range is documented; what this machine is willing to film
MOST_IMAGES = 10  # likewise

_RANGES = {"veo2-fast": (5, 10), "veo3.1-fast": (5, 10)}
_IMAGES = {"veo2-fast-frames": 2, "veo2-fast-components": 3, "veo3-pro-frames": 1}
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def judge(draft: drafts.Draft) -> str:
    """Refuse what the page forbids; answer which operation this is."""
    checks.fields(
        draft.body,
        {
            "model": checks.text,
            "prompt": checks.text,
            "aspect_ratio": checks.one_of("16:9", "9:16"),
            "duration": checks.whole(*_RANGES.get(draft.model, (1, LONGEST_S))),
            "images": checks.at_most(_IMAGES.get(draft.model, MOST_IMAGES), checks.urls),
            "enable_upsample": checks.flag,
            "enhance_prompt": checks.flag,
        },
    )
    checks.need(draft.body, "prompt")
    if _CHINESE.search(str(draft.body["prompt"])) and not draft.body.get("enhance_prompt"):
        raise refusals.Refused("`prompt` must be English unless `enhance_prompt` is true.", param="prompt")
    return _operation(draft)


def _operation(draft: drafts.Draft) -> str:
    images = draft.body.get("images")
    if not isinstance(images, list):
        return "text2video"
    if draft.model.endswith("-components"):
        return "reference2video"
    return "first_last_frame" if len(images) > 1 else "image2video"


def makes(submit: Submit, inputs: Sequence[Input]) -> Clip:
    """As asked; even what is called 4k is filmed in 1080p, for this machine's sake."""
    large = submit.body.get("enable_upsample", False) or submit.model.endswith("-4k")
    shape = sizes.ratio(submit.body.get("aspect_ratio", "16:9"))
    size = sizes.video("1080p" if large else "720p", shape)
    return Clip(size=size, seconds=float(submit.body.get("duration", SECONDS)))


FAMILY = Family(
    name="veo",
    ids=(
        *("veo2", "veo2-fast", "veo2-fast-frames", "veo2-fast-components", "veo2-pro", "veo2-pro-components"),
        *("veo3", "veo3-fast", "veo3-fast-frames", "veo3-frames", "veo3-pro", "veo3-pro-frames"),
        *("veo3.1", "veo3.1-fast", "veo3.1-pro", "veo3.1-fast-components", "veo3.1-4k"),
    ),
    doors=(doors.UNIFIED,),
    judge=judge,
    makes=makes,
    length_s=(8.0, 12.0),
    failure="timeout",
)
