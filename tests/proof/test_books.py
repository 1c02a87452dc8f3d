"""Nothing that members, owners, the operator or a power cut do, in any order, makes or destroys a credit."""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, invariant, multiple, rule, run_state_machine_as_test

from bot import catalogue, errors, ports, requests
from bot.cli import _verdicts
from bot.jobs import JobState
from bot.money import HOUSE, ISSUER
from bot.studio import Accepted, Erasing, Handed, Joined, Parting, Question
from tests import factories
from tests.proof.bank import Said
from tests.proof.life import DISCORD, TELEGRAM, Life, person
from tests.proof.oracle import PER_REQUEST, Hold, Name, Party

WISHES: Final = (("NanoBanana2-1K", 1), ("NanoBanana2-1K", 2), ("NanoBanana2-1K", 4), ("NanoBanana2-4K", 3))

NAMES = st.sampled_from([*DISCORD, *TELEGRAM])
AMOUNTS = st.integers(1, 40)
FUSES = st.none() | st.none() | st.integers(0, 25)  # None, or after how many statements the process dies
BOTH = st.booleans()


class Books(Life):
    """Everything that may happen, in any order."""

    jobs = Bundle("jobs")

    def __init__(self) -> None:
        super().__init__()
        for name in (DISCORD[0], TELEGRAM[0]):
            self.grant(name, 40, fuse=None)

    # --- what happens

    @rule(name=NAMES, amount=AMOUNTS, fuse=FUSES)
    def grant(self, name: Name, amount: int, fuse: int | None) -> None:
        id = self.key()

        async def act() -> bool:
            account = await self.bank.studio.account(person(name))
            transfer = factories.grant(account.id, amount, id=id)
            return await self.bank.write(lambda rows: rows.ledger.post(transfer))

        assert self.once(act, name, fuse=fuse) == Said(value=True)
        self.oracle.shift(ISSUER, self.party(name).account, amount)
        assert self.nothing_more(act) == Said(value=False)

    @rule(club=BOTH, amount=AMOUNTS, fuse=FUSES)
    def fill(self, club: bool, amount: int, fuse: int | None) -> None:
        pool, id = self.bank.club.pool if club else HOUSE, self.key()
        transfer = factories.grant(pool, amount, id=id)
        self.once(lambda: self.bank.write(lambda rows: rows.ledger.post(transfer)), fuse=fuse)
        self.oracle.shift(ISSUER, pool, amount)

    @rule(target=jobs, name=NAMES, club=BOTH, wish=st.integers(0, len(WISHES) - 1), fuse=FUSES)
    def ask(self, name: Name, club: bool, wish: int, fuse: int | None) -> object:
        club, key = club and name in DISCORD, self.key()
        model = catalogue.find(WISHES[wish][0])
        request = self.bank.studio.request(
            model.kind, model, {"prompt": "a red fox", "count": WISHES[wish][1]}, media={}
        )

        async def act() -> Accepted | Question:
            asked = await self.bank.asked(person(name), key, club=club)
            return await self.bank.studio.submit(request, asked=asked, confirmed=True)

        said = self.once(act, name, fuse=fuse)
        pool = self.bank.club.pool if club or self.party(name).at_home else HOUSE
        if said.refusal is not None:
            self.refused(said.refusal, name, pool)
            self.nothing_more(act)
            return multiple()
        assert isinstance(said.value, Accepted)
        job = said.value.job
        self.accepted(job.id, name, pool, price=job.price)
        again = self.nothing_more(act).value
        assert isinstance(again, Accepted)
        assert again.job.id == job.id
        return job.id

    @rule(target=jobs, name=NAMES, club=BOTH, fuses=st.lists(FUSES, min_size=2, max_size=4))
    def ask_for_much(self, name: Name, club: bool, fuses: list[int | None]) -> object:
        """Until an allowance is used up, and more."""
        found = [self.ask(name, club, len(WISHES) - 1, fuse) for fuse in fuses]
        return multiple(*(job for job in found if isinstance(job, str)))

    def accepted(self, job: str, name: Name, pool: requests.AccountId, *, price: int) -> None:
        """It was set aside from the member and the pool, no more than either had."""
        party, today = self.party(name), self.bank.clock.now().date()
        legs = tuple(self.bank.sure(lambda: self.bank.write(lambda rows: rows.ledger.legs(job))))
        drawn = {leg.account: leg.amount for leg in legs}
        assert drawn.keys() <= {pool, party.account}
        assert sum(drawn.values()) == price
        from_pool = drawn.get(pool, 0)
        assert from_pool <= party.left(pool, today), "more was drawn than one allowance has"
        if party.plain:
            assert from_pool == min(price, self.from_pool(party, pool))
        self.oracle.hold(job, Hold(party=party, seat=party.seat, day=today, pool=pool, price=price, legs=legs))

    def refused(self, refusal: errors.MemberError, name: Name, pool: requests.AccountId) -> None:
        """Only for want of credits."""
        assert isinstance(refusal, errors.NotEnough)
        party = self.party(name)
        if party.plain:
            have = self.oracle.balances[party.account] + self.from_pool(party, pool)
            assert refusal.need_credits > have == refusal.have_credits

    def from_pool(self, party: Party, pool: requests.AccountId) -> int:
        """What the pool pays for one request of theirs."""
        left = party.left(pool, self.bank.clock.now().date())
        return min(left, self.oracle.balances[pool], PER_REQUEST)

    @rule(job=jobs, share=st.sampled_from([0.0, 0.2, 0.5, 1.0]), fuse=FUSES)
    def deliver(self, job: str, share: float, fuse: int | None) -> None:
        """It was made, in part or whole, and its member has it."""
        if (hold := self.oracle.holds.get(job)) is None:
            return self.ended(job)
        charge = int(hold.price * share)

        async def begin(rows: ports.Transaction) -> None:
            await rows.jobs.move(job, JobState.QUEUED, to=JobState.DELIVERING, charge=charge)

        async def end(rows: ports.Transaction) -> str:
            found = await rows.jobs.get(job)
            assert found is not None
            return await _verdicts.deliver(rows, found, at=self.bank.clock.now())

        self.once(lambda: self.bank.write(begin), fuse=fuse)
        self.once(lambda: self.bank.write(end), fuse=fuse)
        self.oracle.settle(job, charge)
        return self.ended(job)

    @rule(job=jobs, fuse=FUSES)
    def give_up(self, job: str, fuse: int | None) -> None:
        """It failed, and everything goes back."""
        if job in self.oracle.holds:
            self.once(lambda: self.bank.write(lambda rows: self.release(rows, job)), fuse=fuse)
            self.oracle.settle(job, 0)
        self.ended(job)

    @rule(job=jobs, fuse=FUSES)
    def cancel(self, job: str, fuse: int | None) -> None:
        """Its member changes their mind, from any platform that is theirs."""
        if (hold := self.oracle.holds.get(job)) is None:
            return
        name = max(hold.party.names)

        async def act() -> object:
            return await self.bank.studio.cancel(job, asked=await self.bank.asked(person(name), "cancel"))

        assert self.once(act, fuse=fuse).refusal is None
        self.oracle.settle(job, 0)
        assert isinstance(self.nothing_more(act).refusal, errors.NotNow)

    async def release(self, rows: ports.Transaction, job: str) -> str:
        found = await rows.jobs.get(job)
        assert found is not None
        return await _verdicts.release(rows, found, at=self.bank.clock.now())

    def ended(self, job: str) -> None:
        """What has ended is settled once."""
        before = self.bank.standing()
        with pytest.raises(errors.OperatorError, match="has ended already"):
            self.bank.sure(lambda: self.bank.write(lambda rows: self.release(rows, job)))
        assert self.bank.standing() == before

    @rule(name=NAMES, to=NAMES, amount=AMOUNTS, fuse=FUSES)
    def give(self, name: Name, to: Name, amount: int, fuse: int | None) -> None:
        key = self.key()

        async def act() -> object:
            asked = await self.bank.asked(person(name), key)
            giving = await self.bank.studio.purse.ask_gift(amount, person(to), asked=asked)
            return await self.bank.studio.purse.keep(giving.promise.id, asked=asked)

        said = self.once(act, name, fuse=fuse)
        giver, receiver = self.party(name), self.oracle.parties.get(to)
        may = receiver is not None and receiver is not giver and amount <= self.oracle.balances[giver.account]
        assert may == (said.refusal is None), said
        if may and receiver is not None:
            self.oracle.shift(giver.account, receiver.account, amount)
        assert self.nothing_more(act).refusal is not None

    @rule(name=st.sampled_from(DISCORD), amount=AMOUNTS, fuse=FUSES)
    def donate(self, name: Name, amount: int, fuse: int | None) -> None:
        key = self.key()

        async def act() -> object:
            asked = await self.bank.asked(person(name), key, club=True)
            giving = await self.bank.studio.purse.ask_donation(amount, asked=asked)
            return await self.bank.studio.purse.keep(giving.promise.id, asked=asked)

        said = self.once(act, name, fuse=fuse)
        account = self.party(name).account
        assert (amount <= self.oracle.balances[account]) == (said.refusal is None), said
        if said.refusal is None:
            self.oracle.shift(account, self.bank.club.pool, amount)
        assert self.nothing_more(act).refusal is not None

    @rule(name=NAMES, club=BOTH, fuse=FUSES)
    def settle(self, name: Name, club: bool, fuse: int | None) -> None:
        """In direct messages the club pays from now on, or the operator again."""

        async def act() -> object:
            asked = await self.bank.asked(person(name), "home")
            return await self.bank.studio.homes.choose(self.bank.club.id if club else None, asked=asked)

        if self.once(act, name, fuse=fuse).refusal is None:
            self.party(name).at_home = club

    @rule(to=NAMES, amount=AMOUNTS, back=BOTH, fuse=FUSES)
    def hand(self, to: Name, amount: int, back: bool, fuse: int | None) -> None:
        """Who manages the club gives of its pool by hand, and takes back what was given so."""
        key, owner = self.key(), replace(person(DISCORD[0]), steward=True)

        async def act() -> Handed:
            asked = await self.bank.asked(owner, key, club=True)
            hand = self.bank.studio.owners.take if back else self.bank.studio.owners.give
            return await hand(amount, person(to), why="", asked=asked)

        said = self.once(act, DISCORD[0], fuse=fuse)
        member, pool = self.oracle.parties.get(to), self.bank.club.pool
        if said.value is not None:
            moved = -amount if back else amount
            assert (member is not None, said.value.moved) == (True, moved)
            self.handed += moved
            assert self.handed >= 0, "more was taken back than was ever given"
            self.oracle.shift(pool, self.party(to).account, moved)
        elif member is not None and not back:
            assert member is self.party(DISCORD[0]) or amount > self.oracle.balances[pool]
        self.nothing_more(act)

    @rule(one=st.sampled_from(DISCORD), other=st.sampled_from(TELEGRAM), fuse=FUSES)
    def link(self, one: Name, other: Name, fuse: int | None) -> None:
        """With whatever is set aside for either."""
        key = self.key()

        async def act() -> Joined:
            code = await self.bank.studio.people.code(await self.bank.asked(person(one), key))
            return await self.bank.studio.people.join(code.words, asked=await self.bank.asked(person(other), key))

        said = self.once(act, one, other, fuse=fuse)
        first, second = self.party(one), self.party(other)
        platforms = [platform for platform, _ in first.names | second.names]
        if said.refusal is None:
            assert first is not second
            assert len(platforms) == len(set(platforms))
            root = self.bank.account(person(one))
            assert root is not None
            self.oracle.join(first, second, root=root)
        elif first is not second and len(platforms) == len(set(platforms)):
            assert said.refusal.key in {"link.many_codes", "link.many_tries"}
        assert self.nothing_more(act).refusal is not None

    @rule(name=NAMES, fuse=FUSES)
    def unlink(self, name: Name, fuse: int | None) -> None:
        key = self.key()

        async def act() -> Parting:
            asked = await self.bank.asked(person(name), key)
            parting = await self.bank.studio.people.ask_parting(name[0], asked=asked)
            return await self.bank.studio.people.part(parting.promise.id, asked=asked)

        said = self.once(act, name, fuse=fuse)
        assert (len(self.party(name).names) > 1) == (said.refusal is None)
        if said.refusal is None:
            account = self.bank.account(person(name))
            assert account is not None
            self.oracle.part(name, account=account)
            assert self.allowance(name) == 0, "whoever leaves has a second allowance today"
        assert self.nothing_more(act).refusal is not None

    @rule(name=NAMES, fuse=FUSES)
    def erase(self, name: Name, fuse: int | None) -> None:
        key = self.key()

        async def act() -> Erasing:
            asked = await self.bank.asked(person(name), key)
            erasing = await self.bank.studio.privacy.ask_erasing(asked)
            return await self.bank.studio.privacy.erase(erasing.promise.id, asked=asked)

        self.once(lambda: self.bank.studio.account(person(name)), name, fuse=None)
        said = self.once(act, fuse=fuse)
        party, today = self.party(name), self.bank.clock.now().date()
        assert self.oracle.has_open(party) == (said.refusal is not None), said
        if said.refusal is None:
            self.gone |= {each: (seat, today) for each, seat in self.oracle.erase(party).items()}
        self.nothing_more(act)  # whoever comes again brings nothing, and may go again

    @rule(hours=st.sampled_from([1, 5, 12, 24, 30]))
    def wait(self, hours: int) -> None:
        """Days turn, with jobs on their way."""
        self.bank.clock.advance(hours * 3600)

    @rule()
    def restart(self) -> None:
        self.bank.restart()

    # --- what always holds

    @invariant()
    def the_books_say_what_they_ought_to(self) -> None:
        self.check()


EVERY_DAY = settings(
    max_examples=5,
    stateful_step_count=40,
    phases=[Phase.reuse, Phase.generate],  # with real files shrinking takes minutes, and forty steps can be read
    suppress_health_check=[HealthCheck.too_slow],
)


def test_no_credit_is_made_or_lost() -> None:
    run_state_machine_as_test(Books, settings=EVERY_DAY)


def _ask_and_deliver(books: Books, fuse: int) -> None:
    job = books.ask(DISCORD[0], club=True, wish=0, fuse=fuse)
    books.deliver(str(job), share=0.5, fuse=fuse)


def _link_and_unlink(books: Books, fuse: int) -> None:
    books.link(DISCORD[0], TELEGRAM[0], fuse=fuse)
    books.unlink(TELEGRAM[0], fuse=fuse)
    books.wait(12)  # so many codes are given in an hour


DEEDS: Final[dict[str, Callable[[Books, int], object]]] = {
    "ask and deliver": _ask_and_deliver,
    "give": lambda books, fuse: books.give(DISCORD[0], to=TELEGRAM[0], amount=1, fuse=fuse),
    "donate": lambda books, fuse: books.donate(DISCORD[0], amount=1, fuse=fuse),
    "hand": lambda books, fuse: books.hand(TELEGRAM[0], amount=1, back=False, fuse=fuse),
    "link and unlink": _link_and_unlink,
    "erase": lambda books, fuse: books.erase(TELEGRAM[0], fuse=fuse),
}


@pytest.mark.proof
@pytest.mark.parametrize("deed", DEEDS)
def test_it_may_crash_after_every_statement(deed: str) -> None:
    books = Books()
    try:
        books.grant(DISCORD[0], 200, fuse=None)
        for fuse in range(1000):
            before = books.bank.crashes
            DEEDS[deed](books, fuse)
            books.check()
            if books.bank.crashes == before:
                break
        assert 10 < fuse < 500
    finally:
        books.teardown()


@pytest.mark.proof
@pytest.mark.timeout(0)
def test_no_credit_is_made_or_lost_in_a_long_life() -> None:
    lives = int(os.environ.get("PROOF_LIVES", "20"))
    longer = settings(EVERY_DAY, max_examples=lives, stateful_step_count=120, phases=[Phase.reuse, Phase.generate])
    run_state_machine_as_test(Books, settings=longer)
