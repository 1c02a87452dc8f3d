"""Jobs of several calls in mixed states, late results, and requests that the catalogue no longer knows."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot import errors, jobs, media
from bot.jobs import CallState, FailureKind, JobState
from bot.ports import Status
from tests import factories
from tests.engine_house import House, house
from tests.factories import NOON
from tests.scripted import PICTURE, CrashingStore, done, failed, running

__all__ = ["house"]

SPOKEN = media.Facts(kind=media.MediaKind.AUDIO, mime="audio/mpeg", size_bytes=9, duration_s=3.5)
CLIP = media.Facts(kind=media.MediaKind.VIDEO, mime="video/mp4", size_bytes=9, duration_s=3.5, width=8, height=8)
SLOW: list[Status | Exception] = [running()] * 160  # past the deadline of a picture
GONE = factories.request(model="gone-1K")  # no catalogue knows it


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        (errors.Unknown("the line broke"), CallState.UNKNOWN),
        (errors.Rejected(errors.Reason.CONTENT, "no"), CallState.FAILED),
        (errors.Busy("crowded", retry_after_s=3600), CallState.FAILED),
    ],
)
async def test_two_of_three_pictures_are_charged_and_delivered(
    house: House, trouble: Exception, state: CallState
) -> None:
    house.provider.submits = ["task", trouble, "task"]
    job = await house.submit("NanoBanana2-1K", count=3)
    await house.settled()
    assert house.delivery.ends() == [("result", job.id, 2, house.receipt(held=15, used=10, left=90))]
    assert sorted(call.state for call in await house.calls(job.id)) == sorted([state, *[CallState.SUCCEEDED] * 2])
    assert len(house.provider.sent) == 3
    assert await house.faults() == []


async def test_three_calls_found_in_three_states_go_on_from_there(house: House) -> None:
    job = await _left(house, count=3)
    await _call(house, job, step=0, state=CallState.SUCCEEDED, task_id="a", output=True)
    await _call(house, job, step=1, state=CallState.RUNNING, task_id="b")
    await _call(house, job, step=2, state=CallState.SUBMITTING)
    await house.restart()
    await house.settled()
    assert house.provider.sent == []
    assert house.delivery.ends() == [("result", job.id, 2, house.receipt(held=15, used=10, left=90))]
    assert [call.state for call in await house.calls(job.id)] == [
        CallState.SUCCEEDED,
        CallState.SUCCEEDED,
        CallState.UNKNOWN,
    ]
    assert await house.faults() == []


async def test_a_late_result_among_failures_is_awaited(house: House) -> None:
    house.provider.tasks = {"task-1": [failed("no", errors.Reason.CONTENT)], "task-2": [*SLOW, done("http://a/1")]}
    job = await house.submit("NanoBanana2-1K", count=2)
    await house.settled()
    assert (await house.job(job.id)).state is JobState.FAILED
    await house.until(lambda: len(house.delivery.ends()) == 2)
    assert house.delivery.ends()[1] == ("late", job.id, 1)
    assert await house.balance() == 100


async def test_the_late_part_of_a_delivered_job_comes_free(house: House) -> None:
    house.provider.tasks = {"task-2": [*SLOW, done("http://a/1")]}
    job = await house.submit("NanoBanana2-1K", count=2)
    await house.settled()
    await house.until(lambda: len(house.delivery.ends()) == 2)
    assert [line[:3] for line in house.delivery.ends()] == [("result", job.id, 1), ("late", job.id, 1)]
    await _watched_out(house, job.id)
    assert [output.delivered_at is not None for output in await house.outputs(job.id)] == [True, True]
    assert await house.balance() == 95
    assert await house.faults() == []


async def test_every_late_result_comes_not_only_the_first(house: House) -> None:
    late = [*SLOW, *[running()] * 20]
    house.provider.tasks = {"task-1": [*SLOW, done("http://a/0")], "task-2": [*late, done("http://a/1")]}
    job = await house.submit("NanoBanana2-1K", count=2)
    await house.settled()
    await house.until(lambda: len(house.delivery.ends()) == 3)
    assert [line[:3] for line in house.delivery.ends()[1:]] == [("late", job.id, 1), ("late", job.id, 1)]
    await _watched_out(house, job.id)


async def test_a_late_result_that_can_not_be_posted_yet_is_posted_later(house: House) -> None:
    house.provider.polls = [*SLOW, done("http://a/0")]
    job = await house.submit("NanoBanana2-1K")
    await house.settled()
    house.delivery.refusals = [errors.Undelivered("down")] * 20
    await house.until(lambda: len(house.delivery.ends()) == 2)
    assert house.delivery.ends()[1] == ("late", job.id, 1)
    assert house.delivery.refusals == []


async def test_a_late_result_is_awaited_after_a_restart(house: House) -> None:
    job = await _left(house)
    await _call(
        house, job, state=CallState.FAILED, task_id="a", failure=jobs.Failure(kind=FailureKind.DEADLINE), ended_at=NOON
    )
    await house.restart()
    await house.settled()
    assert house.delivery.ends()[0][2] is FailureKind.DEADLINE
    await house.until(lambda: len(house.delivery.ends()) == 2)
    assert house.delivery.ends()[1] == ("late", job.id, 1)


async def test_a_task_that_fails_late_is_watched_no_longer(house: House) -> None:
    house.provider.polls = [*SLOW, failed("no luck")]
    job = await house.submit("NanoBanana2-1K")
    await house.settled()
    await _watched_out(house, job.id)
    polled = house.provider.polled
    await house.restart()
    await asyncio.sleep(0.01)
    assert house.provider.polled == polled
    assert len(house.delivery.ends()) == 1


async def test_a_hidden_job_keeps_its_late_result_quietly(house: House) -> None:
    house.provider.polls, house.provider.gate = [*SLOW, done("http://a/0")], asyncio.Event()
    job = await house.submit("NanoBanana2-1K")
    await house.until(lambda: bool(house.provider.sent))
    assert not (await house.studio.cancel(job.id, asked=house.asked())).free
    house.provider.gate.set()
    await house.settled()
    await _watched_out(house, job.id)
    view = await house.studio.view(job.id, asked=house.asked())
    assert (view.job.state, len(view.outputs), house.delivery.ends()) == (JobState.FAILED, 1, [])
    assert await house.balance() == 100


async def test_a_talking_picture_that_comes_late_comes_free(house: House) -> None:
    house.files.answers = [SPOKEN, CLIP]
    house.provider.tasks = {"task-2": [*[running()] * 800, done("http://a/1")]}
    job = await house.submit("kling-avatar-v2-standard", prompt="Hello there", media=["image"])
    await house.settled()
    assert (await house.job(job.id)).failure == jobs.Failure(kind=FailureKind.DEADLINE)
    await house.until(lambda: len(house.delivery.ends()) == 2)
    assert house.delivery.ends()[1] == ("late", job.id, 1)
    assert len(house.provider.sent) == 2


async def test_a_talking_picture_hidden_before_its_avatar_costs_nothing(house: House) -> None:
    house.files.answers, house.provider.gate = [SPOKEN, CLIP], asyncio.Event()
    job = await house.submit("kling-avatar-v2-standard", prompt="Hello there", media=["image"])
    await house.until(lambda: bool(house.provider.sent))
    assert not (await house.studio.cancel(job.id, asked=house.asked())).free
    house.provider.gate.set()
    await house.settled()
    assert (await house.job(job.id)).state is JobState.CANCELLED
    assert (len(house.provider.sent), await house.balance(), await house.faults()) == (1, 100, [])


async def test_an_outage_between_two_steps_fails_nobody(house: House) -> None:
    house.files.answers, house.files.lends = [SPOKEN, CLIP], False
    house.provider.tasks = {"task-1": [done("http://a/0"), *[errors.Unreachable("502")] * 15, done("http://a/0")]}
    job = await _left(house, "kling-avatar-v2-standard", prompt="Hello there", media_names=["image"])
    house.files.lends = False
    await _call(house, job, state=CallState.RUNNING, task_id="task-1")
    await house.restart()
    await house.settled()
    assert house.delivery.ends() != []


# --- a request that the catalogue no longer knows


async def test_a_running_job_whose_model_left_comes_late_and_free(house: House) -> None:
    job = await _left(house, request=GONE)
    await _call(house, job, state=CallState.RUNNING, task_id="a")
    await house.restart()
    await house.settled()
    assert (await house.job(job.id)).failure == jobs.Failure(kind=FailureKind.OURS)
    await house.until(lambda: len(house.delivery.ends()) == 2)
    assert house.delivery.ends()[1] == ("late", job.id, 1)
    assert (await house.balance(), await house.faults()) == (100, [])


async def test_a_waiting_job_whose_model_left_costs_nothing(house: House) -> None:
    job = await _left(house, request=GONE, state=JobState.QUEUED)
    await house.restart()
    await house.settled()
    assert house.delivery.ends() == [("failed", job.id, FailureKind.OURS, house.receipt(held=15, used=0, left=100))]


async def test_a_result_whose_model_left_is_delivered_and_shown(house: House) -> None:
    job = await _left(house, request=GONE, state=JobState.DELIVERING, charge=5)
    await _call(house, job, state=CallState.SUCCEEDED, task_id="a", output=True)
    await house.restart()
    await house.settled()
    assert house.delivery.ends() == [("result", job.id, 1, house.receipt(held=15, used=5, left=95))]
    view = await house.studio.view(job.id, asked=house.asked())
    assert (view.job.state, len(view.outputs)) == (JobState.DONE, 1)


# --- killed with several calls on the way


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(2, 14))
async def test_a_kill_amid_three_calls_sends_nothing_twice(house: House, at: int, after: bool) -> None:
    job = await house.submit_only("NanoBanana2-1K", count=3)
    await house.run_until_crash(at=at, after=after)
    await house.restart()
    await house.settled()
    await _settles(house, job.id, most_sent=3, price_each=5)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(1, 11))
async def test_a_kill_while_a_late_result_comes_loses_nothing(house: House, at: int, after: bool) -> None:
    house.provider.polls = [*SLOW, done("http://a/0")]
    job = await house.submit_only("NanoBanana2-1K")
    store = CrashingStore(house.store, at=at, after=after)
    before = asyncio.all_tasks()
    await house.restart(store)
    await house.until(lambda: store.crashed or _late(house))
    await house.killed(asyncio.all_tasks() - before)
    await house.restart()
    await house.settled()
    ended = await house.job(job.id)
    if ended.failure is not None and ended.failure.kind is FailureKind.DEADLINE:
        await house.until(lambda: _late(house))
    assert (len(house.provider.sent) <= 1, await house.faults()) == (True, [])


def _late(house: House) -> bool:
    return any(line[0] == "late" for line in house.delivery.told)


async def _settles(house: House, id: str, *, most_sent: int, price_each: int) -> None:
    ended = await house.job(id)
    made = [call for call in await house.calls(id) if call.state is CallState.SUCCEEDED]
    assert len(house.provider.sent) <= most_sent
    assert ended.state is (JobState.DONE if made else JobState.FAILED)
    assert await house.balance() == 100 - price_each * len(made)
    assert house.delivery.ends()[-1][:2] == ("result" if made else "failed", id)
    assert await house.faults() == []


async def _watched_out(house: House, id: str) -> None:
    async with asyncio.timeout(5):
        while (await house.job(id)).watch_until is not None:  # noqa: ASYNC110  # a row has no event
            await asyncio.sleep(0.001)


async def _left(house: House, model: str = "NanoBanana2-1K", **changes: Any) -> jobs.Job:
    """A job that a former process left running."""
    row: dict[str, Any] = {name: changes.pop(name) for name in ("request", "state", "charge") if name in changes}
    request = row.pop("request", None) or house.request(model, **changes)
    price = 15 if request is GONE else house.studio.quote(request)
    new = factories.job(request=request, price=price, **{"state": JobState.RUNNING, "started_at": NOON, **row})
    return await factories.accepted(house.store, new)


async def _call(house: House, job: jobs.Job, *, output: bool = False, **changes: Any) -> None:
    call = factories.call(job.id, model=job.request.model, **changes)
    async with house.store.transaction() as rows:
        await rows.jobs.add_call(call)
        if output:
            await rows.jobs.add_output(replace(factories.output(job.id, facts=PICTURE), step=call.step))
