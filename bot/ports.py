"""The ports: what the core needs of the world, as Protocols, and the values that pass through them."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeAlias

from bot import jobs, media, money, replies, requests
from bot.errors import Rejected
from bot.requests import AccountId


class Clock(Protocol):
    """Time in UTC; tests set it."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""

    async def sleep(self, seconds: float) -> None:
        """Wait that long."""


# --- providers -------------------------------------------------------------------------------------------------


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


# --- files -----------------------------------------------------------------------------------------------------


class Files(Protocol):
    """Media at work: everything lies below one data folder and is named by a relative path."""

    def absolute(self, path: str) -> Path:
        """Where a kept file lies."""

    async def intake(self, source: str, *, kind: media.MediaKind, local: bool) -> media.MediaRef:
        """Check and keep a member's file or URL; `local` allows paths of this machine. Raises Invalid."""

    async def fetch(self, sources: Sequence[Source], *, kind: media.MediaKind, into: str) -> tuple[str, media.Facts]:
        """Download a result, check it by content and keep it at `into` plus its extension.

        Raises Unreachable (try again later), Rejected (no usable file behind any source), StorageFault (the disk).
        """

    async def sweep(self, older_than: datetime, *, live: Collection[str]) -> int:
        """Remove kept media last written before then, but for the paths in `live`; says how many."""

    def lend(self, ref: media.MediaRef) -> str | None:
        """A URL of ours under which a provider can fetch the file for a while, or None when there is no such way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent:
    """A file that a provider may fetch, or a person download, for a while."""

    path: Path | None  # None when the while is over or the file is no longer kept
    mime: str = ""
    name: str = ""  # as what a person downloads it; "" for a provider, who only reads it


class Lending(Protocol):
    """What the web server needs to give lent and linked files out."""

    def lent(self, token: str) -> Lent | None:
        """What such a URL's last part stands for; None when it was never given out."""


# --- storage ---------------------------------------------------------------------------------------------------


class Jobs(Protocol):
    """Job, call, output and draft rows."""

    async def add(self, job: jobs.Job) -> None:
        """A new row; its request key is unique per platform."""

    async def by_key(self, platform: str, key: str) -> jobs.Job | None:
        """The job that an event with this key already made."""

    async def get(self, id: str) -> jobs.Job | None:
        """One job."""

    async def move(self, id: str, *states: jobs.JobState, to: jobs.JobState, **changes: object) -> jobs.Job | None:
        """Compare-and-set: to `to` with `changes` when the state is one of `states`; the job as it is then, else None.
        """

    async def note(self, id: str, **changes: object) -> jobs.Job | None:
        """Set columns that are no state: progress, message, hidden_at, late_at, told_at, watch_until; the job then."""

    async def follow(self, platform: str, old: str, new: str) -> None:
        """Jobs asked for in a community go where it went: their answers are posted anew, in its new channel."""

    async def unfinished(self) -> Sequence[jobs.Job]:
        """All jobs that have not ended, oldest first."""

    async def watched(self, now: datetime) -> Sequence[jobs.Job]:
        """Ended jobs of which a late result is still awaited."""

    async def untold(self) -> Sequence[jobs.Job]:
        """Failed jobs whose member has not been told yet."""

    async def of(self, account: AccountId, *, limit: int) -> Sequence[jobs.Job]:
        """An account's jobs, newest first."""

    async def recent(self, *, state: jobs.JobState | None, limit: int) -> Sequence[jobs.Job]:
        """Everyone's jobs, newest first."""

    async def calls(self, job: str) -> Sequence[jobs.Call]:
        """A job's calls by step and attempt."""

    async def submitting(self) -> Sequence[jobs.Call]:
        """Calls whose answer is not recorded."""

    async def add_call(self, call: jobs.Call) -> None:
        """A new call."""

    async def move_call(
        self, call: jobs.Call, *states: jobs.CallState, to: jobs.CallState, **changes: object
    ) -> jobs.Call | None:
        """Compare-and-set on a call; the call as it is then, else None."""

    async def outputs(self, job: str) -> Sequence[jobs.Output]:
        """A job's outputs by step and index."""

    async def add_output(self, output: jobs.Output) -> None:
        """A new output; the same one twice is one."""

    async def mark_delivered(self, output: jobs.Output, at: datetime) -> None:
        """It was posted."""

    async def typical_s(self, model: str) -> float | None:
        """The median seconds of the model's last successful calls; None without any."""

    async def add_draft(self, draft: jobs.Draft) -> bool:
        """A question; False when its id is taken."""

    async def draft(self, id: str) -> jobs.Draft | None:
        """One question."""

    async def consume_draft(self, id: str, *, job: str) -> bool:
        """Compare-and-set from open to answered; says whether it was open."""

    async def dismiss_draft(self, id: str) -> bool:
        """Compare-and-set from open to dismissed; says whether it was open."""


class Ledger(Protocol):
    """Transfers and the balances that follow from them."""

    async def grant(self, transfer: money.Transfer) -> bool:
        """Post a transfer once; False when its id was posted before."""

    async def posted(self, id: str) -> bool:
        """Whether a transfer with this id was posted."""

    async def hold(self, job: str, legs: Sequence[money.Leg], *, at: datetime) -> None:
        """Set the legs aside. Raises NotEnough."""

    async def capture(self, job: str, amount: int, *, at: datetime) -> None:
        """Take `amount` from the job's hold in the order of its legs and give the rest back to where it came from."""

    async def release(self, job: str, *, at: datetime) -> None:
        """Give the whole hold back to where it came from."""

    async def legs(self, job: str) -> Sequence[money.Leg]:
        """What the job's hold was drawn from."""

    async def balance(self, account: AccountId) -> int:
        """Credits of one account."""

    async def drawn(self, account: AccountId, *, since: datetime) -> Mapping[date, int]:
        """Credits that this member's jobs of each UTC day since then drew from pools, returned ones not counted."""

    async def held(self, account: AccountId) -> int:
        """Credits set aside for this member's running jobs."""

    async def spent(self, account: AccountId, *, since: datetime | None = None) -> Sequence[tuple[str, int]]:
        """Credits used by this member's jobs by kind, most first."""

    async def faults(self) -> Sequence[str]:
        """What an audit finds wrong: empty when the books balance and nothing is held without a live job."""


class Accounts(Protocol):
    """People and their preferences."""

    async def of(self, person: requests.Person) -> jobs.Account | None:
        """The account behind a platform's user."""

    async def add(self, account: jobs.Account, person: requests.Person) -> None:
        """A new account with its first identity."""

    async def get(self, id: AccountId) -> jobs.Account | None:
        """One account."""

    async def all(self) -> Sequence[tuple[jobs.Account, str]]:
        """Every account with `platform:user` of its identity."""

    async def prefer(self, id: AccountId, preferences: jobs.Preferences) -> None:
        """Set preferences."""

    async def note(self, *, actor: str, action: str, subject: str, why: str, at: datetime) -> None:
        """A line in the audit log."""


class Communities(Protocol):
    """Discord servers and Telegram groups."""

    async def of(self, platform: str, native: str) -> jobs.Community | None:
        """The community behind a platform's id."""

    async def add(self, community: jobs.Community) -> None:
        """A new one; a platform's id is unique."""

    async def get(self, id: str) -> jobs.Community | None:
        """One community."""

    async def all(self) -> Sequence[jobs.Community]:
        """Every community, oldest first."""

    async def rename(self, id: str, title: str) -> None:
        """Take over what its platform calls it now."""

    async def speak(self, id: str, language: str) -> None:
        """Take over the language of the first who spoke there."""

    async def move(self, platform: str, old: str, new: str) -> bool:
        """Its platform knows it by another id now; False when nothing is known by the old one, or it moved before.

        A community that was made for the new id in the meantime keeps the old one instead: nobody speaks there.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What a platform sent, kept until it is answered: it must survive a kill."""

    platform: str
    key: str  # the platform's own id of it, the same when it comes twice
    payload: str = field(repr=False)  # JSON as its adapter reads it; holds members' words
    at: datetime  # when it was received


class Inbox(Protocol):
    """Events that were received and not answered yet."""

    async def add(self, events: Sequence[Event]) -> None:
        """Keep those that are not known yet."""

    async def waiting(self, platform: str) -> Sequence[Event]:
        """Those that are not done, oldest first."""

    async def done(self, platform: str, key: str, at: datetime) -> None:
        """It was answered: its payload is emptied, its key stays known for a while."""

    async def sweep(self, before: datetime) -> None:
        """Forget what was done before then."""


class Transaction(Protocol):
    """One transaction: all of it or nothing."""

    @property
    def jobs(self) -> Jobs: ...

    @property
    def ledger(self) -> Ledger: ...

    @property
    def accounts(self) -> Accounts: ...

    @property
    def communities(self) -> Communities: ...

    @property
    def inbox(self) -> Inbox: ...


class Store(Protocol):
    """Where rows live. Errors are StorageFault (or OperatorError at opening)."""

    def transaction(self, *, awaited: bool = False) -> AbstractAsyncContextManager[Transaction]:
        """A writing transaction; it holds the write lock from its first line. One that is `awaited`, by a member for
        an answer, goes before the engine's own.
        """

    def reading(self) -> AbstractAsyncContextManager[Transaction]:
        """A consistent view to read from."""


CallKey: TypeAlias = tuple[str, int, int]
"""A call's job, step and attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What the journal of an earlier process says."""

    sessions: frozenset[str]  # the processes whose calls it is complete for
    sent: frozenset[CallKey]  # requests that were about to leave
    answers: Mapping[CallKey, str | None]  # the provider's task id; None: it said no, nothing started


class Journal(Protocol):
    """Where calls are noted in the moment they leave and are answered: a kill before the commit must not blur that."""

    session: str  # this process, as its calls name it

    def left(self) -> Left:
        """What an earlier process noted. Raises StorageFault."""

    def begin(self) -> None:
        """Everything left is recorded: start anew. Raises StorageFault."""

    async def sending(self, call: jobs.Call) -> None:
        """The request leaves after this. Raises StorageFault: then it must not."""

    def answered(self, call: jobs.Call, task_id: str | None) -> None:
        """Note an answer, at once; never raises."""

    def recorded(self, call: jobs.Call) -> None:
        """The outcome of a call is committed."""


# --- platforms -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """Where a queued job stands."""

    place: int  # 1 is next
    ready_at: datetime | None  # an estimate; None without history


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A result in a form that a platform takes."""

    path: Path | None  # what to upload; None when no form of it is small enough
    name: str
    facts: media.Facts  # of what is at `path`, else of the original
    link: str | None = None  # where the original can be had for a while, when it is not what is uploaded; None: nowhere


class Fitting(Protocol):
    """Results cut to what a platform takes."""

    async def fit(self, attachment: replies.Attachment, *, most_bytes: int) -> Fitted:
        """The original where it is small enough, else a picture encoded anew, else a link. Raises StorageFault."""


class Delivery(Protocol):
    """What the engine tells of a job; a presenter renders it and hands it to the job's platform.

    Only `result`, `failed` and `late` must succeed before the engine goes on: they raise `Undelivered` when every
    rung of the ladder broke for now. The others are best effort and never raise.
    """

    async def running(self, job: jobs.Job, *, ready_at: datetime | None) -> None:
        """Started, or progressed (`job.progress`)."""

    async def busy(self, job: jobs.Job, *, retry_at: datetime, crowded: bool) -> None:
        """The provider is crowded, or (not `crowded`) out of reach; it is tried again then."""

    async def result(self, job: jobs.Job, outputs: Sequence[jobs.Output], receipt: money.Receipt) -> None:
        """Post the result with its receipt."""

    async def failed(self, job: jobs.Job, receipt: money.Receipt) -> None:
        """Say why it failed and that nothing was charged."""

    async def late(self, job: jobs.Job, outputs: Sequence[jobs.Output]) -> None:
        """Post a result that came after its job had failed; free."""


class Platform(Protocol):
    """One chat platform's way out."""

    name: str

    async def post(self, place: requests.Place, reply: replies.Reply, *, language: str) -> str | None:
        """A new message, in the channel or, when that is closed, directly to who asked; its id, or None where messages
        have none. Raises Undelivered.
        """

    async def edit(self, place: requests.Place, message: str, reply: replies.Reply, *, language: str) -> None:
        """Replace a message; doing it again changes nothing. Raises Gone when a new one must be posted instead, and
        Undelivered when it may be tried again.
        """
