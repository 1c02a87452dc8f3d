"""The journal of calls: when a request is about to leave, and what the provider answered, noted in that moment.

A commit waits for its turn and for the disk. A kill before it would leave a task that runs, is paid and is known to
nobody; a kill between "submitting" and the first byte would give up a request that never left. Lines of a file tell
both apart. They are trusted only together: a call whose session the journal doesn't name is unknown, as is one that was
about to leave and got no answer.
"""

import asyncio
import errno
import json
import os
import secrets
from pathlib import Path
from typing import Any

import structlog

from bot import errors, jobs, ports

TRIM_BYTES = 256 * 1024  # a longer journal is begun anew as soon as no call is on its way

log = structlog.get_logger(__name__)


class CallJournal:
    """The ports.Journal beside a database file. Between `begin` and `close` it belongs to one process."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(f"{database.name}.calls")
        self.session = secrets.token_hex(8)
        self._file: int | None = None
        self._on_their_way: set[ports.CallKey] = set()

    def left(self) -> ports.Left:
        """What an earlier process noted; a line that was cut is left out. Raises StorageFault."""
        try:
            text = self.path.read_text("utf-8", "replace") if self.path.exists() else ""
        except OSError as error:
            raise self._fault(error) from error
        lines = [found for line in text.splitlines() if (found := _read(line)) is not None]
        return ports.Left(
            sessions=frozenset(line["session"] for line in lines if "session" in line),
            sent=frozenset(_key(line) for line in lines if "sending" in line),
            answers={_key(line): _taken(line) for line in lines if "task_id" in line},
        )

    def begin(self) -> None:
        """Everything left is recorded: start anew, with a session of its own. Raises StorageFault.

        A database brought back from a backup may hold calls of the session before, of which this file knows no more.
        """
        self.session = secrets.token_hex(8)
        try:
            self.close()
            self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_TRUNC, 0o600)
            self._append({"session": self.session})
            os.fdatasync(self._file)
        except OSError as error:
            raise self._fault(error) from error

    async def sending(self, call: jobs.Call) -> None:
        """The request leaves after this: it is on the disk when this returns. Raises StorageFault: then don't send."""
        try:
            self._on_their_way.add(_key_of(call))
            self._append({"sending": True, **_names(call)})
            await asyncio.to_thread(os.fdatasync, self._open_file())
        except OSError as error:
            self.recorded(call)
            raise self._fault(error) from error

    def answered(self, call: jobs.Call, taken: ports.Taken | None) -> None:
        """Note the answer at once; the commit follows in any case, so trouble here is only logged."""
        try:
            self._append({**_said(taken), **_names(call)})
        except OSError as error:
            log.error("an answer could not be noted", path=str(self.path), words=error.strerror)

    def recorded(self, call: jobs.Call) -> None:
        """The outcome of a call is committed."""
        self._on_their_way.discard(_key_of(call))
        if not self._on_their_way and self._file is not None and os.fstat(self._file).st_size > TRIM_BYTES:
            try:
                self.begin()
            except errors.StorageFault as fault:  # the old lines are gone or still there: unknown at worst
                log.error("the journal could not be begun anew", words=str(fault))

    def close(self) -> None:
        """Let the file go."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _append(self, line: dict[str, Any]) -> None:
        said = f"\n{json.dumps(line)}\n".encode()  # on a line of its own, whatever was cut before it
        if os.write(self._open_file(), said) < len(said):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # a full disk takes what fits and says nothing

    def _open_file(self) -> int:
        if self._file is None:
            raise OSError(0, "it was not begun")
        return self._file

    def _fault(self, error: OSError) -> errors.StorageFault:
        return errors.StorageFault(
            f"The journal {self.path} can't be used: {error.strerror}. Check the folder's rights and the disk's room."
        )


def _read(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _said(taken: ports.Taken | None) -> dict[str, Any]:
    """An answer as a line holds it; a refusal has neither a task nor anything else."""
    if taken is None:
        return {"task_id": None}
    answer = taken.answer.model_dump(mode="json", exclude_defaults=True) if taken.answer is not None else None
    usage = taken.usage.model_dump(mode="json", exclude_none=True) if taken.usage is not None else None
    more = {"taken": True, "poll_path": taken.poll_path, "answer": answer, "usage": usage}
    return {"task_id": taken.task_id, **{name: value for name, value in more.items() if value not in (None, "")}}


def _taken(line: dict[str, Any]) -> ports.Taken | None:
    if line["task_id"] is None and "taken" not in line:
        return None
    answer = jobs.Answer.model_validate(line["answer"]) if "answer" in line else None
    usage = jobs.Usage.model_validate(line["usage"]) if "usage" in line else None
    return ports.Taken(task_id=line["task_id"], poll_path=line.get("poll_path", ""), answer=answer, usage=usage)


def _names(call: jobs.Call) -> dict[str, Any]:
    return {"job": call.job, "step": call.step, "attempt": call.attempt}


def _key(line: dict[str, Any]) -> ports.CallKey:
    return (line["job"], line["step"], line["attempt"])


def _key_of(call: jobs.Call) -> ports.CallKey:
    return (call.job, call.step, call.attempt)
