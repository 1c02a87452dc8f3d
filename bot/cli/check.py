"""`check`: every setting, key and path tried for real, a line each."""

import asyncio
from typing import Annotated

import typer


def check(json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False) -> None:
    """Try every setting, key and path; exit code 1 when something is bad."""
    if not asyncio.run(_check(as_json=json)):
        raise typer.Exit(1)


async def _check(*, as_json: bool) -> bool:
    """Print each finding as it comes; whether none is bad."""
    from bot.cli import _checks, _findings, _shell

    well = True
    async for finding in _checks.findings():
        well = well and finding.state is not _findings.State.BAD
        if as_json:
            _shell.show_json({"state": finding.state, "name": finding.name, "what": finding.what, "cure": finding.cure})
        else:
            print(finding.line, flush=True)
    return well
