"""Faults: what goes wrong on purpose with the next requests that fit."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from tests.telegram_server.refusals import Refused, too_many

_SPARED = frozenset({"getupdates", "download"})  # what a fault must name
_DESCRIPTIONS = {
    400: "Bad Request: refused on purpose",
    403: "Forbidden: bot was blocked by the user",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong, some times."""

    method: str = ""  # as in the description; or download; "" fits all but getUpdates and download
    times: int = 1  # how often it's still to happen
    skip: int = 0  # how many fitting requests pass before
    chat_id: int | None = None  # only requests for this chat
    status: int | None = None  # what is answered; None with `after` or `drop` means no answer at all
    description: str = ""  # "" means what Telegram says with this status
    retry_after: int | None = None  # seconds, for 429
    migrate_to_chat_id: int | None = None
    hang_s: float = 0  # how long the answer is held back
    after: bool = False  # the request is carried out first
    drop: bool = False  # the connection is closed without an answer
    truncate: bool = False  # the connection is closed in the middle of the request's body; nothing is done
    html: bool = False  # the answer's body is a proxy's page, not JSON

    def fits(self, method: str, chat_id: Any) -> bool:
        """Whether it's meant for such a request."""
        named = self.method.lower() == method.lower() if self.method else method.lower() not in _SPARED
        return named and self.chat_id in (None, chat_id)

    @property
    def drops(self) -> bool:
        """Whether the connection is closed instead of answered."""
        return self.drop or self.truncate or (self.after and self.status is None)

    def refusal(self) -> Refused | None:
        """The answer it gives; None where it only holds back or drops."""
        if self.status is None:
            return None
        if self.status == 429:
            wait = too_many(self.retry_after or 1)
            return dataclasses.replace(wait, description=self.description or wait.description)
        text = self.description or _DESCRIPTIONS.get(self.status, f"Error {self.status}")
        moved = {"migrate_to_chat_id": self.migrate_to_chat_id} if self.migrate_to_chat_id else {}
        return Refused(code=self.status, description=text, parameters=moved)


class Faults:
    """All faults in waiting."""

    def __init__(self) -> None:
        self._planned: list[Fault] = []

    def plan(self, fault: Fault) -> None:
        self._planned.append(fault)

    def planned(self) -> list[Fault]:
        return list(self._planned)

    def clear(self) -> None:
        self._planned.clear()

    def draw_cut(self, method: str) -> Fault | None:
        """The fault that cuts a request off in its body, or None."""
        return self._draw(method, None, lambda fault: fault.truncate)

    def draw(self, method: str, chat_id: Any) -> Fault | None:
        """The fault that meets a request, or None; the first planned comes first."""
        return self._draw(method, chat_id, lambda fault: not fault.truncate)

    def _draw(self, method: str, chat_id: Any, wanted: Any) -> Fault | None:
        for place, fault in enumerate(self._planned):
            if wanted(fault) and fault.fits(method, chat_id):
                if fault.skip > 0:
                    self._planned[place] = dataclasses.replace(fault, skip=fault.skip - 1)
                    continue
                left = dataclasses.replace(fault, times=fault.times - 1)
                self._planned[place : place + 1] = [left] if left.times > 0 else []
                return fault
        return None
