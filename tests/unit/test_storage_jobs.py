"""Jobs, calls, outputs and drafts in the store: whole values come back, and every step is won by one."""

import asyncio
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa

from bot import jobs, media
from bot.jobs import CallState, Failure, FailureKind, JobState
from bot.requests import AccountId, Kind
from storage.store import SqlStore
from tests import factories
from tests.factories import ANNA, BEN, NOON

NOWHERE = datetime(2026, 1, 2, 12)  # without a zone


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
async def rows_of(store: SqlStore) -> SqlStore:
    """A store where Anna and Ben are known."""
    await factories.member(store, ANNA)
    await factories.member(store, BEN)
    return store


async def add(store: SqlStore, *new: jobs.Job) -> None:
    async with store.transaction() as rows:
        for job in new:
            await rows.jobs.add(job)


async def read(store: SqlStore, id: str = "K7Q2") -> jobs.Job | None:
    async with store.reading() as rows:
        return await rows.jobs.get(id)


REF = media.MediaRef(path="in/fox.png", url="https://example.org/fox.png", facts=factories.facts(), name="狐.png")
FULL_JOB = factories.job(
    person="Änna 🦊",
    place=factories.place(platform="discord", channel="1", thread="2", message="3", community="4"),
    request=factories.request(
        kind=Kind.VIDEO,
        operation="image-to-video",
        options={"prompt": "", "seed": 2**53, "sound": False, "scale": 0.1, "lines": ["一", "b"], "map": {"a": None}},
        media={"image": (REF,), "images": (REF, REF.model_copy(update={"url": None})), "mask": ()},
    ),
    language="zh",
    state=JobState.FAILED,
    price=2**40,
    charge=2**40 - 1,
    progress=0,
    message="",
    started_at=later(1.000001),
    ended_at=later(2),
    failure=Failure(kind=FailureKind.CONTENT, words="no 'foxes'; 100%"),
    hidden_at=later(3),
    watch_until=later(4),
    late_at=later(5),
    told_at=later(6),
    again_of="B3B3",
    pool=AccountId("pool:com_1"),
    pool_from=later(9),
    percent=150,
    bonus=10,
)


# --- jobs: round trip --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("job", [factories.job(), FULL_JOB], ids=["new", "full"])
async def test_a_job_comes_back_whole(rows_of: SqlStore, job: jobs.Job) -> None:
    await add(rows_of, job)
    async with rows_of.reading() as rows:
        found = [await rows.jobs.get(job.id), await rows.jobs.by_key(job.place.platform, job.key)]
        found += [*await rows.jobs.of(ANNA, limit=9), *await rows.jobs.recent(state=job.state, limit=9)]
    assert found == [job] * 4


def test_the_full_job_says_something_in_every_field() -> None:
    bare = factories.job()
    same = {f.name for f in fields(jobs.Job) if getattr(FULL_JOB, f.name) == getattr(bare, f.name)}
    assert same == {"id", "account", "created_at", "key"}


@pytest.mark.parametrize(
    "change",
    [
        {"progress": 40},
        {"message": "m1"},
        {"hidden_at": NOON},
        {"late_at": NOON},
        {"told_at": NOON},
        {"watch_until": NOON},
        {"failure": Failure(kind=FailureKind.OURS, words="x")},
        {"progress": 99, "message": "m2"},
    ],
    ids=lambda change: "+".join(change),
)
async def test_a_note_changes_what_it_names_and_nothing_else(rows_of: SqlStore, change: dict[str, Any]) -> None:
    await add(rows_of, factories.job(), factories.job("B3B3"))
    async with rows_of.transaction() as rows:
        await rows.jobs.note("K7Q2", **change)
    assert await read(rows_of) == replace(factories.job(), **change)
    assert await read(rows_of, "B3B3") == factories.job("B3B3")


async def test_a_change_to_none_clears(rows_of: SqlStore) -> None:
    await add(rows_of, FULL_JOB)
    cleared = dict.fromkeys(("progress", "message", "hidden_at", "watch_until", "late_at", "told_at", "failure"))
    async with rows_of.transaction() as rows:
        await rows.jobs.note(FULL_JOB.id, **cleared)
    assert await read(rows_of) == replace(FULL_JOB, **cleared)  # type: ignore[arg-type]


async def test_what_is_not_there_is_none(rows_of: SqlStore) -> None:
    async with rows_of.reading() as rows:
        assert await rows.jobs.get("NONE") is None
        assert await rows.jobs.by_key("console", "none") is None
        assert await rows.jobs.draft("none") is None
        assert await rows.jobs.typical_s("none") is None
        assert [*await rows.jobs.calls("NONE"), *await rows.jobs.outputs("NONE"), *await rows.jobs.unfinished()] == []


# --- jobs: once --------------------------------------------------------------------------------------------------


async def test_a_request_key_is_unique_per_platform(rows_of: SqlStore) -> None:
    elsewhere = factories.job("B3B3", key="1", place=factories.place(platform="discord"))
    async with rows_of.transaction() as rows:
        await rows.jobs.add(factories.job(key="1"))
        await rows.jobs.add(elsewhere)
        assert await rows.jobs.by_key("console", "1") == factories.job(key="1")
        assert await rows.jobs.by_key("discord", "1") == elsewhere
        assert await rows.jobs.by_key("telegram", "1") is None
    with pytest.raises(sa.exc.IntegrityError, match="request_key"):
        async with rows_of.transaction() as rows:
            await rows.jobs.add(factories.job("C4C4", key="1"))
    assert await read(rows_of, "C4C4") is None


async def test_an_event_that_comes_twice_at_once_makes_one_job(rows_of: SqlStore) -> None:
    async def accept(id: str) -> str:
        async with rows_of.transaction() as rows:
            if (twin := await rows.jobs.by_key("console", "1")) is not None:
                return twin.id
            await rows.jobs.add(factories.job(id, key="1"))
            return id

    made = await asyncio.gather(*(accept(f"J{n}") for n in range(10)))
    async with rows_of.reading() as rows:
        assert [job.id for job in await rows.jobs.recent(state=None, limit=99)] == [made[0]]
    assert set(made) == {made[0]}


async def test_a_move_takes_its_changes_along(rows_of: SqlStore) -> None:
    await add(rows_of, factories.job(), factories.job("B3B3"))
    async with rows_of.transaction() as rows:
        assert await rows.jobs.move("K7Q2", JobState.QUEUED, to=JobState.RUNNING, started_at=later(1), charge=7)
    moved = factories.job(state=JobState.RUNNING, started_at=later(1), charge=7)
    assert [await read(rows_of), await read(rows_of, "B3B3")] == [moved, factories.job("B3B3")]


async def test_a_move_from_another_state_does_nothing(rows_of: SqlStore) -> None:
    await add(rows_of, factories.job())
    async with rows_of.transaction() as rows:
        assert not await rows.jobs.move("K7Q2", JobState.RUNNING, JobState.DELIVERING, to=JobState.DONE, charge=1)
        assert not await rows.jobs.move("NONE", JobState.QUEUED, to=JobState.DONE)
        assert not await rows.jobs.move("K7Q2", to=JobState.DONE)
    assert await read(rows_of) == factories.job()


async def test_of_two_moves_one_wins(rows_of: SqlStore) -> None:
    await add(rows_of, factories.job())

    async def move(to: JobState) -> bool:
        async with rows_of.transaction() as rows:
            return await rows.jobs.move("K7Q2", JobState.QUEUED, to=to) == factories.job(state=to)

    won = list(await asyncio.gather(move(JobState.CANCELLED), move(JobState.RUNNING)))
    assert (won, await read(rows_of)) == ([True, False], factories.job(state=JobState.CANCELLED))


@pytest.mark.parametrize("charge", [11, -1])
async def test_a_charge_above_the_price_is_refused_by_the_tables(rows_of: SqlStore, charge: int) -> None:
    await add(rows_of, factories.job(price=10))
    with pytest.raises(sa.exc.IntegrityError, match="charge_within_price"):
        async with rows_of.transaction() as rows:
            await rows.jobs.move("K7Q2", JobState.QUEUED, to=JobState.DELIVERING, charge=charge)
    assert await read(rows_of) == factories.job(price=10)


async def test_a_job_of_nobody_is_refused(store: SqlStore) -> None:
    with pytest.raises(sa.exc.IntegrityError, match="FOREIGN KEY"):
        await add(store, factories.job())


# --- jobs: which ones --------------------------------------------------------------------------------------------


async def test_unfinished_are_the_live_ones_oldest_first(rows_of: SqlStore) -> None:
    aged = [factories.job(s.upper(), state=s, created_at=later(-n)) for n, s in enumerate(JobState)]
    twin = factories.job("A222", created_at=aged[1].created_at)
    await add(rows_of, *aged, twin)
    queued, running, delivering, *_ = aged
    async with rows_of.reading() as rows:
        assert await rows.jobs.unfinished() == [delivering, twin, running, queued]


async def test_watched_have_ended_and_are_still_awaited(rows_of: SqlStore) -> None:
    def failed(id: str, **changes: Any) -> jobs.Job:
        return factories.job(id, **{"state": JobState.FAILED, "watch_until": later(10), **changes})

    first = failed("A222", created_at=later(-2), late_at=NOON)  # one of several came, others may
    second = failed("B222", created_at=later(-1), state=JobState.DONE)
    others = [
        failed("OVER", watch_until=NOON),
        failed("NEVER", watch_until=None),
        failed("LIVE", state=JobState.DELIVERING),
    ]
    await add(rows_of, second, *others, first)
    async with rows_of.reading() as rows:
        assert await rows.jobs.watched(NOON) == [first, second]
        assert await rows.jobs.watched(later(10)) == []


async def test_untold_are_failed_ones_whose_member_knows_nothing(rows_of: SqlStore) -> None:
    untold = [factories.job(s.upper(), state=s, created_at=later(n)) for n, s in enumerate(JobState)]
    older = factories.job("OLDER", state=JobState.FAILED, created_at=later(-1))
    await add(rows_of, *untold, factories.job("TOLD", state=JobState.FAILED, told_at=NOON), older)
    async with rows_of.reading() as rows:
        assert [job.id for job in await rows.jobs.untold()] == ["OLDER", "FAILED"]


async def test_lists_are_newest_first_and_cut(rows_of: SqlStore) -> None:
    annas = [factories.job(f"A{n}", created_at=later(n)) for n in range(4)]
    bens = [factories.job(f"B{n}", account=BEN, created_at=later(n + 0.5), state=JobState.DONE) for n in range(2)]
    await add(rows_of, *annas, *bens)
    async with rows_of.reading() as rows:
        assert await rows.jobs.of(ANNA, limit=3) == annas[:0:-1]
        assert await rows.jobs.of(BEN, limit=3) == bens[::-1]
        assert await rows.jobs.of(AccountId("nobody"), limit=3) == []
        assert [job.id for job in await rows.jobs.recent(state=None, limit=5)] == ["A3", "A2", "B1", "A1", "B0"]
        assert await rows.jobs.recent(state=JobState.DONE, limit=1) == [bens[1]]


# --- moments -----------------------------------------------------------------------------------------------------


async def test_moments_are_kept_in_utc(rows_of: SqlStore) -> None:
    in_china = NOON.astimezone(timezone(timedelta(hours=8)))
    await add(rows_of, factories.job(created_at=in_china))
    found = await read(rows_of)
    assert found is not None
    assert (found.created_at, found.created_at.tzinfo) == (NOON, UTC)


async def test_a_moment_without_a_zone_is_refused(rows_of: SqlStore) -> None:
    with pytest.raises(sa.exc.StatementError, match="a moment needs a time zone"):
        await add(rows_of, factories.job(created_at=NOWHERE))
    assert await read(rows_of) is None


# --- calls -------------------------------------------------------------------------------------------------------

FULL_CALL = factories.call(
    step=1,
    attempt=2,
    state=CallState.FAILED,
    task_id="t-1",
    submitted_at=later(0.25),
    ended_at=later(9),
    failure=Failure(kind=FailureKind.FAILED, words="boom"),
    callback=True,
    answer=jobs.Answer(failure=Failure(kind=FailureKind.CONTENT, words="no"), usage=jobs.Usage(output_tokens=7)),
    usage=jobs.Usage(credits=4),
)


async def test_calls_come_back_whole_by_step_and_attempt(rows_of: SqlStore) -> None:
    await add(rows_of, factories.job(), factories.job("B3B3"))
    calls = [factories.call(), factories.call(attempt=1), factories.call(step=1, attempt=0), FULL_CALL]
    async with rows_of.transaction() as rows:
        for call in [*calls[::-1], factories.call("B3B3")]:
            await rows.jobs.add_call(call)
        assert await rows.jobs.calls("K7Q2") == calls


async def test_the_same_call_twice_is_refused(rows_of: SqlStore) -> None:
    await add(rows_of, factories.job())
    async with rows_of.transaction() as rows:
        await rows.jobs.add_call(factories.call())
    with pytest.raises(sa.exc.IntegrityError, match="UNIQUE"):
        async with rows_of.transaction() as rows:
            await rows.jobs.add_call(factories.call(provider="other"))


async def test_a_call_moves_once_and_only_itself(rows_of: SqlStore) -> None:
    await add(rows_of, factories.job())
    one, other = factories.call(), factories.call(attempt=1)
    failure = Failure(kind=FailureKind.UNKNOWN, words="hung up")
    async with rows_of.transaction() as rows:
        for call in (one, other):
            await rows.jobs.add_call(call)
        won = [
            await rows.jobs.move_call(one, CallState.SUBMITTING, to=CallState.RUNNING, task_id="t"),
            await rows.jobs.move_call(one, CallState.SUBMITTING, to=CallState.RUNNING, task_id="u"),
            await rows.jobs.move_call(
                other, CallState.SUBMITTING, to=CallState.UNKNOWN, failure=failure, ended_at=later(1)
            ),
        ]
        unknown = replace(other, state=CallState.UNKNOWN, failure=failure, ended_at=later(1))
        running = replace(one, state=CallState.RUNNING, task_id="t")
        assert (won, await rows.jobs.calls("K7Q2")) == ([running, None, unknown], [running, unknown])


async def test_what_a_provider_tells_of_a_call_is_kept_once(rows_of: SqlStore) -> None:
    await add(rows_of, factories.job())
    told = jobs.Answer(outputs=(("http://a/0", "http://b/0"), ()), actions=(UPSCALE,), partial=True)
    async with rows_of.transaction() as rows:
        for call in (factories.call(), factories.call(attempt=1)):
            await rows.jobs.add_call(call)
        kept = [await rows.jobs.note_call(factories.call(), answer) for answer in (told, jobs.Answer())]
        found = await rows.jobs.calls("K7Q2")
    assert (kept, [call.answer for call in found]) == ([True, False], [told, None])


async def test_a_call_that_succeeds_late_forgets_its_failure(rows_of: SqlStore) -> None:
    await add(rows_of, factories.job())
    async with rows_of.transaction() as rows:
        await rows.jobs.add_call(FULL_CALL)
        await rows.jobs.move_call(FULL_CALL, CallState.FAILED, to=CallState.SUCCEEDED, failure=None)
        assert await rows.jobs.calls("K7Q2") == [replace(FULL_CALL, state=CallState.SUCCEEDED, failure=None)]


async def test_the_typical_time_is_the_median_of_the_last_twenty(rows_of: SqlStore) -> None:
    await add(rows_of, factories.job())

    async def ran(attempt: int, *, took_s: float, **changes: Any) -> None:
        ended = {"ended_at": later(attempt), "submitted_at": later(attempt - took_s)}
        call = factories.call(attempt=attempt, **{"state": CallState.SUCCEEDED, **ended, **changes})
        async with rows_of.transaction() as rows:
            await rows.jobs.add_call(call)

    async def typical() -> float | None:
        async with rows_of.reading() as rows:
            return await rows.jobs.typical_s("NanoBanana2-1K")

    await ran(0, took_s=1, state=CallState.FAILED)
    await ran(1, took_s=1, model="another")
    await ran(2, took_s=1, ended_at=None)
    assert await typical() is None
    for attempt, took_s in ((3, 10), (4, 30), (5, 500)):
        await ran(attempt, took_s=took_s)
    assert await typical() == 30
    await ran(6, took_s=40)
    assert await typical() == 35
    for attempt in range(7, 27):
        await ran(attempt, took_s=100)
    assert await typical() == 100
    for attempt in range(27, 38):
        await ran(attempt, took_s=2)
    assert await typical() == 2


# --- outputs -----------------------------------------------------------------------------------------------------


UPSCALE = jobs.Action(id="MJ::JOB::upsample::1", label="U1", task_id="t")


async def test_outputs_come_back_whole_by_step_and_index(rows_of: SqlStore) -> None:
    await add(rows_of, factories.job(), factories.job("B3B3"))
    sound = media.Facts(kind=media.MediaKind.AUDIO, mime="audio/mpeg", size_bytes=1, duration_s=0.1)
    outputs = [
        factories.output(),
        factories.output(index=1, path="p", delivered_at=later(1)),
        factories.output(step=1, facts=sound, usage=jobs.Usage(credits=2.5), partial=True, actions=(UPSCALE,)),
    ]
    async with rows_of.transaction() as rows:
        for output in [*outputs[::-1], factories.output("B3B3")]:
            await rows.jobs.add_output(output)
        assert await rows.jobs.outputs("K7Q2") == outputs


async def test_the_same_output_twice_is_the_first(rows_of: SqlStore) -> None:
    await add(rows_of, factories.job())
    async with rows_of.transaction() as rows:
        await rows.jobs.add_output(factories.output())
        await rows.jobs.mark_delivered(factories.output(), NOON)
        await rows.jobs.add_output(factories.output(path="other"))
        assert await rows.jobs.outputs("K7Q2") == [factories.output(delivered_at=NOON)]


async def test_outputs_are_marked_one_by_one(rows_of: SqlStore) -> None:
    await add(rows_of, factories.job())
    first, second = factories.output(), factories.output(index=1)
    async with rows_of.transaction() as rows:
        for output in (first, second):
            await rows.jobs.add_output(output)
        await rows.jobs.mark_delivered(second, NOON)
        assert await rows.jobs.outputs("K7Q2") == [first, replace(second, delivered_at=NOON)]


# --- drafts ------------------------------------------------------------------------------------------------------


async def test_a_draft_comes_back_whole_and_is_consumed_once(rows_of: SqlStore) -> None:
    draft = factories.draft(request=FULL_JOB.request, place=FULL_JOB.place)
    async with rows_of.transaction() as rows:
        await rows.jobs.add_draft(draft)
        assert await rows.jobs.draft(draft.id) == draft
        won = [await rows.jobs.consume_draft(draft.id, job=job) for job in ("K7Q2", "K7Q2", "B3B3")]
        assert (won, await rows.jobs.draft(draft.id)) == ([True, False, False], replace(draft, job="K7Q2"))
        assert not await rows.jobs.dismiss_draft(draft.id)
        assert await rows.jobs.draft(draft.id) == replace(draft, job="K7Q2")


async def test_a_dismissed_draft_is_gone(rows_of: SqlStore) -> None:
    async with rows_of.transaction() as rows:
        for id in ("D1", "D2"):
            await rows.jobs.add_draft(factories.draft(id))
        won = [await rows.jobs.dismiss_draft("D1"), await rows.jobs.dismiss_draft("D1")]
        assert (won, await rows.jobs.draft("D1")) == ([True, False], None)
        assert not await rows.jobs.consume_draft("D1", job="K7Q2")
        assert not await rows.jobs.consume_draft("NONE", job="K7Q2")
        assert await rows.jobs.draft("D2") == factories.draft("D2")


async def test_a_draft_whose_id_is_taken_changes_nothing(rows_of: SqlStore) -> None:
    async with rows_of.transaction() as rows:
        added = [await rows.jobs.add_draft(factories.draft(price=price)) for price in (60, 70)]
        assert (added, await rows.jobs.draft("D00001")) == ([True, False], factories.draft(price=60))


async def test_two_yeses_at_once_make_one_job(rows_of: SqlStore) -> None:
    async with rows_of.transaction() as rows:
        await rows.jobs.add_draft(factories.draft())

    async def start(job: str) -> bool:
        async with rows_of.transaction() as rows:
            return await rows.jobs.consume_draft("D00001", job=job)

    assert list(await asyncio.gather(start("K7Q2"), start("B3B3"))) == [True, False]
