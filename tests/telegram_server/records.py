"""The record of every request, whole: a later scan looks for secrets in it, so that nothing is left out of the path."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.telegram_server import files


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One request and how it was answered."""

    method: str
    path: str
    parameters: Mapping[str, Any]  # as they were given
    files: list[dict[str, Any]]  # part, name, mime, size_bytes, sha256
    status: int | None  # None: the connection was closed without an answer
    answer: Any
    fault: str | None = None  # what went wrong on purpose
    at: float = field(default_factory=time.time)  # Unix time of the answer
    took_s: float = 0.0


def of_files(uploads: Mapping[str, files.Upload]) -> list[dict[str, Any]]:
    """What a record tells of a request's files."""
    return [
        {"part": part, "name": one.name, "mime": one.mime, "size_bytes": len(one.data), "sha256": one.sha256}
        for part, one in uploads.items()
    ]


class Records:
    """All requests since the start."""

    def __init__(self, path: Path | None) -> None:
        self.kept: list[Record] = []
        self._file = path.open("a", encoding="utf-8") if path else None

    def note(self, record: Record) -> None:
        self.kept.append(record)
        if self._file is not None:
            print(json.dumps(asdict(record), ensure_ascii=False, default=str), file=self._file, flush=True)

    def of(self, method: str | None) -> list[dict[str, Any]]:
        """The requests of a method, or all."""
        return [asdict(one) for one in self.kept if method is None or one.method.lower() == method.lower()]

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
