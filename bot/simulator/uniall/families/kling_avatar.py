"""kling-avatar, the talking heads: page 060. UNI-AVATAR-INPUT: a picture and a sound, as there."""

from collections.abc import Sequence

from bot.simulator import arrivals, checks, drafts, refusals
from bot.simulator.arrivals import Input
from bot.simulator.families import Family, Json
from bot.simulator.made import Clip
from bot.simulator.media import sizes
from bot.simulator.reports import Report
from bot.simulator.submits import Submit
from bot.simulator.uniall import answers, doors

LONGEST_SPEECH_S = 600  # not documented; what this machine is willing to film
FPS = 20  # lengths come in hundredths of a second; 20 hits most of them to the frame

_FIELDS: dict[str, checks.Check] = {
    "model": checks.text,
    "image_url": checks.url,
    "audio_url": checks.url,
    "audio_duration_seconds": checks.positive,
    "prompt": checks.anything,
}


def judge(draft: drafts.Draft) -> str:
    """Refuse what page 060 forbids."""
    checks.fields(draft.body, _FIELDS)
    checks.need(draft.body, "image_url", "audio_url", "audio_duration_seconds")
    seconds = draft.body["audio_duration_seconds"]
    if isinstance(seconds, int | float) and seconds > LONGEST_SPEECH_S:
        raise refusals.Refused(
            f"`audio_duration_seconds` must be at most {LONGEST_SPEECH_S}.", param="audio_duration_seconds"
        )
    return "avatar"


def makes(submit: Submit, inputs: Sequence[Input]) -> Clip:
    """As long as was said, in the shape of the face."""
    face = arrivals.shape(inputs) or (1, 1)
    tier = "720p" if submit.model.endswith("-pro") else "480p"
    seconds = float(submit.body["audio_duration_seconds"])
    return Clip(size=sizes.video(tier, face[0] / face[1]), seconds=seconds, fps=FPS, talks=True)


def answer(report: Report) -> Json:
    """060 chapters 3.2 and 4; its failed form isn't printed and follows 071."""
    task = answers.job(report.submit, report.state, "video.generation.job")
    if report.state.failure:
        task["error"] = answers.error(report.state)
    return task | ({"video_url": report.urls[0], "result": {"outputs": list(report.urls)}} if report.urls else {})


FAMILY = Family(
    name="kling-avatar",
    ids=("kling-avatar-v2-standard", "kling-avatar-v2-pro"),
    doors=(doors.tasks(doors.VIDEO_GENERATIONS, answer),),
    judge=judge,
    makes=makes,
    length_s=(7.0, 9.0),
    failure="request rejected",
)
