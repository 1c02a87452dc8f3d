"""Rows of people, communities and what they have."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot import jobs, money, requests
from bot.requests import AccountId


class Ledger(Protocol):
    """Transfers and the balances that follow from them."""

    async def post(self, transfer: money.Transfer) -> bool:
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

    async def drawn(self, *accounts: AccountId, pool: AccountId, since: datetime) -> Mapping[datetime, int]:
        """Credits that jobs of these accounts drew from the pool, by the quarter of an hour in which they were asked
        for; returned ones not counted.
        """

    async def paid(self, pool: AccountId, *, since: datetime) -> int:
        """Credits that the pool pays, or has set aside, for all jobs asked for since then."""

    async def given(self, *accounts: AccountId, pool: AccountId) -> int:
        """Credits that the pool's owners gave these accounts by hand, less what they took back."""

    async def held(self, *accounts: AccountId) -> int:
        """Credits set aside for running jobs of these accounts."""

    async def spent(self, *accounts: AccountId, since: datetime | None = None) -> Sequence[tuple[str, int]]:
        """Credits used by jobs of these accounts by kind, most first."""

    async def transfers(self, *accounts: AccountId, limit: int, of_jobs: bool = True) -> Sequence[money.Transfer]:
        """What moved from or to these accounts, newest first; with what was set aside for jobs and given back, or
        without.
        """

    async def faults(self) -> Sequence[str]:
        """What an audit finds wrong: empty when the books balance and nothing is held without a live job."""


class Accounts(Protocol):
    """People and their preferences."""

    async def of(self, person: requests.Person) -> jobs.Account | None:
        """The account behind a platform's user."""

    async def add(self, account: jobs.Account, person: requests.Person) -> None:
        """A new account with its first identity."""

    async def get(self, id: AccountId) -> jobs.Account | None:
        """One account; when it became part of another, that one."""

    async def called(self, platform: str, handle: str) -> jobs.Account | None:
        """The account of whom the platform calls by this name, without @, in small letters or not."""

    async def identities(self, id: AccountId) -> Sequence[requests.Person]:
        """Who this account is on each platform, those of joined accounts included."""

    async def meet(self, person: requests.Person) -> None:
        """Take over the name and the handle that a known person has now."""

    async def all(self) -> Sequence[tuple[jobs.Account, str]]:
        """Every account with `platform:user` of its identity."""

    async def prefer(self, id: AccountId, preferences: jobs.Preferences) -> None:
        """Set preferences."""

    async def settle(self, id: AccountId, home: str | None) -> None:
        """Whose pool pays in direct messages: a community's id; None: the operator's."""

    async def note(
        self,
        *,
        actor: str,
        action: str,
        subject: str,
        why: str,
        at: datetime,
        community: str | None = None,
        refused: bool = False,
        change: str = "",
        key: str | None = None,
    ) -> None:
        """A line in the audit log; `community` is the one that it is about, `change` what was before and is after (a
        JSON list of two), `key` the event that asked for it.
        """

    async def noted_by(self, key: str) -> bool:
        """Whether an event wrote into the audit log before."""

    async def noted(self, community: str, *, limit: int, before: int | None = None) -> Sequence[money.Entry]:
        """A community's audit log, newest first; only lines numbered below `before`."""


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

    async def rule(self, id: str, changes: Mapping[str, object]) -> None:
        """What its owner changed of the rules, all of it."""

    async def speak(self, id: str, language: str) -> None:
        """Take over the language of the first who spoke there."""

    async def move(self, platform: str, old: str, new: str) -> bool:
        """Its platform knows it by another id now; False when nothing is known by the old one, or it moved before.

        A community that was made for the new id in the meantime keeps the old one instead: nobody speaks there.
        """
