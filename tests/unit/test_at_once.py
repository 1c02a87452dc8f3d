"""How much of a community runs at once: the rest is accepted, waits, and is passed by."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot import jobs, requests
from bot.credits.rules import Rules
from bot.engine.limits import Communities
from bot.jobs import JobState
from bot.requests import AccountId
from bot.studio import Accepted, Asked
from tests import factories
from tests.engine_house import House, house
from tests.factories import ANNA, BEN, NOON

__all__ = ["house"]

PICTURE, CLIP = "NanoBanana2-1K", "kling-v3"


@pytest.fixture
def gate(house: House) -> asyncio.Event:
    """What was sent is answered only when this is set."""
    house.provider.gate = asyncio.Event()
    return house.provider.gate


async def visit(house: House, *, by: AccountId = ANNA, native: str = "1", **rules: object) -> Asked:
    """A member asks in a server whose owner set these rules."""
    club = await house.studio.community(requests.CommunitySeen(platform="discord", native=native, title="Pixel Club"))
    if rules:
        async with house.store.transaction() as rows:
            await rows.communities.rule(club.id, rules)
    place = factories.place(platform="discord", channel="7", community=native, user=by)
    return replace(house.asked(), account=factories.account(by), place=place, community=club)


async def ask(house: House, asked: Asked, model: str = PICTURE, **said: Any) -> Accepted:
    accepted = await house.studio.submit(
        house.request(model, **said), asked=replace(asked, key=house.asked().key), confirmed=True
    )
    assert isinstance(accepted, Accepted)
    return accepted


async def states(house: House, *accepted: Accepted) -> str:
    """The first letters of the jobs' states, once all that may run have been sent."""
    for _ in range(200):
        await asyncio.sleep(0.001)
        found = [await house.job(one.job.id) for one in accepted]
        if len(house.provider.sent) == house.studio.running == sum(job.state is JobState.RUNNING for job in found):
            return "".join(job.state[0] for job in found)
    raise AssertionError("what runs was not sent")


async def test_a_member_runs_so_many_and_the_rest_waits_with_its_credits_set_aside(
    house: House, gate: asyncio.Event
) -> None:
    asked = await visit(house, at_once=2)
    mine = [await ask(house, asked) for _ in range(4)]
    await factories.member(house.store, BEN)
    his = await ask(house, await visit(house, by=BEN))
    there = await ask(house, await visit(house, native="2"))
    assert await states(house, *mine, his, there) == "rrqqrr"
    assert [(one.queued.place, one.queued.own, one.queued.here) for one in mine] == [
        (0, 0, 0),
        (0, 0, 0),
        (1, 1, 0),
        (2, 2, 0),
    ]
    assert (await house.studio.statement(asked)).held == 5 * 5
    gate.set()
    await house.settled()
    assert {(await house.job(one.job.id)).state for one in (*mine, his, there)} == {JobState.DONE}
    assert await house.faults() == []


async def test_a_clip_waits_for_a_clip_and_a_picture_does_not(house: House, gate: asyncio.Event) -> None:
    await factories.member(house.store, BEN, credits=1000)
    asked = await visit(house, by=BEN, clips_at_once=1)
    found = [await ask(house, asked, model) for model in (CLIP, CLIP, PICTURE, PICTURE)]
    assert await states(house, *found) == "rqrr"
    gate.set()
    await house.settled()


async def test_a_community_runs_so_many_and_a_direct_message_passes_by(house: House, gate: asyncio.Event) -> None:
    members = [AccountId(f"acc_{n}") for n in range(4)]
    for member in members:
        await factories.member(house.store, member)
    found = [await ask(house, await visit(house, by=member, all_at_once=2)) for member in members]
    found.append(await ask(house, house.asked()))
    assert await states(house, *found) == "rrqqr"
    assert [(one.queued.place, one.queued.own, one.queued.here) for one in found] == [
        *((0, 0, 0), (0, 0, 0)),
        *((1, 0, 1), (2, 0, 2)),
        (0, 0, 0),
    ]
    usual = found[0].queued.ready_at
    assert usual is not None
    assert [one.queued.ready_at for one in found[2:4]] == [usual + (usual - NOON)] * 2
    gate.set()
    await house.settled()


async def test_in_direct_messages_everybody_counts_for_themselves(house: House, gate: asyncio.Event) -> None:
    house.communities = Communities(rules=Rules(at_once=1, all_at_once=1))
    await house.restart()
    found = []
    for member in (ANNA, BEN):
        if member == BEN:
            await factories.member(house.store, BEN)
        place = factories.place(platform="discord", channel=f"dm {member}", user=member)
        direct = replace(house.asked(), account=factories.account(member), place=place)
        found += [await ask(house, direct), await ask(house, direct)]
    assert await states(house, *found) == "rqrq"
    gate.set()
    await house.settled()


@pytest.mark.parametrize(
    ("rules", "expected"), [({"at_once": 1}, "rqr"), ({"all_at_once": 2}, "rrq"), ({"clips_at_once": 1}, "rrr")]
)
async def test_after_a_restart_the_same_holds(
    house: House, gate: asyncio.Event, rules: Mapping[str, Any], expected: str
) -> None:
    await factories.member(house.store, BEN)
    mine = await visit(house, **rules)
    found = [await ask(house, mine), await ask(house, mine), await ask(house, await visit(house, by=BEN))]
    assert await states(house, *found) == expected
    await house.dispatch.stop(grace_s=0.01)
    house.provider.sent.clear()
    await house.restart()
    for one in found:
        if house.dispatch.place(one.job.id) is not None:
            assert (await house.job(one.job.id)).state is JobState.QUEUED
    waiting = [house.dispatch.place(one.job.id) is not None for one in found]
    assert waiting == [state == "q" for state in expected]
    gate.set()
    await house.settled()
    done = [await house.job(one.job.id) for one in found]
    assert all(job.state.ended for job in done)
    assert await house.faults() == []


async def test_accounts_that_were_joined_are_one_member(house: House, gate: asyncio.Event) -> None:
    await factories.member(house.store, BEN, credits=0)
    mine, his = await visit(house, at_once=2), await visit(house, by=BEN)
    found = [await ask(house, mine), await ask(house, his), await ask(house, his)]
    assert await states(house, *found) == "rrr"
    async with house.store.transaction() as rows:
        await rows.links.join(BEN, ANNA)
    found.append(await ask(house, await visit(house, by=BEN)))
    assert found[3].job.account == ANNA
    assert (found[3].queued.own, await states(house, *found)) == (2, "rrrq")
    gate.set()
    await house.settled()
    assert await house.faults() == []


async def test_an_owner_who_allows_more_lets_in_who_waits(house: House, gate: asyncio.Event) -> None:
    asked = await visit(house, at_once=1)
    found = [await ask(house, asked) for _ in range(4)]
    assert await states(house, *found) == "rqqq"
    owner = replace(asked, person=replace(asked.person, steward=True), key="the owner's")
    await house.studio.owners.rule("jobs", "3", asked=owner)
    assert await states(house, *found) == "rrrq"
    gate.set()
    await house.settled()


async def test_who_is_cancelled_while_waiting_leaves_the_others_their_place(house: House, gate: asyncio.Event) -> None:
    asked = await visit(house, at_once=1)
    found = [await ask(house, asked) for _ in range(3)]
    assert await states(house, *found) == "rqq"
    assert (await house.studio.cancel(found[1].job.id, asked=asked)).free
    places = [await house.studio.view(one.job.id, asked=asked) for one in found]
    assert [view.queued.place if view.queued else None for view in places] == [None, None, 1]
    gate.set()
    await house.settled()
    ended: list[jobs.Job] = [await house.job(one.job.id) for one in found]
    assert [job.state[0] for job in ended] == ["d", "c", "d"]


async def test_the_time_said_is_that_of_those_who_run(house: House, gate: asyncio.Event) -> None:
    asked = await visit(house, at_once=1)
    first = await ask(house, asked)
    assert await states(house, first) == "r"
    house.clock.advance(1)
    usual = first.queued.ready_at
    assert usual is not None
    second, third = [await ask(house, asked) for _ in range(2)]
    takes = usual - NOON
    assert takes > timedelta()
    assert [one.queued.ready_at for one in (second, third)] == [usual + takes, usual + 2 * takes]
    gate.set()
    await house.settled()
