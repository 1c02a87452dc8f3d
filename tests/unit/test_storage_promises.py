"""Promises in the store: kept once, dropped only while open, told once, and forgotten with whoever made them."""

from dataclasses import replace
from datetime import timedelta

from bot.ports import Promise
from storage.store import SqlStore
from tests import factories
from tests.factories import ANNA, BEN, NOON

GIFT = Promise(
    id="K7Q2AB", account=ANNA, act="gift", subject=BEN, amount=20, why="thanks", expires_at=NOON + timedelta(minutes=15)
)


async def test_a_promise_is_made_once_and_kept_once(store: SqlStore) -> None:
    await factories.member(store)
    async with store.transaction() as rows:
        assert [await rows.promises.add(GIFT), await rows.promises.add(replace(GIFT, amount=500))] == [True, False]
        assert await rows.promises.get("K7Q2AB") == GIFT
        assert await rows.promises.get("OTHER2") is None
        later = NOON + timedelta(minutes=1)
        assert [await rows.promises.keep(GIFT.id, at=at) for at in (NOON, later)] == [True, False]
        assert await rows.promises.get(GIFT.id) == replace(GIFT, kept_at=NOON)


async def test_only_an_open_promise_is_dropped(store: SqlStore) -> None:
    await factories.member(store)
    async with store.transaction() as rows:
        await rows.promises.add(GIFT)
        await rows.promises.add(replace(GIFT, id="OTHER2"))
        await rows.promises.keep("OTHER2", at=NOON)
        assert [await rows.promises.drop(id) for id in (GIFT.id, GIFT.id, "OTHER2")] == [True, False, False]
        assert await rows.promises.get("OTHER2") == replace(GIFT, id="OTHER2", kept_at=NOON)
        assert not await rows.promises.keep(GIFT.id, at=NOON)


async def test_what_was_kept_is_told_once_to_whom_it_was_done(store: SqlStore) -> None:
    await factories.member(store)
    for number, at in ((1, NOON + timedelta(hours=1)), (2, NOON), (3, None)):
        async with store.transaction() as rows:
            await rows.promises.add(replace(GIFT, id=f"K7Q2A{number}"))
            if at is not None:
                await rows.promises.keep(f"K7Q2A{number}", at=at)
    async with store.transaction() as rows:
        assert [each.id for each in await rows.promises.untold("gift", ANNA, BEN)] == ["K7Q2A2", "K7Q2A1"]
        assert await rows.promises.untold("gift", ANNA) == await rows.promises.untold("donation", BEN) == []
        assert [await rows.promises.told("K7Q2A2", at=NOON) for _ in range(2)] == [True, False]
        assert [each.id for each in await rows.promises.untold("gift", BEN)] == ["K7Q2A1"]


async def test_nothing_is_left_of_whoever_is_forgotten(store: SqlStore) -> None:
    await factories.member(store)
    await factories.member(store, BEN)
    answer = replace(GIFT, id="B7Q2AB", account=BEN, subject=ANNA, why="for Anna")
    async with store.transaction() as rows:
        await rows.promises.add(GIFT)
        await rows.promises.add(answer)
        await rows.promises.forget(ANNA)
        assert await rows.promises.get(GIFT.id) is None
        assert await rows.promises.get(answer.id) == replace(answer, why="")
