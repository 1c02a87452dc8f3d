"""Answers of pxz: the one that is printed, and the result, which is our guess.

The page only says that a result is called back and that `metadata` comes with it. We guess a body with `task_id`,
`status` (pending, processing, completed, failed), `metadata` as it was sent, `results` as a list of {"url", "type"},
and `error` as the words of a failure; nothing is signed.
"""

import datetime

from bot.simulator.families import Json
from bot.simulator.made import Clip
from bot.simulator.reports import Report
from bot.simulator.tasks import STRANGE_WORD

CREDITS = 10  # of a picture, and of a second of video

_WORDS = {"queued": "pending", "running": "processing", "done": "completed", "failed": "failed"}


def submitted(report: Report) -> Json:
    """响应结果."""
    made = report.made
    count = made.seconds if isinstance(made, Clip) else len(made.files)
    return {
        "task_id": report.submit.task_id,
        "status": "pending",
        "estimated_credits": round(CREDITS * count),
        "created_at": _iso(report.submit.at_s),
    }


def result(report: Report) -> Json:
    """Our guess at what is called back, and at what a query would say."""
    submit, state = report.submit, report.state
    kind = "video" if isinstance(report.made, Clip) else "image"
    answer: Json = {
        "task_id": submit.task_id,
        "status": STRANGE_WORD if state.strange else _WORDS[state.phase],
        "metadata": submit.body.get("metadata", {}),
        "results": [{"url": url, "type": kind} for url in report.urls],
        "created_at": _iso(submit.at_s),
    }
    if state.finished_s is not None:
        answer["completed_at"] = _iso(state.finished_s)
    return answer | ({"error": state.failure.message} if state.failure else {})


def _iso(at_s: float) -> str:
    at = datetime.datetime.fromtimestamp(at_s, datetime.UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
