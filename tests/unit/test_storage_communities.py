"""Communities in the store: one row per platform's id, and what follows when that changes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot import jobs
from bot.jobs import JobState
from storage.store import SqlStore
from tests import factories
from tests.factories import ANNA, NOON, community


async def add(store: SqlStore, *communities: jobs.Community) -> None:
    async with store.transaction() as rows:
        for each in communities:
            await rows.communities.add(each)


async def move(store: SqlStore, old: str, new: str) -> bool:
    async with store.transaction() as rows:
        return await rows.communities.move("telegram", old, new)


async def everything(store: SqlStore) -> list[jobs.Community]:
    async with store.reading() as rows:
        return list(await rows.communities.all())


async def test_a_community_is_found_by_its_platforms_id_and_ours(store: SqlStore) -> None:
    mine, silent = community(), community("two", native="-2", language=None, created_at=NOON + timedelta(seconds=1))
    await add(store, silent, mine)
    async with store.reading() as rows:
        assert await rows.communities.of("telegram", "-1") == await rows.communities.get("one") == mine
        assert await rows.communities.of("discord", "-1") is None
        assert await rows.communities.get("three") is None
    assert await everything(store) == [mine, silent]


async def test_a_platforms_id_is_one_communitys(store: SqlStore) -> None:
    await add(store, community(), community("two", platform="discord"))
    with pytest.raises(sa.exc.IntegrityError):
        await add(store, community("three"))


async def test_a_title_and_a_language_are_taken_over(store: SqlStore) -> None:
    await add(store, community(language=None), community("two", native="-2"))
    async with store.transaction() as rows:
        await rows.communities.rename("one", "Pixels")
        await rows.communities.speak("one", "zh")
    assert await everything(store) == [community(title="Pixels", language="zh"), community("two", native="-2")]


async def test_a_move_is_done_once(store: SqlStore) -> None:
    await add(store, community())
    assert [await move(store, "-1", "-100"), await move(store, "-1", "-100")] == [True, False]
    assert await everything(store) == [community(native="-100")]


async def test_what_was_made_for_the_new_id_in_the_meantime_keeps_the_old_one(store: SqlStore) -> None:
    newcomer = community("two", native="-100", created_at=NOON + timedelta(seconds=1))
    await add(store, community(), newcomer)
    assert [await move(store, "-1", "-100") for _ in range(3)] == [True, False, False]
    assert await everything(store) == [community(native="-100"), replace(newcomer, native="-1")]


def asked_in(group: str, **changes: Any) -> jobs.Job:
    place = {"platform": "telegram", "channel": group, "community": group, "message": "7", "user": "42"}
    return factories.job(place=factories.place(**{**place, **changes}), message="8")


async def test_jobs_follow_their_community(store: SqlStore) -> None:
    await factories.member(store, ANNA)
    stays = {
        "ELSE": asked_in("-2"),
        "SAME": asked_in("-1", platform="discord"),
        "PRIV": asked_in("42", community=None),
    }
    went = {
        "LIVE": asked_in("-1"),
        "DONE": replace(asked_in("-1"), state=JobState.DONE),
        "SIDE": asked_in("-9", community="-1"),
    }
    kept = {id: replace(job, id=id, key=id) for id, job in (stays | went).items()}
    async with store.transaction() as rows:
        for job in kept.values():
            await rows.jobs.add(job)
        await rows.jobs.follow("telegram", "-1", "-100")
        now = {id: await rows.jobs.get(id) for id in kept}
    for id in went:
        channel = "-9" if id == "SIDE" else "-100"
        place = kept[id].place.model_copy(update={"community": "-100", "channel": channel, "message": None})
        kept[id] = replace(kept[id], place=place, message=None)
    assert now == kept
