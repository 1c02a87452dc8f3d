"""Reading tasks whose finished answer no page shows: every field is looked at that any page or its format names.

nexus prints submissions and status words, and says that a result has a URL; pxz prints less. What is looked at is what
the formats have in common that they name (unified and OpenAI videos, Replicate, luma, Midjourney, lists of results).
Nothing is taken from what echoes the request.
"""

from collections.abc import Collection, Iterator, Mapping

from bot import errors, jobs, ports
from bot.errors import Reason
from bot.ports import TaskState
from bot.providers import _results, _talk
from bot.requests import Json

# Words of the formats that nexus names, beside those that pages print: Replicate's, luma's, Midjourney's.
STATES: Mapping[str, TaskState] = {
    **_results.STATES,
    "not_start": TaskState.QUEUED,
    "starting": TaskState.QUEUED,
    "waiting": TaskState.QUEUED,
    "dreaming": TaskState.RUNNING,
    "generating": TaskState.RUNNING,
    "done": TaskState.SUCCEEDED,
    "finished": TaskState.SUCCEEDED,
    "canceled": TaskState.FAILED,
    "cancelled": TaskState.FAILED,
    "expired": TaskState.FAILED,
    "timeout": TaskState.FAILED,
}

_BOXES = ("", "data", "result", "output", "outputs", "video", "assets", "task", "detail", "response", "metadata")
_STATUS = ("status", "state", "task_status", "raw_status")
# What surely is the result comes first: a video beside its cover, a list beside its first.
_PLACES = (
    *("video_url", "videoUrl", "video"),
    *("results", "outputs", "output", "result", "urls", "videos", "video_urls"),
    *("url", "result_url", "output_url", "download_url", "imageUrl", "image_url", "image", "audio_url"),
    *("images", "image_urls", "data"),
)
_LINKS = ("url", "video_url", "image_url", "audio_url")  # of one result in a list
_BROKEN = ("error", "failReason", "fail_reason", "failure_reason")  # fields that only failures fill
_WHY = ("failReason", "fail_reason", "failure_reason", "description")


def status(body: Json, *, echoes: Collection[str] = ()) -> ports.Status | None:
    """A task's status; None where the answer says nothing about one. `echoes` are boxes that hold the request."""
    boxes = list(_boxes(body, echoes))
    if not boxes:
        return None
    outputs = _outputs(boxes)
    state = _state(boxes)
    if state is None:
        broken = any(box.get(name) for box in boxes for name in _BROKEN)
        state = TaskState.SUCCEEDED if outputs else TaskState.FAILED if broken else None
    if state is None:
        return None
    progress = next((p for box in boxes if (p := _results.progress(box.get("progress"))) is not None), None)
    if state is TaskState.FAILED:
        words = why(body)
        reason = Reason.CONTENT if _results.topic(words) is Reason.CONTENT else Reason.FAILED
        return ports.Status(state=state, progress=progress, failure=errors.Rejected(reason, words))
    if state is not TaskState.SUCCEEDED:
        return ports.Status(state=state, progress=progress)
    found = next((found for box in boxes if (found := _talk.usage(box)) is not None), None)
    return ports.Status(state=state, progress=progress, outputs=outputs, usage=found, actions=tuple(_actions(boxes)))


def word_of(body: Json) -> str:
    """The status word of an answer, known or not; "" where there is none."""
    words = (box.get(name) for box in _boxes(body, ()) for name in _STATUS)
    return next((word.strip() for word in words if isinstance(word, str) and word.strip()), "")


def why(body: Json) -> str:
    """The words of an error or a failure, "" where there are none."""
    for box in _boxes(body, ()):
        for name in _WHY:
            if isinstance(words := box.get(name), str) and words.strip():
                return words.strip()
    return next((words for box in _boxes(body, ()) if (words := _results.error_words(box))), "")


def _boxes(body: Json, echoes: Collection[str]) -> Iterator[Mapping[str, Json]]:
    """The answer itself and what lies one level down, where results are."""
    if not isinstance(body, dict):
        return
    for name in _BOXES:
        box = body.get(name) if name else body
        if isinstance(box, dict) and name not in echoes:
            yield box


def _state(boxes: list[Mapping[str, Json]]) -> TaskState | None:
    words = (word for box in boxes for name in _STATUS if isinstance(word := box.get(name), str))
    return next((known for word in words if (known := STATES.get(word.strip().lower())) is not None), None)


def _outputs(boxes: list[Mapping[str, Json]]) -> tuple[tuple[ports.Origin, ...], ...]:
    """The first place that holds addresses is the result; where it is one, single ones elsewhere are alternatives."""
    found = [urls for place in _PLACES for box in boxes if (urls := tuple(_addresses(box.get(place))))]
    if not found:
        return ()
    first = tuple(dict.fromkeys(found[0]))
    if len(first) > 1:
        return tuple((ports.Source(url=url),) for url in first)
    singles = dict.fromkeys(urls[0] for urls in found if len(set(urls)) == 1)
    return (tuple(ports.Source(url=url) for url in singles),)


def _addresses(value: Json) -> Iterator[str]:
    """The addresses in a text, an object or a list of either."""
    for item in value if isinstance(value, list) else (value,):
        linked = (item.get(name) for name in _LINKS) if isinstance(item, dict) else (item,)
        yield from (url for link in linked for url in _results.addresses(link))


def _actions(boxes: list[Mapping[str, Json]]) -> Iterator[jobs.Action]:
    """Midjourney's buttons, each with the task that it acts on."""
    for box in boxes:
        buttons, task_id = box.get("buttons"), box.get("id")
        for button in buttons if isinstance(buttons, list) and isinstance(task_id, str | int) else ():
            if isinstance(button, dict) and isinstance(id := button.get("customId"), str) and id:
                label = next((text for key in ("label", "emoji") if (text := str(button.get(key) or ""))), id)
                yield jobs.Action(id=id, label=label, task_id=str(task_id))
