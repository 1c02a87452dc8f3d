"""How pxz says no: the words of its table (错误码说明); the JSON around them isn't shown and is guessed."""

from bot.simulator import wire
from bot.simulator.refusals import Refused
from bot.simulator.wire import Answer

NEEDED = ("model", "prompt")  # the only fields whose absence has words of its own


def refused(refusal: Refused) -> Answer:
    """The documented words where there are some; any other complaint in plain ones."""
    status = 401 if refusal.code.startswith(("api_key", "invalid_api_key")) else refusal.status
    return wire.json_answer({"error": _words(refusal, status)}, status, refusal.headers)


def _words(refusal: Refused, status: int) -> str:
    if status == 401:
        return "Unauthorized"
    if refusal.code == "model_not_found":
        return "Invalid model"
    if refusal.code == "internal_error":
        return "Internal Server Error"
    if refusal.param == "params":
        return "Missing or invalid field: params"
    if refusal.missing and refusal.param in NEEDED:
        return f"Missing required field: {refusal.param}"
    if refusal.code == "invalid_request_parameter" and refusal.param and refusal.param != "Content-Type":
        return f"Invalid parameter: {refusal.param}"
    return refusal.message
