"""Providers: what is sent to them, and what they answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from bot import requests
from bot.errors import Rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where one result may be fetched; `headers` carry the key only to the provider's own address."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "Source(…)"  # a result's URL is a secret of its owner, the headers hold the key


class TaskState(StrEnum):
    """A provider's status word, mapped."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A provider's answer about a task."""

    state: TaskState
    progress: int | None = None  # percent, None when it says none
    outputs: tuple[tuple[Source, ...], ...] = ()  # per output, the places to try in turn
    failure: Rejected | None = None  # only when failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What is left with a provider."""

    words: str  # as it shows it: ¥14.60
    amount: float


class Provider(Protocol):
    """A third-party HTTP service. Every method has a time limit."""

    name: str

    async def submit(self, wire: requests.Wire) -> str:
        """Send once and answer the task's id. Raises NotSent, Busy, Rejected, Unknown."""

    async def poll(self, poll_path: str, task_id: str) -> Status:
        """Ask after a task. Raises Unreachable, Missing, Rejected (the key)."""

    async def models(self) -> frozenset[str]:
        """The ids that the operator's key may use. Raises Unreachable, Rejected."""

    async def balance(self) -> Balance:
        """What is left. Raises Unreachable, Rejected."""

    async def close(self) -> None:
        """Let connections go."""
