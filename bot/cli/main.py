"""The command line's tree. What a command needs is imported when it runs, so that `--help` answers at once."""

import sys

import typer

from bot import errors
from bot.cli import check, credits, db, docs, jobs, models, preview, run, simulate

app = typer.Typer(
    name="atelier",
    help="Atelier: one shared studio for AI images, videos, music and speech, in your chat.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(run.run)
app.command()(simulate.simulate)
app.command()(preview.preview)
app.command()(models.models)
app.command()(check.check)
app.add_typer(credits.app, name="credits")
app.add_typer(jobs.app, name="jobs")
app.add_typer(db.app, name="db")
app.command()(docs.docs)


def main() -> None:
    """Run the command line; what an operator can mend is one sentence and exit code 1, never a traceback."""
    try:
        app(prog_name="python -m bot")
    except (errors.OperatorError, errors.StorageFault) as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
