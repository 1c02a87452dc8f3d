"""`run`: the bot."""

import asyncio
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot import app as bot_app


def run(
    json: Annotated[bool, typer.Option("--json", help="One JSON object per reply on standard output.")] = False,
    parallel: Annotated[
        int, typer.Option(min=1, max=1000, metavar="N", help="Lines at work at once, when they come from a pipe.")
    ] = 1,
    speed: Annotated[
        float | None, typer.Option(min=0.01, max=1000, help="How much faster than life the simulator runs.")
    ] = None,
) -> None:
    """Start the bot on what .env configures; with nothing configured, the console on simulated providers."""
    from bot import app as bot_app

    options = bot_app.ConsoleOptions(json=json, parallel=parallel, speed=speed)
    raise typer.Exit(asyncio.run(_run(options)))


async def _run(options: "bot_app.ConsoleOptions") -> int:
    from bot import app as bot_app
    from bot.cli import _shell

    settings = _shell.load()
    with bot_app.heard() as stop:
        if (app := await bot_app.App.start_unless(stop, settings, console=options)) is None:
            return 0
        _greet(app.platforms, simulated=settings.simulated)
        try:
            return await app.run(stop)
        finally:
            await app.stop()


def _greet(platforms: Sequence[str], *, simulated: bool) -> None:
    """Say on standard error that the bot is there, where no console says it."""
    if "console" in platforms or sys.stderr is None:
        return
    where = " and ".join(name.capitalize() for name in platforms)
    print(f"Atelier is on {where}. Ctrl-C stops it; what was begun goes on at the next start.", file=sys.stderr)
    if simulated:
        print("No provider's key is set, so a simulator plays them all: results are stand-ins.", file=sys.stderr)
