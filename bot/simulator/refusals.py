"""Refusals: answers that say no before anything was taken; each provider has its own shape for them."""

from collections.abc import Mapping

from bot.simulator.faults import Fault
from bot.simulator.tasks import Failure


class Refused(Exception):
    """The request is answered with an error and leaves no trace in the log."""

    def __init__(
        self,
        message: str,
        *,
        param: str | None = None,
        code: str = "invalid_request_parameter",
        status: int = 400,
        missing: bool = False,
        type: str = "invalid_request_error",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.param = param  # the field to blame
        self.code = code
        self.status = status
        self.missing = missing  # the field isn't there at all
        self.type = type
        self.headers = dict(headers or {})


def by_failure(failure: Failure) -> Refused:
    """The refusal of a door that waited for a task which failed, as far as one can tell afterwards."""
    status = 500 if failure.code == "task_failed" else 400
    return Refused(failure.message, code=failure.code, status=status)


def by_fault(fault: Fault) -> Refused:
    """The refusal that a fault asks for; the provider puts it into its own words where it has some."""
    match fault.name.removeprefix("poll-"):
        case "429":
            seconds = 1 if fault.retry_after_s is None else fault.retry_after_s
            headers = {"Retry-After": f"{seconds:g}"}
            return Refused("Too many requests.", code="rate_limit_exceeded", status=429, headers=headers)
        case "refuse":
            message = "Your request was rejected by the content policy."
            return Refused(message, code="content_policy_violation", param="prompt")
        case "no-balance":
            return Refused("user quota is not enough", code="insufficient_user_quota", status=403, type="new_api_error")
        case name:
            message, code = _BROKEN[name]
            return Refused(message, code=code, status=int(name), type="new_api_error")


_BROKEN = {
    "500": ("Internal server error.", "internal_error"),
    "503": ("No available channel for this model.", "no_available_channel"),
    "404": ("Task not found.", "task_not_found"),
}
