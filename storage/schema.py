"""The schema's version: bringing a file up to date, and refusing what is newer than this bot."""

import sqlite3
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot import errors
from storage import store

MIGRATIONS = Path(__file__).parent / "migrations"


def _config(migrations: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))  # it interpolates
    return config


def newest(migrations: Path = MIGRATIONS) -> str:
    """The revision this bot writes."""
    head = ScriptDirectory.from_config(_config(migrations)).get_current_head()
    if head is None:
        raise errors.Fault("there are no migrations")
    return head


def current(path: Path) -> str | None:
    """The revision of a file; None for a new or empty one. Raises OperatorError when it is no database of ours."""
    if not path.exists():
        return None
    engine = _engine(path, "BEGIN")  # one snapshot for both reads: another program may be making the tables just now
    try:
        with engine.connect() as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
            tables = [] if revision else sa.inspect(connection).get_table_names()
    except sa.exc.OperationalError as error:
        raise errors.OperatorError(store.explain(path, str(error.orig))) from error
    except sa.exc.DatabaseError as error:
        raise errors.OperatorError(
            f"The file {path} can't be read as a database ({error.orig}). Restore a backup, or move it away to "
            "start anew."
        ) from error
    finally:
        engine.dispose()
    if set(tables) - {"alembic_version"}:
        raise errors.OperatorError(
            f"The file {path} is a database of another program (it has a table {tables[0]!r}). Move it away, or give "
            "the bot its own folder with DATA_DIR."
        )
    return revision


def check(path: Path, *, migrations: Path = MIGRATIONS) -> str | None:
    """The revision of a file this bot can work with. Raises OperatorError when it is newer than the bot."""
    revision = current(path)
    known = {script.revision for script in ScriptDirectory.from_config(_config(migrations)).walk_revisions()}
    if revision is not None and revision not in known:
        raise errors.OperatorError(
            f"The database {path} is from a newer Atelier (revision {revision}; this one knows up to "
            f"{newest(migrations)}). Update Atelier, or restore a backup from before the update."
        )
    return revision


def upgrade(path: Path, *, to: str = "head", migrations: Path = MIGRATIONS) -> tuple[str | None, str]:
    """Bring a file up to date, keeping a copy of what was there; answers the revisions before and after."""
    before = check(path, migrations=migrations)
    target = newest(migrations) if to == "head" else to
    if before == target:
        return before, target
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if before is not None:
            _back_up(path, before)
        _migrate(path, to, migrations=migrations)
    except (OSError, sqlite3.OperationalError, sa.exc.OperationalError) as error:
        words = getattr(error, "orig", error)
        raise errors.OperatorError(
            f"The database {path} can't be brought up to date: {words}. Check that its folder exists, may be written "
            "and has room, and that no other program has it open."
        ) from error
    return before, target


def _back_up(path: Path, revision: str) -> None:
    copy = path.with_name(f"{path.name}.{revision}.bak")
    source, target = sqlite3.connect(path), sqlite3.connect(copy)
    try:
        source.backup(target)
    finally:
        target.close()
        source.close()


def _engine(path: Path, begin: str) -> sa.Engine:
    """Connections whose transactions start with this statement (the driver's own start only at the first write)."""
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(path)), connect_args={"isolation_level": None})
    sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _migrate(path: Path, to: str, *, migrations: Path) -> None:
    engine = _engine(path, "BEGIN IMMEDIATE")
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SELECT 1")
            config = _config(migrations)
            config.attributes["connection"] = connection
            command.upgrade(config, to)
            connection.commit()
    finally:
        engine.dispose()
