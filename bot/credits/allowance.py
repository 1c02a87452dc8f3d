"""An allowance: the right to draw on a pool, so much a day and saved up to a cap; never money of the member's own."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

LOOK_BACK: Final = 60  # days: what was saved up before then is taken to have been the cap


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How much a member may draw."""

    first: int  # credits on the day that the account is made
    a_day: int  # credits that every later day adds
    saved: int  # credits: the most that is saved up
    per_request: int | None = None  # credits that a pool pays for one request; None: as many as it costs
    wait: timedelta = timedelta()  # from joining a community until its pool may be drawn on
    told: bool = True  # whether members read when more comes
    zone: str = "UTC"  # where its days begin at midnight
    day: int | None = None  # credits that one day may draw, whatever was saved up; None: all of it

    @property
    def tz(self) -> ZoneInfo:
        """The time zone of its days."""
        return ZoneInfo(self.zone)

    @property
    def most(self) -> int:
        """Credits that one request may ever draw: more is never saved up."""
        return self.saved if self.per_request is None else min(self.saved, self.per_request)


def first_day(figures: Figures, *, began: date, today: date) -> date:
    """The first day whose draws still matter; `began` is when the account was made."""
    refills = figures.a_day >= figures.saved
    return max(min(began, today), today if refills else today - timedelta(days=LOOK_BACK))


def level(
    figures: Figures, *, began: date, today: date, drawn: Mapping[date, int], emptied: Collection[date] = ()
) -> int:
    """What is left of the right today, when so much was `drawn` on each day: never below zero, never above the cap.

    On `emptied` days everything counts as drawn, and what a clock that jumped put after today counts as today's.
    """
    first = first_day(figures, began=began, today=today)
    left = min(figures.first if first <= began else figures.saved, figures.saved)
    for number in range((today - first).days + 1):
        day = first + timedelta(days=number)
        if number:
            left = min(left + figures.a_day, figures.saved)
        spent = _of_today(drawn, today) if day == today else drawn.get(day, 0)
        left = 0 if day in emptied else min(max(0, left - spent), figures.saved)
    if any(day > today for day in emptied):
        return 0
    return left if figures.day is None else max(0, min(left, figures.day - _of_today(drawn, today)))


def _of_today(drawn: Mapping[date, int], today: date) -> int:
    return sum(credits for day, credits in drawn.items() if day >= today)


def opens_at(figures: Figures, *, member_since: datetime | None, steward: bool, now: datetime) -> datetime | None:
    """When a newcomer may begin to draw on the community's pool; None: already, or nobody knows since when they are in.

    Whoever may manage the community need not wait.
    """
    if steward or member_since is None or member_since + figures.wait <= now:
        return None
    return member_since + figures.wait


def midnight(day: date, zone: str = "UTC") -> datetime:
    """When a day of an allowance begins in that time zone; told in UTC."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def day_of(moment: datetime, zone: str) -> date:
    """The day that a moment belongs to in that time zone."""
    return moment.astimezone(ZoneInfo(zone)).date()
