"""What owners and the operator allow: checked in the transaction that makes the job, so that nothing is spent."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot import errors, jobs, requests
from bot.engine.limits import Communities, Spending
from bot.jobs import JobState
from bot.requests import AccountId, Kind
from bot.studio import Accepted, Asked
from tests import factories
from tests.engine_house import House, house
from tests.factories import ANNA, BEN, NOON
from tests.scripted import done, failed

__all__ = ["house"]

PRICE = 5  # of one picture
PICTURE, SPEECH = "NanoBanana2-1K", "minimax-speech-2.8-hd"
MIDNIGHT = datetime(2026, 1, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
async def _ends(house: House) -> AsyncIterator[None]:
    """Whatever was asked for comes to its end, and the books are in order."""
    yield
    await house.settled()
    assert await house.faults() == []


async def visit(
    house: House, *, by: AccountId = ANNA, rules: Mapping[str, object] | None = None, **place: Any
) -> Asked:
    """A member asks in a channel of Pixel Club, whose owner set these rules."""
    club = await house.studio.community(requests.CommunitySeen(platform="discord", native="1", title="Pixel Club"))
    if rules is not None:
        async with house.store.transaction() as rows:
            await rows.communities.rule(club.id, rules)
    where = {"platform": "discord", "channel": "7", "community": "1", "user": by, **place}
    person = factories.person(platform="discord", user=by)
    return replace(
        house.asked(), account=factories.account(by), person=person, place=factories.place(**where), community=club
    )


async def ask(house: House, asked: Asked, model: str = PICTURE, **said: Any) -> jobs.Job:
    """A request, accepted; each time anew."""
    accepted = await house.studio.submit(house.request(model, **said), asked=replace(asked, key=house.asked().key))
    assert isinstance(accepted, Accepted)
    return accepted.job


async def refusal(house: House, asked: Asked, model: str = PICTURE, **said: Any) -> tuple[str, Mapping[str, object]]:
    """Why a request was refused; nothing was kept of it."""
    before = [job.id for job in await house.studio.jobs(asked)]
    with pytest.raises(errors.MemberError) as refused:
        await ask(house, asked, model, **said)
    assert [job.id for job in await house.studio.jobs(asked)] == before
    return refused.value.key, refused.value.params


async def pool(house: House, asked: Asked) -> int:
    assert asked.community is not None
    async with house.store.reading() as rows:
        return await rows.ledger.balance(asked.community.pool)


# --- what an owner allows ----------------------------------------------------------------------------------------


HERE = {"community": "Pixel Club"}


@pytest.mark.parametrize(
    ("rules", "key", "params"),
    [
        ({"paused": True}, "error.paused", {"example": "/admin resume", **HERE}),
        ({"channels": ["8", "7/9"]}, "error.wrong_channel", {"channels": ("8", "7/9"), **HERE}),
        (
            {"kinds": ["video", "chat"]},
            "error.kind_not_here",
            {"kind": Kind.IMAGE, "kinds": (Kind.VIDEO, Kind.CHAT), **HERE},
        ),
        (
            {"models": ["gpt-image-2"]},
            "error.model_not_here",
            {"model": PICTURE, "models": ("gpt-image-2",), **HERE},
        ),
        ({"most": PRICE - 1}, "error.above_most", {"price": PRICE, "most": PRICE - 1, **HERE}),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
async def test_what_an_owner_does_not_allow_is_refused(
    house: House, rules: Mapping[str, object], key: str, params: Mapping[str, object]
) -> None:
    assert await refusal(house, await visit(house, rules=rules)) == (key, params)


@pytest.mark.parametrize(
    "rules",
    [
        {"channels": ["7"]},
        {"channels": ["7/8"]},
        {"kinds": ["image"]},
        {"models": ["gpt-image-2", PICTURE]},
        {"most": PRICE},
        {"paused": False, "no_rule_any_more": 1},
    ],
    ids=str,
)
async def test_what_an_owner_allows_is_made(house: House, rules: Mapping[str, object]) -> None:
    await ask(house, await visit(house, rules=rules, thread="8"))


async def test_who_is_shut_out_is_told_why_and_may_come_back(house: House) -> None:
    asked = await visit(house)
    assert asked.community is not None
    for why, said in (
        ("spam", ("error.banned_for", {"reason": "spam", **HERE})),
        ("", ("error.banned", HERE)),
    ):
        async with house.store.transaction() as rows:
            await rows.usage.ban(asked.community.id, ANNA, by="owner", why=why, at=NOON)
        assert await refusal(house, asked) == said
    await ask(house, house.asked())  # elsewhere
    async with house.store.transaction() as rows:
        assert await rows.usage.unban(asked.community.id, ANNA)
    await ask(house, asked)


async def test_at_home_the_communitys_rules_hold_in_direct_messages_but_for_its_channels(house: House) -> None:
    asked = await visit(house)
    await ask(house, asked)
    await house.settled()
    assert asked.community is not None
    await house.studio.homes.choose(asked.community.id, asked=asked)
    account = replace(asked.account, home=asked.community.id)
    place = factories.place(platform="discord", channel="dm", user=ANNA, private=True)
    direct = replace(asked, account=account, place=place, community=None, home=await house.studio.homes.of(account))
    await visit(house, rules={"channels": ["8"]})
    assert (await ask(house, direct)).pool == asked.community.pool
    await visit(house, rules={"paused": True})
    assert await refusal(house, direct) == ("error.paused", {"example": "/admin resume", **HERE})


async def test_a_question_is_not_asked_about_what_is_not_allowed(house: House) -> None:
    asked = replace(await visit(house, rules={"ask_above": 1, "paused": True}), interactive=True)
    assert (await refusal(house, asked))[0] == "error.paused"


# --- not too fast ------------------------------------------------------------------------------------------------


async def test_a_member_waits_between_two_requests_of_one_kind(house: House) -> None:
    await factories.member(house.store, BEN)
    asked = await visit(house, rules={"cooldown_s": 10})
    first = await ask(house, asked)
    house.clock.advance(9)
    again = await refusal(house, asked)
    assert again == ("error.too_fast", {"at": first.created_at + timedelta(seconds=10)})
    await ask(house, asked, SPEECH)
    await ask(house, await visit(house, by=BEN))
    await ask(house, house.asked())  # elsewhere
    house.clock.advance(1)
    await ask(house, asked)


async def test_an_account_of_the_same_person_waits_too(house: House) -> None:
    await factories.member(house.store, BEN, credits=0)
    await ask(house, await visit(house, by=BEN, rules={"cooldown_s": 10}))
    async with house.store.transaction() as rows:
        await rows.links.join(BEN, ANNA)
    assert (await refusal(house, await visit(house)))[0] == "error.too_fast"


@pytest.mark.parametrize("back_s", [1, 3600, 86_400 * 40])
async def test_a_clock_that_was_set_back_holds_nobody_up(house: House, back_s: int) -> None:
    asked = await visit(house, rules={"cooldown_s": 10})
    await ask(house, asked)
    house.clock.advance(-back_s)
    await ask(house, asked)


# --- budgets of a pool -------------------------------------------------------------------------------------------


async def endowed(house: House, **rules: object) -> Asked:
    """Anna, who has nothing of her own, in a club whose pool is full and held back by these rules alone."""
    await house.spend_down_to(0)
    free = {"first_day": 1000, "a_day": 1000, "saved": 1000, "per_request": None}
    return await visit(house, rules={**free, **rules})


KATHMANDU = datetime(2026, 1, 31, 18, 10, tzinfo=UTC)  # five minutes before February


def at(house: House, moment: datetime) -> None:
    house.clock.advance((moment - house.clock.now()).total_seconds())


@pytest.mark.parametrize("period", ["day", "month"])
async def test_a_job_counts_for_the_period_in_which_it_was_asked_for(house: House, period: str) -> None:
    asked = await endowed(house, **{period: 2 * PRICE, "zone": "Asia/Kathmandu"})
    at(house, KATHMANDU)
    house.provider.gate = asyncio.Event()  # all of them run across the turn
    turn = datetime(2026, 1, 31, 18, 15, tzinfo=UTC)
    kept, lost = [await ask(house, asked) for _ in range(2)]
    key, params = await refusal(house, asked)
    assert (key, params["limit"], params["at"]) == (f"error.pool_rests_{period}", 2 * PRICE, turn)
    house.provider.polls = [failed(), done("http://result/0")]
    house.clock.advance(5 * 60)
    after = [await ask(house, asked) for _ in range(2)]
    assert (await refusal(house, asked))[0] == f"error.pool_rests_{period}"
    house.provider.gate.set()
    await house.settled()
    states = [(await house.job(job.id)).state for job in (kept, lost, *after)]
    assert states.count(JobState.FAILED) == 1
    async with house.store.reading() as rows:
        old = await rows.ledger.paid(asked.community.pool, since=KATHMANDU) if asked.community else 0
        new = await rows.ledger.paid(asked.community.pool, since=turn) if asked.community else 0
    early, late = states[:2].count(JobState.FAILED), states[2:].count(JobState.FAILED)
    assert (old - new, new) == ((2 - early) * PRICE, (2 - late) * PRICE)
    for _ in range(late):
        await ask(house, asked)  # what came back may be spent again, on its own day alone
    assert (await refusal(house, asked))[0] == f"error.pool_rests_{period}"


async def test_what_comes_back_from_yesterday_opens_nothing_today(house: House) -> None:
    four: dict[str, Any] = {"count": 4, "quality": "medium"}
    price = house.studio.quote(house.request("gpt-image-2", **four))
    asked = await endowed(house, day=price, at_once=1)  # today's begins when yesterday's has ended
    house.provider.gate = asyncio.Event()
    house.provider.polls = [done("http://result/0", "http://result/1", "http://result/2")]
    late = await ask(house, asked, "gpt-image-2", **four)
    at(house, MIDNIGHT)
    await ask(house, asked, "gpt-image-2", **four)
    house.provider.gate.set()
    await house.settled()
    receipt = next(line[3] for line in house.delivery.ends() if line[1] == late.id)
    assert (receipt.held, receipt.used < price, receipt.left) == (price, True, 0)


async def test_the_day_of_a_change_of_the_clocks_has_as_many_hours_as_it_has(house: House) -> None:
    asked = await endowed(house, day=PRICE, zone="Europe/Berlin")
    untils: list[object] = []
    for noon in (datetime(2026, 3, 29, 10, tzinfo=UTC), datetime(2026, 10, 25, 11, tzinfo=UTC)):
        at(house, noon)
        await ask(house, asked)
        untils.append((await refusal(house, asked))[1]["at"])
        await house.settled()
    assert untils == [datetime(2026, 3, 29, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC)]
    at(house, datetime(2026, 10, 25, 23, tzinfo=UTC))
    await ask(house, asked)


async def test_a_clock_that_jumps_opens_no_budget_twice(house: House) -> None:
    asked = await endowed(house, day=PRICE)
    started = await pool(house, asked)
    await ask(house, asked)
    house.clock.advance(timedelta(days=3).total_seconds())
    await ask(house, asked)
    await house.settled()
    for days in (-3, 3, -2, -1):  # back to where everything is spent, forth, and to days that the clock jumped over
        house.clock.advance(timedelta(days=days).total_seconds())
        assert (await refusal(house, asked))[0] == "error.pool_rests_day"
    assert (await pool(house, asked), await house.faults()) == (started - 2 * PRICE, [])


async def test_an_allowance_is_given_by_no_jump_of_the_clock(house: House) -> None:
    await house.spend_down_to(0)
    asked = await visit(house, rules={"first_day": 10, "a_day": PRICE, "saved": 10})
    for days, pictures in ((0, 2), (1, 1), (-1, 0), (1, 0), (-30, 0), (30, 0), (1, 1)):
        house.clock.advance(timedelta(days=days).total_seconds())
        for _ in range(pictures):
            await ask(house, asked)
        assert (await refusal(house, asked))[0] in {"error.not_enough_yet", "error.not_enough"}


async def test_a_role_that_is_lost_while_a_job_runs_takes_nothing_back(house: House) -> None:
    await house.spend_down_to(0)
    asked = await visit(house, rules={"first_day": 10, "a_day": 10, "saved": 10, "bonuses": {"77": 10}})
    star = replace(asked, person=replace(asked.person, roles=("77",)))
    house.provider.gate = asyncio.Event()
    running = [await ask(house, star) for _ in range(3)]
    assert (await house.studio.statement(star)).means.allowance == PRICE
    assert (await house.studio.statement(asked)).means.allowance == 0
    assert (await refusal(house, asked))[0] == "error.not_enough_yet"
    house.provider.polls = [failed(), done("http://result/0")]
    house.provider.gate.set()
    await house.settled()
    ended = [await house.job(job.id) for job in running]
    assert sorted(job.charge or 0 for job in ended) == [0, PRICE, PRICE]
    assert [(await house.studio.statement(who)).means.allowance for who in (asked, star)] == [0, 2 * PRICE]
    assert await house.faults() == []


# --- what the operator spends ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "until"),
    [
        (Spending(credits=12, period="day"), MIDNIGHT),
        (Spending(credits=12, period="month"), datetime(2026, 2, 1, tzinfo=UTC)),
        (Spending(credits=12, period="day", provider="uniall"), MIDNIGHT),
    ],
)
async def test_the_operators_limit_stops_what_is_new_and_lets_running_jobs_finish(
    house: House, limit: Spending, until: datetime
) -> None:
    house.spending = (limit, Spending(credits=0, period="day", provider="nexus"))
    await house.restart()
    await factories.member(house.store, BEN)
    house.provider.gate = asyncio.Event()
    running = [await ask(house, house.asked()), await ask(house, await visit(house, by=BEN))]
    for asked in (house.asked(), await visit(house, by=BEN)):
        assert await refusal(house, asked) == ("error.spending_stopped", {"at": until})
    house.provider.gate.set()
    await house.settled()
    assert [(await house.job(job.id)).state for job in running] == [JobState.DONE, JobState.DONE]
    assert (await refusal(house, house.asked()))[0] == "error.spending_stopped"
    at(house, until)
    await ask(house, house.asked())


async def test_what_failed_was_not_spent(house: House) -> None:
    house.spending = (Spending(credits=PRICE, period="day"),)
    await house.restart()
    house.provider.polls = [failed()]
    await ask(house, house.asked())
    await house.settled()
    await ask(house, house.asked())
    assert (await refusal(house, house.asked()))[0] == "error.spending_stopped"


async def test_an_owner_cannot_go_below_the_operators_floor(house: House) -> None:
    house.communities = Communities(least_percent=120)
    await house.restart()
    dear = await ask(house, await visit(house, rules={"percent": 50}))
    assert (dear.price, dear.percent) == (6, 120)
