"""The journal: calls in the moment they leave and are answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from bot import jobs

CallKey: TypeAlias = tuple[str, int, int]
"""A call's job, step and attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a provider said when it took a request."""

    task_id: str | None = None  # None: it named none
    poll_path: str = ""  # where to ask after it, when that is not the wire's own
    answer: jobs.Answer | None = None  # the finished answer of a blocking endpoint; what came with it is kept already
    usage: jobs.Usage | None = None  # what it is likely to take; None where nothing was said


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What the journal of an earlier process says."""

    sessions: frozenset[str]  # the processes whose calls it is complete for
    sent: frozenset[CallKey]  # requests that were about to leave
    answers: Mapping[CallKey, Taken | None]  # None: the provider said no, nothing started


class Journal(Protocol):
    """Where calls are noted in the moment they leave and are answered: a kill before the commit must not blur that."""

    session: str  # this process, as its calls name it

    def left(self) -> Left:
        """What an earlier process noted. Raises StorageFault."""

    def begin(self) -> None:
        """Everything left is recorded: start anew. Raises StorageFault."""

    async def sending(self, call: jobs.Call) -> None:
        """The request leaves after this. Raises StorageFault: then it must not."""

    def answered(self, call: jobs.Call, taken: Taken | None) -> None:
        """Note an answer, at once; None: it was no. Never raises."""

    def recorded(self, call: jobs.Call) -> None:
        """The outcome of a call is committed."""
