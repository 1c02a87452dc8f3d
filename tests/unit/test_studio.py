"""The studio's door: people, offers, questions and jobs, as commands meet them."""

import asyncio
from collections.abc import Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot import errors, jobs, money, ports
from bot.engine.wiring import RESULTS
from bot.jobs import JobState
from bot.requests import Kind
from bot.studio import Accepted, Asked, Question, Studio
from tests import factories
from tests.engine_house import House, house
from tests.factories import ANNA, BEN
from tests.scripted import PICTURE, done, failed

__all__ = ["house"]

CAROL = factories.person(user="carol", name="Carol", language="zh")


# --- people


async def test_two_first_sights_at_once_make_one_account_and_one_welcome(house: House) -> None:
    studio = _studio(house, welcome={"console": 50})
    first, *others = await asyncio.gather(*(studio.account(CAROL) for _ in range(10)))
    assert {other.id for other in others} == {first.id}
    assert (first.preferences.language, await _balance(house, first.id)) == ("zh", 50)
    assert await house.faults() == []


async def test_a_platform_without_a_welcome_gives_none(house: House) -> None:
    carol = await _studio(house, welcome={"discord": 50}).account(CAROL)
    assert await _balance(house, carol.id) == 0


async def test_preferences_change_one_by_one_whatever_the_asker_knew(house: House) -> None:
    asked = house.asked()
    await house.studio.prefer(asked, language="zh")
    await house.studio.prefer(asked, ask_above=30)
    account = await house.studio.prefer(asked, models={"image": "NanoBanana"})
    assert account.preferences == jobs.Preferences(language="zh", ask_above=30, models={"image": "NanoBanana"})
    async with house.store.reading() as rows:
        assert await rows.accounts.get(ANNA) == account


async def test_a_statement_says_what_is_held_and_where_the_rest_went(house: House) -> None:
    await house.submit("NanoBanana2-1K")
    await house.settled()
    house.provider.gate = asyncio.Event()
    await house.submit("NanoBanana2-2K")
    assert await house.studio.statement(house.asked()) == money.Statement(
        means=money.Means(own=88, allowance=0), held=7, spent=5, spent_by_kind=(("image", 5),)
    )


# --- models


async def test_offers_follow_the_providers_own_list(house: House) -> None:
    def why(offers: Sequence[Any]) -> dict[str, str]:
        return {offer.model.id: offer.why for offer in offers if offer.model.id in {"NanoBanana", "NanoBananaPro-8K"}}

    assert why(await house.studio.offers(Kind.IMAGE)) == {"NanoBanana": "", "NanoBananaPro-8K": "gated"}
    house.studio.list_models("uniall", frozenset({"NanoBananaPro-8K"}))
    assert why(await house.studio.offers(Kind.IMAGE)) == {"NanoBanana": "not_listed", "NanoBananaPro-8K": ""}
    with pytest.raises(errors.NotNow):
        await house.submit("NanoBanana")


async def test_an_offer_tells_how_long_it_usually_takes(house: House) -> None:
    await house.submit("NanoBanana")
    await house.settled()
    (offer,) = [offer for offer in await house.studio.offers() if offer.model.id == "NanoBanana"]
    assert 0 < offer.typical_s < offer.model.typical_s


def test_every_kind_of_job_has_a_kind_of_result() -> None:
    assert set(RESULTS) == set(Kind)


# --- questions


async def test_the_same_event_twice_asks_one_question(house: House) -> None:
    first, second = [await _ask(house, "event-1") for _ in range(2)]
    assert first == second
    assert (await _ask(house, "event-2")).id != first.id
    started = await house.studio.start(first.id, asked=house.asked())
    assert isinstance(started, Accepted)
    assert await _ask(house, "event-1") == replace(first, job=started.job.id)


async def test_ids_of_questions_that_were_answered_are_not_given_again(house: House) -> None:
    asked = await _ask(house, "event-1")
    await house.studio.dismiss(asked.id, asked=house.asked())
    assert (await _ask(house, "event-1")).id != asked.id


async def test_yes_many_times_at_once_makes_one_job(house: House) -> None:
    draft = await _ask(house)
    answers = await asyncio.gather(
        *(house.studio.start(draft.id.lower(), asked=house.asked()) for _ in range(10)), return_exceptions=True
    )
    assert [type(answer) for answer in answers].count(Accepted) == 1
    assert [type(answer) for answer in answers].count(errors.NotNow) == 9
    await house.settled()
    assert (len(house.provider.sent), await house.faults()) == (1, [])


async def test_no_after_yes_is_too_late(house: House) -> None:
    draft = await _ask(house)
    yes, no = await asyncio.gather(
        house.studio.start(draft.id, asked=house.asked()),
        house.studio.dismiss(draft.id, asked=house.asked()),
        return_exceptions=True,
    )
    assert {isinstance(yes, Accepted), no is None} == {True, False}


async def test_a_dismissed_question_is_gone(house: House) -> None:
    draft = await _ask(house)
    await house.studio.dismiss(draft.id, asked=house.asked())
    with pytest.raises(errors.NotFound):
        await house.studio.start(draft.id, asked=house.asked())


async def test_yes_without_credits_leaves_the_question_open(house: House) -> None:
    draft = await _ask(house)
    await house.spend_down_to(1)
    with pytest.raises(errors.NotEnough):
        await house.studio.start(draft.id, asked=house.asked())
    async with house.store.reading() as rows:
        assert await rows.jobs.draft(draft.id) == draft
    assert await house.faults() == []


async def test_what_nobody_can_pay_is_not_asked(house: House) -> None:
    await house.spend_down_to(1)
    with pytest.raises(errors.NotEnough):
        await _ask(house)


async def test_who_never_wants_to_be_asked_is_not(house: House) -> None:
    asked = replace(house.asked(interactive=True), account=await house.studio.prefer(house.asked(), ask_above=0))
    request = house.request("grok-imagine", duration=6)
    assert isinstance(await house.studio.submit(request, asked=asked), Accepted)


# --- jobs


@pytest.mark.parametrize("deed", ["view", "cancel", "again"])
async def test_another_members_job_is_not_found(house: House, deed: str) -> None:
    job = await house.submit("NanoBanana2-1K")
    await house.settled()
    await factories.member(house.store, BEN)
    with pytest.raises(errors.NotFound):
        await getattr(house.studio, deed)(job.id, asked=_ben(house))
    assert await house.studio.jobs(_ben(house)) == ()


@pytest.mark.parametrize("deed", ["start", "dismiss"])
async def test_another_members_question_is_not_found(house: House, deed: str) -> None:
    draft = await _ask(house)
    await factories.member(house.store, BEN)
    with pytest.raises(errors.NotFound):
        await getattr(house.studio, deed)(draft.id, asked=_ben(house))


async def test_jobs_are_listed_newest_first_and_found_in_any_case(house: House) -> None:
    made = []
    for _ in range(3):
        made.append(await house.submit("NanoBanana2-1K"))
        house.clock.advance(1)
    await house.settled()
    listed = await house.studio.jobs(house.asked(), limit=2)
    assert [job.id for job in listed] == [made[2].id, made[1].id]
    assert (await house.studio.view(made[0].id.lower(), asked=house.asked())).job.id == made[0].id


async def test_again_is_the_same_request_under_a_new_id(house: House) -> None:
    job = await house.submit("NanoBanana2-1K", ratio="16:9")
    await house.settled()
    again = await house.studio.again(job.id, asked=house.asked("tap-1"))
    twice = await house.studio.again(job.id, asked=house.asked("tap-1"))
    assert isinstance(again, Accepted)
    assert isinstance(twice, Accepted)
    assert (again.job.request, again.job.again_of, twice.job.id) == (job.request, job.id, again.job.id)
    await house.settled()
    assert len(house.provider.sent) == 2


async def test_an_event_that_comes_twice_is_known_even_when_its_model_has_gone(house: House) -> None:
    first = await house.submit("NanoBanana", key="event-1")
    house.studio.list_models("uniall", frozenset())
    assert (await house.submit("NanoBanana", key="event-1")).id == first.id


async def test_one_event_at_once_many_times_makes_one_job(house: House) -> None:
    made = await asyncio.gather(*(house.submit("NanoBanana2-1K", key="event-1") for _ in range(40)))
    again = await asyncio.gather(*(house.submit("NanoBanana2-1K", key="event-1") for _ in range(40)))
    await house.settled()
    assert len({job.id for job in (*made, *again)}) == 1
    assert await house.balance() == 95


async def test_cancelling_twice_is_told_apart(house: House) -> None:
    house.provider.gate = asyncio.Event()
    job = await house.submit("NanoBanana2-1K")
    await house.until(lambda: bool(house.provider.sent))
    assert not (await house.studio.cancel(job.id, asked=house.asked())).free
    house.provider.gate.set()
    await house.settled()
    with pytest.raises(errors.NotNow):
        await house.studio.cancel(job.id, asked=house.asked())


async def test_cancelling_many_at_once_gives_each_hold_back_once(house: House) -> None:
    house.limits = house.limits_with(running=1)
    await house.restart()
    house.provider.gate = asyncio.Event()
    waiting = [await house.submit("NanoBanana2-1K") for _ in range(4)]
    deeds = [house.studio.cancel(job.id, asked=house.asked()) for job in waiting[1:] for _ in range(3)]
    outcomes = await asyncio.gather(*deeds, return_exceptions=True)
    assert [isinstance(outcome, errors.NotNow) for outcome in outcomes].count(True) == 6
    house.provider.gate.set()
    await house.settled()
    assert (await house.balance(), await house.faults()) == (95, [])


async def test_too_many_waiting_jobs_are_refused(house: House) -> None:
    house.limits = house.limits_with(running=1, member_waiting=2)
    await house.restart()
    house.provider.gate = asyncio.Event()
    results = await asyncio.gather(*(house.submit("NanoBanana2-1K") for _ in range(10)), return_exceptions=True)
    assert [isinstance(result, errors.NotNow) for result in results].count(True) == 7
    house.provider.gate.set()
    await house.settled()
    assert await house.balance() == 85


async def test_a_stopping_house_takes_nothing_more(house: House) -> None:
    await house.dispatch.stop(grace_s=1.0)
    with pytest.raises(errors.NotNow):
        await house.submit("NanoBanana2-1K")
    assert await house.balance() == 100


async def test_a_job_is_begun_though_nobody_waits_for_the_answer_any_more(house: House) -> None:
    store = SlowStore(house.store)
    await house.restart(store)
    asking = asyncio.create_task(house.submit("NanoBanana2-1K"))
    await store.committed.wait()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    store.returns.set()
    await house.until(lambda: bool(house.delivery.ends()))
    await house.settled()
    (job,) = await house.studio.jobs(house.asked())
    assert job.state is JobState.DONE


# --- who pays


@pytest.mark.parametrize(
    ("came", "pool", "own", "receipt"),
    [
        (3, 92, 93, money.Receipt(held=15, used=15, left=93, from_pool=8)),
        (2, 92, 98, money.Receipt(held=15, used=10, left=98, from_pool=8)),
        (1, 95, 100, money.Receipt(held=15, used=5, left=103, from_pool=5)),
        (0, 100, 100, money.Receipt(held=15, used=0, left=108)),
    ],
)
async def test_the_pool_pays_first_and_each_gets_back_its_own(
    house: House, came: int, pool: int, own: int, receipt: money.Receipt
) -> None:
    await _allow(house, 8)
    answers = [done("http://a/0")] * came + [failed()] * (3 - came)
    house.provider.tasks = {f"task-{n}": [answer] for n, answer in enumerate(answers, start=1)}
    job = await house.submit("NanoBanana2-1K", count=3)
    async with house.store.reading() as rows:
        assert await rows.ledger.legs(job.id) == [factories.leg(money.HOUSE, 8), factories.leg(ANNA, 7)]
    await house.settled()
    assert (await _balance(house, money.HOUSE), await house.balance()) == (pool, own)
    assert house.delivery.ends()[0][-1] == receipt
    assert (await house.studio.view(job.id, asked=house.asked())).receipt == receipt
    assert await house.faults() == []


async def test_an_allowance_comes_anew_each_day_and_never_beyond_the_pool(house: House) -> None:
    await _allow(house, 8, pool=10)
    await house.submit("NanoBanana2-1K")
    await house.settled()
    assert (await house.studio.statement(house.asked())).means == money.Means(
        own=100, allowance=3, per_request=8, in_pool=5, right=3
    )
    house.clock.advance(timedelta(days=1).total_seconds())
    assert (await house.studio.statement(house.asked())).means == money.Means(
        own=100, allowance=5, per_request=8, in_pool=5, right=8
    )


async def test_a_receipt_after_midnight_says_what_is_left_then(house: House) -> None:
    await _allow(house, 8)
    house.files.answers = [PICTURE, errors.Rejected(errors.Reason.FAILED, "a web page")]
    house.provider.gate = asyncio.Event()
    job = await house.submit("NanoBanana2-1K", count=3)
    await house.until(lambda: len(house.provider.sent) == 3)
    house.clock.advance(timedelta(days=1).total_seconds())
    house.provider.gate.set()
    await house.settled()
    receipt = house.delivery.ends()[0][-1]
    assert receipt.used == 5
    assert receipt == (await house.studio.view(job.id, asked=house.asked())).receipt
    assert receipt.left == (await house.studio.statement(house.asked())).means.total == 108


async def test_members_at_once_never_overdraw_the_pool(house: House) -> None:
    await _allow(house, 100, pool=12)
    await house.spend_down_to(0)
    await factories.member(house.store, BEN, credits=0)
    request = house.request("NanoBanana2-1K")
    asked = [who for _ in range(5) for who in (house.asked(), _ben(house))]
    results = await asyncio.gather(*(house.studio.submit(request, asked=a) for a in asked), return_exceptions=True)
    assert [isinstance(result, Accepted) for result in results].count(True) == 2
    await house.settled()
    assert (await _balance(house, money.HOUSE), await house.faults()) == (2, [])


class SlowStore:
    """A store whose first commit is done long before it is heard of."""

    def __init__(self, store: ports.Store) -> None:
        self._store = store
        self.committed = asyncio.Event()
        self.returns = asyncio.Event()

    def reading(self) -> Any:
        return self._store.reading()

    @asynccontextmanager
    async def transaction(self, *, awaited: bool = False) -> Any:
        async with self._store.transaction(awaited=awaited) as rows:
            yield rows
        self.committed.set()
        await self.returns.wait()


def _studio(house: House, *, welcome: dict[str, int]) -> Studio:
    return Studio(house.world, dispatch=house.dispatch, welcome=welcome, ask_above={})


def _ben(house: House) -> Asked:
    return replace(house.asked(), account=factories.account(BEN), person=factories.person(user=BEN))


async def _ask(house: House, key: str = "") -> jobs.Draft:
    """A question about a clip for twelve credits or so."""
    request = house.request("grok-imagine", duration=6)
    asked = await house.studio.submit(request, asked=house.asked(key, interactive=True))
    assert isinstance(asked, Question)
    return asked.draft


async def _balance(house: House, account: Any) -> int:
    async with house.store.reading() as rows:
        return await rows.ledger.balance(account)


async def _allow(house: House, a_day: int, *, pool: int = 100) -> None:
    async with house.store.transaction() as rows:
        await rows.ledger.post(factories.grant(money.HOUSE, pool))
    house.limits = house.limits_with(house_allowance=a_day)
    await house.restart()


async def test_a_job_whose_media_are_no_longer_kept_cannot_be_repeated(house: House) -> None:
    job = await house.submit("kling-avatar-v2-standard", prompt="Hello", media=["image"])
    await house.settled()
    house.files.absolute("inputs/face.png").unlink()
    with pytest.raises(errors.Invalid) as caught:
        await house.studio.again(job.id, asked=house.asked(), confirmed=True)
    assert [(p.field, p.allowed) for p in caught.value.problems] == [("image", "expired")]
