"""What is scripted to go wrong with the next requests."""

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Literal, TypeAlias

Name: TypeAlias = Literal["status", "rate_limit", "hang", "lost", "cut", "delay", "late", "html"]


@dataclass(slots=True, kw_only=True)
class Fault:
    """Played on the next requests that fit, so many times.

    status: answered with status, code and message, and not done. rate_limit: 429 with retry_after_s, after which the
    route, or everything when is_global, stays closed that long. hang: no answer until the client gives up or delay_s
    is over, and not done. lost: done, then the connection is cut instead of an answer. cut: cut at once, not done.
    delay: done, answered delay_s later. late: done delay_s later. html: a Cloudflare page with status instead of JSON.
    """

    name: Name
    times: int = 1
    method: str = ""  # empty: any
    path: str = "*"  # a pattern for the path after /api/v10, "/channels/*/messages"
    status: int = 500
    code: int = 0
    message: str = ""
    retry_after_s: float = 0.5
    is_global: bool = False
    delay_s: float = 30.0
    skip: int = 0  # let so many that fit pass before
    used: int = 0

    def fits(self, method: str, path: str) -> bool:
        return self.method.upper() in ("", method) and fnmatchcase(path, self.path)


@dataclass(slots=True)
class Faults:
    """All that are planned, oldest first."""

    planned: list[Fault] = field(default_factory=list)

    def next(self, method: str, path: str) -> Fault | None:
        """The one that is due now, used up by asking."""
        for fault in self.planned:
            if fault.times > 0 and fault.fits(method, path):
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                fault.used += 1
                return fault
        return None
