"""The rules of a community: what its owner may set from the chat, each with its bounds and a sensible default.

The operator's settings are the defaults; a community keeps only what its owner changed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.credits import allowance
from bot.credits.allowance import Figures
from bot.requests import Kind

DAYS_IN_MONTH: Final = 31  # the longest, for a worst case


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What holds in one community. Credits are whole numbers; None means that there is no such limit."""

    first_day: int = 40  # credits that a member may draw from the pool on the first day
    a_day: int = 20  # credits that each further day adds
    saved: int = 60  # credits that a member saves up at most; 0: members draw on no pool
    member_hours: int = 24  # hours in the community before its pool may be drawn on
    member_day: int | None = None  # credits that one member may draw from the pool in one day
    per_request: int | None = 60  # credits that the pool pays for one request
    at_once: int | None = None  # jobs of one member at once
    clips_at_once: int | None = None  # clips among them
    all_at_once: int | None = None  # jobs of all members at once
    cooldown_s: int = 0  # seconds between two requests of one member by the same command
    day: int | None = None  # credits that the pool spends in one day: the brake
    month: int | None = None  # credits that the pool spends in one month: the budget
    most: int | None = None  # credits that one request may cost, whoever pays
    ask_above: int | None = None  # credits from which on members are asked first
    percent: int = 100  # of the models' prices that members pay here
    zone: str = "UTC"  # the time zone of its days and months
    paused: bool = False  # whether nothing is made for now
    notices: str = ""  # where its owner is told of the budget, by the platform's id; "": where it was last spoken to
    kinds: tuple[Kind, ...] | None = None  # what may be made; None: everything
    models: tuple[str, ...] | None = None  # the models that may be used, by id; None: all
    channels: tuple[str, ...] | None = None  # channels or topics where it works, by the platform's id; None: everywhere
    told: bool = True  # whether members read when more comes
    bonuses: Mapping[str, int] = field(default_factory=dict)  # credits a day more, by a role's id or `admin`

    @classmethod
    def daily(cls, credits: int) -> "Rules":
        """So much of the pool each day for everybody at once, nothing saved up, nothing else limited."""
        return cls(first_day=credits, a_day=credits, saved=credits, member_hours=0, per_request=None, told=False)

    @property
    def tz(self) -> ZoneInfo:
        """The time zone of its days and months."""
        return ZoneInfo(self.zone)

    def figures(self, bonus: int = 0) -> Figures:
        """How much a member may draw; `bonus` is what their roles add each day, and to what is saved up."""
        return Figures(
            first=self.first_day + bonus,
            a_day=self.a_day + bonus,
            saved=self.saved + bonus if self.saved else 0,
            per_request=self.per_request,
            wait=timedelta(hours=self.member_hours),
            zone=self.zone,
            told=self.told,
            day=self.member_day,
        )

    def with_changes(self, changes: Mapping[str, object]) -> "Rules":
        """These, with what an owner changed, as it is kept in JSON; names that no rule has any more are passed over."""
        known = {each.name for each in fields(self)}
        return replace(self, **{name: _loaded(name, value) for name, value in changes.items() if name in known})

    def at_least(self, percent: int) -> "Rules":
        """These, with prices no lower than the operator's floor, whatever was set before the floor was."""
        return self if self.percent >= percent else replace(self, percent=percent)

    def bonus(self, roles: Collection[str], *, steward: bool) -> int:
        """What a member's roles add to the allowance of each day: the best of them, not their sum."""
        theirs = {*roles, "admin"} if steward else set(roles)
        return max((credits for role, credits in self.bonuses.items() if role in theirs), default=0)

    def day_began(self, now: datetime) -> datetime:
        """When the present day began here (UTC)."""
        return allowance.midnight(allowance.day_of(now, self.zone), self.zone)

    def month_began(self, now: datetime) -> datetime:
        """When the present month began here (UTC)."""
        return allowance.midnight(allowance.day_of(now, self.zone).replace(day=1), self.zone)

    def day_ends(self, now: datetime) -> datetime:
        """When the present day ends here (UTC)."""
        return allowance.midnight(allowance.day_of(now, self.zone) + timedelta(days=1), self.zone)

    def month_ends(self, now: datetime) -> datetime:
        """When the present month ends here (UTC)."""
        first = allowance.day_of(now, self.zone).replace(day=1)
        return allowance.midnight((first + timedelta(days=DAYS_IN_MONTH)).replace(day=1), self.zone)

    def worst_day(self) -> int | None:
        """Credits that the pool spends on its worst day; None where nothing holds it back."""
        caps = [cap for cap in (self.day, self.month) if cap is not None]
        return min(caps) if caps else None

    def worst_month(self) -> int | None:
        """Credits that the pool spends in its worst month; None where nothing holds it back."""
        caps = [] if self.month is None else [self.month]
        if self.day is not None:
            caps.append(self.day * DAYS_IN_MONTH)
        return min(caps) if caps else None


def _loaded(name: str, value: object) -> Any:
    """A value as it is kept in JSON, as the rules hold it."""
    if name == "kinds" and isinstance(value, list):
        return tuple(Kind(each) for each in value)
    return tuple(value) if isinstance(value, list) else value


SETS: Final[Mapping[str, Mapping[str, object]]] = {
    "cosy": {"a_day": 20, "first_day": 40, "saved": 60, "day": 300, "month": 5_000, "per_request": 60, "at_once": 2},
    "lively": {
        "a_day": 40,
        "first_day": 60,
        "saved": 120,
        "day": 1_000,
        "month": 15_000,
        "per_request": 100,
        "at_once": 3,
        "all_at_once": 20,
    },
    "locked": {
        "a_day": 5,
        "first_day": 10,
        "saved": 15,
        "day": 100,
        "month": 1_500,
        "per_request": 15,
        "at_once": 1,
        "cooldown_s": 30,
        "ask_above": 5,
    },
}
"""Ready-made sets: what each changes of the operator's defaults."""
