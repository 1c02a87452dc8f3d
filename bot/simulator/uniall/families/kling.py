"""kling-v3: pages 079 and 080.

UNI-KLING-PROMPT: `multi_prompt` may stand in for a prompt, and with a picture only in its place. UNI-KLING-DURATION:
may be left out, and is five seconds then. The pages give no pixels: 720p, and 1080p for Pro.
"""

from collections.abc import Sequence

from bot.simulator import checks, drafts, refusals
from bot.simulator.arrivals import Input
from bot.simulator.families import Family
from bot.simulator.made import Clip
from bot.simulator.submits import Submit
from bot.simulator.uniall import answers, clips, doors

_FIELDS: dict[str, checks.Check] = {
    "model": checks.text,
    "prompt": checks.text,
    "image": checks.url,
    "last_image": checks.url,
    "aspect_ratio": checks.one_of("16:9", "9:16", "1:1"),
    "duration": clips.seconds(3, 15),
    "extra_body": checks.mapping,
}


def _shot(value: object) -> str | None:
    """One entry of `multi_prompt`, as 080 prints them."""
    known = isinstance(value, dict) and set(value) == {"prompt"} and checks.text(value["prompt"]) is None
    return None if known else "must hold objects with a `prompt`"


_EXTRA: dict[str, checks.Check] = {
    "negative_prompt": checks.anything,
    "cfg_scale": checks.number,
    "multi_prompt": checks.each(_shot),
    "element_list": checks.each(checks.mapping),
    "shot_type": checks.one_of("customize", "intelligent"),
}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the pages forbid; answer which operation this is."""
    body = draft.body
    checks.fields(body, _FIELDS)
    extra = clips.extra(body, _EXTRA)
    if "prompt" not in body and "multi_prompt" not in extra:
        raise refusals.Refused("`prompt` is required.", param="prompt", missing=True)
    if "prompt" in body and "multi_prompt" in extra and "image" in body:
        raise refusals.Refused(
            "`prompt` and `extra_body.multi_prompt` must not be sent together.", param="extra_body.multi_prompt"
        )
    clips.last_goes_with_image(body)
    clips.public(body, "image", "last_image")
    return "first_last_frame" if "last_image" in body else "image2video" if "image" in body else "text2video"


def makes(submit: Submit, inputs: Sequence[Input]) -> Clip:
    """As long as was said; in the shape of the picture where there is one and nothing else is said."""
    tier = "1080p" if "-pro-" in submit.model else "720p"
    return Clip(
        size=clips.size(tier, submit.body.get("aspect_ratio"), inputs),
        seconds=float(submit.body.get("duration", 5)),
        sound=submit.model.endswith("-audio"),
    )


FAMILY = Family(
    name="kling",
    ids=("kling-v3-std-silent", "kling-v3-std-audio", "kling-v3-pro-silent", "kling-v3-pro-audio"),
    doors=(doors.tasks(doors.VIDEO_GENERATIONS, answers.flat_video, polls=(doors.VIDEOS,)),),
    judge=judge,
    makes=makes,
    length_s=(7.0, 11.0),
    failure="request rejected",
)
