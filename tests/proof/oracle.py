"""The oracle: what the books ought to say, kept the plain way and without a look at the code that keeps them.

Every name on a platform brings one allowance, whoever is joined with whom. That is a seat: two that are joined sit on
one, where what both drew counts, and leave the other empty; whoever leaves takes an empty one. Nobody ever draws more
than their seat has left, so that no linking, unlinking or erasing makes a second allowance.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final, TypeAlias

from bot.money import HELD, ISSUER, SPENT, Leg
from bot.requests import AccountId

Name: TypeAlias = tuple[str, str]
"""A platform and who somebody is there."""

FIRST_DAY: Final = 40
A_DAY: Final = 20
SAVED: Final = 60
PER_REQUEST: Final = 60


@dataclass(eq=False)
class Seat:
    """One allowance: a right to draw on each pool."""

    began: date
    drawn: defaultdict[AccountId, Counter[date]] = field(default_factory=lambda: defaultdict(Counter))

    def copy(self) -> "Seat":
        """As it is now, for somebody else to sit on."""
        drawn = {pool: Counter(days) for pool, days in self.drawn.items()}
        return Seat(began=self.began, drawn=defaultdict(Counter, drawn))


@dataclass(eq=False)
class Party:
    """One person as far as the bot knows."""

    account: AccountId
    seat: Seat
    empty: list[Seat] = field(default_factory=list)  # of those who sit with them
    counted: list[Seat] = field(default_factory=list)  # what was drawn on these counts as theirs
    names: set[Name] = field(default_factory=set)
    at_home: bool = False  # whether the club pays in direct messages
    plain: bool = True  # whether they never joined, parted or were erased: then everything is known to the credit

    def left(self, pool: AccountId, today: date) -> int:
        """What they may still draw today."""
        left = 0
        for number in range((today - self.seat.began).days + 1):
            day = self.seat.began + timedelta(days=number)
            left = min(left + A_DAY, SAVED) if number else FIRST_DAY
            left = max(0, left - sum(seat.drawn[pool][day] for seat in (self.seat, *self.counted)))
        return left


@dataclass(frozen=True, kw_only=True)
class Hold:
    """What is set aside for a job."""

    party: Party
    seat: Seat
    day: date
    pool: AccountId
    price: int
    legs: tuple[Leg, ...]


class Oracle:
    """Balances by account, seats by person, holds by job."""

    def __init__(self) -> None:
        self.balances: Counter[AccountId] = Counter()
        self.parties: dict[Name, Party] = {}
        self.holds: dict[str, Hold] = {}
        self.gone_to: dict[AccountId, AccountId] = {}  # where credits go that come back to an account that is no more

    def shift(self, debit: AccountId, credit: AccountId, amount: int) -> None:
        """Move credits."""
        self.balances[debit] -= amount
        self.balances[credit] += amount

    @property
    def standing(self) -> dict[AccountId, int]:
        """Every account that has or owes something."""
        return {account: credits for account, credits in self.balances.items() if credits}

    def meet(self, name: Name, account: AccountId, *, seat: Seat, plain: bool, welcome: int) -> None:
        """Somebody comes for the first time, or again after they were erased."""
        self.parties[name] = Party(account=account, seat=seat, names={name}, plain=plain)
        if welcome:
            self.shift(ISSUER, account, welcome)

    def hold(self, job: str, hold: Hold) -> None:
        """Set aside, and count what the pool paid."""
        self.holds[job] = hold
        for leg in hold.legs:
            self.shift(leg.account, HELD, leg.amount)
            if leg.account == hold.pool:
                hold.seat.drawn[hold.pool][hold.day] += leg.amount

    def settle(self, job: str, used: int) -> None:
        """Take what was used in the order of the legs; the rest goes back to where it came from."""
        hold = self.holds.pop(job)
        for leg in hold.legs:
            taken = min(used, leg.amount)
            used -= taken
            self.shift(HELD, SPENT, taken)
            self.shift(HELD, self.now(leg.account), leg.amount - taken)
            if leg.account == hold.pool:
                hold.seat.drawn[hold.pool][hold.day] -= leg.amount - taken

    def now(self, account: AccountId) -> AccountId:
        """Where what comes back to an account ends up."""
        while account in self.gone_to:
            account = self.gone_to[account]
        return account

    def join(self, first: Party, second: Party, *, root: AccountId) -> None:
        """Two become one: they sit on the seat of the account that goes on."""
        stays, goes = (first, second) if root == first.account else (second, first)
        self.shift(goes.account, stays.account, self.balances[goes.account])
        self.gone_to[goes.account] = stays.account
        stays.empty += [goes.seat, *goes.empty]
        stays.counted += [goes.seat, *goes.counted]
        stays.names |= goes.names
        stays.at_home = stays.at_home or goes.at_home
        stays.plain = False
        for name in goes.names:
            self.parties[name] = stays
        for job, hold in self.holds.items():
            if hold.party is goes:
                self.holds[job] = replace(hold, party=stays)

    def has_open(self, party: Party) -> bool:
        """Whether something is set aside for them."""
        return any(hold.party is party for hold in self.holds.values())

    def part(self, name: Name, *, account: AccountId) -> None:
        """One leaves for a new account, and takes an empty seat along."""
        party = self.parties[name]
        party.names.discard(name)
        self.parties[name] = Party(account=account, seat=party.empty.pop().copy(), names={name}, plain=False)

    def erase(self, party: Party) -> dict[Name, Seat]:
        """Nobody is known by these names any more; what they had expires. The seats wait for whoever comes again."""
        self.shift(party.account, ISSUER, self.balances[party.account])
        self.gone_to[party.account] = ISSUER
        for name in party.names:
            del self.parties[name]
        seats = [seat.copy() for seat in (party.seat, *party.empty)]
        return dict(zip(sorted(party.names), seats, strict=True))
