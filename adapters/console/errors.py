"""What can go wrong with a terminal or a pipe, mapped once to our errors."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from bot import errors

LEFT = frozenset({errno.EPIPE, errno.EIO, errno.ECONNRESET})  # the reader closed its end, or the terminal went away


class OutputLost(errors.Undelivered):
    """Standard output takes nothing any more; jobs stay as they are and go on at the next start."""

    def __init__(self, words: str, *, left: bool) -> None:
        super().__init__(words)
        self.left = left  # whether the reader simply left (`| head`), which is nobody's fault


@contextmanager
def output_errors() -> Iterator[None]:
    """Around every write to standard output."""
    try:
        yield
    except OSError as error:
        raise OutputLost(
            f"Standard output can't be written: {error.strerror}. What was begun goes on at the next start.",
            left=error.errno in LEFT,
        ) from error


@contextmanager
def input_errors() -> Iterator[None]:
    """Around every read from standard input."""
    try:
        yield
    except OSError as error:
        raise errors.OperatorError(
            f"Standard input can't be read: {error.strerror}. Give commands by a pipe, a file or a terminal."
        ) from error
