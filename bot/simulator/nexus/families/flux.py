"""FLUX: FLUX 系列, in OpenAI's form (answered at once) and in Replicate's (a prediction that is asked for).

The page names no sizes, and of Replicate's form only the route: `model` and `input` go in, `status`, `output` and
`error` come out, as at Replicate; what stands in `input` besides the prompt isn't judged. "等" in the list of models
means that there are others; they aren't named and aren't played.
"""

import datetime
import re
import uuid
from collections.abc import Mapping, Sequence

from bot.simulator import checks, drafts
from bot.simulator.arrivals import Input
from bot.simulator.families import Door, Family, Json
from bot.simulator.made import Picture
from bot.simulator.media import sizes
from bot.simulator.nexus import doors, envelope
from bot.simulator.reports import Report
from bot.simulator.submits import Submit
from bot.simulator.tasks import STRANGE_WORD

PREDICTIONS = "/v1/predictions"

_WORDS = {"queued": "starting", "running": "processing", "done": "succeeded", "failed": "failed"}
_FIELDS: dict[str, checks.Check] = {"model": checks.text, "prompt": checks.text, "size": checks.pixels}


def judge(draft: drafts.Draft) -> str:
    """Refuse what the page forbids."""
    if draft.path == PREDICTIONS:
        checks.fields(draft.body, {"model": checks.text, "input": checks.mapping})
        checks.need(draft.body, "input")
        given = draft.body["input"]
        assert isinstance(given, dict)
        checks.need(given, "prompt", under="input.")
        checks.fields({"prompt": given["prompt"]}, {"prompt": checks.text}, under="input.")
    else:
        checks.fields(draft.body, _FIELDS)
        checks.need(draft.body, "prompt")
    return "text2image"


def makes(submit: Submit, inputs: Sequence[Input]) -> Picture:
    """One picture, of the asked size or shape."""
    if submit.path == PREDICTIONS:
        return Picture(size=sizes.tiered("1K", _ratio(submit.body["input"])))
    return Picture(size=sizes.pixels(submit.body.get("size", "1024x1024")))


def _ratio(given: Mapping[str, object]) -> str:
    asked = str(given.get("aspect_ratio", "1:1"))
    return asked if re.fullmatch(r"[1-9]\d?:[1-9]\d?", asked) else "1:1"


def prediction(report: Report) -> Json:
    """A prediction, at any moment."""
    submit, state = report.submit, report.state
    return {
        "id": submit.task_id,
        "model": submit.model,
        "status": STRANGE_WORD if state.strange else _WORDS[state.phase],
        "input": dict(submit.body["input"]),
        "output": list(report.urls) or None,
        "error": envelope.reason(state.failure) if state.failure else None,
        "created_at": datetime.datetime.fromtimestamp(submit.at_s, datetime.UTC).isoformat(),
    }


FAMILY = Family(
    name="flux",
    ids=("flux-pro", "flux-dev", "flux-schnell"),
    doors=(
        doors.GENERATIONS,
        Door(
            path=PREDICTIONS,
            answer=prediction,
            new_id=lambda draft: uuid.uuid4().hex[:26],
            polls=(f"{PREDICTIONS}/{{task_id}}",),
        ),
    ),
    judge=judge,
    makes=makes,
    length_s=(2.5, 4.0),
    failure="timeout",
)
