"""Promises: questions about what can't be taken back, each waiting for its yes as a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.requests import AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Something that a member said and will be done when they say yes: "give Mia 20 credits?"."""

    id: str  # typed by hand on text platforms
    account: AccountId  # who was asked
    act: str  # what will be done: gift, donation, …
    subject: str  # whom or what it is done to: an account's id, a pool, …
    amount: int  # credits; 0 where none move
    why: str = ""
    expires_at: datetime
    kept_at: datetime | None = None  # when it was done; None: not yet
    told_at: datetime | None = None  # when whom it was done to was told; None: not yet


class Promises(Protocol):
    """Each is kept at most once, in the transaction that does what it says."""

    async def add(self, promise: Promise) -> bool:
        """A new one; False when its id is taken."""

    async def get(self, id: str) -> Promise | None:
        """One of them, kept or not."""

    async def keep(self, id: str, *, at: datetime) -> bool:
        """Compare-and-set from open to kept; says whether it was open."""

    async def drop(self, id: str) -> bool:
        """Take an open one away, at a no; says whether it was open."""

    async def untold(self, act: str, *subjects: str) -> Sequence[Promise]:
        """Kept ones of which these have not been told yet, oldest first."""

    async def told(self, id: str, *, at: datetime) -> bool:
        """Compare-and-set from untold to told; says whether it was untold."""

    async def forget(self, *accounts: AccountId) -> None:
        """Take away all that was asked of these accounts, and the words of what was promised to them."""
