"""`db upgrade`: bring the database up to date."""

import asyncio

import typer

app = typer.Typer(help="The database.", no_args_is_help=True)


@app.callback()
def db() -> None:
    """The database."""


@app.command()
def upgrade() -> None:
    """Bring the database up to date; `run` does the same at its start."""
    from bot import folder
    from bot.cli import _shell

    print(asyncio.run(folder.upgrade(_shell.load())))
