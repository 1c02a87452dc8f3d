"""The journal of calls: what was noted outlives a kill, and says what a commit could not any more."""

import asyncio
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot import errors, jobs, ports
from bot.jobs import CallState, FailureKind, JobState
from storage import journal as journals
from storage.journal import CallJournal
from tests import factories
from tests.engine_house import House, house

__all__ = ["house"]

KEY = ("K7Q2", 0, 0)


@pytest.fixture
def journal(tmp_path: Path) -> CallJournal:
    """One process's journal, begun."""
    begun = CallJournal(tmp_path / "a.db")
    begun.begin()
    return begun


def later(tmp_path: Path) -> CallJournal:
    """The journal as the next process finds it."""
    return CallJournal(tmp_path / "a.db")


async def test_what_one_process_noted_the_next_one_reads(journal: CallJournal, tmp_path: Path) -> None:
    await journal.sending(factories.call())
    await journal.sending(factories.call(step=1))
    await journal.sending(factories.call(step=2))
    journal.answered(factories.call(), ports.Taken(task_id="task-1"))
    journal.answered(factories.call(step=1), None)
    journal.close()
    assert later(tmp_path).left() == ports.Left(
        sessions=frozenset({journal.session}),
        sent=frozenset({KEY, ("K7Q2", 1, 0), ("K7Q2", 2, 0)}),
        answers={KEY: ports.Taken(task_id="task-1"), ("K7Q2", 1, 0): None},
    )


def test_a_whole_answer_is_noted_with_where_to_ask(journal: CallJournal, tmp_path: Path) -> None:
    answer = jobs.Answer(outputs=((), ("http://a/1",)), usage=jobs.Usage(credits=1.5), partial=True)
    whole = ports.Taken(answer=answer)
    elsewhere = ports.Taken(task_id="t", poll_path="/tasks/{task_id}", usage=jobs.Usage(credits=4))
    journal.answered(factories.call(), whole)
    journal.answered(factories.call(step=1), elsewhere)
    journal.answered(factories.call(step=2), ports.Taken())
    journal.close()
    left = later(tmp_path).left().answers
    assert left == {KEY: whole, ("K7Q2", 1, 0): elsewhere, ("K7Q2", 2, 0): ports.Taken()}


def test_a_new_process_begins_anew(journal: CallJournal, tmp_path: Path) -> None:
    journal.answered(factories.call(), ports.Taken(task_id="task-1"))
    journal.close()
    after = later(tmp_path)
    after.begin()
    assert after.left() == ports.Left(sessions=frozenset({after.session}), sent=frozenset(), answers={})
    after.close()


def test_a_line_that_was_cut_is_left_out(journal: CallJournal, tmp_path: Path) -> None:
    journal.answered(factories.call(), ports.Taken(task_id="task-1"))
    journal.close()
    with journal.path.open("a") as file:
        file.write('{"job": "K7Q2", "st')
    assert later(tmp_path).left().answers == {KEY: ports.Taken(task_id="task-1")}


def test_without_a_journal_nothing_is_known(tmp_path: Path) -> None:
    assert later(tmp_path).left() == ports.Left(sessions=frozenset(), sent=frozenset(), answers={})


async def test_a_long_journal_is_begun_anew_once_no_call_is_on_its_way(
    journal: CallJournal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journals, "TRIM_BYTES", 100)
    first, second = factories.call(), factories.call(step=1)
    await journal.sending(first)
    await journal.sending(second)
    journal.recorded(first)
    assert later(tmp_path).left().sent == {KEY, ("K7Q2", 1, 0)}
    journal.recorded(second)
    assert later(tmp_path).left() == ports.Left(sessions=frozenset({journal.session}), sent=frozenset(), answers={})
    journal.close()


async def test_a_journal_that_cannot_be_written_keeps_requests_at_home(tmp_path: Path) -> None:
    broken = CallJournal(tmp_path / "missing" / "a.db")
    with pytest.raises(errors.StorageFault, match="missing"):
        broken.begin()
    with pytest.raises(errors.StorageFault):
        await broken.sending(factories.call())
    broken.answered(factories.call(), ports.Taken(task_id="task-1"))  # too late to stop: it is only logged


# --- what the engine makes of it


async def killed(house: House, *, at: int, after: bool = False) -> jobs.Job:
    """A job whose process died at that write, with its call still submitting."""
    job = await house.submit_only("NanoBanana2-1K")
    assert await house.run_until_crash(at=at, after=after)
    assert [call.state for call in await house.calls(job.id)] == [CallState.SUBMITTING]
    return job


async def test_a_kill_between_the_answer_and_its_commit_loses_no_task(house: House) -> None:
    job = await killed(house, at=3)  # started, call opened, and then the answer's own commit
    await house.restart()
    await house.settled()
    assert (await house.job(job.id)).state is JobState.DONE
    assert len(house.provider.sent) == 1
    assert await house.balance() == 95


async def test_a_kill_before_the_request_left_costs_only_time(house: House) -> None:
    job = await killed(house, at=2, after=True)  # the call is opened, nothing left yet
    assert house.provider.sent == []
    await house.restart()
    await house.settled()
    assert (await house.job(job.id)).state is JobState.DONE
    assert len(house.provider.sent) == 1
    assert [call.state for call in await house.calls(job.id)] == [CallState.FAILED, CallState.SUCCEEDED]


async def test_a_call_that_no_journal_knows_is_never_sent_again(house: House) -> None:
    job = await killed(house, at=2, after=True)
    house.journal.close()
    house.journal.path.unlink()  # a database brought back from a backup, without what lay beside it
    await house.restart()
    await house.settled()
    assert (await house.job(job.id)).failure == jobs.Failure(kind=FailureKind.UNKNOWN)
    assert house.provider.sent == []
    assert await house.balance() == 100


@contextmanager
def room_for(more_bytes: int, path: Path) -> Iterator[None]:
    """A disk on which a file can grow by so much only: what is beyond is cut off, not refused."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + more_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_line_that_the_disk_cut_keeps_its_request_at_home(journal: CallJournal, tmp_path: Path) -> None:
    with room_for(10, journal.path), pytest.raises(errors.StorageFault):
        await journal.sending(factories.call())
    await journal.sending(factories.call(step=1))
    assert later(tmp_path).left().sent == {("K7Q2", 1, 0)}
    journal.close()


async def test_a_journal_begun_anew_vouches_for_no_earlier_call(journal: CallJournal, tmp_path: Path) -> None:
    before, journal_of = journal.session, later(tmp_path)
    journal.begin()
    assert journal_of.left().sessions == {journal.session}
    assert before != journal.session
    journal.close()


async def test_starting_again_forgets_no_request_on_its_way(house: House) -> None:
    house.provider.gate = asyncio.Event()
    job = await house.submit_only("NanoBanana2-1K")
    await house.dispatch.start()
    await house.until(lambda: bool(house.provider.sent))
    await house.dispatch.start()
    assert house.journal.left().sent == {(job.id, 0, 0)}
    house.provider.gate.set()
    await house.settled()
