"""Answers that are the result: kept before they are recorded, never asked for twice, charged by what they took."""

import asyncio
from collections.abc import Callable

import pytest

from bot import catalogue, errors, jobs, media, requests
from bot.errors import Reason
from bot.jobs import CallState, FailureKind, JobState
from bot.ports import Inline, Source, Status, Submitted, TaskState
from bot.requests import Kind
from bot.studio import Accepted
from tests.engine_house import House, house
from tests.made_up import WORDS, shelf
from tests.scripted import PICTURE, failed

__all__ = ["house", "shelf"]

pytestmark = pytest.mark.usefixtures("shelf")

TOOK = jobs.Usage(input_tokens=1000, output_tokens=2000, total_tokens=3000)
WAYS = jobs.Action(id="upscale::1", label="U1", task_id="t")


def finished(*outputs: Inline | Source, **more: object) -> Submitted:
    """A whole answer with an output each."""
    status = Status(state=TaskState.SUCCEEDED, outputs=tuple((output,) for output in outputs))
    return Submitted(status=Status(**{"state": status.state, "outputs": status.outputs, **more}))  # type: ignore[arg-type]


def words(text: str, **more: object) -> Submitted:
    """A whole answer that is words."""
    return finished(Inline(content=text.encode()), **more)


async def test_a_picture_that_comes_with_the_answer_is_never_asked_for(house: House) -> None:
    house.provider.submits = [finished(Inline(content=b"a fox"))]
    job = await house.submit("made-up-picture")
    await house.settled()
    (output,) = await house.outputs(job.id)
    assert house.files.absolute(output.path).read_bytes() == b"a fox"
    assert house.delivery.ends() == [("result", job.id, 1, house.receipt(held=2, used=2, left=98))]
    assert (len(house.provider.sent), house.provider.polled, await house.faults()) == (1, 0, [])


async def test_addresses_that_come_with_the_answer_are_fetched(house: House) -> None:
    house.provider.submits = [finished(Source(url="http://a/0"), Source(url="http://a/1"))]
    house.files.answers = [errors.Unreachable("502"), PICTURE]
    job = await house.submit("made-up-picture", count=3)
    await house.settled()
    assert house.delivery.ends() == [("result", job.id, 2, house.receipt(held=6, used=4, left=96))]
    assert (len(house.provider.sent), house.provider.polled) == (1, 0)


async def test_addresses_that_lead_nowhere_cost_nothing(house: House) -> None:
    house.provider.submits = [finished(Source(url="http://a/0"))]
    house.files.answers = [errors.Rejected(Reason.FAILED, "a web page")]
    await house.submit("made-up-picture")
    await house.settled()
    assert house.delivery.ends()[0][2] is FailureKind.NO_RESULT
    assert (await house.balance(), await house.faults()) == (100, [])


async def test_a_picture_that_is_none_is_looked_for_at_its_address(house: House) -> None:
    status = Status(state=TaskState.SUCCEEDED, outputs=((Inline(content=b"<html>"), Source(url="http://a/0")),))
    house.provider.submits = [Submitted(status=status)]
    house.files.answers = [errors.Rejected(Reason.FAILED, "a web page"), PICTURE]
    job = await house.submit("made-up-picture")
    await house.settled()
    assert [line[:3] for line in house.delivery.ends()] == [("result", job.id, 1)]


async def test_what_only_the_key_opens_is_not_written_down(house: House) -> None:
    house.provider.submits = [finished(Source(url="http://a/0", headers={"Authorization": "Bearer sk-1"}))]
    job = await house.submit("made-up-picture")
    await house.settled()
    assert [call.answer for call in await house.calls(job.id)] == [jobs.Answer(outputs=((),))]


async def test_words_are_a_result_and_cost_what_they_took(house: House) -> None:
    house.provider.submits = [words("A fox is a small wild dog.", usage=TOOK)]
    house.files.answers = [WORDS]
    job = await house.submit("made-up-chat")
    await house.settled()
    (output,) = await house.outputs(job.id)
    assert (output.facts.kind, output.usage, output.partial) == ("text", TOOK, False)
    assert await house.files.words(output.path) == "A fox is a small wild dog."
    assert house.delivery.ends() == [("result", job.id, 1, house.receipt(held=20, used=6, left=94))]


async def test_words_that_broke_off_are_delivered_as_far_as_they_came(house: House) -> None:
    house.provider.submits = [words("A fox is", partial=True, usage=jobs.Usage(total_tokens=500))]
    house.files.answers = [WORDS]
    job = await house.submit("made-up-chat")
    await house.settled()
    (output,) = await house.outputs(job.id)
    assert (output.partial, await house.files.words(output.path)) == (True, "A fox is")
    assert house.delivery.ends() == [("result", job.id, 1, house.receipt(held=20, used=1, left=99))]


async def test_what_the_provider_offers_next_is_kept_with_the_result(house: House) -> None:
    house.provider.submits = [finished(Inline(content=b"a fox"), Inline(content=b"another"), actions=(WAYS,))]
    job = await house.submit("made-up-picture", count=2)
    await house.settled()
    assert [output.actions for output in await house.outputs(job.id)] == [(WAYS,), ()]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Submitted(status=failed("no foxes", Reason.CONTENT)), FailureKind.CONTENT),
        (Submitted(status=Status(state=TaskState.FAILED)), FailureKind.FAILED),
        (Submitted(), FailureKind.UNKNOWN),
        (Submitted(status=Status(state=TaskState.RUNNING)), FailureKind.UNKNOWN),
        (finished(), FailureKind.NO_RESULT),
    ],
)
async def test_an_answer_without_a_result_costs_nothing(house: House, answer: Submitted, kind: FailureKind) -> None:
    house.provider.submits = [answer]
    await house.submit("made-up-picture")
    await house.settled()
    assert house.delivery.ends()[0][2] is kind
    assert (len(house.provider.sent), await house.balance(), await house.faults()) == (1, 100, [])


async def test_a_task_in_place_of_the_result_is_followed_where_the_answer_says(house: House) -> None:
    house.provider.submits = [Submitted(task_id="t", poll_path="/tasks/{task_id}")]
    job = await house.submit("made-up-picture")
    await house.settled()
    (call,) = await house.calls(job.id)
    assert (call.state, call.task_id, call.poll_path) == (CallState.SUCCEEDED, "t", "/tasks/{task_id}")


async def test_a_full_disk_delays_what_came_with_the_answer_and_loses_nothing(house: House) -> None:
    house.provider.submits = [finished(Inline(content=b"a fox"))]
    house.files.answers = [errors.StorageFault("the disk is full"), errors.StorageFault("the disk is full"), PICTURE]
    job = await house.submit("made-up-picture")
    await house.settled()
    assert (await house.job(job.id)).state is JobState.DONE
    assert len(house.provider.sent) == 1


async def test_long_answers_keep_no_quick_request_waiting(house: House) -> None:
    house.limits = house.limits_with(submits=1, blocking=1)
    await house.restart()
    house.provider.submits = [finished(Inline(content=b"a fox"))]
    house.provider.gate = asyncio.Event()
    for _ in range(3):
        await house.submit("made-up-picture")
    await house.until(lambda: len(house.provider.sent) == 1)
    await house.submit("NanoBanana2-1K")
    await house.until(lambda: len(house.provider.sent) == 2)
    assert [wire.path for wire in house.provider.sent] == ["/draw", "/v1/images/tasks"]
    house.provider.gate.set()
    await house.settled()
    assert len(house.provider.sent) == 4


async def test_a_provider_may_have_a_bound_of_its_own(house: House) -> None:
    house.limits = house.limits_with(blocking=1, blocking_of={"uniall": 3})
    await house.restart()
    house.provider.gate = asyncio.Event()
    house.provider.submits = [finished(Inline(content=b"a fox"))]
    for _ in range(4):
        await house.submit("made-up-picture")
    await house.until(lambda: len(house.provider.sent) == 3)
    house.provider.gate.set()
    await house.settled()


# --- files that go along


async def test_pictures_go_along_within_the_json_whatever_their_number(house: House) -> None:
    house.provider.submits = [finished(Inline(content=b"a fox"))]
    one, two = (media.MediaRef(path=house.files.lay(name), facts=PICTURE) for name in ("a.png", "b.png"))
    request = house.studio.request(
        Kind.IMAGE, catalogue.find("made-up-picture"), {"prompt": "a fox"}, media={"images": (one, two)}
    )
    accepted = await house.studio.submit(request, asked=house.asked(), confirmed=True)
    await house.settled()
    assert house.provider.sent[0].body["pictures"] == [
        requests.Encoded(str(house.files.absolute(ref.path or ""))) for ref in (one, two)
    ]
    assert isinstance(accepted, Accepted)


async def test_several_files_are_parts_under_their_own_names(house: House) -> None:
    job = await house.submit("made-up-film", media=["image", "last"])
    await house.settled()
    kept = str(house.files.absolute("inputs/face.png"))
    assert house.provider.sent[0].uploads == (
        requests.Upload(part="first_file", path=kept, mime="image/png"),
        requests.Upload(part="last_file", path=kept, mime="image/png"),
    )
    assert house.provider.sent[0].body == {"model": "made-up-film", "prompt": "a red fox"}
    assert (await house.job(job.id)).state is JobState.DONE


def test_an_address_is_refused_where_only_files_go() -> None:
    model, given = catalogue.find("made-up-picture"), {"images": ["https://a/b.png"]}
    with pytest.raises(errors.Invalid) as caught:
        catalogue.prepare(model, {"prompt": "a fox"}, media=given)
    expected = errors.Problem(field="images", rule="pattern", value="https://a/b.png", allowed="a file")
    assert caught.value.problems == (expected,)


# --- words on their way


async def test_words_are_told_while_they_are_being_written(house: House) -> None:
    told: list[tuple[str, str]] = []

    async def tell(job: jobs.Job, said: str) -> None:
        told.append((job.id, said))

    house.writing = tell
    await house.restart()
    house.provider.streams, house.provider.said = ("A", "A fox", "A fox is"), asyncio.Event()
    house.provider.submits, house.files.answers = [words("A fox is small.")], [WORDS]
    job = await house.submit("made-up-chat")
    await house.until(lambda: bool(told))
    assert told == [(job.id, "A fox is")]  # the latest, not each
    house.provider.said.set()
    await house.settled()
    assert len(house.delivery.ends()) == 1


async def test_how_far_a_streamed_clip_is_is_told_and_noted(house: House) -> None:
    house.provider.streams, house.provider.said = (10, 50), asyncio.Event()
    house.provider.submits = [finished(Source(url="http://a/0"))]
    job = await house.submit("made-up-picture")
    await house.until(lambda: ("running", job.id, 50) in house.delivery.told)
    assert (await house.job(job.id)).progress == 50
    assert ("running", job.id, 10) not in house.delivery.told  # the latest, not each
    house.provider.said.set()
    await house.settled()
    assert (await house.job(job.id)).state is JobState.DONE


async def test_a_bug_in_telling_of_words_harms_no_answer(house: House) -> None:
    async def trip(job: jobs.Job, said: str) -> None:
        raise RuntimeError("a bug of ours")

    house.writing = trip
    await house.restart()
    house.provider.streams = ("A fox",)
    house.provider.submits, house.files.answers = [words("A fox is small.")], [WORDS]
    job = await house.submit("made-up-chat")
    await house.settled()
    assert (await house.job(job.id)).state is JobState.DONE


# --- kills


async def _died(house: House, *, at: int, after: bool) -> tuple[jobs.Job, bool]:
    house.provider.submits = [finished(Inline(content=b"a fox"), Source(url="http://a/1"), actions=(WAYS,))]
    job = await house.submit_only("made-up-picture", count=2)
    return job, await house.run_until_crash(at=at, after=after)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(1, 8))
async def test_a_kill_at_any_write_sends_once_and_loses_no_answer(house: House, at: int, after: bool) -> None:
    job, crashed = await _died(house, at=at, after=after)
    await house.restart()
    await house.settled()
    assert (await house.job(job.id)).state is JobState.DONE
    assert [(output.index, output.actions) for output in await house.outputs(job.id)] == [(0, (WAYS,)), (1, ())]
    assert (len(house.provider.sent), house.provider.polled, await house.balance()) == (1, 0, 96)
    assert await house.faults() == []
    assert crashed or at > 4


async def test_an_answer_that_was_lost_in_a_kill_is_released_and_never_sent_again(house: House) -> None:
    house.provider.gate = asyncio.Event()  # it never answers
    job = await house.submit_only("made-up-picture")
    await _killed(house, when=lambda: bool(house.provider.sent))
    await house.restart()
    await house.settled()
    assert (await house.job(job.id)).failure == jobs.Failure(kind=FailureKind.UNKNOWN)
    assert (len(house.provider.sent), await house.balance(), await house.faults()) == (1, 100, [])


async def test_a_kill_while_bytes_are_kept_is_released_and_never_sent_again(house: House) -> None:
    house.provider.submits = [finished(Inline(content=b"a fox"))]
    house.files.answers = [errors.StorageFault("the disk is full")]
    job = await house.submit_only("made-up-picture")
    waits = house.clock.now()
    await _killed(house, when=lambda: house.clock.now() > waits)
    house.files.answers = [PICTURE]
    await house.restart()
    await house.settled()
    assert (await house.job(job.id)).failure == jobs.Failure(kind=FailureKind.UNKNOWN)
    assert (len(house.provider.sent), await house.balance(), await house.faults()) == (1, 100, [])


async def _killed(house: House, *, when: Callable[[], bool]) -> None:
    before = asyncio.all_tasks()
    await house.restart()
    await house.until(when)
    await house.killed(asyncio.all_tasks() - before)
