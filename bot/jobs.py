"""Jobs, their calls and their outputs: the rows that are never lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot import media, money, requests
from bot.requests import AccountId


class JobState(StrEnum):
    """queued → running → delivering → done, or failed, cancelled."""

    QUEUED = "queued"
    RUNNING = "running"
    DELIVERING = "delivering"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """Whether nothing more happens to the money of such a job."""
        return self in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


class CallState(StrEnum):
    """submitting → running → succeeded | failed | unknown."""

    SUBMITTING = "submitting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"


class FailureKind(StrEnum):
    """Why a job failed; also the message key `failed.<value>`."""

    CONTENT = "content"  # the provider's content policy
    PARAMETER = "parameter"  # the provider refused a value
    BALANCE = "balance"  # the operator's balance with the provider
    KEY = "key"  # the operator's key
    MODEL = "model"  # not open for the operator's account
    FAILED = "failed"  # failed at the provider
    UNKNOWN = "unknown"  # the line broke while sending
    CROWDED = "crowded"  # busy or unreachable for too long
    DEADLINE = "deadline"  # still running long past its time: watched on, delivered free if it comes
    NO_RESULT = "no_result"  # said to be finished, without a usable file
    OURS = "ours"  # our own fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a job failed, with the provider's own words where there are any."""

    kind: FailureKind
    words: str = ""  # quoted to the member, never passed on as ours


class Usage(BaseModel):
    """What a provider says that a call took, in its own measure; None where it does not say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input_tokens: int | None = None
    output_tokens: int | None = None
    total_tokens: int | None = None
    credits: float | None = None  # the provider's, not ours
    seconds: float | None = None  # of what was made


class Action(BaseModel):
    """Something that a provider offers to do with a result of its own (Midjourney's buttons)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str  # the provider's word for it, sent back as it is
    label: str  # as the provider writes it: U1, Vary (Strong), 🔄
    task_id: str  # the task that made the result


class Answer(BaseModel):
    """The end of a task as its provider told it, kept until its files are: what came with it is kept already."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outputs: tuple[tuple[str, ...], ...] = ()  # per output the addresses to try in turn; () for what is kept already
    usage: Usage | None = None
    actions: tuple[Action, ...] = ()
    partial: bool = False  # whether it broke off
    failure: Failure | None = None  # only when it failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A request that was accepted, with its state."""

    id: str  # short and typable: K7Q2
    account: AccountId
    person: str  # the requester's name on the platform, for messages
    place: requests.Place
    request: requests.Request
    language: str  # of its messages
    state: JobState
    price: int  # credits held: the most it may cost
    created_at: datetime
    key: str  # the request key of the event that made it, unique per platform
    charge: int | None = None  # credits, frozen when delivering starts; None before
    progress: int | None = None  # percent as the provider says; None while it says nothing
    message: str | None = None  # the platform's id of its progress message; None before there is one
    started_at: datetime | None = None
    ended_at: datetime | None = None
    failure: Failure | None = None  # only when failed
    hidden_at: datetime | None = None  # when the member said "stop showing me"; the result is kept
    watch_until: datetime | None = None  # late results are awaited until then; None: not watched
    late_at: datetime | None = None  # when the last late result was delivered, free
    told_at: datetime | None = None  # when its end was shown to the member
    again_of: str | None = None  # the job it repeats
    pool: AccountId = money.HOUSE  # the shared credits that it may draw on
    pool_from: datetime | None = None  # when the member's allowance opens there; None: it is open
    percent: int = 100  # of the models' prices that the community charged then
    bonus: int = 0  # credits a day that the member's roles added to the allowance then


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One submission of a job to a provider."""

    job: str
    step: int  # from 0
    attempt: int  # from 0: a new one after a refusal that started nothing
    provider: str
    model: str
    state: CallState
    poll_path: str  # with {task_id}; "" when there is nowhere to ask
    task_id: str | None = None  # the provider's; None until it answered, and where an answer is the result
    submitted_at: datetime
    ended_at: datetime | None = None
    session: str = ""  # the process that sent it, as the journal names it
    failure: Failure | None = None  # why it ended for good; None when failed means: nothing had started, try again
    callback: bool = False  # whether its provider was given an address of ours to tell its end to
    answer: Answer | None = None  # what it told us, at once or there; None: nothing yet, or it is asked
    usage: Usage | None = None  # what it said beforehand that it will take; None where it said nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One file that a job produced, kept in Atelier's own folder."""

    job: str
    step: int
    index: int  # from 0 within the step
    path: str  # relative to the data folder
    facts: media.Facts
    delivered_at: datetime | None = None
    usage: Usage | None = None  # of the whole call, on its first output; None where the provider said nothing
    partial: bool = False  # whether it broke off: there is no more of it
    actions: tuple[Action, ...] = ()  # what its provider offers to do with it, on the call's first output


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A question that waits for its answer ("this costs 60, start?")."""

    id: str
    account: AccountId
    place: requests.Place
    request: requests.Request
    price: int  # credits, as asked
    expires_at: datetime
    percent: int = 100  # of the model's price that the community charged then
    own: int = 0  # credits of the price that the question said the member's own would pay
    job: str | None = None  # the job it became; None while open


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a member set with /settings."""

    language: str | None = None  # None: what the platform says
    ask_above: int | None = None  # ask before anything that costs this much; None: the platform's default
    models: Mapping[str, str]  # kind → model id, for those who always want the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One person, over all platforms."""

    id: AccountId
    created_at: datetime
    preferences: Preferences
    began_at: datetime | None = None  # what the allowance counts from; None: from when it was made
    emptied: tuple[datetime, ...] = ()  # the allowance of these days counts as used up
    joined: tuple[AccountId, ...] = ()  # the accounts that became part of this one
    home: str | None = None  # the community whose pool pays in direct messages; None: the operator's
    erased_at: datetime | None = None  # when all that was known of them went; None: it has not

    @property
    def ids(self) -> tuple[AccountId, ...]:
        """Every id under which something of theirs is kept, this one's first."""
        return (self.id, *self.joined)

    @property
    def began(self) -> datetime:
        """What the allowance counts from."""
        return self.began_at or self.created_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """One Discord server or Telegram group."""

    id: str  # ours, opaque: the platform's may change
    platform: str
    native: str  # the platform's id of the server or group
    title: str
    language: str | None  # of what everybody reads there; None: nobody has said anything yet
    created_at: datetime
    rules: Mapping[str, object] = field(default_factory=dict)  # what its owner changed, by the rule's name

    @property
    def pool(self) -> AccountId:
        """The account that holds its shared credits."""
        return AccountId(f"{money.POOL_PREFIX}{self.id}")
