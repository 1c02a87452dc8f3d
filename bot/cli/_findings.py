"""What a check of `check` finds: a line of its report."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a check went."""

    OK = "ok"
    LATER = "later"  # the next start of the bot mends it
    BAD = "bad"
    SKIPPED = "skipped"  # there is nothing to try


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of the report."""

    state: State
    name: str
    what: str
    cure: str = ""  # what to do, or what the next start does

    @property
    def line(self) -> str:
        """`bad web port: 8080 is taken — choose another with WEB_PORT`"""
        return f"{self.state} {self.name}: {self.what}" + (f" — {self.cure}" if self.cure else "")


def ok(name: str, what: str) -> Finding:
    """All is well."""
    return Finding(state=State.OK, name=name, what=what)


def later(name: str, what: str, cure: str) -> Finding:
    """Nothing is wrong; it is done by the next start."""
    return Finding(state=State.LATER, name=name, what=what, cure=cure)


def bad(name: str, what: str, cure: str = "") -> Finding:
    """Something is to be mended."""
    return Finding(state=State.BAD, name=name, what=what, cure=cure)


def skipped(name: str, what: str) -> Finding:
    """There is nothing to try."""
    return Finding(state=State.SKIPPED, name=name, what=what)
