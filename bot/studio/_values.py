"""What goes in and out at the studio's door."""

from dataclasses import dataclass

from bot import money, requests
from bot.catalogue import _spec
from bot.jobs import Account, Community, Draft, Job, Output
from bot.ports import Queued


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asks, where, and once."""

    account: Account
    person: requests.Person
    place: requests.Place
    key: str  # the inbound event's request key: an event that comes twice does a thing once
    language: str  # of the job's messages: en or zh
    interactive: bool  # whether a question can be answered
    local: bool = False  # whether paths of this machine may be given as media
    community: Community | None = None  # None in a direct message, on the console and where the bot is no member
    lacking: tuple[str, ...] = ()  # rights that the bot lacks where the answer would go


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A job was made and its price set aside."""

    job: Job
    queued: Queued
    means: money.Means  # after the hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """It costs so much that it is asked first; nothing is set aside."""

    draft: Draft
    means: money.Means


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """What cancelling meant."""

    job: Job
    free: bool  # False: it was on its way; it is no longer shown, but charged and kept


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A job with what belongs to it."""

    job: Job
    outputs: tuple[Output, ...]
    receipt: money.Receipt | None  # None while it is not settled, and for whoever it is not: receipts are private
    queued: Queued | None  # None when it does not wait
    own: bool = True  # whether it is the asker's own; else somebody's of the same community


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A model as it can be had right now."""

    model: _spec.Model
    available: bool
    why: str  # reason key when not available, else ""
    typical_s: float
