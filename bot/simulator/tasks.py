"""A task's state: a pure function of the logged submission, what became of its inputs, and the clock."""

import dataclasses
from typing import Literal

from bot.simulator.arrivals import Arrival
from bot.simulator.submits import Submit

SLOWNESS = 10  # `slow`
QUEUED_UNTIL = 0.1  # share of the task's length
INPUTS_READ_AT = 0.3
FAILS_AT = 0.6
STRANGE_WORD = "reviewing"  # `unknown-status` says this for the middle third

Phase = Literal["queued", "running", "done", "failed"]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a task failed."""

    code: str
    message: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a poll would say now."""

    phase: Phase
    progress: int  # 0-100
    failure: Failure | None = None
    strange: bool = False  # a status word that no page lists stands in
    finished_s: float | None = None  # seconds since 1970; None while it goes on


BEGUN = State(phase="queued", progress=0)


def state(submit: Submit, arrival: Arrival | None, failed: str, now_s: float) -> State:
    """The state at a moment; `arrival` is None until it is known whether the inputs could be read.

    `failed` is what the provider says of a task that failed without a reason.
    """
    length_s = submit.length_s * (SLOWNESS if "slow" in submit.faults else 1)
    share = (now_s - submit.at_s) / length_s
    failure, at = _failure(submit, arrival, failed)
    if failure and share >= at:
        return State(phase="failed", progress=100, failure=failure, finished_s=submit.at_s + at * length_s)
    if share >= 1 and arrival is not None and "endless" not in submit.faults:
        return State(phase="done", progress=100, finished_s=submit.at_s + length_s)
    if share < QUEUED_UNTIL:
        return State(phase="queued", progress=0)
    limit = 0.95 if arrival is not None else INPUTS_READ_AT
    strange = "unknown-status" in submit.faults and 1 / 3 <= share < 2 / 3
    return State(phase="running", progress=int(100 * min(share, limit)), strange=strange)


def results(submit: Submit, asked: int) -> int:
    """How many of the results that were asked for a finished task has."""
    if "no-result" in submit.faults:
        return 0
    return max(1, asked // 2) if "partial" in submit.faults else asked


def _failure(submit: Submit, arrival: Arrival | None, failed: str) -> tuple[Failure | None, float]:
    if arrival is not None and arrival.problem is not None:
        return Failure(code="invalid_input", message=arrival.problem), INPUTS_READ_AT
    if "refuse-late" in submit.faults:
        message = "The request was rejected by the content policy."
        return Failure(code="content_policy_violation", message=message), FAILS_AT
    if "fail" in submit.faults:
        return Failure(code="task_failed", message=failed), FAILS_AT
    return None, FAILS_AT
