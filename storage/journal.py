"""The journal of answers: what a provider said to a submit, noted in the moment it comes.

A commit waits for its turn and for the disk; a kill in that moment would leave a task that runs, is paid, and is known
to nobody. An append to a file survives a kill from its first instant, and a power cut only costs what the commit would
have cost too: the call is then unknown, never sent again.
"""

import json
import os
from pathlib import Path

import structlog

from bot import errors, jobs, ports

TRIM_BYTES = 256 * 1024  # a longer journal is emptied as soon as everything in it is recorded

log = structlog.get_logger(__name__)


class AnswerJournal:
    """The ports.Answers beside a database file."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(f"{database.name}.answers")
        self._file: int | None = None
        self._unrecorded = 0

    def note(self, call: jobs.Call, task_id: str | None) -> None:
        """Append one line; the commit follows in any case, so trouble here is only logged."""
        self._unrecorded += 1
        line = json.dumps({"job": call.job, "step": call.step, "attempt": call.attempt, "task_id": task_id})
        try:
            if self._file is None:
                self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            os.write(self._file, f"\n{line}\n".encode())  # the line before may have been cut
        except OSError as error:
            log.error("an answer could not be noted", path=str(self.path), words=error.strerror)

    def recorded(self) -> None:
        """The commit that follows a note is done."""
        self._unrecorded -= 1
        if self._unrecorded == 0 and self._file is not None and os.fstat(self._file).st_size > TRIM_BYTES:
            os.ftruncate(self._file, 0)

    def noted(self) -> tuple[ports.Noted, ...]:
        """What an earlier process noted; a line that was cut is left out. Raises StorageFault."""
        try:
            text = self.path.read_text() if self.path.exists() else ""
        except OSError as error:
            raise errors.StorageFault(f"The journal {self.path} can't be read: {error.strerror}.") from error
        return tuple(found for line in text.splitlines() if (found := _read(line)) is not None)

    def clear(self) -> None:
        """Everything noted is in the database: start anew."""
        self.close()
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Let the file go."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _read(line: str) -> ports.Noted | None:
    try:
        return ports.Noted(**json.loads(line))
    except (ValueError, TypeError):
        return None
