"""How nexus says no: the words of its table (常见错误信息), in OpenAI's form, which is a guess: no JSON is shown."""

from bot.simulator import wire
from bot.simulator.refusals import Refused
from bot.simulator.tasks import Failure
from bot.simulator.wire import Answer

_WORDS = {
    "model_not_found": "model not found",
    "content_policy_violation": "content policy violation",
    "rate_limit_exceeded": "当前分组上游负载已饱和，请稍后再试",
    "no_available_channel": "当前分组上游负载已饱和，请稍后再试",
    "internal_error": "HTTP 500 Internal Server Error",
}


def refused(refusal: Refused) -> Answer:
    """The documented words where there are some; any other complaint in plain ones."""
    words = _WORDS.get(refusal.code, refusal.message)
    error = {"message": words, "type": refusal.type, "param": refusal.param, "code": refusal.code}
    return wire.json_answer({"error": error}, refusal.status, refusal.headers)


def reason(failure: Failure) -> str:
    """Why a task failed, in the words of the table where it has some."""
    return _WORDS.get(failure.code, failure.message)
