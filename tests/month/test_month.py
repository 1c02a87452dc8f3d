"""A small month: forty members, five communities, ten days; every limit is added up from the ledger itself."""

import random
from pathlib import Path

import pytest

from tests.month import books, clubs, play
from tests.month.play import Play
from tests.month.studio import Played
from tests.month.turning import TurningClock


@pytest.mark.timeout(60)
async def test_ten_days_break_no_limit_and_lose_no_credit(blank_database: Path, tmp_path: Path) -> None:
    chance, clock = random.Random(5), TurningClock(play.START)
    played = Played(tmp_path, blank_database, clock=clock, chance=chance, members=40)
    crowd = clubs.crowd(40, chance=chance, start=play.START, days=10, eagerness=0.5)
    month = Play(played, crowd, chance=chance, days=10)
    await month.run()
    assert await played.faults() == []
    await played.stop()
    await played.store.close()

    read = books.read(played.database)
    assert books.faults(read, month.story) == []
    assert set(played.notices.values()) <= {1}
    assert set(played.notices) == read.notices
    assert read.notices
    assert {job.state for job in read.jobs.values()} == {"done", "failed", "cancelled"}
    assert {move.kind for move in read.moves} >= {"grant", "hold", "capture", "release", "gift", "donation"}
