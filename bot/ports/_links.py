"""Rows of codes that join accounts, and of who became part of whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot import jobs, requests
from bot.requests import AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCode:
    """A one-time code; what was shown is kept nowhere."""

    digest: str  # of the code
    account: AccountId  # whose it is
    platform: str  # where it was asked for
    made_at: datetime
    expires_at: datetime
    place: requests.Place | None = None  # where its owner is told what came of it; None: nowhere
    language: str = "en"  # in which
    used_at: datetime | None = None  # None: not yet


class Links(Protocol):
    """Accounts are marked as parts of others, and never rewritten."""

    async def add(self, code: LinkCode) -> bool:
        """A new code; False when there is one of this digest."""

    async def code(self, digest: str) -> LinkCode | None:
        """One code, used or not."""

    async def use(self, digest: str, *, at: datetime) -> bool:
        """Compare-and-set from open to used; says whether it was open."""

    async def made(self, *accounts: AccountId, since: datetime) -> Sequence[datetime]:
        """When these accounts were given codes, oldest first."""

    async def miss(self, account: AccountId, *, at: datetime) -> None:
        """A wrong try."""

    async def missed(self, *accounts: AccountId, since: datetime) -> Sequence[datetime]:
        """When these accounts tried codes in vain, oldest first."""

    async def join(self, part: AccountId, root: AccountId) -> None:
        """An account and all that is part of it become part of another; where it is banned, the other is."""

    async def leave(self, person: requests.Person, account: jobs.Account, *, parent: jobs.Account) -> None:
        """A person goes on with a new account; where the one that they leave is banned, the new one is."""
