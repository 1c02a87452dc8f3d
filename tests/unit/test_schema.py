"""The schema: a file is brought up to date in whole steps, and no step lets go of what guards the ledger."""

import asyncio
import shutil
import sqlite3
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot import errors
from storage import schema, tables
from storage.store import SqlStore
from tests import factories

HEAD = schema.newest()
REVISIONS = [script.revision for script in ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions()][::-1]
A_TRANSFER = """
    INSERT INTO transfers (id, debit, credit, amount, kind, actor, reason, at)
    VALUES ('grant:1', 'issuer', 'house', 5, 'grant', 'operator', 'grant', '2026-01-02 12:00:00')"""


def run(path: Path, statement: str) -> list[tuple[object, ...]]:
    """One statement on a file, by the plain driver."""
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(statement).fetchall()


def changes_let_through(path: Path) -> list[str]:
    """The ways of rewriting the ledger that a file does not refuse."""
    tried = ("UPDATE transfers SET amount = amount + 1", "UPDATE transfers SET reason = ''", "DELETE FROM transfers")
    passed = []
    for statement in tried:
        try:
            run(path, statement)
            passed.append(statement)
        except sqlite3.IntegrityError as error:
            if "transfers are never" not in str(error):
                raise
    return passed


def next_revision(folder: Path, body: str) -> Path:
    """A copy of the migrations with one more whose upgrade is `body`."""
    migrations = folder / "migrations"
    shutil.copytree(schema.MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    (migrations / "versions" / "next.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n\n"
        f"revision = 'next'\ndown_revision = {HEAD!r}\n\n\ndef upgrade():\n    {body}\n",
        "utf-8",
    )
    return migrations


# --- what every migration must leave in place --------------------------------------------------------------------


@pytest.mark.parametrize("revision", REVISIONS)
def test_the_ledger_is_append_only_after_every_migration(tmp_path: Path, revision: str) -> None:
    path = tmp_path / "atelier.db"
    schema.upgrade(path, to=REVISIONS[0])
    run(path, A_TRANSFER)
    for step in REVISIONS[1 : REVISIONS.index(revision) + 1]:
        schema.upgrade(path, to=step)
    assert schema.current(path) == revision
    assert changes_let_through(path) == []
    assert run(path, "SELECT id, amount FROM transfers") == [("grant:1", 5)]


def test_a_migration_that_rebuilds_the_ledger_is_seen_to_drop_its_triggers(tmp_path: Path) -> None:
    body = "with op.batch_alter_table('transfers', recreate='always') as t: t.add_column(sa.Column('x', sa.Text))"
    path = tmp_path / "atelier.db"
    schema.upgrade(path, migrations=next_revision(tmp_path, body))
    run(path, A_TRANSFER)
    assert len(changes_let_through(path)) == 3


async def test_jobs_from_before_there_were_communities_draw_on_the_house(tmp_path: Path) -> None:
    path = tmp_path / "atelier.db"
    await asyncio.to_thread(schema.upgrade, path, to="0001")
    job = factories.job()
    run(path, f"INSERT INTO accounts (id, created_at, models) VALUES ('{job.account}', '2026-01-02 12:00:00', '{{}}')")
    run(
        path,
        "INSERT INTO jobs (id, account, platform, request_key, person, place, kind, model, request, language, state, "
        f"price, created_at) VALUES ('{job.id}', '{job.account}', 'console', '{job.key}', '{job.person}', "
        f"'{job.place.model_dump_json()}', 'image', '{job.request.model}', '{job.request.model_dump_json()}', 'en', "
        f"'queued', {job.price}, '2026-01-02 12:00:00')",
    )
    await asyncio.to_thread(schema.upgrade, path)
    store = SqlStore.open(path)
    async with store.reading() as rows:
        assert await rows.jobs.unfinished() == [job]
    await store.close()


def test_the_migrations_make_the_tables_that_the_code_declares(database: Path, tmp_path: Path) -> None:
    declared = tmp_path / "declared.db"
    engine = sa.create_engine(f"sqlite:///{declared}")
    tables.metadata.create_all(engine)
    engine.dispose()
    engine = sa.create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
    engine.dispose()
    assert details_of(database) == details_of(declared)


def details_of(path: Path) -> dict[str, object]:
    """By table, what that comparison does not look at: defaults and CHECK constraints."""
    engine = sa.create_engine(f"sqlite:///{path}")
    inspector = sa.inspect(engine)
    found: dict[str, object] = {}
    for name in set(inspector.get_table_names()) - {"alembic_version"}:
        checks = {check["name"]: check["sqltext"] for check in inspector.get_check_constraints(name)}
        defaults = {column["name"]: column["default"] for column in inspector.get_columns(name)}
        found[name] = (checks, defaults)
    engine.dispose()
    return found


# --- bringing a file up to date ----------------------------------------------------------------------------------


def test_a_new_file_is_made_with_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "50% of data" / "atelier.db"
    assert schema.current(path) is None
    assert not path.parent.exists()
    assert schema.upgrade(path) == (None, HEAD)
    assert schema.current(path) == HEAD
    assert [file.name for file in path.parent.iterdir()] == ["atelier.db"]


def test_an_empty_file_is_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "atelier.db"
    path.touch()
    assert schema.upgrade(path) == (None, HEAD)


def test_upgrading_again_changes_nothing(database: Path) -> None:
    before = database.read_bytes()
    assert schema.upgrade(database) == (HEAD, HEAD)
    assert database.read_bytes() == before
    assert [file.name for file in database.parent.iterdir()] == ["atelier.db"]


async def test_a_copy_of_what_was_there_is_kept(store: SqlStore, tmp_path: Path) -> None:
    await factories.member(store)  # these rows lie in the write-ahead log, not yet in the file itself
    migrations = next_revision(tmp_path, "op.add_column('audit', sa.Column('extra', sa.Text))")
    assert await asyncio.to_thread(schema.upgrade, store.path, migrations=migrations) == (HEAD, "next")
    copy = store.path.with_name(f"atelier.db.{HEAD}.bak")
    assert schema.current(copy) == HEAD
    kept = SqlStore.open(copy)
    async with store.reading() as now, kept.reading() as before:
        assert await now.accounts.all() == await before.accounts.all() == [(factories.account(), "console:acc_anna")]
    await kept.close()


async def test_a_migration_that_fails_halfway_leaves_everything_as_it_was(store: SqlStore, tmp_path: Path) -> None:
    await factories.member(store)
    body = "op.drop_table('identities'); op.execute('no SQL at all')"
    before = run(store.path, "SELECT sql FROM sqlite_master")
    with pytest.raises(errors.OperatorError, match=r"atelier\.db can't be brought up to date: .*syntax error"):
        await asyncio.to_thread(schema.upgrade, store.path, migrations=next_revision(tmp_path, body))
    assert schema.current(store.path) == HEAD
    assert run(store.path, "SELECT sql FROM sqlite_master") == before
    async with store.reading() as rows:
        assert await rows.accounts.all() == [(factories.account(), "console:acc_anna")]


async def test_two_programs_may_upgrade_a_new_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "atelier.db"
    script = f"from pathlib import Path; from storage import schema; schema.upgrade(Path({str(path)!r}))"
    root = Path(__file__).resolve().parents[2]
    both = [await asyncio.create_subprocess_exec(sys.executable, "-c", script, cwd=root) for _ in range(2)]
    assert await asyncio.wait_for(asyncio.gather(*(each.wait() for each in both)), 30) == [0, 0]
    assert schema.current(path) == HEAD


def test_a_look_at_a_file_that_is_being_made_sees_all_of_it_or_nothing(tmp_path: Path) -> None:
    for number in range(10):  # one round in three met the half-made file when the two reads had a snapshot each
        path = tmp_path / f"{number}.db"
        making = threading.Thread(target=schema.upgrade, args=(path,))
        making.start()
        seen = set()
        while making.is_alive():
            seen.add(schema.current(path))
        making.join()
        assert {*seen, schema.current(path)} <= {None, HEAD}


# --- refusals ----------------------------------------------------------------------------------------------------


def test_a_file_from_a_newer_atelier_is_refused_with_both_revisions(database: Path) -> None:
    run(database, "UPDATE alembic_version SET version_num = '9999'")
    before = database.read_bytes()
    for look in (schema.check, schema.upgrade):
        with pytest.raises(errors.OperatorError) as refused:
            look(database)
        assert str(refused.value) == (
            f"The database {database} is from a newer Atelier (revision 9999; this one knows up to {HEAD}). "
            "Update Atelier, or restore a backup from before the update."
        )
    assert database.read_bytes() == before


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "atelier.db"
    path.write_text("a shopping list, long enough to be taken for a header of something: milk, bread, cheese, wine\n")
    with pytest.raises(errors.OperatorError) as refused:
        schema.upgrade(path)
    assert str(refused.value) == (
        f"The file {path} can't be read as a database (file is not a database). Restore a backup, or move it away to "
        "start anew."
    )
    assert path.read_text().startswith("a shopping list")


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "atelier.db"
    run(path, "CREATE TABLE songs (id INTEGER)")
    with pytest.raises(errors.OperatorError, match=r"atelier\.db is a database of another program .* table 'songs'"):
        schema.upgrade(path)
    assert run(path, "SELECT name FROM sqlite_master") == [("songs",)]


@pytest.fixture
def blocked(tmp_path: Path) -> Path:
    """A path below something that is a file."""
    (tmp_path / "data").touch()
    return tmp_path / "data" / "atelier.db"


def test_a_folder_that_cannot_be_made_is_named_with_the_cure(blocked: Path) -> None:
    with pytest.raises(errors.OperatorError) as refused:
        schema.upgrade(blocked)
    assert str(blocked) in str(refused.value)
    assert "Check that its folder exists, may be written and has room" in str(refused.value)


def test_a_folder_in_the_files_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.OperatorError) as refused:
        schema.upgrade(tmp_path)
    assert str(refused.value) == (
        f"The database {tmp_path} can't be opened; check that its folder exists and may be written."
    )
