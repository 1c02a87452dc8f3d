"""Jobs from queued to their end, with the real store, ledger and catalogue and a scripted provider."""

import asyncio
from datetime import timedelta

import pytest

from bot import errors, jobs, media
from bot.engine.limits import Pace
from bot.jobs import CallState, FailureKind, JobState
from bot.studio import Accepted
from tests.engine_house import House, house
from tests.scripted import PICTURE, done, failed, running

__all__ = ["house"]


async def test_a_picture_is_made_charged_and_delivered(house: House) -> None:
    job = await house.submit("NanoBanana2-1K")
    await house.settled()
    assert (await house.job(job.id)).state is JobState.DONE
    assert house.delivery.ends() == [("result", job.id, 1, house.receipt(held=5, used=5, left=95))]
    assert await house.balance() == 95
    assert await house.faults() == []
    assert len(house.provider.sent) == 1


async def test_fewer_pictures_than_asked_cost_less(house: House) -> None:
    house.provider.polls = [done("http://a/0", "http://a/1", "http://a/2")]
    job = await house.submit("gpt-image-2", count=4, quality="medium")
    await house.settled()
    held = (await house.job(job.id)).price
    assert house.delivery.ends() == [
        ("result", job.id, 3, house.receipt(held=held, used=held * 3 // 4, left=100 - held * 3 // 4))
    ]
    assert await house.faults() == []


async def test_what_may_have_arrived_is_never_sent_again(house: House) -> None:
    house.provider.submits = [errors.Unknown("the line broke")]
    job = await house.submit("NanoBanana2-1K")
    await house.settled()
    assert [line[2] for line in house.delivery.ends()] == [FailureKind.UNKNOWN]
    assert len(house.provider.sent) == 1
    assert await house.balance() == 100
    assert [call.state for call in await house.calls(job.id)] == [CallState.UNKNOWN]


async def test_what_never_left_is_sent_again(house: House) -> None:
    house.provider.submits = [errors.NotSent("refused"), errors.Busy("crowded", retry_after_s=7), "task"]
    job = await house.submit("NanoBanana2-1K")
    await house.settled()
    assert (await house.job(job.id)).state is JobState.DONE
    states = [call.state for call in await house.calls(job.id)]
    assert states == [CallState.FAILED, CallState.FAILED, CallState.SUCCEEDED]
    assert await house.balance() == 95


async def test_a_provider_that_stays_crowded_costs_nothing(house: House) -> None:
    house.provider.submits = [errors.Busy("crowded", retry_after_s=120)]
    await house.submit("NanoBanana2-1K")
    await house.settled()
    assert house.delivery.ends()[0][2] is FailureKind.CROWDED
    assert await house.balance() == 100


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (errors.Rejected(errors.Reason.CONTENT, "no"), FailureKind.CONTENT),
        (errors.Rejected(errors.Reason.BALANCE, "no"), FailureKind.BALANCE),
        (errors.Rejected(errors.Reason.KEY, "no"), FailureKind.KEY),
        (RuntimeError("a bug of ours with bytes on the line"), FailureKind.UNKNOWN),
    ],
)
async def test_a_refusal_costs_nothing(house: House, refusal: Exception, kind: FailureKind) -> None:
    house.provider.submits = [refusal]
    await house.submit("NanoBanana2-1K")
    await house.settled()
    assert house.delivery.ends()[0][2] is kind
    assert await house.balance() == 100
    assert await house.faults() == []


async def test_an_outage_fails_nobody(house: House) -> None:
    house.provider.polls = [*[errors.Unreachable("502")] * 60, done("http://a/0")]
    job = await house.submit("NanoBanana2-1K")
    await house.settled()
    assert (await house.job(job.id)).state is JobState.DONE


async def test_a_task_its_provider_forgets_counts_after_three_times(house: House) -> None:
    lost = errors.Missing("404")
    house.provider.polls = [lost, lost, running(), lost, lost, done("http://a/0")]
    first = await house.submit("NanoBanana2-1K")
    await house.settled()
    assert (await house.job(first.id)).state is JobState.DONE
    house.provider.polls = [lost, lost, lost]
    second = await house.submit("NanoBanana2-1K")
    await house.settled()
    assert (await house.job(second.id)).state is JobState.FAILED


async def test_a_failed_task_costs_nothing_and_quotes_the_provider(house: House) -> None:
    house.provider.polls = [running(), failed("too many hands")]
    job = await house.submit("NanoBanana2-1K")
    await house.settled()
    assert (await house.job(job.id)).failure == jobs.Failure(kind=FailureKind.FAILED, words="too many hands")
    assert await house.balance() == 100


async def test_what_may_wait_at_its_provider_is_waited_for_and_paid(house: House) -> None:
    house.pace = Pace(every_s=60, watch_every_s=600)
    await house.restart()
    house.provider.polls = [*[running()] * 60, done("http://a/0")]
    job = await house.submit("seedance2.0-480p", duration=5, service_tier="flex")
    await house.settled()
    ended = await house.job(job.id)
    assert ended.ended_at is not None
    assert (ended.state, ended.ended_at - ended.created_at > timedelta(hours=4)) == (JobState.DONE, True)
    assert await house.balance() == 100 - 35
    assert house.provider.polled == 61


async def test_a_result_after_its_deadline_is_delivered_free(house: House) -> None:
    house.provider.polls = [*[running()] * 300, done("http://a/0")]
    job = await house.submit("NanoBanana2-1K")
    await house.settled()
    assert (await house.job(job.id)).failure == jobs.Failure(kind=FailureKind.DEADLINE)
    assert await house.balance() == 100
    await house.until(lambda: len(house.delivery.ends()) == 2)
    assert house.delivery.ends()[1] == ("late", job.id, 1)
    assert await house.balance() == 100
    assert await house.faults() == []


async def test_a_result_without_a_usable_file_costs_nothing(house: House) -> None:
    house.files.answers = [errors.Rejected(errors.Reason.FAILED, "a web page")]
    await house.submit("NanoBanana2-1K")
    await house.settled()
    assert house.delivery.ends()[0][2] is FailureKind.NO_RESULT
    assert await house.balance() == 100


async def test_a_full_disk_delays_a_result_and_loses_nothing(house: House) -> None:
    house.files.answers = [errors.StorageFault("the disk is full"), errors.Unreachable("403"), PICTURE]
    job = await house.submit("NanoBanana2-1K")
    await house.settled()
    assert (await house.job(job.id)).state is JobState.DONE


async def test_a_platform_that_refuses_for_a_while_gets_the_result_later(house: House) -> None:
    house.delivery.refusals = [errors.Undelivered("down", retry_after_s=30)] * 3
    job = await house.submit("NanoBanana2-1K")
    await house.settled()
    assert [line[0] for line in house.delivery.ends()] == ["result"]
    assert all(output.delivered_at for output in await house.outputs(job.id))


async def test_a_platform_that_always_refuses_leaves_the_result_to_jobs(house: House) -> None:
    house.delivery.refusals = [errors.Undelivered("down")] * 99
    job = await house.submit("NanoBanana2-1K")
    await house.settled()
    assert (await house.job(job.id)).state is JobState.DONE
    assert [output.delivered_at for output in await house.outputs(job.id)] == [None]
    assert await house.faults() == []


async def test_cancelling_is_free_while_nothing_was_sent(house: House) -> None:
    house.provider.submits = [errors.Busy("crowded", retry_after_s=60), "task"]
    house.delivery.gate = asyncio.Event()
    job = await house.submit("NanoBanana2-1K")
    await house.until(lambda: any(line[0] == "busy" for line in house.delivery.told))
    assert (await house.studio.cancel(job.id, asked=house.asked("c"))).free
    house.delivery.gate.set()
    await house.settled()
    assert (await house.job(job.id)).state is JobState.CANCELLED
    assert len(house.provider.sent) == 1
    assert await house.balance() == 100


async def test_cancelling_a_sent_job_hides_it_and_keeps_the_result(house: House) -> None:
    house.provider.polls = [*[running()] * 5, done("http://a/0")]
    job = await house.submit("NanoBanana2-1K")
    await house.until(lambda: house.provider.polled > 1)
    assert not (await house.studio.cancel(job.id, asked=house.asked("c"))).free
    await house.settled()
    assert house.delivery.ends() == []
    view = await house.studio.view(job.id, asked=house.asked("v"))
    assert (view.job.state, len(view.outputs), await house.balance()) == (JobState.DONE, 1, 95)


async def test_a_talking_picture_from_text_is_two_calls_and_one_receipt(house: House) -> None:
    spoken = media.Facts(kind=media.MediaKind.AUDIO, mime="audio/mpeg", size_bytes=9, duration_s=3.5)
    clip = media.Facts(kind=media.MediaKind.VIDEO, mime="video/mp4", size_bytes=9, duration_s=3.5, width=8, height=8)
    house.files.answers = [spoken, clip]
    job = await house.submit("kling-avatar-v2-standard", prompt="Hello there, my friend", media=["image"])
    await house.settled()
    assert [wire.path for wire in house.provider.sent] == ["/v1/audio/tasks", "/v1/video/generations"]
    body = house.provider.sent[1].body
    assert (body["audio_url"], body["audio_duration_seconds"]) == ("http://result/0", 3.5)
    ended = await house.job(job.id)
    assert (ended.state, ended.charge) == (JobState.DONE, 1 + 4 * 6)
    assert len(house.delivery.ends()) == 1
    assert await house.faults() == []


async def test_a_talking_picture_whose_avatar_fails_costs_nothing(house: House) -> None:
    spoken = media.Facts(kind=media.MediaKind.AUDIO, mime="audio/mpeg", size_bytes=9, duration_s=3.5)
    house.files.answers = [spoken]
    house.provider.submits = ["speech", errors.Rejected(errors.Reason.CONTENT, "no faces")]
    await house.submit("kling-avatar-v2-standard", prompt="Hello there", media=["image"])
    await house.settled()
    assert house.delivery.ends()[0][2] is FailureKind.CONTENT
    assert await house.balance() == 100


async def test_the_same_event_twice_makes_one_job(house: House) -> None:
    first = await house.submit("NanoBanana2-1K", key="event-1")
    second = await house.submit("NanoBanana2-1K", key="event-1")
    await house.settled()
    assert first.id == second.id
    assert len(house.provider.sent) == 1
    assert await house.balance() == 95


async def test_two_hundred_submits_with_credits_for_ten(house: House) -> None:
    await house.spend_down_to(50)
    results = await asyncio.gather(*(house.submit("NanoBanana2-1K") for _ in range(200)), return_exceptions=True)
    refused = [r for r in results if isinstance(r, errors.NotEnough)]
    assert len(refused) == 190
    await house.settled()
    assert await house.balance() == 0
    assert await house.faults() == []


async def test_a_question_is_answered_once(house: House) -> None:
    draft = await house.question("grok-imagine", duration=6)
    accepted = await house.studio.start(draft.id, asked=house.asked("yes-1"))
    with pytest.raises(errors.NotNow):
        await house.studio.start(draft.id, asked=house.asked("yes-2"))
    again = await house.studio.start(draft.id, asked=house.asked("yes-1"))
    assert isinstance(accepted, Accepted)
    assert isinstance(again, Accepted)
    assert again.job.id == accepted.job.id
    await house.settled()


async def test_a_question_expires(house: House) -> None:
    draft = await house.question("grok-imagine", duration=6)
    house.clock.advance(3600)
    with pytest.raises(errors.NotNow):
        await house.studio.start(draft.id, asked=house.asked("yes"))
    assert await house.balance() == 100


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(1, 12))
async def test_a_kill_at_any_write_sends_nothing_twice_and_loses_nothing(house: House, at: int, after: bool) -> None:
    job = await house.submit_only("NanoBanana2-1K")
    crashed = await house.run_until_crash(at=at, after=after)
    await house.restart()
    await house.settled()
    ended = await house.job(job.id)
    assert len(house.provider.sent) <= 1
    if ended.state is JobState.DONE:
        assert await house.balance() == 95
    else:
        assert ended.failure == jobs.Failure(kind=FailureKind.UNKNOWN)
        assert crashed
        assert await house.balance() == 100
    assert [line[0] for line in house.delivery.ends()][-1:] == (
        ["result"] if ended.state is JobState.DONE else ["failed"]
    )
    assert await house.faults() == []
