"""Answers in the shapes that several families of uniall share."""

from collections.abc import Mapping, Sequence

from bot.simulator.families import Json
from bot.simulator.reports import Report
from bot.simulator.submits import Submit
from bot.simulator.tasks import STRANGE_WORD, State

_IMAGE_WORDS = {"queued": "queued", "running": "processing", "done": "succeeded", "failed": "failed"}  # 062
_PROCESSING = {"queued": "queued", "running": "processing", "done": "completed", "failed": "failed"}  # 055, 060
IN_PROGRESS = _PROCESSING | {"running": "in_progress"}  # 071, 058
_RAW_SOUNDS = {"queued": "SUBMITTED", "running": "IN_PROGRESS", "done": "SUCCESS", "failed": "FAILURE"}  # 058
_RAW_VIDEOS = {"queued": "PENDING", "running": "IN_PROGRESS", "done": "COMPLETED", "failed": "FAILED"}  # 084, 085


def image(report: Report) -> Json:
    """062 chapter 6, and 072 for the queued form."""
    state, metadata = report.state, _picture_facts(report)
    return {
        "task_id": report.submit.task_id,
        "status": word(state, _IMAGE_WORDS),
        "progress": f"{state.progress}%",
        "result_url": report.urls[0] if report.urls else "",
        "metadata": metadata,
        "error": error(state) if state.failure else None,
    }


def wrapped_image(report: Report) -> Json:
    """062 chapter 7: the answer to a poll of pictures."""
    return {"code": "success", "message": "", "data": image(report)}


def _picture_facts(report: Report) -> Json:
    facts: Json = {"task_type": report.submit.operation}
    if report.state.phase == "done":
        facts["result_count"] = len(report.urls)
        if len(report.urls) > 1:
            facts["result_urls"] = list(report.urls)
    return facts


def flat_video(report: Report) -> Json:
    """The plain video task of the overview pages of kling, veo, vidu, wan and others: `video_url` and no more."""
    submit, state = report.submit, report.state
    answer = job(submit, state, "video.generation.job")
    answer |= {"model": submit.model, "progress": state.progress, "created_at": int(submit.at_s)}
    if state.failure:
        answer["error"] = error(state)
    return answer | ({"video_url": report.urls[0]} if report.urls else {})


def rich_video(report: Report) -> Json:
    """The video task of the query pages of happy-horse, seedance and wan (078, 085, 100)."""
    url = report.urls[0] if report.urls else None
    return flat_video(report) | {
        "raw_status": raw(report.state),
        "video_url": url,
        "result": {"outputs": list(report.urls), "video_url": url} if url else None,
        "error": error(report.state) if report.state.failure else None,
    }


def pictures(report: Report) -> Json:
    """063: the synchronous answer of /v1/images/generations and /edits."""
    return {"created": int(report.submit.at_s), "data": [{"url": url} for url in report.urls]}


def chunks(report: Report) -> Sequence[Json]:
    """068: the one chunk of a streamed chat answer."""
    if report.state.phase != "done":
        return []
    choice = {"index": 0, "delta": _said(report.urls), "finish_reason": "stop"}
    return [_chat(report, "chat.completion.chunk", choice)]


def completion(report: Report) -> Json:
    """The same without streaming, which 068 doesn't print."""
    choice = {"index": 0, "message": _said(report.urls), "finish_reason": "stop"}
    return _chat(report, "chat.completion", choice)


def job(submit: Submit, state: State, kind: str, *, in_progress: bool = False) -> Json:
    """What every task of videos and sounds begins with."""
    status = word(state, IN_PROGRESS if in_progress else _PROCESSING)
    return {"id": submit.task_id, "task_id": submit.task_id, "object": kind, "status": status}


def sounds(urls: Sequence[str]) -> Json:
    """055 and 058: where the files of a sound are."""
    return {"outputs": list(urls), "audios": [{"url": url} for url in urls]}


def word(state: State, words: Mapping[str, str]) -> str:
    """The status word of a state, or one that nobody knows."""
    return STRANGE_WORD if state.strange else words[state.phase]


def raw(state: State, *, sound: bool = False) -> str:
    """The word of `raw_status`, of which no page lists all."""
    return STRANGE_WORD.upper() if state.strange else (_RAW_SOUNDS if sound else _RAW_VIDEOS)[state.phase]


def error(state: State) -> Json:
    """071: why a task failed."""
    assert state.failure is not None
    return {"code": state.failure.code, "message": state.failure.message}


def _said(urls: Sequence[str]) -> Json:
    return {"role": "assistant", "content": "\n".join(urls)}


def _chat(report: Report, kind: str, choice: Mapping[str, object]) -> Json:
    id = f"chatcmpl_{report.submit.task_id.removeprefix('task_')}"
    head: Json = {"id": id, "object": kind, "created": int(report.submit.at_s), "model": report.submit.model}
    return head | {"choices": [choice], "media": {"outputs": list(report.urls)}}
