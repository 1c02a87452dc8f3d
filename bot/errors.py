"""The error tree.

AtelierError
├── MemberError              shown to the member: what happened, which value, what to do
│   ├── Invalid              the words, options or media of a command break a rule; carries every Problem found
│   ├── NotEnough            the price is above what may be spent
│   │   ├── NotYet           more is to come, and when
│   │   ├── AboveLimit       above what the pool ever pays for one request
│   │   ├── PoolShort        above what is left in the pool
│   │   └── Resting          above what is left of the pool's budget of the day or month
│   ├── NotFound             no such job, model or command
│   └── NotNow               the state of things does not allow it (cancelling what is done, …)
├── OperatorError            shown to the operator: a setting, key, port, path or file, and the cure
├── Fault                    ours: logged; the member gets an apology and the job's id
│   └── StorageFault         the database or the disk would not; may be tried again
├── Undelivered              a platform did not take a message for now; tried again later
│   └── Gone                 the message can't be edited any more: a new one is posted instead
└── ProviderError            a provider's failure, mapped once at the edge
    ├── NotSent              certainly never arrived: may be tried again or elsewhere
    ├── Busy                 refused for now, nothing started: may be tried again after `retry_after_s`
    ├── Rejected             refused for good, with the reason
    ├── Unknown              may have arrived: never sent again
    ├── Unreachable          a question (poll, download, list) got no useful answer: asked again later
    └── Missing              the provider does not know the task (404)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AtelierError(Exception):
    """Root of everything Atelier raises on purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One broken rule about one value."""

    field: str  # the option, media or word it is about, as the member named it
    rule: str  # which rule, also the message key `problem.<rule>`: missing, unknown, choice, range, length, …
    value: object = None  # what was given; None when nothing was
    allowed: str = ""  # what may be given instead, ready to read; "" when there is nothing to list


class MemberError(AtelierError):
    """Something the member can mend; `key` names the message, `params` fill it."""

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(f"{key} {params}" if params else key)
        self.key = key
        self.params: Mapping[str, object] = params


class Invalid(MemberError):
    """The request breaks one or more rules; nothing was spent."""

    def __init__(self, *problems: Problem, model: str = "") -> None:
        """`model` is whose rules they are; "" where they are not a model's."""
        super().__init__("error.invalid")
        self.problems = problems
        self.model = model

    def __str__(self) -> str:
        return "; ".join(f"{p.field}: {p.rule} ({p.value!r}; allowed: {p.allowed})" for p in self.problems)


class NotEnough(MemberError):
    """One request may not cost this much; nothing was spent. Its subclasses know what is in the way."""

    def __init__(
        self, *, need_credits: int, have_credits: int, key: str = "error.not_enough", **params: object
    ) -> None:
        """`have_credits` is the most that one request may cost right now."""
        super().__init__(key, need=need_credits, have=have_credits, **params)
        self.need_credits = need_credits
        self.have_credits = have_credits


class NotYet(NotEnough):
    """More is to come: the allowance grows, or (`opens`) it is there only then."""

    def __init__(
        self, *, need_credits: int, have_credits: int, more_credits: int, more_at: datetime, opens: bool = False
    ) -> None:
        key = "error.not_open_yet" if opens else "error.not_enough_yet"
        super().__init__(need_credits=need_credits, have_credits=have_credits, key=key, more=more_credits, at=more_at)


class AboveLimit(NotEnough):
    """The pool never pays more than `limit_credits` for one request, and the member's own don't make up for it."""

    def __init__(self, *, need_credits: int, have_credits: int, limit_credits: int, own_credits: int) -> None:
        key = "error.above_limit_and_own" if own_credits else "error.above_limit"
        super().__init__(
            need_credits=need_credits, have_credits=have_credits, key=key, limit=limit_credits, own=own_credits
        )


class PoolShort(NotEnough):
    """The pool has only `pool_credits` left, whatever the member's allowance, and their own don't make up for it."""

    def __init__(self, *, need_credits: int, have_credits: int, pool_credits: int, own_credits: int) -> None:
        key = "error.pool_short_and_own" if own_credits else "error.pool_short"
        super().__init__(
            need_credits=need_credits, have_credits=have_credits, key=key, pool=pool_credits, own=own_credits
        )


class Resting(NotEnough):
    """The pool has used its budget (`limit_credits`) of the day or month, and the member's own don't make up for it."""

    def __init__(
        self, *, need_credits: int, have_credits: int, limit_credits: int, period: str, until: datetime, community: str
    ) -> None:
        """`community` is whose pool it is; "" for the operator's."""
        super().__init__(
            need_credits=need_credits,
            have_credits=have_credits,
            key=f"error.pool_rests_{period}" if community else f"error.house_rests_{period}",
            limit=limit_credits,
            at=until,
            community=community,
        )


class NotFound(MemberError):
    """The named thing does not exist, or is not this member's."""


class NotNow(MemberError):
    """The state of the job, draft or bot does not allow what was asked."""


class OperatorError(AtelierError):
    """A sentence for the operator that names the setting, path or file and the cure."""


class Fault(AtelierError):
    """Ours: a bug or a broken machine, never the member's doing."""


class StorageFault(Fault):
    """The database or the disk refused: locked, read-only, full or broken; the sentence says which and the cure."""


class Undelivered(AtelierError):
    """A platform did not take a message; tried again after `retry_after_s` or so, unless it is `closed` for good."""

    def __init__(self, words: str, *, retry_after_s: float | None = None, closed: bool = False) -> None:
        super().__init__(words)
        self.retry_after_s = retry_after_s
        self.closed = closed  # every way to this person is shut: trying again is no use


class Gone(Undelivered):
    """The message was deleted, or nobody may edit it any more: what it should say goes into a new one."""


class ProviderError(AtelierError):
    """A provider's failure; the subclass says whether the request may be sent again."""


class NotSent(ProviderError):
    """Certainly never arrived: refused, DNS, TLS or connect time-out, no free connection."""


class Busy(ProviderError):
    """The provider said "not now" and started nothing; `retry_after_s` is its wish or None."""

    def __init__(self, words: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(words)
        self.retry_after_s = retry_after_s


class Reason(StrEnum):
    """Why a provider refused or failed a task; also the message key `reason.<value>`."""

    CONTENT = "content"  # its content policy
    PARAMETER = "parameter"  # it does not like a value
    BALANCE = "balance"  # the operator's balance with it is used up
    KEY = "key"  # the operator's key is missing, wrong or disabled
    MODEL = "model"  # this account has no such model
    FAILED = "failed"  # the task failed on its side


class Rejected(ProviderError):
    """The provider said no for good; `words` are its own, quoted and never passed on as ours."""

    def __init__(self, reason: Reason, words: str = "") -> None:
        super().__init__(f"{reason}: {words}" if words else str(reason))
        self.reason = reason
        self.words = words


class Unknown(ProviderError):
    """The request may have arrived: bytes left and no clear answer came. It is never sent again."""


class Unreachable(ProviderError):
    """A question got no useful answer (5xx, 429, time-out, broken JSON): ask again after `retry_after_s` or so."""

    def __init__(self, words: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(words)
        self.retry_after_s = retry_after_s


class Missing(ProviderError):
    """The provider answered that it does not know the task."""
