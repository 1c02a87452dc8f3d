"""How much at once, how patiently, how long: the engine's figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from bot.credits.rules import Rules
from bot.requests import Kind

DEADLINES: dict[Kind, timedelta] = {
    Kind.IMAGE: timedelta(minutes=10),
    Kind.SPEECH: timedelta(minutes=10),
    Kind.VOICE: timedelta(minutes=10),
    Kind.MUSIC: timedelta(minutes=20),
    Kind.VIDEO: timedelta(minutes=40),
    Kind.AVATAR: timedelta(minutes=60),
    Kind.CHAT: timedelta(minutes=10),
}
"""How long a task may go on saying "still running" before the job fails and is watched instead."""

OUTAGE = timedelta(hours=24)
"""How long a submitted task may stay without any definite answer (an outage of ours or theirs) before we give up."""

LONGEST = timedelta(days=7)  # the same however often we were started anew in the meantime

MISSING_IN_A_ROW = 3  # a task that its provider doesn't know counts as failed after this many answers in a row
EMPTY_IN_A_ROW = 3  # a finished task without a usable file likewise
FETCH_TRIES = 8  # downloads of one result, each with a fresh URL, before it counts as unusable
PROGRESS_EVERY_S = 3.0  # progress is written and shown at most this often
BACKOFF_FIRST_S = 2.0
BACKOFF_MOST_S = 60.0
DELIVERY_TRIES = 12  # posts of a result before it is left to /jobs: about eight minutes
POST_S = 300.0  # the longest one post may take, a large upload included
MENTION_S = 30.0  # the longest that telling of progress may hold a job up
STORAGE_RETRY_S = 5.0
CRASHES_MOST = 3  # a job that trips over a bug this often in a row is failed and released


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much at once."""

    running: int = 64
    member_running: int = 20
    member_waiting: int = 200
    submits: int = 8  # per provider
    submits_of: Mapping[str, int] = field(default_factory=dict)  # provider → another number for it
    blocking: int = 4  # requests per provider whose answer is the result: each is held open for minutes
    blocking_of: Mapping[str, int] = field(default_factory=dict)
    deliveries: int = 8  # per platform
    downloads: int = 8
    house_allowance: int = 0  # credits a day and member, on platforms without communities


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """The most that the operator wants to be spent in a while; what runs is always finished."""

    credits: int
    period: str  # day or month, in UTC
    provider: str | None = None  # None: over all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Communities:
    """What a community and its members get."""

    platforms: frozenset[str] = frozenset({"discord", "telegram"})  # where members draw on pools
    pool: int = 200  # credits that a community's pool gets once
    rules: Rules = field(default_factory=Rules)  # what holds where an owner changed nothing
    least_percent: int = 100  # of the models' prices: the operator's floor for what a community may charge


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How patiently."""

    first_s: float = 1.0
    every_s: float = 2.5
    watch_every_s: float = 60.0
    watch_for: timedelta = timedelta(hours=6)
    patience: float = 1.0  # factor on every deadline
    deadlines: dict[Kind, timedelta] = field(default_factory=lambda: dict(DEADLINES))

    def deadline(self, kind: Kind) -> timedelta:
        """How long a task of this kind may run."""
        return self.deadlines[kind] * self.patience


def backoff_s(tries: int) -> float:
    """Seconds to wait after `tries` failures in a row."""
    return float(min(BACKOFF_MOST_S, BACKOFF_FIRST_S * 2 ** min(tries - 1, 10)))
