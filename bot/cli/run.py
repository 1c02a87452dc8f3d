"""`run`: the bot."""

import asyncio
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

    app = await bot_app.App.start(_shell.load(), console=options)
    try:
        return await app.run()
    finally:
        await app.stop()
