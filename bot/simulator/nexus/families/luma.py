"""luma: luma 视频生成. The model isn't named in the request.

The page prints no answer and points at the official form: `id`, `state`, `assets.video` and `failure_reason` are
guessed from there, as are the keyframes `frame0` and `frame1`. NEX-DURATION: there is no field for it; 5 s are made.
"""

import datetime
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.simulator import arrivals, checks, drafts, refusals
from bot.simulator.arrivals import Input
from bot.simulator.families import Door, Family, Json
from bot.simulator.made import Clip
from bot.simulator.media import sizes
from bot.simulator.nexus import envelope
from bot.simulator.reports import Report
from bot.simulator.submits import Submit
from bot.simulator.tasks import STRANGE_WORD

SECONDS = 5.0
FRAMES = ("frame0", "frame1")

_STATES = {"queued": "queued", "running": "dreaming", "done": "completed", "failed": "failed"}


def _ratio(value: object) -> str | None:
    """No values are documented; any shape is taken."""
    fits = isinstance(value, str) and re.fullmatch(r"[1-9]\d?:[1-9]\d?", value)
    return None if fits else "must be two numbers with : between them"


def judge(draft: drafts.Draft) -> str:
    """Refuse what the page forbids; answer which operation this is."""
    known: dict[str, checks.Check] = {
        "prompt": checks.text,
        "aspect_ratio": _ratio,
        "loop": checks.flag,
        "keyframes": checks.mapping,
    }
    checks.fields(draft.body, known)
    checks.need(draft.body, "prompt")
    frames = draft.body.get("keyframes", {})
    assert isinstance(frames, dict)
    checks.fields(frames, dict.fromkeys(FRAMES, _frame), under="keyframes.")
    if frames and "frame0" not in frames:
        raise refusals.Refused("`keyframes.frame0` is required.", param="keyframes.frame0", missing=True)
    return ("text2video", "image2video", "first_last_frame")[len(frames)]


def _frame(value: object) -> str | None:
    return checks.url(value.get("url")) if isinstance(value, dict) else "must be an object"


def makes(submit: Submit, inputs: Sequence[Input]) -> Clip:
    """In 720p of the asked shape."""
    shape = sizes.ratio(submit.body.get("aspect_ratio", "16:9"))
    return Clip(size=sizes.video("720p", shape), seconds=SECONDS)


def _inputs(body: Mapping[str, Any]) -> Iterator[arrivals.Wanted]:
    for name, frame in body.get("keyframes", {}).items():
        yield arrivals.want(f"keyframes.{name}", "image", frame)


def answer(report: Report) -> Json:
    """A generation, at any moment."""
    state = report.state
    return {
        "id": report.submit.task_id,
        "state": STRANGE_WORD if state.strange else _STATES[state.phase],
        "failure_reason": envelope.reason(state.failure) if state.failure else None,
        "created_at": datetime.datetime.fromtimestamp(report.submit.at_s, datetime.UTC).isoformat(),
        "assets": {"video": report.urls[0]} if report.urls else None,
        "request": dict(report.submit.body),
    }


FAMILY = Family(
    name="luma",
    ids=("luma",),
    doors=(
        Door(
            path="/v1/generations",
            model_in="nowhere",
            answer=answer,
            new_id=lambda draft: str(uuid.uuid4()),
            polls=("/v1/generations/{task_id}",),
        ),
    ),
    judge=judge,
    makes=makes,
    length_s=(8.0, 12.0),
    failure="timeout",
    inputs=_inputs,
)
