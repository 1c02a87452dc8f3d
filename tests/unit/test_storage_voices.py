"""Voices in the store: one row per provider's id, one name once per owner, and deleted ones that stay known."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.voices import Voice
from storage.store import SqlStore
from tests import factories
from tests.factories import ANNA, BEN, NOON, voice


@pytest.fixture
async def kept(store: SqlStore) -> SqlStore:
    """A store in which Anna and Ben have asked for voices."""
    await factories.member(store)
    await factories.member(store, BEN)
    for id, account in (("K7Q2", ANNA), ("K7Q3", ANNA), ("B7Q2", BEN)):
        await factories.accepted(store, factories.job(id, account=account))
    return store


async def add(store: SqlStore, *made: Voice) -> list[Voice]:
    async with store.transaction() as rows:
        return [await rows.voices.add(each) for each in made]


async def test_a_voice_is_found_by_its_id_its_job_and_its_owner(kept: SqlStore) -> None:
    mine = voice(language="English", description="slow")
    later = voice("V2", name="Girl", job="K7Q3", made_at=NOON + timedelta(hours=1), source="clone")
    bens = voice("V3", account=BEN, job="B7Q2")
    assert await add(kept, mine, later, bens) == [mine, later, bens]
    async with kept.reading() as rows:
        assert await rows.voices.get("uniall", "V1") == await rows.voices.made_by("K7Q2") == mine
        assert (await rows.voices.get("nexus", "V1"), await rows.voices.made_by("XXXX")) == (None, None)
        assert await rows.voices.of(ANNA) == [later, mine]
        assert await rows.voices.all() == [later, mine, bens]


async def test_the_same_voice_twice_is_one(kept: SqlStore) -> None:
    (first, again) = await add(kept, voice(), voice(name="Other"))
    assert first == again == voice()


async def test_a_name_is_an_owners_once(kept: SqlStore) -> None:
    made = await add(kept, voice(), voice("V2", name="sailor", job="K7Q3"), voice("V3", account=BEN, job="B7Q2"))
    assert [each.name for each in made] == ["Sailor", "sailor 2", "Sailor"]


async def test_a_deleted_voice_is_known_and_not_listed(kept: SqlStore) -> None:
    await add(kept, voice())
    async with kept.transaction() as rows:
        assert [
            await rows.voices.delete("uniall", "V1", at=NOON),
            await rows.voices.delete("uniall", "V1", at=NOON),
        ] == [
            True,
            False,
        ]
    async with kept.reading() as rows:
        assert (await rows.voices.of(ANNA), await rows.voices.all()) == ([], [])
        assert await rows.voices.get("uniall", "V1") == replace(voice(), deleted_at=NOON)
    assert [each.name for each in await add(kept, voice("V2", job="K7Q3"))] == ["Sailor"]  # its name is free again
