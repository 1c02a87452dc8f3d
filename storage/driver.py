"""The driver: aiosqlite, with a thread only for what may wait.

aiosqlite hands every step of a statement to its thread and back: some two hundred hand-overs for one job, which was
most of what a job cost (measured: with a thousand jobs under way, twenty seconds for another thousand). SQLite itself
answers in microseconds, so statements run where they are asked for; what waits for the disk (a commit, opening,
closing) stays in the thread, and what meets another program's lock goes on waiting there.
"""

import sqlite3
import time
from collections.abc import Callable
from typing import Any

import aiosqlite

CHUNK = 64  # rows that aiosqlite fetches at once, its own default
WAITING = ("PRAGMA", "VACUUM")  # the starts of statements that may take long
TRY_EVERY_S = 0.005  # while another program has the lock


class Connection(aiosqlite.Connection):
    """One connection; every call of aiosqlite's passes through `_execute`.

    While the thread is at work nothing else touches the connection: whoever was cancelled in the middle of a commit
    queues its rollback behind it.
    """

    busy_timeout_s = 0.0  # how long to wait for another program's lock
    _given = 0  # to the thread; counted by the loop's thread only
    _finished = 0  # by the thread; counted by it only

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if self._given != self._finished or self._may_wait(fn, *args):
            return await self._execute_in_thread(fn, *args, **kwargs)
        if not self._running or self._connection is None:
            raise ValueError("Connection closed")
        try:
            return fn(*args, **kwargs)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
        return await self._execute_in_thread(fn, *args, **kwargs)

    async def _execute_in_thread(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        self._given += 1
        return await super()._execute(self._in_thread, fn, *args, **kwargs)  # type: ignore[no-untyped-call]

    def _may_wait(self, fn: Callable[..., Any], *args: Any) -> bool:
        return fn == self._conn.commit or (bool(args) and isinstance(args[0], str) and args[0].startswith(WAITING))

    def _in_thread(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        until = time.monotonic() + self.busy_timeout_s
        try:
            while True:
                try:
                    return fn(*args, **kwargs)
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                        raise
                time.sleep(TRY_EVERY_S)
        finally:
            self._finished += 1


def connect(database: str, *, busy_timeout_s: float) -> Connection:
    """A connection to be awaited, whose transactions are begun by hand."""

    def connector() -> sqlite3.Connection:
        # used by its thread and by the loop's, one after the other
        return sqlite3.connect(database, isolation_level=None, timeout=0, check_same_thread=False)

    connection = Connection(connector, CHUNK)
    connection.busy_timeout_s = busy_timeout_s
    connection._thread.daemon = True  # as SQLAlchemy does with the connections it makes itself
    return connection
