"""How Discord says no: a status, a JSON error code, and for a bad body a tree of reasons."""

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Json: TypeAlias = dict[str, Any]
Kind: TypeAlias = Literal["form", "state", "limited"]


class Refused(Exception):
    """The request is answered with an error; form: what was sent is wrong, state: it doesn't fit what there is."""

    def __init__(self, status: int, code: int, message: str, *, errors: Json | None = None, kind: Kind = "state"):
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors
        self.kind: Kind = kind

    def body(self) -> Json:
        return {"message": self.message, "code": self.code} | ({"errors": self.errors} if self.errors else {})

    def reasons(self) -> list[str]:
        return list(flat(self.errors)) if self.errors else [self.message]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A request that was refused for its own fault, not by a script."""

    kind: Kind
    method: str
    path: str
    status: int
    code: int
    reasons: list[str]


class Problems:
    """Reasons collected while a body is read."""

    def __init__(self) -> None:
        self.errors: Json = {}

    def add(self, path: str, code: str, message: str) -> None:
        """Blame one place, `embeds.0.url`; the whole body when path is empty."""
        place = self.errors
        for part in path.split(".") if path else ():
            place = place.setdefault(part, {})
        place.setdefault("_errors", []).append({"code": code, "message": message})

    def settle(self) -> None:
        """Raise when anything was found."""
        if self.errors:
            raise Refused(400, 50035, "Invalid Form Body", errors=self.errors, kind="form")


def flat(errors: Json, path: str = "") -> list[str]:
    """The leaves as `embeds.0.url: CODE message`."""
    found = [f"{path or 'body'}: {leaf['code']} {leaf['message']}" for leaf in errors.get("_errors", [])]
    for key, below in errors.items():
        if key != "_errors":
            found += flat(below, f"{path}.{key}" if path else key)
    return found


def form(path: str, code: str, message: str) -> Refused:
    """One bad field."""
    problems = Problems()
    problems.add(path, code, message)
    return Refused(400, 50035, "Invalid Form Body", errors=problems.errors, kind="form")


def unknown(what: str) -> Refused:
    """Something that isn't there; https://docs.discord.com/developers/topics/opcodes-and-status-codes."""
    codes = {
        "Application": 10002, "Channel": 10003, "Guild": 10004, "Member": 10007, "Message": 10008, "User": 10013,
        "Webhook": 10015, "Interaction": 10062, "application command": 10063,
    }  # fmt: skip
    return Refused(404, codes[what], f"Unknown {what}")


def missing_access() -> Refused:
    return Refused(403, 50001, "Missing Access")


def missing_permissions() -> Refused:
    return Refused(403, 50013, "Missing Permissions")


def too_large() -> Refused:
    return Refused(413, 40005, "Request entity too large", kind="form")
