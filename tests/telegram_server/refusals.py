"""How the server says no, in Telegram's words."""

from dataclasses import dataclass, field
from typing import Any

_PREFIX = {400: "Bad Request: ", 403: "Forbidden: ", 404: "Not Found: ", 409: "Conflict: "}


@dataclass(kw_only=True)
class Refused(Exception):
    """A request that is answered with ok false."""

    code: int
    description: str  # whole, as the bot reads it
    parameters: dict[str, Any] = field(default_factory=dict)  # ResponseParameters

    def __str__(self) -> str:
        return f"{self.code} {self.description}"

    def body(self) -> dict[str, Any]:
        """The answer as JSON."""
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return answer | ({"parameters": self.parameters} if self.parameters else {})


def refused(code: int, text: str, **parameters: Any) -> Refused:
    """A refusal whose text gets the prefix that belongs to its code."""
    return Refused(code=code, description=_PREFIX.get(code, "") + text, parameters=parameters)


def bad(text: str, **parameters: Any) -> Refused:
    """400: the request itself is wrong."""
    return refused(400, text, **parameters)


def forbidden(text: str) -> Refused:
    """403: the bot may not."""
    return refused(403, text)


def too_many(retry_after_s: int) -> Refused:
    """429: the bot has to wait."""
    text = f"Too Many Requests: retry after {retry_after_s}"
    return Refused(code=429, description=text, parameters={"retry_after": retry_after_s})
