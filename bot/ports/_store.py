"""The store: transactions over all rows."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from bot.ports._inbox import Inbox
from bot.ports._jobs import Jobs
from bot.ports._links import Links
from bot.ports._people import Accounts, Communities, Ledger
from bot.ports._privacy import Privacy
from bot.ports._promises import Promises
from bot.ports._reports import Reports
from bot.ports._usage import Usage
from bot.ports._voices import Voices


class Transaction(Protocol):
    """One transaction: all of it or nothing."""

    @property
    def jobs(self) -> Jobs: ...

    @property
    def ledger(self) -> Ledger: ...

    @property
    def accounts(self) -> Accounts: ...

    @property
    def communities(self) -> Communities: ...

    @property
    def inbox(self) -> Inbox: ...

    @property
    def voices(self) -> Voices: ...

    @property
    def usage(self) -> Usage: ...

    @property
    def reports(self) -> Reports: ...

    @property
    def promises(self) -> Promises: ...

    @property
    def links(self) -> Links: ...

    @property
    def privacy(self) -> Privacy: ...


class Store(Protocol):
    """Where rows live. Errors are StorageFault (or OperatorError at opening)."""

    def transaction(self, *, awaited: bool = False) -> AbstractAsyncContextManager[Transaction]:
        """A writing transaction; it holds the write lock from its first line. One that is `awaited`, by a member for
        an answer, goes before the engine's own.
        """

    def reading(self) -> AbstractAsyncContextManager[Transaction]:
        """A consistent view to read from."""
