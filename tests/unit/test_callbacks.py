"""Callbacks: an end that is told to an address of ours is taken once, by the call it was given for, at any time."""

import asyncio
import json
from dataclasses import replace

import httpx
import pytest

from bot import errors, jobs
from bot.engine.addresses import Addresses
from bot.engine.callbacks import Receiver
from bot.engine.limits import Pace
from bot.jobs import CallState, FailureKind, JobState
from bot.ports import Submitted
from bot.requests import Kind
from bot.web.server import Server
from tests import factories
from tests.engine_house import House, house
from tests.made_up import shelf
from tests.scripted import FaultyStore

__all__ = ["house", "shelf"]

pytestmark = pytest.mark.usefixtures("shelf")

DONE = {"status": "done", "urls": ["http://a/0"], "task_id": "t"}


@pytest.fixture
async def told(house: House) -> House:
    """The house with a provider that calls back and can't be asked; its deadlines outlast any test."""
    house.addresses = Addresses(secret="s", base="http://us")
    house.pace = Pace(patience=100)
    house.provider.callbacks = house.provider.calls_back = True
    house.provider.submits = [Submitted(task_id="t")]
    await house.restart()
    return house


def token_of(house: House, number: int = -1) -> str:
    """The last part of the address that went out with a request."""
    url = str(house.provider.sent[number].body["callback_url"])
    assert url.startswith("http://us/callbacks/")
    return url.removeprefix("http://us/callbacks/")


async def posted(house: House, said: object = DONE, *, token: str = "") -> int:
    """What we answer to a callback."""
    return await Receiver(house.world).take(token or token_of(house), json.dumps(said).encode())


async def sent(house: House) -> jobs.Job:
    """A job whose request has left and was answered."""
    job = await house.submit("made-up-callback")
    await house.until(lambda: bool(house.provider.sent))
    return job


async def test_an_end_that_is_told_is_delivered(told: House) -> None:
    job = await sent(told)
    assert await posted(told) == 200
    await told.settled()
    assert told.delivery.ends() == [("result", job.id, 1, told.receipt(held=2, used=2, left=98))]
    assert (told.provider.polled, await told.faults()) == (0, [])


async def test_a_failure_that_is_told_costs_nothing(told: House) -> None:
    job = await sent(told)
    assert await posted(told, {"status": "failed"}) == 200
    await told.settled()
    assert (await told.job(job.id)).failure == jobs.Failure(kind=FailureKind.FAILED, words="no luck")
    assert (await told.balance(), await told.faults()) == (100, [])


async def test_an_end_told_before_the_answer_to_the_request_counts(told: House) -> None:
    told.provider.gate = asyncio.Event()
    job = await sent(told)
    assert await posted(told) == 200
    told.provider.gate.set()
    await told.settled()
    assert (await told.job(job.id)).state is JobState.DONE


async def test_progress_is_heard_and_changes_nothing(told: House) -> None:
    job = await sent(told)
    assert [await posted(told, {"status": "running"}) for _ in range(2)] == [200, 200]
    assert await posted(told) == 200
    await told.settled()
    assert (await told.job(job.id)).state is JobState.DONE


async def test_an_end_told_twice_is_taken_once(told: House) -> None:
    told.provider.gate = asyncio.Event()
    await sent(told)
    assert sorted(await asyncio.gather(posted(told), posted(told))) == [200, 409]
    told.provider.gate.set()
    await told.settled()
    assert await posted(told, {"status": "failed"}) == 409
    assert len(told.delivery.ends()) == 1


async def test_a_callback_for_nothing_of_ours_is_refused(told: House) -> None:
    job = await sent(told)
    forged = Addresses(secret="another", base="http://us").url(factories.call(job.id))
    never_made = told.addresses.url(factories.call("B3B3"))
    without_address = await _call_without_address(told)
    for url in (forged, never_made, without_address, "http://us/callbacks/x"):
        assert url is not None
        assert await posted(told, token=url.rpartition("/")[2]) == 404
    assert (await told.calls(job.id))[0].answer is None


async def _call_without_address(told: House) -> str | None:
    told.provider.callbacks = False
    told.provider.submits = ["task"]
    job = await told.submit("NanoBanana2-1K")
    await told.until(lambda: len(told.provider.sent) == 2)
    return told.addresses.url(factories.call(job.id))


@pytest.mark.parametrize(
    ("said", "answer"), [({}, 400), ([], 400), ("done", 400), ({**DONE, "task_id": "another"}, 404)]
)
async def test_a_callback_that_says_nothing_of_this_task_is_refused(told: House, said: object, answer: int) -> None:
    job = await sent(told)
    await told.until(lambda: told.clock.now() > job.created_at)  # its task is known
    assert await posted(told, said) == answer
    assert (await told.calls(job.id))[0].answer is None


async def test_an_end_told_while_the_storage_refuses_may_be_told_again(told: House) -> None:
    job = await sent(told)
    broken = replace(told.world, store=FaultyStore(told.store, broken=lambda: True))
    assert await Receiver(broken).take(token_of(told), json.dumps(DONE).encode()) == 503
    assert await posted(told) == 200
    await told.settled()
    assert (await told.job(job.id)).state is JobState.DONE


# --- restarts, and what nobody knows


async def test_an_end_told_after_a_restart_is_delivered(told: House) -> None:
    before = asyncio.all_tasks()
    job = await sent(told)
    await told.killed(asyncio.all_tasks() - before)
    await told.restart()
    assert await posted(told) == 200
    await told.settled()
    assert ((await told.job(job.id)).state, len(told.provider.sent)) == (JobState.DONE, 1)


async def test_an_end_told_before_a_kill_is_delivered_after_it(told: House) -> None:
    told.provider.gate = asyncio.Event()
    before = asyncio.all_tasks()
    job = await sent(told)
    assert await posted(told) == 200
    await told.killed(asyncio.all_tasks() - before)
    await told.restart()
    await told.settled()
    assert ((await told.job(job.id)).state, len(told.provider.sent)) == (JobState.DONE, 1)


async def test_a_callback_settles_what_nobody_knew_of_a_request(told: House) -> None:
    told.provider.submits = [errors.Unknown("the line broke")]
    job = await sent(told)
    assert await posted(told) == 200
    await told.settled()
    assert ((await told.job(job.id)).state, len(told.provider.sent)) == (JobState.DONE, 1)


async def test_what_nobody_ever_tells_of_is_released_and_comes_late_and_free(told: House) -> None:
    told.pace = Pace()
    await told.restart()
    told.provider.submits = [errors.Unknown("the line broke")]
    job = await told.submit("made-up-callback")
    await told.settled()
    assert (await told.job(job.id)).failure == jobs.Failure(kind=FailureKind.UNKNOWN)
    assert (await told.calls(job.id))[0].state is CallState.FAILED
    assert await told.balance() == 100
    assert await posted(told) == 200
    await told.until(lambda: len(told.delivery.ends()) == 2)
    assert told.delivery.ends()[1] == ("late", job.id, 1)
    assert (await told.balance(), len(told.provider.sent)) == (100, 1)


async def test_an_end_told_past_its_deadline_comes_late_and_free(told: House) -> None:
    told.pace = Pace()
    await told.restart()
    job = await told.submit("made-up-callback")
    await told.settled()
    assert (await told.job(job.id)).failure == jobs.Failure(kind=FailureKind.DEADLINE)
    assert await posted(told) == 200
    await told.until(lambda: len(told.delivery.ends()) == 2)
    assert (told.delivery.ends()[1], await told.balance()) == (("late", job.id, 1), 100)


async def test_an_end_told_when_nobody_waits_any_more_is_refused(told: House) -> None:
    told.pace = Pace()
    await told.restart()
    job = await told.submit("made-up-callback")
    await told.settled()
    told.clock.advance(7 * 3600)
    assert await posted(told) == 409
    assert (await told.calls(job.id))[0].answer is None


async def test_time_that_we_were_away_does_not_count_against_a_callback(told: House) -> None:
    told.pace = Pace()
    await told.restart()
    before = asyncio.all_tasks()
    told.provider.gate = asyncio.Event()
    job = await sent(told)
    await told.killed(asyncio.all_tasks() - before)
    told.clock.advance(3600)  # far past the deadline of a picture
    await told.restart()
    assert (await told.job(job.id)).state is JobState.RUNNING
    assert await posted(told) == 200
    await told.settled()
    assert (await told.job(job.id)).state is JobState.DONE


async def test_nobody_is_waited_for_longer_than_a_week_however_often_we_begin_anew(told: House) -> None:
    before = asyncio.all_tasks()
    told.provider.gate = asyncio.Event()
    job = await sent(told)
    await told.killed(asyncio.all_tasks() - before)
    told.pace = Pace()
    told.clock.advance(8 * 24 * 3600)
    await told.restart()
    await told.settled()
    assert (await told.job(job.id)).failure == jobs.Failure(kind=FailureKind.UNKNOWN)
    assert (await told.balance(), len(told.provider.sent)) == (100, 1)


# --- the address


async def why_not(told: House) -> set[str]:
    offers = await told.studio.offers(Kind.IMAGE)
    return {offer.why for offer in offers if offer.model.provider == told.provider.name}


async def test_models_whose_end_nobody_could_tell_are_not_offered(told: House) -> None:
    assert await why_not(told) == {"", "gated"}
    told.addresses.base = None
    assert await why_not(told) == {"no_way_back"}
    with pytest.raises(errors.NotNow, match="no_way_back"):
        await told.submit("made-up-callback")


async def test_an_address_is_good_for_its_own_call_only() -> None:
    addresses = Addresses(secret="s", base="http://us/")
    url = addresses.url(factories.call(step=1, attempt=2)) or ""
    assert addresses.key(url.removeprefix("http://us/callbacks/")) == ("K7Q2", 1, 2)
    assert addresses.key(url.removeprefix("http://us/callbacks/") + "x") is None
    assert Addresses(secret="s").url(factories.call()) is None


async def test_the_web_server_hands_callbacks_on(told: House) -> None:
    job = await sent(told)
    receiver = Receiver(told.world)
    server = Server(host="127.0.0.1", port=0, version="1", running=dict, lending=NothingLent(), callback=receiver.take)
    await server.start()
    async with httpx.AsyncClient(base_url=server.url) as browser:
        path = f"/callbacks/{token_of(told)}"
        answers = [
            (await browser.get(path)).status_code,
            (await browser.post("/callbacks/x", json=DONE)).status_code,
            (await browser.post(path, json=DONE)).status_code,
            (await browser.post(path, json=DONE)).status_code,
        ]
    await server.stop()
    assert answers == [405, 404, 200, 409]
    await told.settled()
    assert (await told.job(job.id)).state is JobState.DONE


class NothingLent:
    """Lends nothing."""

    def lent(self, token: str) -> None:
        return None
