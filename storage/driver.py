"""The driver: aiosqlite, with a thread only for what may wait.

aiosqlite hands every step of a statement to its thread and back: some two hundred hand-overs for one job, which was
most of what a job cost (measured: with a thousand jobs under way, twenty seconds for another thousand). SQLite itself
answers in microseconds, so statements run where they are asked for; what waits for the disk or for another program's
lock (a commit, the start of a writing transaction, opening, closing) stays in the thread.
"""

import sqlite3
from collections.abc import Callable
from typing import Any

import aiosqlite

CHUNK = 64  # rows that aiosqlite fetches at once, its own default
WAITING = ("BEGIN IMMEDIATE", "PRAGMA", "VACUUM")  # the starts of statements that may wait


class Connection(aiosqlite.Connection):
    """One connection; every call of aiosqlite's passes through `_execute`.

    While the thread is at work nothing else touches the connection: whoever was cancelled in the middle of a commit
    queues its rollback behind it.
    """

    _given = 0  # to the thread; counted by the loop's thread only
    _finished = 0  # by the thread; counted by it only

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._given != self._finished or self._may_wait(fn, *args):
            self._given += 1
            return await super()._execute(self._in_thread, fn, *args, **kwargs)  # type: ignore[no-untyped-call]
        if not self._running or self._connection is None:
            raise ValueError("Connection closed")
        return fn(*args, **kwargs)

    def _may_wait(self, fn: Callable[..., Any], *args: Any) -> bool:
        return fn == self._conn.commit or (bool(args) and isinstance(args[0], str) and args[0].startswith(WAITING))

    def _in_thread(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        try:
            return fn(*args, **kwargs)
        finally:
            self._finished += 1


def connect(database: str, *, busy_timeout_s: float) -> Connection:
    """A connection to be awaited, whose transactions are begun by hand."""

    def connector() -> sqlite3.Connection:
        # used by its thread and by the loop's, one after the other
        return sqlite3.connect(database, isolation_level=None, timeout=busy_timeout_s, check_same_thread=False)

    connection = Connection(connector, CHUNK)
    connection._thread.daemon = True  # as SQLAlchemy does with the connections it makes itself
    return connection
