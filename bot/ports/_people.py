"""Rows of people, communities and what they have."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from bot import jobs, money, requests
from bot.requests import AccountId


class Ledger(Protocol):
    """Transfers and the balances that follow from them."""

    async def grant(self, transfer: money.Transfer) -> bool:
        """Post a transfer once; False when its id was posted before."""

    async def posted(self, id: str) -> bool:
        """Whether a transfer with this id was posted."""

    async def hold(self, job: str, legs: Sequence[money.Leg], *, at: datetime) -> None:
        """Set the legs aside. Raises NotEnough."""

    async def capture(self, job: str, amount: int, *, at: datetime) -> None:
        """Take `amount` from the job's hold in the order of its legs and give the rest back to where it came from."""

    async def release(self, job: str, *, at: datetime) -> None:
        """Give the whole hold back to where it came from."""

    async def legs(self, job: str) -> Sequence[money.Leg]:
        """What the job's hold was drawn from."""

    async def balance(self, account: AccountId) -> int:
        """Credits of one account."""

    async def drawn(self, account: AccountId, *, since: datetime) -> Mapping[date, int]:
        """Credits that this member's jobs of each UTC day since then drew from pools, returned ones not counted."""

    async def held(self, account: AccountId) -> int:
        """Credits set aside for this member's running jobs."""

    async def spent(self, account: AccountId, *, since: datetime | None = None) -> Sequence[tuple[str, int]]:
        """Credits used by this member's jobs by kind, most first."""

    async def faults(self) -> Sequence[str]:
        """What an audit finds wrong: empty when the books balance and nothing is held without a live job."""


class Accounts(Protocol):
    """People and their preferences."""

    async def of(self, person: requests.Person) -> jobs.Account | None:
        """The account behind a platform's user."""

    async def add(self, account: jobs.Account, person: requests.Person) -> None:
        """A new account with its first identity."""

    async def get(self, id: AccountId) -> jobs.Account | None:
        """One account."""

    async def all(self) -> Sequence[tuple[jobs.Account, str]]:
        """Every account with `platform:user` of its identity."""

    async def prefer(self, id: AccountId, preferences: jobs.Preferences) -> None:
        """Set preferences."""

    async def note(self, *, actor: str, action: str, subject: str, why: str, at: datetime) -> None:
        """A line in the audit log."""


class Communities(Protocol):
    """Discord servers and Telegram groups."""

    async def of(self, platform: str, native: str) -> jobs.Community | None:
        """The community behind a platform's id."""

    async def add(self, community: jobs.Community) -> None:
        """A new one; a platform's id is unique."""

    async def get(self, id: str) -> jobs.Community | None:
        """One community."""

    async def all(self) -> Sequence[jobs.Community]:
        """Every community, oldest first."""

    async def rename(self, id: str, title: str) -> None:
        """Take over what its platform calls it now."""

    async def speak(self, id: str, language: str) -> None:
        """Take over the language of the first who spoke there."""

    async def move(self, platform: str, old: str, new: str) -> bool:
        """Its platform knows it by another id now; False when nothing is known by the old one, or it moved before.

        A community that was made for the new id in the meantime keeps the old one instead: nobody speaks there.
        """
