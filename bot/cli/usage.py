"""`usage export|margin`: what was made, who paid for it, and what it cost."""

import asyncio
import csv
import sys
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot import errors

if TYPE_CHECKING:
    from bot import ports
    from bot.requests import Json
    from bot.settings import Settings

DATE = "%Y-%m-%d"

app = typer.Typer(help="Usage: every job with who paid for it, and what all of it cost.", no_args_is_help=True)
Since = Annotated[datetime | None, typer.Option(formats=[DATE], help="From the beginning of this day on (UTC).")]
Until = Annotated[datetime | None, typer.Option(formats=[DATE], help="Until the end of this day (UTC).")]


@app.command()
def export(
    as_csv: Annotated[bool, typer.Option("--csv", help="A table for spreadsheets.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    since: Since = None,
    until: Until = None,
    community: Annotated[
        str | None, typer.Option(help="Only one: discord:SERVER, telegram:GROUP, or house for your own pool.")
    ] = None,
) -> None:
    """Print one row per job, oldest first; members are opaque ids."""
    if as_csv == as_json:
        raise typer.BadParameter("say either --csv or --json.", param_hint="export")
    asyncio.run(_export(_bounds(since, until), community, as_json=as_json))


@app.command()
def margin(
    since: Since = None,
    until: Until = None,
    by: Annotated[Literal["day", "month"], typer.Option(help="One line per model and day, or month.")] = "month",
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Print what was paid against what it cost, by provider and model; without --since, this month and the last."""
    first = since or (datetime.now(UTC).replace(day=1) - timedelta(days=1)).replace(day=1)
    start = first.replace(hour=0, minute=0, second=0, microsecond=0)
    asyncio.run(_margin(_bounds(start, until), by=by, as_json=json))


def _bounds(since: datetime | None, until: datetime | None) -> tuple[datetime | None, datetime | None]:
    """From a moment on and before another, in UTC. Raises OperatorError."""
    first = since.replace(tzinfo=UTC) if since else None
    last = until.replace(tzinfo=UTC) + timedelta(days=1) if until else None
    if first is not None and last is not None and first >= last:
        raise errors.OperatorError(
            f"Nothing is between {first:{DATE}} and {last - timedelta(days=1):{DATE}}: --since comes after --until."
        )
    return first, last


async def _export(bounds: tuple[datetime | None, datetime | None], community: str | None, *, as_json: bool) -> None:
    from bot import folder
    from bot.cli import _exporting, _pools, _shell

    async with folder.open_store(_shell.load()) as store, store.reading() as rows:
        names = await _pools.names(rows)
        pool = None if community is None else await _pools.pool(rows, community)
        table = csv.writer(sys.stdout, lineterminator="\n")
        if not as_json:
            table.writerow(_exporting.HEAD)
        async for record in rows.reports.records(since=bounds[0], until=bounds[1], pool=pool):
            row = _exporting.row(record, pools=names)
            if as_json:
                _shell.show_json(row)
            else:
                table.writerow(_exporting.cell(value) for value in row.values())


async def _margin(
    bounds: tuple[datetime | None, datetime | None], *, by: Literal["day", "month"], as_json: bool
) -> None:
    from bot import catalogue, folder
    from bot.cli import _margins, _shell

    settings = _shell.load()
    catalogue.change(settings.folders.atelier_toml)  # the operator's own prices
    margins = _margins.Margins(by=by, worths=_worths(settings))
    async with folder.open_store(settings) as store, store.reading() as rows:
        async for record in rows.reports.records(since=bounds[0], until=bounds[1]):
            margins.add(record)
        balances = await _balances(rows, settings)
    if as_json:
        for (period, provider, model), sums in margins.lines():
            _shell.show_json({"period": period, "provider": provider, "model": model, **sums.facts()})
        for balance in balances:
            _shell.show_json(balance)
        return
    lines = [_margins.cells(key, sums) for key, sums in margins.lines()]
    _shell.show_table(lines, head=_margins.HEAD, numbers=frozenset(_margins.HEAD[3:]))
    if balances:
        print()
        head = tuple(name.replace("_", " ") for name in balances[0])
        cells = [["" if value is None else str(value) for value in balance.values()] for balance in balances]
        _shell.show_table(cells, head=head, numbers=frozenset(head[2:]))


def _worths(settings: "Settings") -> dict[str, float]:
    worths = {name: account.worth for name, account in settings.accounts.items()}
    return {name: worth for name, worth in worths.items() if worth is not None}


async def _balances(rows: "ports.Transaction", settings: "Settings") -> "list[dict[str, Json]]":
    """What was left with each provider at the end of each of the last days, and for how many more it lasts."""
    from bot.credits import lasting

    readings = await rows.reports.readings(since=datetime.now(UTC) - lasting.PACE)
    of: dict[str, list[ports.Reading]] = defaultdict(list)
    for reading in readings:
        of[reading.provider].append(reading)
    return [line for name in sorted(of) for line in _lines(of[name], settings.accounts[name].alert_below)]


def _lines(readings: "Sequence[ports.Reading]", below: float | None) -> "list[dict[str, Json]]":
    """One provider's days, the newest last."""
    from bot.credits import lasting

    points = [(reading.at, reading.balance.amount) for reading in readings]
    lines: list[dict[str, Json]] = []
    for number, reading in enumerate(readings):
        days = lasting.days(points[: number + 1])
        lines.append(
            {
                "balance_of": reading.provider,
                "day": f"{reading.at:{DATE}}",
                "left": reading.balance.words,
                "spent": round(lasting.spent(points[max(0, number - 1) : number + 1]), 2),
                "lasts_days": None if days is None else round(days, 1),
                "alert_below": below,
            }
        )
    return lines
