"""`check`: every setting, key and path tried for real, a line each."""

import asyncio
from typing import Annotated

import typer


def check(json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False) -> None:
    """Try every setting, key and path; exit code 1 when something is bad."""
    from bot.cli import _checks, _shell

    findings = asyncio.run(_checks.all_findings())
    for finding in findings:
        if json:
            _shell.show_json({"state": finding.state, "name": finding.name, "what": finding.what, "cure": finding.cure})
        else:
            print(finding.line)
    if any(finding.state is _checks.State.BAD for finding in findings):
        raise typer.Exit(1)
