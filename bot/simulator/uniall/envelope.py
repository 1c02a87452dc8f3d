"""How uniall says no: the shape of page 059, chapter 12."""

from bot.simulator import wire
from bot.simulator.refusals import Refused
from bot.simulator.wire import Answer


def refused(refusal: Refused) -> Answer:
    """The error object; the relay that keeps the accounts leaves `param` out."""
    error: dict[str, object] = {"message": refusal.message, "type": refusal.type, "code": refusal.code}
    if refusal.code != "insufficient_user_quota":
        error["param"] = refusal.param
    return wire.json_answer({"error": error}, refusal.status, refusal.headers)
