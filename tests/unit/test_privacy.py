"""All that is kept of somebody: gathered in one file, erased for good, and no second allowance for it."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot import errors, money, requests
from bot.engine.chores import Chores
from bot.files import _disk
from bot.files.folder import Folder
from bot.ports import Event, LinkCode
from storage import privacy, tables
from tests import factories
from tests.engine_house import House, house
from tests.people_desk import DISCORD, TELEGRAM, People

__all__ = ["house"]

SECRETS = ("Mia", "a red fox", "Sailor", "mia_t", "spam", "hush")  # whatever says something about her


@pytest.fixture
async def people(house: House) -> People:
    """Mia, with a pool to draw on in direct messages."""
    gathered = People(house)
    await gathered.open()
    return gathered


async def lived(people: People) -> str:
    """Mia is on two platforms, has credits, a picture, a voice, a ban, a question and an audit line; her job."""
    await people.grant(DISCORD, 20)
    await people.joined()
    job = await people.made(TELEGRAM)
    await people.house.settled()
    account, now = await people.account(DISCORD), people.house.clock.now()
    async with people.house.store.transaction() as rows:
        await rows.voices.add(factories.voice(account=account.id, job=job.id, description="hush"))
        await rows.usage.ban("club", account.id, by="acc_owner", why="spam", at=now)
        await rows.accounts.note(actor="operator", action="grant", subject=account.id, why="hush", at=now)
        await rows.jobs.add_draft(factories.draft("DRAFT1", account=account.id, expires_at=now + timedelta(hours=1)))
        update = json.dumps({"update_id": 1, "message": {"from": {"id": 70}, "text": "hush"}})
        other = json.dumps({"update_id": 2, "message": {"from": {"id": 71}, "reply_to_message": {"from": {"id": 70}}}})
        await rows.inbox.add(
            [
                Event(platform="telegram", key=key, payload=said, at=now)
                for key, said in (("1", update), ("2", other), ("DRAFT1", '[{"file_id": "hush"}]'))
            ]
        )
    await people.house.studio.people.code(await people.asked(DISCORD))
    return job.id


async def erase(people: People, person: requests.Person = DISCORD) -> Any:
    """She says yes."""
    asked = await people.house.studio.privacy.ask_erasing(await people.asked(person))
    return await people.house.studio.privacy.erase(asked.promise.id, asked=await people.asked(person))


def kept(people: People) -> dict[str, list[dict[str, Any]]]:
    """Every row of the database."""
    engine = sa.create_engine(f"sqlite:///{people.house.store.path}")
    with engine.connect() as connection:
        found = {
            table.name: [dict(row) for row in connection.execute(sa.select(table)).mappings()]
            for table in tables.metadata.sorted_tables
        }
    engine.dispose()
    return found


async def test_the_file_has_all_that_is_kept(people: People) -> None:
    job = await lived(people)
    gathered = await people.house.studio.privacy.export(await people.asked(TELEGRAM))
    told = json.loads(people.house.files.absolute(gathered.file.path).read_text("utf-8"))
    assert gathered.file.facts.size_bytes == people.house.files.absolute(gathered.file.path).stat().st_size
    assert [(each["platform"], each["user"], each["name"]) for each in told["identities"]] == [
        ("discord", "7", "Mia"),
        ("telegram", "70", "Mia T."),
    ]
    assert [(each["id"], each["request"]["options"]["prompt"]) for each in told["jobs"]] == [(job, "a red fox")]
    assert [each["name"] for each in told["voices"]] == ["Sailor"]
    assert {each["kind"] for each in told["transfers"]} >= {"grant", "hold", "capture"}
    assert [each["why"] for each in told["bans"]] == ["spam"]
    assert "hush" in {each["why"] for each in told["audit"]}
    assert [len(told[name]) for name in ("accounts", "outputs", "drafts", "calls", "link_codes")] == [2, 1, 1, 1, 2]
    assert gathered.counts == {name: len(rows) for name, rows in told.items() if name != "exported_at"}
    assert not any("digest" in row for row in told["link_codes"])


def test_every_table_about_somebody_is_gathered() -> None:
    about = {table.name for table in privacy.about((factories.ANNA,))}
    impersonal = {"communities", "notices", "provider_balances", "erased", "inbox"}
    assert about | impersonal == set(tables.metadata.tables)


async def test_nothing_that_names_her_is_left(people: People) -> None:
    job = await lived(people)
    (output,) = await people.house.outputs(job)
    file = people.house.files.absolute(output.path)
    assert file.exists()
    own = await people.own(DISCORD)
    lost = await erase(people)
    assert (lost.own, lost.jobs, lost.voices, lost.platforms) == (own, 1, 1, ("discord", "telegram"))
    assert not file.exists()
    found = kept(people)
    told = json.dumps(found, default=str)
    assert [word for word in SECRETS if word in told] == []
    assert [found[name] for name in ("drafts", "link_codes", "promises", "outputs")] == [[]] * 4
    assert [row["account"] for row in found["identities"]] == [factories.ANNA]
    assert {row["erased_at"] for row in found["accounts"] if row["id"] != factories.ANNA} == {people.house.clock.now()}
    assert [(row["key"], bool(row["payload"])) for row in found["inbox"]] == [
        ("1", False),
        ("2", True),
        ("DRAFT1", False),
    ]
    assert await people.house.faults() == []


async def test_what_she_had_goes_back_to_the_issuer(people: People) -> None:
    await people.grant(DISCORD, 20)
    account = await people.account(DISCORD)
    await erase(people)
    async with people.house.store.reading() as rows:
        newest = (await rows.ledger.transfers(account.id, limit=1))[0]
        assert await rows.ledger.balance(account.id) == 0
    ways = (newest.id, newest.debit, newest.credit, newest.amount, newest.kind)
    assert ways == (f"erase:{account.id}", account.id, money.ISSUER, 20, money.TransferKind.EXPIRE)


async def test_coming_back_gives_no_second_allowance(people: People) -> None:
    began = (await people.account(DISCORD)).began
    people.house.clock.advance(3600)
    for _ in range(3):
        await erase(people)
        back = await people.account(DISCORD)
        assert (back.began, (await people.means(DISCORD)).allowance) == (began, 0)
    people.house.clock.advance(86_400)
    assert (await people.means(DISCORD)).allowance == 20


async def test_leaving_two_platforms_and_coming_back_on_both_gives_nothing_today(people: People) -> None:
    await people.joined()
    await erase(people)
    assert [(await people.means(each)).allowance for each in (DISCORD, TELEGRAM)] == [0, 0]
    assert len({(await people.account(each)).id for each in (DISCORD, TELEGRAM)}) == 2


async def test_after_sixty_days_nothing_is_remembered(people: People) -> None:
    await people.joined()
    account = await people.account(DISCORD)
    async with people.house.store.transaction() as rows:
        await rows.usage.ban("club", account.id, by="acc_owner", why="", at=people.house.clock.now())
    await erase(people)
    chores = Chores(people.house.world, listed=lambda *_: None, keep=timedelta(days=30))
    await chores.sweep_inbox()
    assert [len(kept(people)[name]) for name in ("erased", "bans")] == [2, 2]
    people.house.clock.advance(timedelta(days=60).total_seconds())
    await chores.sweep_inbox()
    assert [kept(people)[name] for name in ("erased", "bans")] == [[], []]
    assert (await people.means(DISCORD)).allowance == 40


async def test_a_ban_waits_for_who_comes_back(people: People) -> None:
    account = await people.account(DISCORD)
    async with people.house.store.transaction() as rows:
        await rows.usage.ban("club", account.id, by="acc_owner", why="spam", at=people.house.clock.now())
    await erase(people)
    back = await people.account(DISCORD)
    async with people.house.store.reading() as rows:
        assert (await rows.usage.banned("club", back.id), await rows.usage.banned("club", account.id)) == ("", None)


async def test_it_waits_for_jobs_that_run(people: People) -> None:
    account = await people.account(DISCORD)
    async with people.house.store.transaction() as rows:
        await rows.ledger.post(factories.grant(account.id, 30, id="more"))
    question = await people.house.studio.privacy.ask_erasing(await people.asked(DISCORD))
    await factories.accepted(people.house.store, factories.job("H3H3", account=account.id, price=30))
    with pytest.raises(errors.NotNow) as refusal:
        await people.house.studio.privacy.erase(question.promise.id, asked=await people.asked(DISCORD))
    assert (refusal.value.key, dict(refusal.value.params)) == (
        "privacy.running",
        {"running": ("H3H3",), "example": "cancel H3H3"},
    )
    assert (await people.account(DISCORD)).id == account.id


async def test_a_request_that_crosses_it_starts_nothing(people: People) -> None:
    stale = await people.asked(DISCORD)
    await erase(people)
    with pytest.raises(errors.NotNow, match=r"privacy\.erased_meanwhile"):
        await people.house.studio.submit(people.house.request("NanoBanana2-1K"), asked=stale, confirmed=True)


async def test_files_that_others_sent_as_well_stay(people: People) -> None:
    mine = await people.made(DISCORD, media_names=())
    await people.house.settled()
    shared, own = people.house.files.lay("shared.png"), people.house.files.lay("own.png")
    refs = tuple({"path": path, "name": path} for path in (shared, own))
    both = factories.request(media={"images": refs})
    only = factories.request(media={"images": refs[:1]})
    account = (await people.account(DISCORD)).id
    done = {"state": "done", "price": 0, "charge": 0}
    async with people.house.store.transaction() as rows:
        await rows.jobs.add(factories.job("M3M3", account=account, request=both, **done))
        await rows.jobs.add(factories.job("A3A3", account=factories.ANNA, request=only, **done))
    await erase(people)
    assert [people.house.files.absolute(path).exists() for path in (shared, own)] == [True, False]
    assert (await people.house.job(mine.id)).request.prompt == ""


async def test_a_voice_of_hers_is_nobodys(people: People) -> None:
    await lived(people)
    await erase(people)
    async with people.house.store.reading() as rows:
        voice = await rows.voices.get("uniall", "V1")
    assert voice is not None
    assert (voice.name, voice.description, voice.deleted_at) == ("", "", people.house.clock.now())


async def test_codes_of_hers_join_nothing_any_more(people: People) -> None:
    code = await people.house.studio.people.code(await people.asked(DISCORD))
    await erase(people)
    with pytest.raises(errors.NotFound, match=r"link\.wrong"):
        await people.house.studio.people.join(code.words, asked=await people.asked(TELEGRAM))


async def test_old_codes_are_swept(people: People) -> None:
    now = people.house.clock.now()
    account = await people.account(DISCORD)
    async with people.house.store.transaction() as rows:
        await rows.links.add(LinkCode(digest="d", account=account.id, platform="discord", made_at=now, expires_at=now))
        await rows.links.miss(account.id, at=now)
        await rows.privacy.sweep(now + timedelta(hours=23))
        assert await rows.links.code("d") is not None
        await rows.privacy.sweep(now + timedelta(hours=24))
        assert await rows.links.code("d") is None
        assert await rows.links.missed(account.id, since=now - timedelta(hours=1)) == []


async def test_files_go_with_their_smaller_forms(tmp_path: Path) -> None:
    folder = Folder(tmp_path, secret="s")
    await folder.write(b"{}", into="results/K7Q2.png")
    await folder.write(b"{}", into=f"fitted/{_disk.short('results/K7Q2.png')}.1000.jpg")
    await folder.write(b"{}", into=f"fitted/{_disk.short('results/B3B3.png')}.1000.jpg")
    await folder.remove(["results/K7Q2.png", "results/gone.png"])
    await folder.close()
    left = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()]
    assert left == [f"fitted/{_disk.short('results/B3B3.png')}.1000.jpg"]
