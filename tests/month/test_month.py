"""A small month: forty members, five communities, ten days; every limit is added up from the ledger itself."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.month import books, clubs, page, story
from tests.month.books import Books, Job
from tests.month.play import Play
from tests.month.studio import Played
from tests.month.turning import TurningClock

MEMBERS = 40
DAYS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month that was played."""

    play: Play
    read: Books
    audit: Sequence[str]

    def faults(self, read: Books) -> list[str]:
        """What is wrong with these books of it."""
        return books.faults(read, self.play.story)


@pytest.fixture(scope="module")
def month(blank_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Month:
    """Played once; the tests only read."""
    return asyncio.run(_played(tmp_path_factory.mktemp("month"), blank_database))


async def _played(folder: Path, blank: Path) -> Month:
    chance, clock = random.Random(5), TurningClock(story.START)
    house = Played(folder, blank, clock=clock, chance=chance, members=MEMBERS)
    crowd = clubs.crowd(MEMBERS, chance=chance, start=story.START, days=DAYS, eagerness=0.2)
    made = Play(house, crowd, chance=chance, days=DAYS)
    await made.run()
    audit = await house.faults()
    await house.stop()
    await house.store.close()
    return Month(play=made, read=books.read(house.database, made.story), audit=audit)


def test_ten_days_break_no_limit_and_lose_no_credit(month: Month) -> None:
    assert month.audit == []
    assert month.faults(month.read) == []
    assert page.told_twice(month.play, month.read) == []


def test_the_days_had_what_a_month_has(month: Month) -> None:
    """Else the limits would hold because nobody met them."""
    assert {job.state for job in month.read.jobs.values()} == {"done", "failed", "cancelled"}
    kinds = {"grant", "hold", "capture", "release", "gift", "donation", "give", "take", "join"}
    assert {move.kind for move in month.read.moves} >= kinds
    assert month.play.story.deeds["erased"]
    assert month.read.notices
    assert month.play.story.links
    answers = set(month.play.played.answers)
    assert answers >= {"accepted", "asked", "error.paused", "error.banned_for", "error.wrong_channel"}


# --- the checks themselves: each finds what it is for


def test_a_credit_from_nowhere_is_found(month: Month) -> None:
    first, *rest = month.read.moves
    assert month.faults(replace(month.read, moves=[replace(first, amount=first.amount + 1), *rest]))


def test_a_capture_that_came_twice_is_found(month: Month) -> None:
    taken = next(move for move in month.read.moves if move.kind == "capture")
    assert month.faults(replace(month.read, moves=[*month.read.moves, taken]))


def test_a_notice_that_was_not_owed_or_not_noted_is_found(month: Month) -> None:
    more = {*month.read.notices, ("one", "2026-10", 80)}
    assert month.faults(replace(month.read, notices=more))
    assert month.faults(replace(month.read, notices=set()))


@pytest.mark.parametrize(
    ("said", "change"),
    [
        ("none of the channels", lambda job, month: {"channel": "99", "pool": pool_of(month, 3)}),
        ("none of the models", lambda job, month: {"model": "sora-9", "pool": pool_of(month, 4)}),
        ("none of the kinds", lambda job, month: {"kind": "avatar", "pool": pool_of(month, 2)}),
        ("credits are above", lambda job, month: {"price": 31, "pool": pool_of(month, 3)}),
        ("in a pause", lambda job, month: {"created_at": paused_at(month), "pool": pool_of(month, 0)}),
        ("is still running", lambda job, month: {"state": "running"}),
        ("and cost", lambda job, month: {"charge": job.price + 1}),
        ("were spent", lambda job, month: {"provider": "llmage", "charge": 500, "price": 500}),
    ],
)
def test_a_job_that_should_not_have_been_is_found(
    month: Month, said: str, change: Callable[[Job, Month], dict[str, Any]]
) -> None:
    job = next(job for job in month.read.jobs.values() if job.state == "done" and job.charge)
    other = replace(job, **change(job, month))
    assert any(said in fault for fault in month.faults(replace(month.read, jobs={**month.read.jobs, job.id: other})))


@pytest.mark.parametrize(("seconds", "found"), [(0, True), (5, True), (3_600, False)])
def test_a_job_that_came_too_soon_after_another_is_found(month: Month, seconds: float, found: bool) -> None:
    pool = pool_of(month, 0)
    job = max((each for each in month.read.jobs.values() if each.pool == pool), key=lambda each: each.created_at)
    again = replace(job, id="AGAIN", charge=0, state="failed", created_at=job.created_at + timedelta(seconds=seconds))
    jobs = {**month.read.jobs, "AGAIN": replace(again, started_at=None)}
    read, figures = replace(month.read, jobs=jobs), books.Figures(month.play.story)
    assert any("after the one before" in said for said in books.single(read, figures, month.play.story)) is found


def test_more_than_a_day_of_a_pool_is_found(month: Month) -> None:
    hold = next(m for m in month.read.moves if m.kind == "hold" and m.debit == pool_of(month, 0))
    more = [replace(hold, id=f"more:{number}") for number in range(40)]
    moves = [*month.read.moves, *more]
    read = replace(month.read, moves=moves)
    figures = books.Figures(month.play.story)
    assert any("paid" in said for said in books.pools(read, figures))
    assert any("drew" in said for said in books.members(read, figures))


def test_more_of_a_pool_than_one_request_may_take_is_found(month: Month) -> None:
    hold = next(m for m in month.read.moves if m.kind == "hold" and m.debit == pool_of(month, 0))
    moves = [replace(move, amount=61) if move is hold else move for move in month.read.moves]
    read, figures = replace(month.read, moves=moves), books.Figures(month.play.story)
    assert any("for one request" in said for said in books.single(read, figures, month.play.story))


def test_more_at_once_than_allowed_is_found(month: Month) -> None:
    job = next(job for job in month.read.jobs.values() if job.started_at and job.pool == pool_of(month, 0))
    many = {f"N{number}": replace(job, id=f"N{number}") for number in range(3)}
    figures = books.Figures(month.play.story)
    assert list(books.at_once(replace(month.read, jobs={**month.read.jobs, **many}), figures))


def pool_of(month: Month, number: int) -> str:
    """A community's pool."""
    return month.play.story.pools[month.play.story.clubs[number].native]


def paused_at(month: Month) -> datetime:
    """A moment in the first community's pause."""
    ruled = month.play.story.ruled[month.play.story.clubs[0].native]
    return next(at for at, changes in ruled if changes.get("paused")) + timedelta(minutes=1)
