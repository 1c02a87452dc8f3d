"""Everything that reached the server, in memory and as JSON lines."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.discord_server.refusals import Refusal


@dataclass(slots=True, kw_only=True)
class Request:
    """One request and what became of it."""

    time: str  # by the server's clock
    method: str
    path: str  # from /api/v10 on, without the query
    query: dict[str, str]
    headers: dict[str, str]  # the Authorization too: a scan looks where the token appears
    body: Any = None  # JSON; of a form payload_json, and under "files" what came beside it
    status: int | None = None  # None: still open, or the connection was cut
    code: int | None = None  # Discord's error code
    answer: Any = None
    scripted: str = ""  # the fault that was played on it


@dataclass(slots=True, kw_only=True)
class Record:
    """Requests and gateway events in the order they ended."""

    path: Path | None = None
    requests: list[Request] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def began(self, request: Request) -> None:
        self.requests.append(request)

    def ended(self, request: Request) -> None:
        self.write({"kind": "request", **asdict(request)})

    def refused(self, refusal: Refusal) -> None:
        self.refusals.append(refusal)

    def write(self, line: dict[str, Any]) -> None:
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
