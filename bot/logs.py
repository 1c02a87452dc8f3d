"""Log lines: on standard error, in UTC, without secrets (callers name values, never whole requests)."""

import io
import logging
import sys
from typing import TextIO, cast

import structlog
import structlog.tracebacks

# Whole URLs, signed ones too; every row that is written, prompts and names in it; and news of no use.
QUIET = ("httpx", "httpcore", "aiohttp.access", "aiosqlite", "alembic", "filelock")
# The library writes down answers that it can't read, members' words in them; what it finds wrong it also raises.
SILENT = ("telegram",)


def configure(level: str, *, json: bool) -> None:
    """Set structlog and the standard library's logging to one level and one form."""
    number = logging.getLevelName(level.upper())
    colours = sys.stderr is not None and sys.stderr.isatty()
    # tracebacks without the values of variables: among them are keys, signed links and members' words
    plain = structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=structlog.dev.plain_traceback)
    render = structlog.processors.JSONRenderer() if json else plain
    frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    told: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        *([structlog.processors.ExceptionRenderer(frames)] if json else []),
    ]
    stderr = cast(TextIO, _Stderr())
    structlog.configure(
        processors=[*told, render],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_: structlog.PrintLogger(stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stderr)
    drop = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=told, processors=[drop, render]))
    logging.basicConfig(level=number, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)


class _Stderr(io.TextIOBase):
    """Whatever standard error is at the moment of writing: the console's prompt puts itself before it."""

    def write(self, text: str) -> int:
        """Written, or dropped where there is no standard error."""
        return sys.stderr.write(text) if sys.stderr is not None else len(text)

    def flush(self) -> None:
        """Likewise."""
        if sys.stderr is not None:
            sys.stderr.flush()
