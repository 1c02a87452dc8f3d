"""Providers: what is sent to them, and what they answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias

from bot import jobs, requests, voices
from bot.errors import Rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where one result may be fetched; `headers` carry the key only to the provider's own address."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "Source(…)"  # a result's URL is a secret of its owner, the headers hold the key


@dataclass(frozen=True, slots=True, kw_only=True)
class Inline:
    """One result that came within the answer itself: the bytes of a file, or words in UTF-8."""

    content: bytes

    def __repr__(self) -> str:
        return f"Inline({len(self.content)} bytes)"


Origin: TypeAlias = Source | Inline
"""Where the content of one result is to be had."""


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
    outputs: tuple[tuple[Origin, ...], ...] = ()  # per output, the places to try in turn
    failure: Rejected | None = None  # only when failed
    usage: jobs.Usage | None = None  # what it took, as the provider counts; None when it says nothing
    actions: tuple[jobs.Action, ...] = ()  # what the provider offers to do with the result
    partial: bool = False  # the answer broke off: `outputs` are as far as it came


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """What came of a request that was taken.

    A task to follow (`task_id`), the finished answer of a blocking endpoint (`status`), or neither:
    then its end comes to our callback. A provider that calls back may name a task as well.
    """

    task_id: str | None = None  # None: it has none
    poll_path: str = ""  # where to ask after the task when that is not the wire's own; with {task_id}
    status: Status | None = None  # None: it is still being made
    usage: jobs.Usage | None = None  # what it is likely to take; None where the provider says nothing beforehand


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What is left with a provider."""

    words: str  # as it shows it: ¥14.60
    amount: float


Hearing: TypeAlias = Callable[[str | int], None]
"""Is told what a streamed answer says while it comes: all its words so far, or how far a clip is, in percent.

Returns at once.
"""


class Provider(Protocol):
    """A third-party HTTP service. Every method has a time limit."""

    name: str

    @property
    def calls_back(self) -> bool:
        """Whether a callback is the only way to learn what became of a task."""

    def with_callback(self, wire: requests.Wire, url: str, *, job: str) -> requests.Wire | None:
        """The wire with the address at which its end is to be told; None where nobody is told of such a request.

        `job` is what it belongs to, for providers that keep a note beside a task.
        """

    async def submit(self, wire: requests.Wire, *, hearing: Hearing | None = None) -> Submitted:
        """Send once. Raises NotSent, Busy, Rejected, Unknown; StorageFault for a lost upload.

        An answer that is streamed and breaks off after something of use came is a `partial` status, else Unknown.
        """

    async def poll(self, poll_path: str, task_id: str) -> Status:
        """Ask after a task. Raises Unreachable, Missing, Rejected (the key)."""

    def told(self, body: bytes) -> tuple[str | None, Status]:
        """Read what was posted to a callback: the task it names, if any, and its status. Raises Unreachable."""

    async def models(self) -> frozenset[str] | None:
        """The ids that the key may use; None where the provider has no list. Raises Unreachable, Rejected."""

    async def voices(self) -> tuple[voices.Speaker, ...] | None:
        """The voices that the key may speak with; None where the provider lists none. Raises Unreachable, Rejected."""

    async def balance(self) -> Balance | None:
        """What is left; None where the provider does not tell. Raises Unreachable, Rejected."""

    async def close(self) -> None:
        """Let connections go."""
