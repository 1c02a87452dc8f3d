"""How llmage says no: a flat {"error": text} (错误信息), where 429 means that the balance is used up (LLM-429)."""

from bot.simulator import wire
from bot.simulator.refusals import Refused
from bot.simulator.wire import Answer


def refused(refusal: Refused) -> Answer:
    """The documented words where there are some; any other complaint in plain ones."""
    if refusal.status in (401, 403) and refusal.code.startswith(("api_key", "invalid_api_key")):
        return _said("Invalid API Key", 401)
    if refusal.code == "insufficient_user_quota":
        return _said("Insufficient balance", 429)
    if refusal.missing:
        return _said(f"Missing required parameter: {refusal.param}", refusal.status)
    return wire.json_answer({"error": refusal.message}, refusal.status, refusal.headers)


def _said(text: str, status: int) -> Answer:
    return wire.json_answer({"error": text}, status)
