"""A submit: one submission that was taken, exactly as the log keeps it."""

import dataclasses
import datetime
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from bot.simulator import wording

FIRST = "uniall"  # a line without a provider is of the days when only this one was played


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Submit:
    """One line of submits.jsonl; with the clock it says all there is to know about its task."""

    number: int  # 1, 2, … in the order of acceptance, over all providers
    task_id: str
    received_at: str  # UTC, ISO: the request's head was here
    at: str  # UTC, ISO: accepted, and the task's time zero
    provider: str = FIRST
    path: str  # below the provider's address
    model: str  # the id that was asked for; the family's own where the format names none
    operation: str
    content_type: str
    body: Mapping[str, Any]  # files as {name, size, sha256}
    body_sha256: str  # of the body as JSON with sorted keys
    length_s: float  # how long the task takes when nothing goes wrong
    faults: tuple[str, ...] = ()  # what goes wrong with this task
    answered: bool = False  # False in the file; True once answers.jsonl says so

    def __getitem__(self, name: str) -> Any:
        """Read a field like a key of the line."""
        return getattr(self, name)

    @property
    def at_s(self) -> float:
        """The task's time zero, in seconds since 1970."""
        return datetime.datetime.fromisoformat(self.at).timestamp()

    @property
    def words(self) -> str:
        """What a person wrote into it."""
        return wording.said(self.body)

    def line(self) -> str:
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False)

    @classmethod
    def parse(cls, line: str) -> "Submit":
        fields = json.loads(line)
        return cls(**fields | {"faults": tuple(fields["faults"])})


def digest(body: Mapping[str, object]) -> str:
    """The SHA-256 of a body, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
