"""The picture of the month: what each community's pool paid by day and kind, its budget, and what went back."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.drawing import colours, columns
from bot.drawing.canvas import Canvas, fitted, length
from tests.month import books
from tests.month.books import Books, Day, Figures
from tests.month.clubs import Club
from tests.month.story import START, Story

WIDTH: Final = 1200
EDGE: Final = 40
HEAD: Final = 150.0  # pixels of the title and the legend
PANEL: Final = 290.0  # pixels of one community
PLOT: Final = 150.0  # pixels of its columns
GUTTER: Final = 110.0  # pixels for the scale
NAMES: Final = {"image": "pictures", "video": "clips", "music": "songs", "speech": "speech"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One community in figures."""

    club: Club
    members: int
    days: Mapping[date, Day]
    budgets: Mapping[date, int]  # what its pool may pay on a day; a day without one is absent

    @property
    def used(self) -> int:
        """Credits that its pool paid."""
        return sum(sum(day.used.values()) for day in self.days.values())

    @property
    def returned(self) -> int:
        """Credits that went back to its pool."""
        return sum(day.returned for day in self.days.values())


def panels(read: Books, story: Story) -> list[Panel]:
    """Every community, over the same days."""
    figures = Figures(story)
    pools = {club.native: books.by_day(read, figures, story.pools[club.native]) for club in story.clubs}
    whole = _all([day for days in pools.values() for day in days])
    found = []
    for club in story.clubs:
        used = pools[club.native]
        budgets = {day: figures.of(story.pools[club.native], _noon(day, club.tz))["day"] for day in whole}
        found.append(
            Panel(
                club=club,
                members=sum(member.club is club for member in story.members.values()),
                days={day: used.get(day, Day(used={}, returned=0)) for day in whole},
                budgets={day: budget for day, budget in budgets.items() if budget},
            )
        )
    return found


def _noon(day: date, zone: ZoneInfo) -> datetime:
    return max(START, datetime.combine(day, time(12), zone).astimezone(UTC))


def _all(days: Collection[date]) -> list[date]:
    first, last = min(days), max(days)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def draw(read: Books, story: Story) -> bytes:
    """The picture as a PNG."""
    found = panels(read, story)
    canvas = Canvas(WIDTH, round(HEAD + PANEL * len(found)))
    jobs, members = len(read.jobs), len(story.members)
    title = f"{members} members, {jobs:,} jobs: no budget was passed."
    canvas.write(fitted(title, WIDTH - 2 * EDGE, size=38, bold=True), EDGE, 66, size=38, bold=True)
    _legend(canvas, baseline=118.0)
    for number, panel in enumerate(found):
        _panel(canvas, panel, top=HEAD + PANEL * number)
    return canvas.png()


def _legend(canvas: Canvas, *, baseline: float) -> None:
    left = float(EDGE)
    for kind, name in NAMES.items():
        canvas.box(left, baseline - 21, 22, 22, fill=colours.of_kind(kind), radius=5)
        canvas.write(name, left + 32, baseline)
        left += 32 + length(name) + 30
    canvas.box(left, baseline - 21, 22, 22, fill=colours.OTHER, radius=5)
    canvas.write("returned", left + 32, baseline)
    left += 32 + length("returned") + 30
    canvas.box(left, baseline - 12, 34, 4, fill=colours.LOW)
    canvas.write("day's budget", left + 46, baseline)


def _panel(canvas: Canvas, panel: Panel, *, top: float) -> None:
    totals = Counter({day: sum(found.used.values()) for day, found in panel.days.items()})
    most = columns.scale([*totals.values(), *panel.budgets.values()])
    said = f"{panel.used:,} used, {panel.returned:,} returned"
    canvas.write(said, WIDTH - EDGE, top + 26, fill=colours.SOFT, align="right")
    name = f"{panel.club.title}, {panel.members} members, {panel.club.zone}"
    canvas.write(fitted(name, WIDTH - 2 * EDGE - length(said) - 30, bold=True), EDGE, top + 26, bold=True)
    days = list(panel.days)
    pitch = (WIDTH - 2 * EDGE - GUTTER) / len(days)
    ground = top + 62 + PLOT
    for mark in (most // 2, most):
        y = ground - PLOT * mark / most
        canvas.box(EDGE, y - 1, pitch * len(days), 2, fill=colours.EDGE)
        canvas.write(f"{mark:,}", WIDTH - EDGE, y + 10, fill=colours.SOFT, align="right")
    for number, day in enumerate(days):
        _day(canvas, panel, day, left=EDGE + pitch * number, pitch=pitch, ground=ground, most=most)
        if number % 2 == 0:
            canvas.write(str(day.day), EDGE + pitch * (number + 0.5), ground + 40, fill=colours.SOFT, align="middle")
    canvas.box(EDGE, ground, pitch * len(days), 2, fill=colours.SOFT)


def _day(canvas: Canvas, panel: Panel, day: date, *, left: float, pitch: float, ground: float, most: int) -> None:
    """What the pool paid, from the ground up; behind it what was set aside and went back; over it the budget."""
    found = panel.days[day]
    order = list(colours.OF_KIND)
    parts = sorted(((kind, used) for kind, used in found.used.items() if used), key=lambda part: order.index(part[0]))
    wide = pitch * 0.5
    bottom = ground
    for (kind, _), tall in zip(parts, columns.heights([used for _, used in parts], PLOT, top=most), strict=True):
        canvas.box(left + pitch * 0.08, bottom - tall, wide, tall - 2, fill=colours.of_kind(kind), radius=2)
        bottom -= tall
    back = min(PLOT, PLOT * found.returned / most)
    canvas.box(left + pitch * 0.64, ground - back, pitch * 0.24, back, fill=colours.OTHER, radius=2)
    if budget := panel.budgets.get(day):
        canvas.box(left, ground - PLOT * budget / most - 2, pitch, 4, fill=colours.LOW)
