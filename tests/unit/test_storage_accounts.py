"""People in the store: found by any of their identities, with the preferences they set."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.jobs import Preferences
from bot.requests import AccountId
from storage import tables
from storage.store import SqlStore
from tests import factories
from tests.factories import ANNA, BEN, NOON

CHOSEN = Preferences(language="zh", ask_above=0, models={"image": "gpt-image-2", "video": "grok-imagine"})


async def test_an_account_is_found_by_its_person_and_id(store: SqlStore) -> None:
    account = factories.account(preferences=CHOSEN)
    async with store.transaction() as rows:
        await rows.accounts.add(account, factories.person())
    async with store.reading() as rows:
        renamed = factories.person(name="Anna the second", language="zh")
        assert await rows.accounts.of(renamed) == await rows.accounts.get(ANNA) == account
        for stranger in (factories.person(user="ben"), factories.person(platform="discord")):
            assert await rows.accounts.of(stranger) is None
        assert await rows.accounts.get(BEN) is None


async def test_preferences_are_set_for_one_account(store: SqlStore) -> None:
    await factories.member(store, ANNA)
    await factories.member(store, BEN)
    async with store.transaction() as rows:
        await rows.accounts.prefer(ANNA, CHOSEN)
    async with store.reading() as rows:
        assert await rows.accounts.get(ANNA) == factories.account(ANNA, preferences=CHOSEN)
        assert await rows.accounts.get(BEN) == factories.account(BEN)


async def test_everyone_is_listed_oldest_first(store: SqlStore) -> None:
    young, old = factories.account(ANNA), factories.account(BEN, created_at=NOON - timedelta(days=1))
    async with store.transaction() as rows:
        await rows.accounts.add(young, factories.person())
        await rows.accounts.add(old, factories.person(platform="discord", user="7"))
    async with store.reading() as rows:
        assert await rows.accounts.all() == [(old, "discord:7"), (young, "console:anna")]


async def test_a_person_has_one_account(store: SqlStore) -> None:
    await factories.member(store, ANNA, user="anna")
    with pytest.raises(sa.exc.IntegrityError, match="identities"):
        await factories.member(store, AccountId("acc_other"), user="anna")
    async with store.reading() as rows:
        assert await rows.accounts.all() == [(factories.account(), "console:anna")]


async def test_the_audit_log_keeps_every_line(store: SqlStore) -> None:
    line = {"actor": "operator", "action": "grant", "subject": ANNA, "why": "It's her birthday", "at": NOON}
    line |= {"community": None, "refused": False, "change": "", "key": None}
    async with store.transaction() as rows:
        for at in (NOON, NOON + timedelta(seconds=1)):
            await rows.accounts.note(actor="operator", action="grant", subject=ANNA, why="It's her birthday", at=at)
    engine = sa.create_engine(f"sqlite:///{store.path}")
    with engine.connect() as connection:
        found = [dict(row) for row in connection.execute(sa.select(tables.audit)).mappings()]
    engine.dispose()
    assert found == [{"id": 1, **line}, {"id": 2, **line, "at": NOON + timedelta(seconds=1)}]


async def test_preferences_changed_twice_are_the_last(store: SqlStore) -> None:
    account = await factories.member(store)
    async with store.transaction() as rows:
        await rows.accounts.prefer(ANNA, CHOSEN)
        await rows.accounts.prefer(ANNA, Preferences(models={}))
        assert await rows.accounts.get(ANNA) == replace(account, preferences=Preferences(models={}))
