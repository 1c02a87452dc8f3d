"""The books under everything at once: grants, holds, settlements, repeats and crashes, against a plain oracle."""

import asyncio
import functools
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from bot import errors, jobs, money, ports
from bot.credits import draw
from bot.jobs import JobState
from bot.money import HELD, HOUSE, ISSUER, SPENT
from bot.requests import AccountId
from storage import schema
from storage.store import SqlStore, make_engine
from tests import factories
from tests.factories import ANNA, BEN, NOON

Act: TypeAlias = Callable[[ports.Transaction], Awaitable[object]]

MEMBERS = st.sampled_from([ANNA, BEN])
AMOUNTS = st.integers(1, 60)
STORES = st.integers(0, 1)
FUSES = st.none() | st.none() | st.integers(0, 12)  # None, or after how many statements the transaction breaks off
SHARES = st.sampled_from([0.0, 0.2, 0.5, 1.0])


class CrashError(Exception):
    """Thrown in between two statements."""


@functools.cache
def blank() -> bytes:
    """A migrated file without rows."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "atelier.db"
        schema.upgrade(path)
        return path.read_bytes()


@dataclass
class Oracle:
    """What the books ought to say, kept the plain way."""

    balances: dict[AccountId, int] = field(
        default_factory=lambda: dict.fromkeys((ISSUER, HOUSE, ANNA, BEN, HELD, SPENT), 0)
    )
    grants: list[money.Transfer] = field(default_factory=list)
    kept: dict[str, jobs.Job] = field(default_factory=dict)
    legs: dict[str, tuple[money.Leg, ...]] = field(default_factory=dict)

    def shift(self, debit: AccountId, credit: AccountId, amount: int) -> None:
        self.balances[debit] -= amount
        self.balances[credit] += amount

    def settle(self, id: str, used: int) -> None:
        for leg in self.legs[id]:
            taken = min(used, leg.amount)
            used -= taken
            self.shift(HELD, SPENT, taken)
            self.shift(HELD, leg.account, leg.amount - taken)

    def move(self, id: str, state: JobState, *, charge: int | None = None) -> None:
        job = self.kept[id]
        self.kept[id] = replace(job, state=state, charge=job.charge if charge is None else charge)


class Books(RuleBasedStateMachine):
    """Two stores on one file, as of the bot and of an operator's command."""

    ids = Bundle("ids")

    def __init__(self) -> None:
        super().__init__()
        self.oracle = Oracle()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "atelier.db"
        self.path.write_bytes(blank())
        self.fuse: int | None = None
        self.loop = asyncio.Runner()
        self.stores = [self.opened(), self.opened()]
        self.act(0, None, _add_accounts)
        for account in (HOUSE, ANNA, BEN):
            self.grant(account, 40, store=0, fuse=None)

    def teardown(self) -> None:
        for store in self.stores:
            self.loop.run(store.close())
        self.loop.close()
        self.folder.cleanup()

    def opened(self) -> SqlStore:
        engine = make_engine(self.path)
        sa.event.listen(engine.sync_engine, "after_cursor_execute", self.burn)
        return SqlStore(self.path, engine=engine)

    def burn(self, *_: object) -> None:
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse < 0:
                raise CrashError

    def act(self, store: int, fuse: int | None, act: Act) -> bool:
        """Do it in one transaction that breaks off when the fuse is burnt; says whether it went through."""

        async def transact() -> None:
            async with self.stores[store].transaction() as rows:
                await act(rows)

        self.fuse = fuse
        try:
            self.loop.run(transact())
        except CrashError:
            return False
        finally:
            self.fuse = None
        return True

    def refuse(self, act: Act, *, match: str) -> None:
        with pytest.raises(errors.Fault, match=match):
            self.act(0, None, act)

    # --- what happens

    @rule(to=st.sampled_from([ANNA, BEN, HOUSE]), amount=AMOUNTS, store=STORES, fuse=FUSES)
    def grant(self, to: AccountId, amount: int, store: int, fuse: int | None) -> None:
        transfer = factories.grant(to, amount, id=f"grant:{len(self.oracle.grants)}")
        if self.act(store, fuse, lambda rows: rows.ledger.post(transfer)):
            self.oracle.grants.append(transfer)
            self.oracle.shift(ISSUER, to, amount)

    @rule(target=ids, account=MEMBERS, price=AMOUNTS, a_day=st.integers(0, 30), store=STORES, fuse=FUSES)
    def accept(self, account: AccountId, price: int, a_day: int, store: int, fuse: int | None) -> object:
        job = factories.job(f"J{len(self.oracle.kept)}", account=account, price=price)
        own, pool = self.oracle.balances[account], self.oracle.balances[HOUSE]
        means = money.Means(own=own, allowance=min(a_day, pool))
        legs = draw.legs(price, account=account, means=means) if price <= means.total else ()
        if not legs:
            self.refuse_to_accept(job, have=own, store=store)
            return multiple()

        async def act(rows: ports.Transaction) -> None:
            await rows.jobs.add(job)
            await rows.ledger.hold(job.id, legs, at=NOON)

        if not self.act(store, fuse, act):
            return multiple()
        self.oracle.kept[job.id], self.oracle.legs[job.id] = job, legs
        for leg in legs:
            self.oracle.shift(leg.account, HELD, leg.amount)
        return job.id

    @initialize(target=ids, account=MEMBERS, price=st.integers(2, 40), a_day=st.integers(0, 30))
    def accept_a_first(self, account: AccountId, price: int, a_day: int) -> object:
        return self.accept(account, price, a_day=a_day, store=0, fuse=None)

    def refuse_to_accept(self, job: jobs.Job, *, have: int, store: int) -> None:
        async def act(rows: ports.Transaction) -> None:
            await rows.jobs.add(job)
            await rows.ledger.hold(job.id, [factories.leg(job.account, job.price)], at=NOON)

        with pytest.raises(errors.NotEnough) as refused:
            self.act(store, None, act)
        assert (refused.value.need_credits, refused.value.have_credits) == (job.price, have)

    @rule(id=ids, fails=st.sampled_from([False, False, False, True]), share=SHARES, store=STORES, fuse=FUSES)
    def advance(self, id: str, fails: bool, share: float, store: int, fuse: int | None) -> None:
        """To where its state leads: on, or to its end without a result."""
        match self.oracle.kept[id].state:
            case JobState.QUEUED:
                self.move_on(id, JobState.CANCELLED if fails else JobState.RUNNING, share, store, fuse)
            case JobState.RUNNING:
                self.move_on(id, JobState.FAILED if fails else JobState.DELIVERING, share, store, fuse)
            case _:
                self.move_on(id, JobState.DONE, share, store, fuse)

    @rule(id=ids, share=SHARES, store=STORES)
    def run(self, id: str, share: float, store: int) -> None:
        """All the way, so that many get as far."""
        for to in (JobState.RUNNING, JobState.DELIVERING, JobState.DONE):
            self.move_on(id, to, share, store, None)

    @rule(id=ids, to=st.sampled_from(list(JobState)[1:]), share=SHARES, store=STORES, fuse=FUSES)
    def move_on(self, id: str, to: JobState, share: float, store: int, fuse: int | None) -> None:
        """To any state, whether it is its turn or not."""
        job = self.oracle.kept[id]
        match to:
            case JobState.DELIVERING:
                self.move(id, JobState.RUNNING, to=to, charge=int(job.price * share), store=store, fuse=fuse)
            case JobState.DONE:
                self.move(id, JobState.DELIVERING, to=to, used=job.charge or 0, store=store, fuse=fuse)
            case JobState.CANCELLED:
                self.move(id, JobState.QUEUED, to=to, used=0, store=store, fuse=fuse)
            case JobState.FAILED:
                self.move(id, JobState.QUEUED, JobState.RUNNING, to=to, used=0, store=store, fuse=fuse)
            case _:
                self.move(id, JobState.QUEUED, to=to, store=store, fuse=fuse)

    def move(
        self,
        id: str,
        *states: JobState,
        to: JobState,
        charge: int | None = None,
        used: int | None = None,
        store: int,
        fuse: int | None,
    ) -> None:
        """Compare-and-set, and settle when it was won; the job may be in any state."""
        right = self.oracle.kept[id].state in states
        changes = {} if charge is None else {"charge": charge}

        async def act(rows: ports.Transaction) -> None:
            moved = await rows.jobs.move(id, *states, to=to, **changes)
            assert (moved is not None) == right
            if moved is not None and used is not None:
                await rows.ledger.capture(id, used, at=NOON)

        if self.act(store, fuse, act) and right:
            self.oracle.move(id, to, charge=charge)
            if used is not None:
                self.oracle.settle(id, used)

    # --- once more, and otherwise

    @rule(n=st.integers(0, 9), store=STORES, fuse=FUSES)
    def grant_again(self, n: int, store: int, fuse: int | None) -> None:
        for transfer in self.oracle.grants[n : n + 1]:

            async def act(rows: ports.Transaction, transfer: money.Transfer = transfer) -> None:
                assert not await rows.ledger.post(transfer)

            self.act(store, fuse, act)
            other = replace(transfer, amount=transfer.amount + 1)
            self.refuse(lambda rows, other=other: rows.ledger.post(other), match="with other figures")  # type: ignore[misc]

    @rule(id=ids, store=STORES, fuse=FUSES)
    def hold_again(self, id: str, store: int, fuse: int | None) -> None:
        legs = self.oracle.legs[id]
        self.act(store, fuse, lambda rows: rows.ledger.hold(id, legs, at=NOON))
        others = [*legs, factories.leg(HOUSE, 1)]
        self.refuse(lambda rows: rows.ledger.hold(id, others, at=NOON), match="other legs")

    @rule(id=ids, store=STORES, fuse=FUSES, extra=st.integers(1, 5))
    def settle_again(self, id: str, store: int, fuse: int | None, extra: int) -> None:
        job = self.oracle.kept[id]
        above = job.price + extra
        self.refuse(lambda rows: rows.ledger.capture(id, above, at=NOON), match="can't take")
        if job.state.ended:
            used = (job.charge or 0) if job.state is JobState.DONE else 0
            self.act(store, fuse, lambda rows: rows.ledger.capture(id, used, at=NOON))
            other = used - 1 if used else job.price
            self.refuse(lambda rows: rows.ledger.capture(id, other, at=NOON), match="were taken before")

    @rule(which=st.integers(0, 1))
    def restart(self, which: int) -> None:
        self.loop.run(self.stores[which].close())
        self.stores[which] = self.opened()

    # --- what always holds

    @invariant()
    def the_books_say_what_they_ought_to(self) -> None:
        balances, faults, kept = self.loop.run(_look(self.stores[0]))
        assert faults == []
        assert sum(balances.values()) == 0
        assert all(balance >= 0 for account, balance in balances.items() if account != ISSUER)
        assert balances == {account: n for account, n in self.oracle.balances.items() if account in balances}
        assert not any(n for account, n in self.oracle.balances.items() if account not in balances)
        assert kept == self.oracle.kept


async def _add_accounts(rows: ports.Transaction) -> None:
    for id in (ANNA, BEN):
        await rows.accounts.add(factories.account(id), factories.person(user=id))


async def _look(store: SqlStore) -> tuple[dict[AccountId, int], list[str], dict[str, jobs.Job]]:
    async with store.reading() as rows:
        kept = {job.id: job for job in await rows.jobs.recent(state=None, limit=999)}
        faults = list(await rows.ledger.faults())
    with closing(sqlite3.connect(store.path)) as connection:
        balances = dict(connection.execute("SELECT account, balance FROM balances").fetchall())
    return balances, faults, kept


TestBooks = Books.TestCase
TestBooks.settings = settings(
    max_examples=15,
    stateful_step_count=30,
    phases=[Phase.reuse, Phase.generate],  # with real files shrinking takes minutes, and thirty steps can be read
    suppress_health_check=[HealthCheck.too_slow],
)
