"""grok-video-1.5: page 073. UNI-GROKV15-BOTH: one of the two names for the picture."""

from collections.abc import Sequence

from bot.simulator import checks, drafts, refusals
from bot.simulator.arrivals import Input
from bot.simulator.families import Family, Json
from bot.simulator.made import Clip
from bot.simulator.reports import Report
from bot.simulator.submits import Submit
from bot.simulator.uniall import answers, clips, doors

UNSAID_S = 6.0  # no page says how long a clip is that was told nothing

_TIERS = checks.one_of("480p", "720p", "1080p")
_FIELDS: dict[str, checks.Check] = {
    "model": checks.text,
    "prompt": checks.text,
    "image": checks.url,
    "image_url": checks.url,
    "duration": checks.whole(1, 15),
    "seconds": clips.seconds(1, 15),
    "size": _TIERS,
    "resolution": _TIERS,
    "extra_body": checks.mapping,
}


def judge(draft: drafts.Draft) -> str:
    """Refuse what page 073 forbids."""
    body = draft.body
    checks.fields(body, _FIELDS)
    clips.extra(body, {})
    checks.need(body, "prompt")
    if "image" not in body and "image_url" not in body:
        raise refusals.Refused("`image` or `image_url` is required.", param="image", missing=True)
    checks.at_most_one(body, "image", "image_url")
    if "size" in body and body.get("resolution", body["size"]) != body["size"]:
        raise refusals.Refused("`size` and `resolution` must be equal.", param="resolution")
    clips.public(body, "image", "image_url")
    return "image2video"


def makes(submit: Submit, inputs: Sequence[Input]) -> Clip:
    """In the shape of its picture."""
    body = submit.body
    return Clip(
        size=clips.size(body.get("size") or body.get("resolution") or "720p", None, inputs),
        seconds=float(body.get("duration") or body.get("seconds") or UNSAID_S),
    )


def answer(report: Report) -> Json:
    """073 chapters 5 and 6: a finished task has its addresses twice, and no `task_id`."""
    task = answers.flat_video(report)
    task["status"] = answers.word(report.state, answers.IN_PROGRESS)
    if report.urls:
        del task["task_id"]
        task["result"] = {"video_url": report.urls[0], "outputs": list(report.urls)}
    return task


FAMILY = Family(
    name="grok-video-1.5",
    ids=("grok-video-1.5",),
    doors=(doors.tasks(doors.VIDEOS, answer, polls=(doors.VIDEOS, doors.VIDEOS_GENERATIONS), content=True),),
    judge=judge,
    makes=makes,
    length_s=(6.0, 9.0),
    failure="request rejected",
)
