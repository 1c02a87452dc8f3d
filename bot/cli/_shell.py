"""What the operator's commands share: tables for eyes, plain lines for pipes, JSON for machines."""

import json
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot import settings as settings_


def load() -> settings_.Settings:
    """The settings of this run; a misspelt name in `.env` is mentioned. Raises OperatorError."""
    settings = settings_.Settings.load()
    for name in settings.unknown:
        print(misspelt(name), file=sys.stderr)
    return settings


def misspelt(name: str) -> str:
    """What to say of a name in `.env` that no setting has."""
    near = settings_.nearest(name)
    return f"{name} in .env is not a setting." + (f" Did you mean {near}?" if near else " See .env.example.")


def show_table(rows: Iterable[Sequence[str]], *, head: Sequence[str], numbers: frozenset[str] = frozenset()) -> None:
    """A table on a terminal, tab-separated lines in a pipe; columns in `numbers` are right-aligned."""
    if sys.stdout is None or not sys.stdout.isatty():
        for row in (head, *rows):
            print("\t".join(_one_line(cell) for cell in row))
        return
    table = Table(*(), box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in head:
        table.add_column(name, justify="right" if name in numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_one_line(cell)) for cell in row))
    Console().print(table)


def show_json(value: object) -> None:
    """One JSON value on a line."""
    print(json.dumps(value, ensure_ascii=False))


def moment(at: datetime | None) -> str:
    """A time as operators read it: local, to the second; "" when there is none."""
    return at.astimezone().isoformat(sep=" ", timespec="seconds") if at else ""


def _one_line(text: str) -> str:
    """A cell holds no tab, no newline and nothing that moves a terminal's cursor."""
    return "".join(" " if unicodedata.category(c) == "Cc" else c for c in text)
