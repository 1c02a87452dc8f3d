"""The journal of answers: what was noted outlives a kill, and only until it is recorded."""

from pathlib import Path

from bot import ports
from bot.jobs import CallState, JobState
from storage.journal import TRIM_BYTES, AnswerJournal
from tests import factories
from tests.engine_house import House, house

__all__ = ["house"]


def test_what_one_process_noted_the_next_one_reads(tmp_path: Path) -> None:
    journal = AnswerJournal(tmp_path / "a.db")
    journal.note(factories.call(), "task-1")
    journal.note(factories.call(step=1), None)
    after = AnswerJournal(tmp_path / "a.db")
    assert after.noted() == (
        ports.Noted(job="K7Q2", step=0, attempt=0, task_id="task-1"),
        ports.Noted(job="K7Q2", step=1, attempt=0, task_id=None),
    )
    after.clear()
    assert after.noted() == ()
    journal.close()


def test_a_line_that_was_cut_is_left_out(tmp_path: Path) -> None:
    journal = AnswerJournal(tmp_path / "a.db")
    journal.note(factories.call(), "task-1")
    journal.close()
    with journal.path.open("a") as file:
        file.write('{"job": "K7Q2", "st')
    assert len(journal.noted()) == 1


def test_a_long_journal_is_emptied_when_everything_is_recorded(tmp_path: Path) -> None:
    journal = AnswerJournal(tmp_path / "a.db")
    journal.note(factories.call(), "x" * TRIM_BYTES)
    journal.note(factories.call(step=1), "task-2")
    journal.recorded()
    assert len(journal.noted()) == 2
    journal.recorded()
    assert journal.noted() == ()
    journal.close()


def test_a_journal_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    journal = AnswerJournal(tmp_path / "missing" / "a.db")
    journal.note(factories.call(), "task-1")
    journal.recorded()
    assert journal.noted() == ()


async def test_a_kill_between_the_answer_and_its_commit_loses_no_task(house: House) -> None:
    job = await house.submit_only("NanoBanana2-1K")
    assert await house.run_until_crash(at=3, after=False)  # started, call opened, and then the answer's own commit
    assert [call.state for call in await house.calls(job.id)] == [CallState.SUBMITTING]
    await house.restart()
    await house.settled()
    assert (await house.job(job.id)).state is JobState.DONE
    assert len(house.provider.sent) == 1
    assert await house.balance() == 95
