"""Allowances: what may be drawn on which day, whatever was drawn before."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.credits import allowance
from bot.credits.allowance import Figures
from bot.credits.rules import Rules
from tests.factories import NOON

MEMBERS = Rules().figures()
BEGAN = date(2026, 1, 1)
AMOUNTS = st.integers(0, 100)
FIGURES = st.builds(Figures, first=AMOUNTS, a_day=AMOUNTS, saved=AMOUNTS)
DAYS = st.lists(st.integers(0, 150), max_size=90)


def day(number: int) -> date:
    """The nth day of an account, from 0."""
    return BEGAN + timedelta(days=number)


def level(number: int, *draws: int, figures: Figures = MEMBERS) -> int:
    """What is left on the nth day, when so much was drawn on each day from the first."""
    return allowance.level(figures, began=BEGAN, today=day(number), drawn={day(n): d for n, d in enumerate(draws)})


@pytest.mark.parametrize(
    ("number", "draws", "left"),
    [
        (0, (), 40),
        (0, (15,), 25),
        (0, (40,), 0),
        (1, (), 60),
        (1, (40,), 20),
        (1, (40, 5), 15),
        (9, (), 60),
        (9, (40, 20, 20), 60),
        (3, (40, 20, 20), 20),
        (0, (99,), 0),
        (1, (99,), 20),
    ],
)
def test_forty_on_the_first_day_then_twenty_a_day_up_to_sixty(number: int, draws: tuple[int, ...], left: int) -> None:
    assert level(number, *draws) == left


@pytest.mark.parametrize(("drawn", "left"), [((), 50), ((20,), 30), ((50,), 0), ((60,), 0)])
def test_a_daily_allowance_is_the_same_every_day(drawn: tuple[int, ...], left: int) -> None:
    figures = Rules.daily(50).figures()
    assert level(0, *drawn, figures=figures) == level(7, *[0] * 7, *drawn, figures=figures) == left
    assert level(1, 50, figures=figures) == 50
    assert allowance.first_day(figures, began=BEGAN, today=day(7)) == day(7)


@given(FIGURES, DAYS, st.integers(0, 90))
def test_it_is_never_negative_and_never_above_the_cap(figures: Figures, draws: list[int], number: int) -> None:
    assert 0 <= level(number, *draws, figures=figures) <= figures.saved


@given(FIGURES, DAYS, st.integers(0, 90), st.integers(0, 90))
def test_drawing_more_never_leaves_more(figures: Figures, draws: list[int], number: int, more_on: int) -> None:
    more = [d + (10 if n == more_on else 0) for n, d in enumerate(draws)]
    assert level(number, *more, figures=figures) <= level(number, *draws, figures=figures)


@given(FIGURES, st.lists(st.floats(0, 1), min_size=1, max_size=allowance.LOOK_BACK))
def test_all_that_is_drawn_is_what_the_days_gave(figures: Figures, shares: list[float]) -> None:
    draws: list[int] = []
    for number, share in enumerate(shares):
        draws.append(int(share * level(number, *draws, figures=figures)))
    assert sum(draws) <= figures.first + figures.a_day * (len(draws) - 1)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=200))
def test_after_months_the_most_that_is_forgotten_is_the_cap_once_in_a_while(shares: list[float]) -> None:
    draws: list[int] = []
    for number, share in enumerate(shares):
        draws.append(int(share * level(number, *draws)))
    windows = 1 + len(draws) // allowance.LOOK_BACK
    assert sum(draws) <= MEMBERS.first + MEMBERS.a_day * (len(draws) - 1) + windows * MEMBERS.saved


JUMPS = st.lists(st.tuples(st.integers(0, allowance.LOOK_BACK - 1), st.floats(0, 1)), min_size=1, max_size=30)


@given(FIGURES, JUMPS, st.none() | AMOUNTS)
def test_a_clock_that_jumps_gives_no_more_than_the_days_that_it_saw(
    figures: Figures, jumps: list[tuple[int, float]], a_day_most: int | None
) -> None:
    figures = replace(figures, day=a_day_most)
    drawn: Counter[date] = Counter()
    for number, share in jumps:
        drawn[day(number)] += int(share * allowance.level(figures, began=BEGAN, today=day(number), drawn=drawn))
    last = max(number for number, _ in jumps)
    assert sum(drawn.values()) <= figures.first + figures.a_day * last
    assert max(drawn.values()) <= (figures.saved if a_day_most is None else min(figures.saved, a_day_most))


def test_an_account_from_the_future_has_its_first_day() -> None:
    assert allowance.level(MEMBERS, began=day(3), today=day(0), drawn={}) == 40


@pytest.mark.parametrize(
    ("since", "steward", "opens"),
    [
        (None, False, None),
        (NOON - timedelta(hours=24), False, None),
        (NOON - timedelta(hours=23), False, NOON + timedelta(hours=1)),
        (NOON, False, NOON + timedelta(hours=24)),
        (NOON, True, None),
    ],
)
def test_a_newcomer_waits_a_day_and_a_steward_does_not(
    since: datetime | None, steward: bool, opens: datetime | None
) -> None:
    assert allowance.opens_at(MEMBERS, member_since=since, steward=steward, now=NOON) == opens


def test_a_day_begins_at_midnight_utc() -> None:
    assert allowance.midnight(NOON.date()) == datetime(2026, 1, 2, tzinfo=UTC)
