"""viduq3: pages 094 to 096.

UNI-VIDU-TURBO-REFERENCE, UNI-VIDU-TURBO-FRAMES: refused. UNI-VIDU-LEGACY-IDS: not played. UNI-VIDU-ASPECT: the three
common ratios. UNI-VIDU-POLL: both routes.
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
    "duration": clips.seconds(1, 16),
    "aspect_ratio": checks.one_of("16:9", "9:16", "1:1"),
    "image": checks.url,
    "last_image": checks.url,
    "reference_image_urls": clips.urls(most=4),
    "extra_body": checks.mapping,
}
_EXTRA: dict[str, checks.Check] = {"audio": checks.flag, "seed": clips.integer, "bgm": checks.flag}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the pages forbid; answer which operation this is."""
    body = draft.body
    checks.fields(body, _FIELDS)
    clips.extra(body, _EXTRA)
    checks.need(body, "prompt", "duration")
    checks.at_most_one(body, "image", "reference_image_urls")
    clips.last_goes_with_image(body)
    clips.public(body, "image", "last_image", "reference_image_urls")
    for field in ("reference_image_urls", "last_image"):
        if field in body and draft.model.startswith("viduq3t-"):
            raise refusals.Refused(f"`{field}` is not for Q3 Turbo; use viduq3p-*.", param=field)
    if "reference_image_urls" in body:
        return "reference2video"
    return "first_last_frame" if "last_image" in body else "image2video" if "image" in body else "text2video"


def makes(submit: Submit, inputs: Sequence[Input]) -> Clip:
    """As long as was said."""
    return Clip(
        size=clips.size(clips.tier(submit.model), submit.body.get("aspect_ratio"), inputs),
        seconds=float(submit.body["duration"]),
        sound=submit.body.get("extra_body", {}).get("audio", True),
    )


FAMILY = Family(
    name="vidu",
    ids=tuple(f"viduq3{series}-{tier}" for series in "pt" for tier in ("540p", "720p", "1080p")),
    doors=(doors.tasks(doors.VIDEO_GENERATIONS, answers.flat_video, polls=(doors.VIDEO_GENERATIONS, doors.VIDEOS)),),
    judge=judge,
    makes=makes,
    length_s=(6.0, 10.0),
    failure="request rejected",
)
