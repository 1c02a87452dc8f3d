"""Answers in the shapes that llmage prints.

LLM-TASKID: the `taskid` of a poll's answer is the supplier's number, another than the one to ask with; it is always
there, as the schema has it. What a failed task says isn't printed: its reason is under `error`, as in the envelope.
"""

import hashlib
from collections.abc import Sequence

from bot.simulator.families import Json
from bot.simulator.made import Clip, Words
from bot.simulator.reports import Report
from bot.simulator.tasks import STRANGE_WORD

_WORDS = {"queued": "PENDING", "running": "RUNNING", "done": "SUCCEEDED", "failed": "FAILED"}
_TYPES = {"t2v": "text2video", "i2v": "img2video", "ref2v": "reference2video", "t2i": "text2image"}
PIECE = 12  # letters of a chat's answer in one event


def submitted(report: Report) -> Json:
    """任务提交 > 返回."""
    return {"taskid": report.submit.task_id, "status": "CREATED"}


def picture(report: Report) -> Json:
    """查询任务状态: the picture is under `image`."""
    return _task(report) | ({"image": report.urls[0]} if report.urls else {})


def video(report: Report) -> Json:
    """查询任务状态: the video is under `video`, its cover under `image`."""
    return _task(report) | ({"image": report.cover, "video": report.urls[0]} if report.urls else {})


def _task(report: Report) -> Json:
    state = report.state
    supplier = hashlib.sha256(report.submit.task_id.encode()).hexdigest()[:20]
    task: Json = {"taskid": supplier, "status": STRANGE_WORD.upper() if state.strange else _WORDS[state.phase]}
    if state.failure:
        task["error"] = state.failure.message
    return task | ({"usage": _usage(report)} if state.phase == "done" else {})


def _usage(report: Report) -> Json:
    """返回例子: what the task is charged by."""
    body, made = report.submit.body, report.made
    kind = str(body["catelogid"])
    usage: Json = {"action": kind, "credits": 2, "type": _TYPES[kind], "model": report.submit.model}
    if isinstance(made, Clip):
        usage |= {"credits": round(2 * made.seconds), "resolution": _resolution(report, made)}
        usage |= {"off_peak": body.get("off_peak") == "Y", "duration": int(made.seconds)}
    return usage


def _resolution(report: Report, made: Clip) -> str:
    return str(report.submit.body.get("resolution", f"{min(made.size)}p"))


def completion(report: Report) -> Json:
    """文本生成 > 非流式."""
    text = _text(report)
    choice = {"finish_reason": "stop", "index": 0, "message": {"content": text}}
    usage = {"prompt_tokens": len(report.submit.words), "completion_tokens": len(text)}
    usage["total_tokens"] = sum(usage.values())
    head = _chat(report, "chat.completion") | {"choices": [choice], "model": report.submit.model}
    return head | {"content": text, "finish": "1", "usage": usage}


def chunks(report: Report) -> Sequence[Json]:
    """文本生成 > 流式: an empty one first, then piece by piece as the task goes on, and an empty one with the end."""
    if report.state.phase == "queued":
        return []
    text = _text(report)
    said = text[: len(text) * report.state.progress // 100]
    whole = len(said) // PIECE * PIECE
    events = [_chunk(report, piece) for piece in ("", *(said[at : at + PIECE] for at in range(0, whole, PIECE)))]
    if report.state.phase == "done":
        events += [_chunk(report, said[whole:])] if said[whole:] else []
        events.append(_chunk(report, "", finish="1"))
    return events


def _chunk(report: Report, piece: str, *, finish: str = "0") -> Json:
    choice = {"logprobs": None, "index": 0, "delta": {"content": piece, "role": "assistant"}}
    head = _chat(report, "chat.completion.chunk") | {"choices": [choice], "model": report.submit.model}
    return head | {"reasoning_content": None, "content": piece, "finish": finish}


def _chat(report: Report, kind: str) -> Json:
    id = report.submit.task_id.removeprefix("task_")
    return {"id": f"chatcmpl-{id}", "object": kind, "created": int(report.submit.at_s)}


def _text(report: Report) -> str:
    assert isinstance(report.made, Words)
    return report.made.text
