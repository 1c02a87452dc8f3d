"""Storage that refuses, bugs of our own and a stop at a bad moment: nothing is sent twice, lost or kept for ever."""

import asyncio
import itertools
from datetime import timedelta

import pytest

from bot import errors, jobs, media
from bot.engine.dispatch import Dispatch
from bot.jobs import FailureKind, JobState
from tests.engine_house import House, house
from tests.scripted import FaultyStore, running

__all__ = ["house"]

SPOKEN = media.Facts(kind=media.MediaKind.AUDIO, mime="audio/mpeg", size_bytes=9, duration_s=3.5)
CLIP = media.Facts(kind=media.MediaKind.VIDEO, mime="video/mp4", size_bytes=9, duration_s=3.5, width=8, height=8)


async def test_starting_again_runs_nothing_twice(house: House) -> None:
    house.provider.gate = asyncio.Event()
    job = await house.submit("NanoBanana2-1K")
    await house.until(lambda: bool(house.provider.sent))
    await house.dispatch.start()
    house.dispatch.enqueue(job, await house.terms(job))
    house.provider.gate.set()
    await house.settled()
    assert (len(house.provider.sent), len(house.delivery.ends())) == (1, 1)


async def test_two_runners_of_one_job_send_once(house: House) -> None:
    house.provider.gate = asyncio.Event()
    await house.submit_only("NanoBanana2-1K")
    other = Dispatch(house.world)
    await asyncio.gather(house.dispatch.start(), other.start())
    await house.until(lambda: bool(house.provider.sent))
    house.provider.gate.set()
    await house.settled()
    await other.stop(grace_s=1.0)
    assert len(house.provider.sent) == 1


@pytest.mark.parametrize("refusal", [None, errors.Rejected(errors.Reason.CONTENT, "no")])
async def test_an_end_is_told_once_though_the_storage_refuses_to_book_it(
    house: House, refusal: Exception | None
) -> None:
    house.provider.submits = [refusal or "task"]
    refusals = iter(range(5))
    await house.restart(FaultyStore(house.store, broken=lambda: _told(house) and next(refusals, None) is not None))
    job = await house.submit("NanoBanana2-1K")
    await house.settled()
    assert len(house.delivery.ends()) == 1
    assert (await house.job(job.id)).told_at is not None
    assert await house.faults() == []


@pytest.mark.parametrize("at", range(3, 40))
async def test_one_fault_of_the_storage_anywhere_delays_and_loses_nothing(house: House, at: int) -> None:
    house.files.answers = [SPOKEN, CLIP]
    job = await house.submit_only("kling-avatar-v2-standard", media=["image"], prompt="Hello there, my friend")
    asked = itertools.count(1)
    await house.restart(FaultyStore(house.store, broken=lambda: next(asked) == at))
    await house.settled()
    ended = await house.job(job.id)
    assert (ended.state, ended.failure) == (JobState.DONE, None)
    assert len(house.provider.sent) == 2
    assert len(house.delivery.ends()) == 1
    assert await house.faults() == []


async def test_a_disk_that_stays_full_keeps_no_hold_for_ever(house: House) -> None:
    house.files.answers = [errors.StorageFault("the disk is full")]
    job = await house.submit("NanoBanana2-1K")
    await house.settled()
    assert (await house.job(job.id)).failure == jobs.Failure(kind=FailureKind.OURS)
    assert await house.balance() == 100


async def test_a_job_that_trips_over_a_bug_gets_its_result_later_and_free(house: House) -> None:
    house.provider.polls = [*[RuntimeError("a bug of ours")] * 3, *house.provider.polls]
    job = await house.submit("NanoBanana2-1K")
    await house.settled()
    assert (await house.job(job.id)).failure == jobs.Failure(kind=FailureKind.OURS)
    await house.until(lambda: len(house.delivery.ends()) == 2)
    assert house.delivery.ends()[1] == ("late", job.id, 1)
    assert await house.balance() == 100


async def test_a_bug_in_telling_of_progress_harms_no_job(house: House) -> None:
    house.delivery.bug = RuntimeError("a bug of ours")
    house.provider.submits = [errors.Busy("crowded"), "task"]
    house.provider.polls = [*[running(n) for n in range(5)], *house.provider.polls]
    job = await house.submit("NanoBanana2-1K")
    await house.settled()
    assert (await house.job(job.id)).state is JobState.DONE


async def test_the_same_progress_is_told_once(house: House) -> None:
    house.provider.polls = [*[running(40)] * 4, *house.provider.polls]
    job = await house.submit("NanoBanana2-1K")
    await house.settled()
    assert house.delivery.told.count(("running", job.id, 40)) == 1


@pytest.mark.parametrize("percent", [None, 40])
async def test_that_it_takes_longer_than_usual_is_told_once(house: House, percent: int | None) -> None:
    house.provider.polls = [*[running(percent)] * 40, *house.provider.polls]
    job = await house.submit("NanoBanana2-1K")
    await house.settled()
    ready_at = (await house.job(job.id)).created_at + timedelta(seconds=15)
    told = [(figure, at) for kind, id, figure, at in house.delivery.progress if (kind, id) == ("running", job.id)]
    begun = [(None, ready_at)] if percent is None else [(None, ready_at), (40, ready_at)]
    assert told == [*begun, (percent, ready_at)]


async def test_a_stop_lets_a_post_on_the_line_be_booked(house: House) -> None:
    house.delivery.posting = asyncio.Event()
    job = await house.submit("NanoBanana2-1K")
    await house.until(lambda: _told(house))
    stopping = asyncio.create_task(house.dispatch.stop(grace_s=5.0))
    await asyncio.sleep(0)
    house.delivery.posting.set()
    await stopping
    await house.restart()
    await house.settled()
    assert len(house.delivery.ends()) == 1
    assert (await house.job(job.id)).state is JobState.DONE


async def test_a_file_that_can_not_be_read_for_its_post_ends_all_the_same(house: House) -> None:
    house.delivery.refusals = [errors.StorageFault("its file is gone")] * 99
    job = await house.submit("NanoBanana2-1K")
    await house.settled()
    assert (await house.job(job.id)).state is JobState.DONE
    assert [output.delivered_at for output in await house.outputs(job.id)] == [None]
    assert await house.faults() == []


async def test_nobody_waits_for_a_job_after_a_stop(house: House) -> None:
    house.limits = house.limits_with(member_running=1)
    await house.restart()
    house.provider.gate = asyncio.Event()
    await house.submit("NanoBanana2-1K")
    waiting = await house.submit("NanoBanana2-1K")
    await house.dispatch.stop(grace_s=0.01)
    house.dispatch.enqueue(waiting, await house.terms(waiting))
    async with asyncio.timeout(5):
        await house.studio.idle()
        await house.studio.ended(waiting.id)


async def test_a_cancelled_job_makes_room_at_once(house: House) -> None:
    house.provider.submits = [errors.Busy("crowded", retry_after_s=60), "task"]
    house.delivery.gate = asyncio.Event()  # never set: its runner waits and waits
    job = await house.submit("NanoBanana2-1K")
    await house.until(lambda: any(line[0] == "busy" for line in house.delivery.told))
    await house.studio.cancel(job.id, asked=house.asked())
    await house.until(lambda: house.studio.running == 0)


def _told(house: House) -> bool:
    return bool(house.delivery.ends())
