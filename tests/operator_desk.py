"""The operator's desk: commands of `python -m bot` in this process, on a database of the test's own."""

import asyncio
import json
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from typer.testing import CliRunner

from bot import errors, folder, ports
from bot.cli import main
from storage.store import SqlStore

T = TypeVar("T")


class Desk:
    """A data folder, and commands that work on it."""

    def __init__(self, database: Path) -> None:
        self.database = database

    def said(self, *arguments: str) -> str:
        """What a command that goes well prints."""
        result = CliRunner().invoke(main.app, arguments)
        assert result.exit_code == 0, (result.output, result.exception)
        return result.stdout

    def asked(self, *arguments: str) -> list[Any]:
        """What it prints with `--json`, line by line."""
        return [json.loads(line) for line in self.said(*arguments, "--json").splitlines()]

    def refused(self, *arguments: str) -> str:
        """The one sentence of a command that changes nothing."""
        result = CliRunner().invoke(main.app, arguments)
        assert isinstance(result.exception, errors.OperatorError), (result.output, result.exception)
        assert result.stdout == ""
        return str(result.exception)

    def keep(self, act: Callable[[ports.Transaction], Awaitable[T]]) -> T:
        """Rows that were kept before, or are looked up."""

        async def transact() -> T:
            store = SqlStore.open(self.database)
            try:
                async with store.transaction() as rows:
                    return await act(rows)
            finally:
                await store.close()

        return asyncio.run(transact())


@pytest.fixture
def desk(blank_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An empty database in a data folder, where no setting of the machine counts."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    return Desk(Path(shutil.copy(blank_database, tmp_path / folder.DATABASE)))
