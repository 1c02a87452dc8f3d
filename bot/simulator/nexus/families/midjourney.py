"""Midjourney: 提交 Imagine 任务, 查询任务状态, 执行 Action 动作. The model isn't named in the request.

The page prints no answer, and no field of an action. Guessed after the relays that everybody uses for Midjourney: a
submission is answered with `code`, `description` and the id in `result`; a task has `status`, `progress`, `imageUrl`,
`failReason` and `buttons`, each with a `customId` that an action names, together with the `taskId`. `notifyHook` is
called with the task at its end.
"""

import hashlib
import random
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

from bot.simulator import arrivals, checks, drafts, refusals
from bot.simulator.arrivals import Input
from bot.simulator.families import Door, Family, Json
from bot.simulator.made import Picture
from bot.simulator.media import sizes
from bot.simulator.nexus import envelope
from bot.simulator.reports import Report
from bot.simulator.submits import Submit
from bot.simulator.tasks import STRANGE_WORD

IMAGINE = "/mj/submit/imagine"
ACTION = "/mj/submit/action"
MOST_PICTURES = 10  # not documented

_WORDS = {"queued": "SUBMITTED", "running": "IN_PROGRESS", "done": "SUCCESS", "failed": "FAILURE"}
_SHAPE = re.compile(r"--ar\s+([1-9]\d?:[1-9]\d?)")
_IMAGINE: dict[str, checks.Check] = {
    "prompt": checks.text,
    "base64Array": checks.at_most(MOST_PICTURES, checks.each(checks.data)),
    "notifyHook": checks.url,
    "state": checks.anything,
}
_ACTION: dict[str, checks.Check] = {
    "taskId": checks.text,
    "customId": checks.text,
    "notifyHook": checks.url,
    "state": checks.anything,
}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the page forbids; answer which operation this is."""
    if draft.path == ACTION:
        return _action(draft)
    checks.fields(draft.body, _IMAGINE)
    checks.need(draft.body, "prompt")
    return "image2image" if draft.body.get("base64Array") else "text2image"


def _action(draft: drafts.Draft) -> str:
    """An action must press a button that its task has."""
    checks.fields(draft.body, _ACTION)
    checks.need(draft.body, "taskId", "customId")
    task = next((one for one in draft.past if one.task_id == draft.body["taskId"]), None)
    if task is None or task.path not in (IMAGINE, ACTION):
        raise refusals.Refused("`taskId` is no task that can be acted on.", param="taskId")
    pressed = [button["customId"] for button in _buttons(task)]
    if draft.body["customId"] not in pressed:
        raise refusals.Refused("`customId` is no button of this task.", param="customId")
    return "action"


def makes(submit: Submit, inputs: Sequence[Input]) -> Picture:
    """One picture, of the shape that the prompt asks for; four on it until one is chosen, or so it is said."""
    found = _SHAPE.search(submit.words)
    return Picture(size=sizes.tiered("1K", found[1] if found else "1:1"))


def _inputs(body: Mapping[str, Any]) -> list[arrivals.Wanted]:
    return list(arrivals.named(body, {"base64Array": "image"}))


def submitted(report: Report) -> Json:
    """A submission that was taken."""
    return {"code": 1, "description": "提交成功", "result": report.submit.task_id, "properties": {}}


def fetched(report: Report) -> Json:
    """A task, at any moment."""
    submit, state = report.submit, report.state
    return {
        "id": submit.task_id,
        "action": _verb(submit),
        "status": STRANGE_WORD.upper() if state.strange else _WORDS[state.phase],
        "progress": f"{state.progress}%",
        "prompt": submit.words,
        "imageUrl": report.urls[0] if report.urls else "",
        "failReason": envelope.reason(state.failure) if state.failure else "",
        "submitTime": int(submit.at_s * 1000),
        "finishTime": int(state.finished_s * 1000) if state.finished_s is not None else 0,
        "state": submit.body.get("state", ""),
        "buttons": _buttons(submit) if report.urls else [],
    }


def _verb(submit: Submit) -> str:
    pressed = submit.body.get("customId")
    if pressed is None:
        return "IMAGINE"
    kind = str(pressed).split("::")[2]
    return {"upsample": "UPSCALE", "reroll": "REROLL"}.get(kind, "VARIATION")


def _buttons(submit: Submit) -> list[dict[str, str]]:
    """Four to upscale, four to vary and one to roll again; an upscaled picture can only be varied."""
    image = hashlib.sha256(submit.task_id.encode()).hexdigest()[:32]
    if _verb(submit) == "UPSCALE":
        kinds = {"Vary (Subtle)": "low_variation::1", "Vary (Strong)": "high_variation::1"}
    else:
        kinds = {f"U{n}": f"upsample::{n}" for n in range(1, 5)} | {f"V{n}": f"variation::{n}" for n in range(1, 5)}
        kinds["🔄"] = "reroll::0"
    return [{"customId": f"MJ::JOB::{kind}::{image}", "label": label} for label, kind in kinds.items()]


def _new_id(draft: drafts.Draft) -> str:
    return f"{int(time.time() * 1000)}{random.SystemRandom().randrange(10**6):06}"


def _hook(body: Mapping[str, Any]) -> str:
    return str(body.get("notifyHook", ""))


def _door(path: str) -> Door:
    return Door(
        path=path,
        model_in="nowhere",
        answer=submitted,
        new_id=_new_id,
        polls=("/mj/task/{task_id}/fetch",),
        polled=fetched,
        callback=_hook,
        called=fetched,
    )


FAMILY = Family(
    name="midjourney",
    ids=("midjourney",),
    doors=(_door(IMAGINE), _door(ACTION)),
    judge=judge,
    makes=makes,
    length_s=(4.0, 7.0),
    failure="timeout",
    inputs=_inputs,
)
