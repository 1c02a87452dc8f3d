"""Rows of one person: all that is kept of them, and their end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot import jobs
from bot.requests import AccountId, Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What is known of somebody who was erased: that an allowance was used, and nothing about them."""

    digest: str  # of an identity, keyed
    began_at: datetime  # what the allowance counts from
    emptied_at: datetime  # that day's allowance counts as used up
    until: datetime  # when this is forgotten


class Privacy(Protocol):
    """Gathers and erases what belongs to accounts; the ledger's rows stay, without a name."""

    async def gathered(self, account: jobs.Account) -> Mapping[str, Sequence[Mapping[str, Json]]]:
        """Every row about this account by its table, ready to be written as JSON; secrets left out."""

    async def erase(self, account: jobs.Account, *, at: datetime) -> Sequence[str]:
        """Take names, words and media of this account out of every row; the paths of files that are nobody's now."""

    async def remember(self, left: Remembered, *, banned: Sequence[AccountId]) -> None:
        """Keep that somebody was here, and where these accounts were banned."""

    async def remembered(self, digest: str, *, now: datetime) -> Remembered | None:
        """Whether somebody was here, and was erased not long ago."""

    async def welcome_back(self, digest: str, account: AccountId) -> None:
        """Where whoever was erased was banned, their new account is."""

    async def sweep(self, now: datetime) -> None:
        """Forget what was remembered long enough, and codes that ended a day ago."""
