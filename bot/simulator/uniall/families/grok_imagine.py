"""grok-imagine: pages 071 and 074.

UNI-GROK-DURATION: the seconds of 071. UNI-GROK-ASPECT: 4:3 is taken, as an example prints it. UNI-GROK-RESULT: the
result is in metadata.url.
"""

from collections.abc import Mapping, Sequence

from bot.simulator import arrivals, checks, drafts, refusals
from bot.simulator.arrivals import Input
from bot.simulator.families import Family, Json
from bot.simulator.made import Clip
from bot.simulator.media import sizes
from bot.simulator.reports import Report
from bot.simulator.submits import Submit
from bot.simulator.uniall import answers, doors

ROUTES = (doors.VIDEOS, doors.VIDEOS_GENERATIONS, doors.VIDEO_GENERATIONS)
OPERATIONS = ("text_to_video", "image_to_video", "reference_to_video", "edit_video", "video_extend")
UNKNOWN_SOURCE_S = 5.0  # length of a source video that nobody told and that can't be looked at

_FIELDS: dict[str, checks.Check] = {
    "model": checks.text,
    "prompt": checks.text,
    "image": checks.url_or_object,
    "images": checks.urls,
    "image_url": checks.url,
    "image_urls": checks.urls,
    "video": checks.url_or_object,
    "videos": checks.urls,
    "size": checks.one_of("480p", "720p"),
    "aspect_ratio": checks.one_of("16:9", "1:1", "9:16", "4:3", "auto"),
    "duration": checks.any_of(checks.number, checks.anything),  # an integer or a text of digits: see _seconds
    "seconds": checks.anything,
    "extra_body": checks.mapping,
}
_EXTRA: dict[str, checks.Check] = {
    "operation": checks.one_of(*OPERATIONS),
    "input_video_seconds": checks.whole(1, 3600),
}
_LIMITS = {"text_to_video": (1, 15), "image_to_video": (1, 15), "reference_to_video": (1, 10), "video_extend": (2, 10)}
_WORDS = {"queued": "queued", "running": "in_progress", "done": "completed", "failed": "failed"}


def judge(draft: drafts.Draft) -> str:
    """Refuse what page 071 forbids; answer which operation this is (its chapter 6)."""
    body = draft.body
    checks.fields(body, _FIELDS)
    extra = body.get("extra_body", {})
    assert isinstance(extra, dict)
    checks.fields(extra, _EXTRA, under="extra_body.")
    checks.need(body, "prompt")
    checks.at_most_one(body, "duration", "seconds")
    operation = _operation(body, extra)
    _inputs(body, operation)
    _seconds(body, operation)
    return operation


def _operation(body: Mapping[str, object], extra: Mapping[str, object]) -> str:
    if "operation" in extra:
        return str(extra["operation"])
    if "video" in body:
        raise refusals.Refused(
            "`video` alone is ambiguous: say edit_video or video_extend in `extra_body.operation`.",
            param="extra_body.operation",
        )
    if _pictures(body) > 1 or "videos" in body:
        return "reference_to_video"
    return "image_to_video" if _pictures(body) else "text_to_video"


def _pictures(body: Mapping[str, object]) -> int:
    several = sum(len(value) for name in ("images", "image_urls") if isinstance(value := body.get(name), list))
    return several + sum(name in body for name in ("image", "image_url"))


def _inputs(body: Mapping[str, object], operation: str) -> None:
    if operation in ("edit_video", "video_extend") and "video" not in body:
        raise refusals.Refused(f"`video` is required for {operation}.", param="video", missing=True)
    if operation == "image_to_video" and not _pictures(body):
        raise refusals.Refused("`image` is required for image_to_video.", param="image", missing=True)
    if operation == "reference_to_video" and not _pictures(body) and "videos" not in body:
        raise refusals.Refused("`images` is required for reference_to_video.", param="images", missing=True)
    if body.get("aspect_ratio") == "auto" and operation in ("text_to_video", "reference_to_video"):
        raise refusals.Refused("`aspect_ratio` auto needs a single `image`.", param="aspect_ratio")


def _seconds(body: Mapping[str, object], operation: str) -> None:
    name = "seconds" if "seconds" in body else "duration"
    if operation == "edit_video":
        if name in body:
            raise refusals.Refused(f"`{name}` must not be sent for edit_video.", param=name)
        return
    if name not in body:
        raise refusals.Refused("`duration` or `seconds` is required.", param="duration", missing=True)
    value = body[name]
    seconds = int(value) if isinstance(value, str) and value.isdecimal() and value.isascii() else value
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        raise refusals.Refused(f"`{name}` must be whole seconds.", param=name)
    low, high = _LIMITS[operation]
    if not low <= seconds <= high:
        raise refusals.Refused(f"`{name}` must be from {low} to {high} for {operation}.", param=name)


def makes(submit: Submit, inputs: Sequence[Input]) -> Clip:
    """As said; with `auto` or without a ratio it has the shape of its input."""
    ratio = submit.body.get("aspect_ratio", "auto")
    shown = arrivals.shape(inputs) or (16, 9)
    shape = sizes.ratio(ratio) if ratio != "auto" else shown[0] / shown[1]
    return Clip(size=sizes.video(submit.body.get("size", "720p"), shape), seconds=_length(submit, inputs))


def _length(submit: Submit, inputs: Sequence[Input]) -> float:
    """071 chapter 5: an edit keeps its source's length, an extension adds to it."""
    asked = float(submit.body.get("duration", submit.body.get("seconds", 0)))
    if submit.operation not in ("edit_video", "video_extend"):
        return asked
    hint = submit.body.get("extra_body", {}).get("input_video_seconds")
    return asked + float(arrivals.seconds(inputs, of="video") or hint or UNKNOWN_SOURCE_S)


def answer(report: Report) -> Json:
    """071 chapters 7.1 and 8.1: the result is in metadata.url; a failed task has neither task_id nor seconds."""
    submit, state = report.submit, report.state
    head: Json = {"id": submit.task_id, "task_id": submit.task_id, "object": "video", "model": submit.model}
    head |= {"status": answers.word(state, _WORDS), "progress": state.progress, "created_at": int(submit.at_s)}
    if state.failure:
        del head["task_id"]
        return head | {"error": answers.error(state)}
    seconds = submit.body.get("duration", submit.body.get("seconds"))
    if seconds is not None:
        head["seconds"] = str(seconds)
    if state.finished_s is not None:
        head |= {"completed_at": int(state.finished_s), "size": submit.body.get("size", "720p")}
    return head | ({"metadata": {"url": report.urls[0]}} if report.urls else {})


FAMILY = Family(
    name="grok-imagine",
    ids=("grok-imagine",),
    doors=tuple(doors.tasks(route, answer, polls=ROUTES, content=True) for route in ROUTES),
    judge=judge,
    makes=makes,
    length_s=(6.0, 10.0),
    failure="request rejected",
)
