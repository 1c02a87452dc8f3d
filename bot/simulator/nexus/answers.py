"""Answers of nexus: the printed submissions, and finished tasks as we guess them.

Guesses: a unified task ends with `video_url` or `error`; NEX-STATUS: the word is `failed` when the provider refused,
and `error` when something broke. A chat says how far it is, and ends with a link in Markdown.
"""

from collections.abc import Sequence

from bot.simulator.families import Json
from bot.simulator.made import Clip
from bot.simulator.nexus import envelope
from bot.simulator.reports import Report
from bot.simulator.submits import Submit
from bot.simulator.tasks import STRANGE_WORD

_UNIFIED = {"queued": "pending", "running": "processing", "done": "completed"}
_OPENAI = {"queued": "queued", "running": "in_progress", "done": "completed", "failed": "failed"}
STEP = 25  # per cent between two events of a chat that films


def unified(report: Report) -> Json:
    """视频统一格式 > 响应示例."""
    submit, state = report.submit, report.state
    task: Json = {
        "id": submit.task_id,
        "status": STRANGE_WORD if state.strange else _UNIFIED.get(state.phase, "failed"),
        "status_update_time": int((state.finished_s or submit.at_s) * 1000),
        "enhanced_prompt": f"{submit.words}, cinematic" if submit.body.get("enhance_prompt") else submit.words,
    }
    if state.failure:
        broken = state.failure.code == "task_failed"
        return task | {"status": "error" if broken else "failed", "error": envelope.reason(state.failure)}
    return task | ({"video_url": report.urls[0]} if report.urls else {})


def openai(report: Report) -> Json:
    """OpenAI 视频格式 > 响应示例. NEX-VEO-NAMES: the model is echoed without its ending."""
    submit, state = report.submit, report.state
    seconds = f"{report.made.seconds:g}" if isinstance(report.made, Clip) else ""
    task: Json = {
        "id": submit.task_id,
        "object": "video",
        "model": submit.model.split("-")[0] if submit.model.startswith("veo") else submit.model,
        "status": STRANGE_WORD if state.strange else _OPENAI[state.phase],
        "progress": state.progress,
        "created_at": int(submit.at_s),
        "seconds": str(submit.body.get("seconds", seconds)),
        "size": submit.body.get("size", "16x9"),
    }
    if state.failure:
        return task | {"error": {"code": state.failure.code, "message": envelope.reason(state.failure)}}
    return task | ({"completed_at": int(state.finished_s)} if state.finished_s is not None else {})


def pictures(report: Report) -> Json:
    """DALL·E 3 > 响应示例; for the other models by analogy, and b64_json as its name says."""
    key = "b64_json" if wants_bytes(report.submit) else "url"
    results = report.base64 if wants_bytes(report.submit) else report.urls
    data = [{key: result, "revised_prompt": report.submit.words} for result in results]
    return {"created": int(report.submit.at_s), "data": data}


def wants_bytes(submit: Submit) -> bool:
    """Whether the bytes themselves are asked for."""
    return submit.body.get("response_format") == "b64_json"


def completion(report: Report) -> Json:
    """A chat's answer, whole."""
    choice = {"index": 0, "message": {"role": "assistant", "content": _link(report)}, "finish_reason": "stop"}
    return _chat(report, "chat.completion") | {"choices": [choice]}


def chunks(report: Report) -> Sequence[Json]:
    """A chat's answer as it grows: how far it is, and then the link."""
    events = [_chunk(report, f"> {percent}%\n") for percent in range(STEP, report.state.progress + 1, STEP)]
    if report.state.phase != "done":
        return events
    return [*events, _chunk(report, f"\n{_link(report)}\n"), _chunk(report, "", finish="stop")]


def _chunk(report: Report, words: str, *, finish: str | None = None) -> Json:
    choice = {"index": 0, "delta": {"role": "assistant", "content": words}, "finish_reason": finish}
    return _chat(report, "chat.completion.chunk") | {"choices": [choice]}


def _link(report: Report) -> str:
    return "\n".join(f"[video]({url})" for url in report.urls)


def _chat(report: Report, kind: str) -> Json:
    id = f"chatcmpl-{report.submit.task_id.removeprefix('task_')}"
    return {"id": id, "object": kind, "created": int(report.submit.at_s), "model": report.submit.model}
