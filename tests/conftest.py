"""Fixtures for all tests: real SQLite in a temporary folder, and a clock that is set by hand."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import hypothesis
import pytest

from storage import schema
from storage.store import SqlStore
from tests.fakes import SetClock

hypothesis.settings.register_profile("atelier", deadline=None)  # a slow machine is no failure
hypothesis.settings.load_profile("atelier")


@pytest.fixture(scope="session")
def blank_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file without rows, to copy from: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("blank") / "atelier.db"
    schema.upgrade(path)
    return path


@pytest.fixture
def database(blank_database: Path, tmp_path: Path) -> Path:
    """A migrated file of this test's own."""
    return Path(shutil.copy(blank_database, tmp_path / "atelier.db"))


@pytest.fixture
async def store(database: Path) -> AsyncIterator[SqlStore]:
    """The store on that file; closed afterwards."""
    opened = SqlStore.open(database)
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> SetClock:
    """A clock at noon."""
    return SetClock()
