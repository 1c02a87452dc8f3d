"""wan2.2-animate: page 102.

UNI-ANIMATE-REQUIRED: picture, clip and duration are required, `mode` and `seed` may stand at the top or below.
UNI-ANIMATE-POLL: asked for as the other clips of wan. No page bounds the seconds.
"""

from collections.abc import Sequence

from bot.simulator import checks, drafts, refusals
from bot.simulator.arrivals import Input
from bot.simulator.families import Family
from bot.simulator.made import Clip
from bot.simulator.submits import Submit
from bot.simulator.uniall import answers, clips, doors

LONGEST_S = 120  # not documented; what this machine is willing to film

_OWN: dict[str, checks.Check] = {
    "mode": checks.one_of("animate", "replace"),
    "seed": checks.any_of(clips.integer, checks.anything),
}
_FIELDS: dict[str, checks.Check] = _OWN | {
    "model": checks.text,
    "prompt": checks.anything,
    "image": checks.url,
    "video": checks.url,
    "duration": clips.seconds(1, LONGEST_S),
    "extra_body": checks.mapping,
}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the page forbids; answer which operation this is."""
    body = draft.body
    checks.fields(body, _FIELDS)
    extra = clips.extra(body, _OWN)
    checks.need(body, "image", "video", "duration")
    for field in _OWN:
        if field in body and field in extra:
            raise refusals.Refused(f"`{field}` must be sent once.", param=field)
    return str(body.get("mode") or extra.get("mode") or "animate")


def makes(submit: Submit, inputs: Sequence[Input]) -> Clip:
    """As long as was said, in the shape of the clip."""
    seen = [one for one in inputs if one.medium == "video"]
    return Clip(size=clips.size(clips.tier(submit.model), None, seen), seconds=float(submit.body["duration"]))


FAMILY = Family(
    name="wan2.2-animate",
    ids=("wan2.2-animate-480p", "wan2.2-animate-720p"),
    doors=(doors.tasks(doors.VIDEO_GENERATIONS, answers.rich_video, polls=(doors.VIDEOS,)),),
    judge=judge,
    makes=makes,
    length_s=(7.0, 11.0),
    failure="request rejected",
)
