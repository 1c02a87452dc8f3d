"""Standard error as it should be for a program that must go on: nothing that is only said may end it."""

import io
import os
import sys
from typing import IO, Any, cast


def lasting() -> None:
    """Make standard error one that can't fail, be its disk full or its reader gone."""
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 (kept to the end of the process)
        return
    raw = _Lasting(sys.stderr.fileno(), "w", closefd=False)
    sys.stderr = io.TextIOWrapper(
        cast(IO[bytes], raw), encoding=sys.stderr.encoding, errors="backslashreplace", write_through=True
    )


class _Lasting(io.FileIO):
    """A file whose writes are dropped where they fail."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError:
            return len(data)
