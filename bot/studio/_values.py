"""What goes in and out at the studio's door."""

from dataclasses import dataclass
from datetime import datetime

from bot import money, requests
from bot.catalogue import _spec
from bot.credits import settlement
from bot.engine import wiring
from bot.jobs import Account, Community, Draft, Job, Output
from bot.ports import Queued


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The community whose pool pays where a member asks outside of any."""

    community: Community
    pool_from: datetime | None  # when its pool opens to this member; None: it is open


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
    home: Home | None = None  # whose pool pays outside of communities; None: the operator's

    @property
    def payer(self) -> Community | None:
        """Whose pool pays and whose rules hold; None: the operator's."""
        return self.community or (self.home.community if self.home else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """What a request costs, and by which part of the model's price."""

    credits: int  # set aside for it: the most it may cost
    percent: int  # of the model's price that is charged here

    @classmethod
    def of(cls, request: requests.Request, *, percent: int) -> "Priced":
        """A request's price where so many percent are charged. Raises Invalid when the catalogue has no such model."""
        options, rate = wiring.options_of(request), wiring.model_of(request).rate
        return cls(credits=settlement.price(options, rate=rate, percent=percent), percent=percent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A job was made and its price set aside."""

    job: Job
    queued: Queued
    means: money.Means  # after the hold
    parts: money.Parts  # who pays the price


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """It costs so much, or is paid by other credits than usual, that it is asked first; nothing is set aside."""

    draft: Draft
    means: money.Means
    parts: money.Parts  # who would pay the price
    instead: money.Instead | None = None  # why the member's own would; None where nothing is unusual about that


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
    parts: money.Parts | None = None  # who pays what is set aside; None once it is settled, and for others
    percent: int = 100  # of the models' prices that it takes where it is asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A model as it can be had right now."""

    model: _spec.Model
    available: bool
    why: str  # reason key when not available, else ""
    typical_s: float
