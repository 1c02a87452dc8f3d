"""veo3.1: pages 091 and 092.

UNI-VEO-PROMPT, UNI-VEO-SIZE: may be left out. UNI-VEO-EXTEND-DURATION: an extension may say a duration, which changes
nothing. UNI-VEO-FAST-REFERENCE: no references for the fast models. How long an extension is, no page says: eight
seconds here, without its source.
"""

from collections.abc import Sequence

from bot.simulator import checks, drafts, refusals
from bot.simulator.arrivals import Input
from bot.simulator.families import Family
from bot.simulator.made import Clip
from bot.simulator.submits import Submit
from bot.simulator.uniall import answers, clips, doors

EXTENDED_S = 8.0

_FIELDS: dict[str, checks.Check] = {
    "model": checks.text,
    "prompt": checks.text,
    "image": checks.url,
    "images": clips.urls(2, 3),
    "last_image": checks.url,
    "video": checks.url,
    "aspect_ratio": checks.one_of("16:9", "9:16"),
    "duration": clips.seconds_in(4, 6, 8),
    "extra_body": checks.mapping,
}
_EXTRA: dict[str, checks.Check] = {
    "generate_audio": checks.flag,
    "negative_prompt": checks.anything,
    "seed": clips.integer,
}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the pages forbid; answer which operation this is."""
    body = draft.body
    checks.fields(body, _FIELDS | {"size": checks.one_of(clips.tier(draft.model))})
    clips.extra(body, _EXTRA)
    clips.last_goes_with_image(body)
    if "images" in body and "-fast-" in draft.model:
        raise refusals.Refused("`images` is not supported by the fast models.", param="images")
    if "video" in body:
        return "extend_video"
    checks.need(body, "duration")
    if "images" in body:
        return "reference2video"
    return "first_last_frame" if "last_image" in body else "image2video" if "image" in body else "text2video"


def makes(submit: Submit, inputs: Sequence[Input]) -> Clip:
    """As long as was said."""
    seconds = EXTENDED_S if submit.operation == "extend_video" else float(submit.body["duration"])
    return Clip(
        size=clips.size(clips.tier(submit.model), submit.body.get("aspect_ratio"), inputs),
        seconds=seconds,
        sound=submit.body.get("extra_body", {}).get("generate_audio", True),
    )


FAMILY = Family(
    name="veo3.1",
    ids=tuple(f"veo3.1-{pace}video-{tier}" for pace in ("", "fast-") for tier in ("720p", "1080p", "4k")),
    doors=(doors.tasks(doors.VIDEO_GENERATIONS, answers.flat_video, polls=(doors.VIDEOS,)),),
    judge=judge,
    makes=makes,
    length_s=(6.0, 10.0),
    failure="request rejected",
)
