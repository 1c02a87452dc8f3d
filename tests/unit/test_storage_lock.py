"""The run lock: one bot per database file, for as long as its process lives."""

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from bot import errors
from storage import lock

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 20.0  # for another process, on a slow machine

HOLDER = """
import sys, time
from pathlib import Path
from storage import lock

taken = lock.take(Path(sys.argv[1]))
print("taken", flush=True)
time.sleep(60)
"""


async def holder(database: Path) -> asyncio.subprocess.Process:
    """Another process that has the lock."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDER, str(database), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await asyncio.wait_for(process.stdout.readline(), WAIT_S) == b"taken\n"
    return process


async def test_a_running_bot_keeps_others_away_until_it_is_killed(tmp_path: Path) -> None:
    database = tmp_path / "atelier.db"
    process = await holder(database)
    try:
        assert lock.is_taken(database)
        with pytest.raises(errors.OperatorError) as refused:
            lock.take(database)
        assert str(refused.value) == (
            f"Another bot is already running on the database {database}. Stop it first, or give this one its own "
            "folder with DATA_DIR."
        )
    finally:
        process.send_signal(signal.SIGKILL)
        await asyncio.wait_for(process.wait(), WAIT_S)
    assert not lock.is_taken(database)
    lock.take(database).release()


def test_a_lock_is_free_taken_and_free_again(tmp_path: Path) -> None:
    database = tmp_path / "atelier.db"
    seen = [lock.is_taken(database)]
    taken = lock.take(database)
    seen += [lock.is_taken(database), lock.is_taken(database)]  # looking must not let go of it
    taken.release()
    seen.append(lock.is_taken(database))
    assert seen == [False, True, True, False]


def test_two_databases_in_one_folder_have_two_locks(tmp_path: Path) -> None:
    first, second = lock.take(tmp_path / "a.db"), lock.take(tmp_path / "b.db")
    assert lock.path(tmp_path / "a.db") == tmp_path / "a.db.lock"
    first.release()
    assert [lock.is_taken(tmp_path / name) for name in ("a.db", "b.db")] == [False, True]
    second.release()


def test_looking_at_a_lock_makes_no_files(tmp_path: Path) -> None:
    assert not lock.is_taken(tmp_path / "gone" / "atelier.db")
    assert list(tmp_path.iterdir()) == []


def test_a_lock_file_that_cannot_be_written_is_named_with_the_cure(tmp_path: Path) -> None:
    database = tmp_path / "atelier.db"
    lock.path(database).mkdir()  # something is in the way
    with pytest.raises(errors.OperatorError, match=r"The lock file .*atelier\.db\.lock can't be written: .*right to"):
        lock.take(database)
    assert not lock.is_taken(database)  # nobody could have
