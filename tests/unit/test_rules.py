"""The rules of a community: days and months in its own time zone, what an owner changed, worst cases."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.credits.rules import SETS, Rules
from bot.requests import Kind

ZONES = [
    "UTC",
    "Asia/Kathmandu",  # 5:45 ahead
    "America/Santiago",  # summer time begins at midnight: that midnight does not exist
    "Europe/Berlin",
    "Australia/Lord_Howe",  # summer time is half an hour
    "Pacific/Apia",
    "Pacific/Kiritimati",  # 14 hours ahead
    "America/St_Johns",
]
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))


@given(MOMENTS, st.sampled_from(ZONES))
def test_days_and_months_follow_each_other_without_a_gap(now: datetime, zone: str) -> None:
    rules = Rules(zone=zone)
    day, tomorrow = rules.day_began(now), rules.day_ends(now)
    month, next_month = rules.month_began(now), rules.month_ends(now)
    assert month <= day <= now < tomorrow <= next_month
    assert (rules.day_began(tomorrow), rules.month_began(next_month)) == (tomorrow, next_month)
    assert (rules.day_ends(tomorrow - timedelta(seconds=1)), rules.day_began(day)) == (tomorrow, day)
    assert timedelta(hours=23) <= tomorrow - day <= timedelta(hours=25)
    assert timedelta(days=27, hours=23) <= next_month - month <= timedelta(days=31, hours=1)
    assert day.minute % 15 == day.second == 0  # what was drawn is counted by quarters of an hour


@pytest.mark.parametrize(
    ("zone", "noon", "began", "ends"),
    [
        ("Asia/Kathmandu", (2026, 2, 1, 12), (2026, 1, 31, 18, 15), (2026, 2, 1, 18, 15)),
        ("Europe/Berlin", (2026, 3, 29, 12), (2026, 3, 28, 23), (2026, 3, 29, 22)),
        ("Europe/Berlin", (2026, 10, 25, 12), (2026, 10, 24, 22), (2026, 10, 25, 23)),
        ("America/Santiago", (2026, 9, 6, 12), (2026, 9, 6, 4), (2026, 9, 7, 3)),
    ],
)
def test_a_day_begins_at_the_communitys_midnight(
    zone: str, noon: tuple[int, ...], began: tuple[int, ...], ends: tuple[int, ...]
) -> None:
    rules, now = Rules(zone=zone), datetime(*noon, tzinfo=ZoneInfo(zone)).astimezone(UTC)  # type: ignore[arg-type,misc]
    assert (rules.day_began(now), rules.day_ends(now)) == (
        datetime(*began, tzinfo=UTC),  # type: ignore[arg-type,misc]
        datetime(*ends, tzinfo=UTC),  # type: ignore[arg-type,misc]
    )


def test_what_an_owner_changed_is_read_and_the_rest_is_the_operators() -> None:
    operators = Rules(a_day=30, month=15_000)
    changed = operators.with_changes(
        {"day": 100, "kinds": ["image", "chat"], "channels": ["7", "7/8"], "bonuses": {"5": 10}, "gone_by_now": 1}
    )
    assert changed == Rules(
        a_day=30,
        month=15_000,
        day=100,
        kinds=(Kind.IMAGE, Kind.CHAT),
        channels=("7", "7/8"),
        bonuses={"5": 10},
    )
    assert operators.with_changes({"month": None}).month is None


@pytest.mark.parametrize(
    ("roles", "steward", "bonus"), [((), False, 0), (("1",), False, 5), (("1", "2", "x"), False, 9), ((), True, 7)]
)
def test_the_best_role_counts_and_not_their_sum(roles: tuple[str, ...], steward: bool, bonus: int) -> None:
    rules = Rules(bonuses={"1": 5, "2": 9, "admin": 7})
    assert rules.bonus(roles, steward=steward) == bonus
    figures = rules.figures(bonus)
    assert (figures.first, figures.a_day, figures.saved) == (40 + bonus, 20 + bonus, 60 + bonus)


def test_who_saves_nothing_draws_nothing_whatever_their_role() -> None:
    assert Rules(saved=0).figures(50).saved == 0


@pytest.mark.parametrize(
    ("day", "month", "worst_day", "worst_month"),
    [
        (None, None, None, None),
        (100, None, 100, 3_100),
        (None, 900, 900, 900),
        (100, 900, 100, 900),
        (1_000, 900, 900, 900),
        (10, 900, 10, 310),
    ],
)
def test_the_worst_day_and_month_are_what_the_budgets_allow(
    day: int | None, month: int | None, worst_day: int | None, worst_month: int | None
) -> None:
    rules = Rules(day=day, month=month)
    assert (rules.worst_day(), rules.worst_month()) == (worst_day, worst_month)


def test_a_ready_made_set_is_of_rules_that_exist_and_has_a_worst_month() -> None:
    sets = {name: Rules().with_changes(changes) for name, changes in SETS.items()}
    assert all(changes.items() <= vars_of(sets[name]).items() for name, changes in SETS.items())
    assert {name: (rules.worst_day(), rules.worst_month()) for name, rules in sets.items()} == {
        "cosy": (300, 5_000),
        "lively": (1_000, 15_000),
        "locked": (100, 1_500),
    }


def vars_of(rules: Rules) -> dict[str, object]:
    return {name: getattr(rules, name) for name in Rules.__dataclass_fields__}
