"""Answers in the shapes the pages print, one function per family and moment."""

from collections.abc import Mapping, Sequence

from bot.simulator.submits import Submit
from bot.simulator.tasks import STRANGE_WORD, State

Json = dict[str, object]

_IMAGE_WORDS = {"queued": "queued", "running": "processing", "done": "succeeded", "failed": "failed"}  # 062
_GROK_WORDS = {"queued": "queued", "running": "in_progress", "done": "completed", "failed": "failed"}  # 071
_PLAIN_WORDS = {"queued": "queued", "running": "processing", "done": "completed", "failed": "failed"}  # 055, 060
_RAW_WORDS = {"queued": "SUBMITTED", "running": "IN_PROGRESS", "done": "SUCCESS", "failed": "FAILURE"}  # 058


def submitted(submit: Submit, state: State) -> Json:
    """The answer to a submission whose task is to be polled."""
    if submit.family.kind == "image":
        return image(submit, state, [])
    return task(submit, state, [])


def polled(submit: Submit, state: State, urls: Sequence[str]) -> Json:
    """The answer to a poll; only pictures come wrapped (062 chapter 7)."""
    if submit.family.kind == "image":
        return {"code": "success", "message": "", "data": image(submit, state, urls)}
    return task(submit, state, urls)


def task(submit: Submit, state: State, urls: Sequence[str]) -> Json:
    """The flat task object of videos and sounds."""
    shape = {"video": grok, "avatar": avatar, "music": music, "speech": speech}[submit.family.kind]
    return shape(submit, state, urls)


def image(submit: Submit, state: State, urls: Sequence[str]) -> Json:
    """062 chapter 6, and 072 for the queued form."""
    metadata: Json = {"task_type": submit.operation}
    if state.phase == "done":
        metadata["result_count"] = len(urls)
        if len(urls) > 1:
            metadata["result_urls"] = list(urls)
    return {
        "task_id": submit.task_id,
        "status": _word(state, _IMAGE_WORDS),
        "progress": f"{state.progress}%",
        "result_url": urls[0] if urls else "",
        "metadata": metadata,
        "error": _error(state) if state.failure else None,
    }


def grok(submit: Submit, state: State, urls: Sequence[str]) -> Json:
    """071 chapters 7.1 and 8.1: the result is in metadata.url; a failed task has neither task_id nor seconds."""
    head: Json = {"id": submit.task_id, "task_id": submit.task_id, "object": "video", "model": submit.model}
    head |= {"status": _word(state, _GROK_WORDS), "progress": state.progress, "created_at": int(submit.at_s)}
    if state.failure:
        del head["task_id"]
        return head | {"error": _error(state)}
    seconds = submit.body.get("duration", submit.body.get("seconds"))
    if seconds is not None:
        head["seconds"] = str(seconds)
    if state.finished_s is not None:
        head |= {"completed_at": int(state.finished_s), "size": submit.body.get("size", "720p")}
    return head | ({"metadata": {"url": urls[0]}} if urls else {})


def avatar(submit: Submit, state: State, urls: Sequence[str]) -> Json:
    """060 chapters 3.2 and 4; its failed form isn't printed and follows 071."""
    answer = _job(submit, state, "video.generation.job")
    if state.failure:
        answer["error"] = _error(state)
    return answer | ({"video_url": urls[0], "result": {"outputs": list(urls)}} if urls else {})


def music(submit: Submit, state: State, urls: Sequence[str]) -> Json:
    """055 chapters 3.2 and 4; its failed form isn't printed and follows 058."""
    answer = _job(submit, state, "audio.generation.job")
    if state.failure:
        answer["error"] = {"message": state.failure.message}
    return answer | ({"audio_url": urls[0], "result": _sounds(urls)} if urls else {})


def speech(submit: Submit, state: State, urls: Sequence[str]) -> Json:
    """058 chapters 3.3 and 4."""
    words = _PLAIN_WORDS | {"running": "in_progress"}
    return {
        "id": submit.task_id,
        "task_id": submit.task_id,
        "object": "audio.generation.job",
        "status": _word(state, words),
        "raw_status": STRANGE_WORD.upper() if state.strange else _RAW_WORDS[state.phase],
        "progress": f"{state.progress}%",
        "audio_url": urls[0] if urls else None,
        "result": {"audio_url": urls[0]} | _sounds(urls) if urls else None,
        "error": {"message": state.failure.message} if state.failure else None,
    }


def pictures(created_s: float, urls: Sequence[str]) -> Json:
    """063: the synchronous answer of /v1/images/generations and /edits."""
    return {"created": int(created_s), "data": [{"url": url} for url in urls]}


def chunk(submit: Submit, urls: Sequence[str]) -> Json:
    """068: the one chunk of a streamed chat answer."""
    choice = {"index": 0, "delta": {"role": "assistant", "content": "\n".join(urls)}, "finish_reason": "stop"}
    return _chat(submit, "chat.completion.chunk", choice, urls)


def completion(submit: Submit, urls: Sequence[str]) -> Json:
    """The same without streaming, which 068 doesn't print."""
    choice = {"index": 0, "message": {"role": "assistant", "content": "\n".join(urls)}, "finish_reason": "stop"}
    return _chat(submit, "chat.completion", choice, urls)


def _chat(submit: Submit, kind: str, choice: Mapping[str, object], urls: Sequence[str]) -> Json:
    id = f"chatcmpl_{submit.task_id.removeprefix('task_')}"
    head: Json = {"id": id, "object": kind, "created": int(submit.at_s), "model": submit.model}
    return head | {"choices": [choice], "media": {"outputs": list(urls)}}


def _job(submit: Submit, state: State, kind: str) -> Json:
    status = _word(state, _PLAIN_WORDS)
    return {"id": submit.task_id, "task_id": submit.task_id, "object": kind, "status": status}


def _sounds(urls: Sequence[str]) -> Json:
    return {"outputs": list(urls), "audios": [{"url": url} for url in urls]}


def _word(state: State, words: Mapping[str, str]) -> str:
    return STRANGE_WORD if state.strange else words[state.phase]


def _error(state: State) -> Json:
    assert state.failure is not None
    return {"code": state.failure.code, "message": state.failure.message}
