"""Refusals: answers that say no before anything was taken, in the shape of page 059, chapter 12."""

from collections.abc import Mapping


class Refused(Exception):
    """The request is answered with an error and leaves no trace in the log."""

    def __init__(
        self,
        message: str,
        *,
        param: str | None = None,
        code: str = "invalid_request_parameter",
        status: int = 400,
        type: str = "invalid_request_error",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.param = param
        self.code = code
        self.status = status
        self.type = type
        self.headers = dict(headers or {})

    @property
    def body(self) -> dict[str, object]:
        """The JSON of the answer."""
        return {"error": {"message": self.message, "type": self.type, "code": self.code, "param": self.param}}
