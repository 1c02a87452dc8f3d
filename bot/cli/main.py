"""The command line's tree. What a command needs is imported when it runs, so that `--help` answers at once."""

import errno
import os
import sys

import typer

from bot import errors
from bot.cli import _stderr, check, credits, db, docs, jobs, models, preview, run, simulate, usage

UNWRITABLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EPIPE})

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
app.add_typer(usage.app, name="usage")
app.add_typer(jobs.app, name="jobs")
app.add_typer(db.app, name="db")
app.command()(docs.docs)


def main() -> None:
    """Run the command line; what an operator can mend is one sentence and exit code 1, never a traceback."""
    _stderr.lasting()
    try:
        _run()
    except (errors.OperatorError, errors.StorageFault) as error:
        print(error, file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        if error.errno not in UNWRITABLE or error.filename is not None:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what is still buffered would fail again at exit
        if error.errno != errno.EPIPE:
            print(f"Standard output can't be written: {error.strerror}.", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _run() -> None:
    try:
        app(prog_name="python -m bot")
    finally:
        if sys.stdout is not None:
            sys.stdout.flush()  # while somebody can still say what is wrong with it
