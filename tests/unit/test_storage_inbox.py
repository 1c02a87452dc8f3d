"""The inbox: an event is kept once, waits until it is answered, and leaves no words behind."""

from datetime import timedelta
from typing import Any

from bot import ports
from bot.engine.chores import INBOX_KEEPS, Chores
from bot.engine.limits import Limits
from bot.engine.world import World
from storage.journal import CallJournal
from storage.store import SqlStore
from tests.factories import NOON
from tests.fakes import SetClock
from tests.scripted import MadeUpFiles, RememberedDelivery
from tests.unit.test_schema import run


def event(key: str = "1", **changes: Any) -> ports.Event:
    """A Telegram update at noon."""
    return ports.Event(
        **{"platform": "telegram", "key": key, "payload": f'{{"text": "fox {key}"}}', "at": NOON, **changes}
    )


async def add(store: SqlStore, *events: ports.Event) -> None:
    async with store.transaction() as rows:
        await rows.inbox.add(events)


async def done(store: SqlStore, key: str, *, platform: str = "telegram", after: timedelta = timedelta()) -> None:
    async with store.transaction() as rows:
        await rows.inbox.done(platform, key, NOON + after)


async def waiting(store: SqlStore, platform: str = "telegram") -> list[ports.Event]:
    async with store.reading() as rows:
        return list(await rows.inbox.waiting(platform))


async def test_events_wait_in_the_order_in_which_they_came(store: SqlStore) -> None:
    later, first, second = event("1", at=NOON + timedelta(seconds=1)), event("10"), event("9")
    await add(store, later)
    await add(store, first, second)
    await add(store)
    assert await waiting(store) == [first, second, later]


async def test_only_some_of_what_waits_is_asked_for(store: SqlStore) -> None:
    await add(store, *(event(str(number)) for number in range(5)), event("3", platform="discord"))
    await done(store, "1")
    async with store.reading() as rows:
        assert await rows.inbox.waiting("telegram", keys=["4", "1", "3", "9"]) == [event("3"), event("4")]
        assert await rows.inbox.waiting("telegram", keys=[]) == []


async def test_an_event_that_comes_twice_is_kept_as_it_came_first(store: SqlStore) -> None:
    again = event(payload="{}", at=NOON + timedelta(seconds=5))
    await add(store, event(), event())
    await add(store, again, event("2"))
    assert await waiting(store) == [event(), event("2")]


async def test_platforms_do_not_see_each_others_events(store: SqlStore) -> None:
    mine, other = event(), event(platform="discord")
    await add(store, mine, other)
    await done(store, "1", platform="discord")
    assert (await waiting(store), await waiting(store, "discord")) == ([mine], [])


async def test_what_is_done_is_emptied_and_stays_known(store: SqlStore) -> None:
    await add(store, event(), event("2"))
    await done(store, "1")
    await done(store, "1", after=timedelta(days=1))
    await add(store, event())
    assert await waiting(store) == [event("2")]
    assert run(store.path, "SELECT payload, done_at FROM inbox WHERE key = '1'") == [("", "2026-01-02 12:00:00.000000")]


async def test_a_sweep_forgets_what_was_done_before_and_nothing_else(store: SqlStore) -> None:
    await add(store, event("old"), event("young"), event("waits"))
    await done(store, "old")
    await done(store, "young", after=timedelta(hours=1))
    async with store.transaction() as rows:
        await rows.inbox.sweep(NOON + timedelta(hours=1))
    assert run(store.path, "SELECT key FROM inbox ORDER BY key") == [("waits",), ("young",)]


async def test_a_running_bot_forgets_what_was_answered_long_ago(store: SqlStore, clock: SetClock) -> None:
    await add(store, event("old"), event("young"))
    await done(store, "old")
    await done(store, "young", after=timedelta(seconds=2))
    clock.advance(INBOX_KEEPS.total_seconds() + 1)
    journal = CallJournal(store.path)
    world = World(
        store=store,
        providers={},
        journal=journal,
        files=MadeUpFiles(store.path.parent),
        delivery=RememberedDelivery(),
        clock=clock,
        limits=Limits(),
    )
    await Chores(world, listed=lambda *_: None, keep=timedelta(days=30)).sweep_inbox()
    journal.close()
    assert run(store.path, "SELECT key FROM inbox") == [("young",)]
