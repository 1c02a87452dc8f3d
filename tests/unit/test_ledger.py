"""The ledger: holds, captures and releases by the books, each once; and an audit that names what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot import errors
from bot.jobs import JobState
from bot.money import HELD, HOUSE, ISSUER, SPENT, Leg, TransferKind
from bot.requests import AccountId, Kind
from storage import audit, tables
from storage.store import SqlStore
from tests import factories
from tests.factories import ANNA, BEN, NOON

LEGS = [factories.leg(HOUSE, 30), factories.leg(ANNA, 20)]


@pytest.fixture
async def books(store: SqlStore) -> SqlStore:
    """Anna and the house pool have 100 credits each."""
    await factories.member(store, ANNA, credits=100)
    await grant(store, HOUSE, 100)
    return store


async def grant(store: SqlStore, to: AccountId, amount: int) -> None:
    async with store.transaction() as rows:
        await rows.ledger.post(factories.grant(to, amount))


async def hold(store: SqlStore, legs: Sequence[Leg] = LEGS, *, job: str = "K7Q2") -> None:
    async with store.transaction() as rows:
        await rows.ledger.hold(job, legs, at=NOON)


async def capture(store: SqlStore, amount: int, *, job: str = "K7Q2") -> None:
    async with store.transaction() as rows:
        await rows.ledger.capture(job, amount, at=NOON)


async def release(store: SqlStore, *, job: str = "K7Q2") -> None:
    async with store.transaction() as rows:
        await rows.ledger.release(job, at=NOON)


async def balances(store: SqlStore) -> Mapping[str, int]:
    """Every account that has or owes something."""
    accounts = (ISSUER, HOUSE, ANNA, BEN, HELD, SPENT)
    async with store.reading() as rows:
        found = {account: await rows.ledger.balance(account) for account in accounts}
    return {account: balance for account, balance in found.items() if balance}


async def faults(store: SqlStore) -> Sequence[str]:
    async with store.reading() as rows:
        return await rows.ledger.faults()


def transfers(database: object) -> list[tuple[object, ...]]:
    """The ledger's rows of a job, as they lie in the file."""
    t = tables.transfers
    engine = sa.create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        query = (
            sa.select(t.c.id, t.c.debit, t.c.credit, t.c.amount).where(t.c.job.is_not(None)).order_by(sa.text("rowid"))
        )
        rows = [tuple(row) for row in connection.execute(query)]
    engine.dispose()
    return rows


# --- hold, capture, release ------------------------------------------------------------------------------------


async def test_a_grant_comes_from_the_issuer_once(store: SqlStore) -> None:
    async with store.transaction() as rows:
        first = await rows.ledger.post(factories.grant(ANNA, 100))
        again = await rows.ledger.post(factories.grant(ANNA, 100))
    assert (first, again) == (True, False)
    assert await balances(store) == {ISSUER: -100, ANNA: 100}


async def test_a_grant_with_a_known_id_and_other_figures_is_refused(store: SqlStore) -> None:
    await grant(store, ANNA, 100)
    with pytest.raises(errors.Fault, match="grant:acc_anna was posted before with other figures"):
        await grant(store, ANNA, 101)
    assert await balances(store) == {ISSUER: -100, ANNA: 100}


async def test_a_hold_draws_each_leg_from_its_account(books: SqlStore) -> None:
    await hold(books)
    assert await balances(books) == {ISSUER: -200, HOUSE: 70, ANNA: 80, HELD: 50}
    async with books.reading() as rows:
        assert await rows.ledger.legs("K7Q2") == LEGS


async def test_more_than_ten_legs_keep_their_order(books: SqlStore) -> None:
    legs = [factories.leg(HOUSE if n % 2 else ANNA, n + 1) for n in range(12)]
    await hold(books, legs)
    async with books.reading() as rows:
        assert await rows.ledger.legs("K7Q2") == legs


@pytest.mark.parametrize(
    ("used", "house", "anna"),
    [(50, 70, 80), (40, 70, 90), (30, 70, 100), (29, 71, 100), (1, 99, 100), (0, 100, 100)],
)
async def test_a_capture_follows_the_draw_order_and_the_rest_goes_back_to_where_it_came_from(
    books: SqlStore, used: int, house: int, anna: int
) -> None:
    await hold(books)
    await capture(books, used)
    expected = {ISSUER: -200, HOUSE: house, ANNA: anna, SPENT: used}
    assert await balances(books) == {account: balance for account, balance in expected.items() if balance}


async def test_a_release_returns_every_leg(books: SqlStore) -> None:
    before = await balances(books)
    await hold(books)
    await release(books)
    assert await balances(books) == before


async def test_the_transfers_of_a_job_tell_its_story(books: SqlStore) -> None:
    await hold(books)
    await capture(books, 35)
    assert transfers(books.path) == [
        ("job:K7Q2:hold:0", HOUSE, HELD, 30),
        ("job:K7Q2:hold:1", ANNA, HELD, 20),
        ("job:K7Q2:capture:0", HELD, SPENT, 30),
        ("job:K7Q2:capture:1", HELD, SPENT, 5),
        ("job:K7Q2:release:1", HELD, ANNA, 15),
    ]


# --- once --------------------------------------------------------------------------------------------------------


async def test_a_hold_twice_is_one(books: SqlStore) -> None:
    everything = [factories.leg(HOUSE, 100), factories.leg(ANNA, 100)]  # the second time nothing is left to draw
    await hold(books, everything)
    await hold(books, everything)
    assert await balances(books) == {ISSUER: -200, HELD: 200}


@pytest.mark.parametrize(
    "other",
    [LEGS[:1], LEGS[::-1], [*LEGS, factories.leg(ANNA, 1)], [LEGS[0], factories.leg(ANNA, 21)]],
    ids=["fewer", "reversed", "more", "dearer"],
)
async def test_a_second_hold_with_other_legs_is_refused(books: SqlStore, other: list[Leg]) -> None:
    await hold(books)
    with pytest.raises(errors.Fault, match="K7Q2 already has a hold with other legs"):
        await hold(books, other)
    assert await balances(books) == {ISSUER: -200, HOUSE: 70, ANNA: 80, HELD: 50}


@pytest.mark.parametrize("used", [0, 20, 50])
async def test_settling_twice_the_same_way_is_once(books: SqlStore, used: int) -> None:
    await hold(books)
    await hold(books, job="B3B3")  # another hold, from which a second settlement could be paid
    await capture(books, used)
    once = await balances(books)
    await capture(books, used)
    assert await balances(books) == once


@pytest.mark.parametrize(("first", "second"), [(50, 0), (0, 50), (20, 30), (30, 20), (20, 0), (0, 20)])
async def test_a_settled_hold_is_not_settled_another_way(books: SqlStore, first: int, second: int) -> None:
    await hold(books)
    await hold(books, job="B3B3")
    await capture(books, first)
    once = await balances(books)
    with pytest.raises(errors.Fault, match=f"K7Q2: {first} credits were taken before, it can't be {second} now"):
        await capture(books, second)
    assert await balances(books) == once


# --- refusals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("amount", [51, -1])
async def test_a_capture_stays_within_the_hold(books: SqlStore, amount: int) -> None:
    await hold(books)
    await hold(books, job="B3B3")
    with pytest.raises(errors.Fault, match=f"can't take {amount} credits of a hold of 50"):
        await capture(books, amount)
    assert await balances(books) == {ISSUER: -200, HOUSE: 40, ANNA: 60, HELD: 100}


async def test_nothing_is_captured_without_a_hold(books: SqlStore) -> None:
    with pytest.raises(errors.Fault, match="can't take 1 credits of a hold of 0"):
        await capture(books, 1)
    await release(books)
    assert await balances(books) == {ISSUER: -200, HOUSE: 100, ANNA: 100}


@pytest.mark.parametrize(
    ("legs", "need", "have"),
    [
        ([factories.leg(HOUSE, 101), factories.leg(ANNA, 1)], 101, 100),
        ([factories.leg(HOUSE, 100), factories.leg(ANNA, 101)], 101, 100),
        ([factories.leg(ANNA, 60), factories.leg(ANNA, 60)], 60, 40),
        ([factories.leg(BEN, 1)], 1, 0),
    ],
    ids=["pool", "own", "twice the same", "unknown"],
)
async def test_a_leg_that_its_account_lacks_undoes_the_whole_hold(
    books: SqlStore, legs: list[Leg], need: int, have: int
) -> None:
    with pytest.raises(errors.NotEnough) as refused:
        await hold(books, legs)
    assert (refused.value.need_credits, refused.value.have_credits) == (need, have)
    assert await balances(books) == {ISSUER: -200, HOUSE: 100, ANNA: 100}
    assert transfers(books.path) == []


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"amount": 0}, "amount_positive"),
        ({"amount": -5}, "amount_positive"),
        ({"debit": ANNA, "credit": ANNA}, "two_accounts"),
        ({"debit": BEN}, "not_negative"),
    ],
)
async def test_a_transfer_that_makes_no_sense_is_refused_by_the_tables(
    books: SqlStore, change: dict[str, object], constraint: str
) -> None:
    with pytest.raises(sa.exc.IntegrityError, match=constraint):
        async with books.transaction() as rows:
            await rows.ledger.post(replace(factories.grant(ANNA), id="grant:odd", **change))  # type: ignore[arg-type]
    assert await balances(books) == {ISSUER: -200, HOUSE: 100, ANNA: 100}


# --- what a member is told ---------------------------------------------------------------------------------------


async def test_what_each_pool_gave_counts_by_itself(books: SqlStore) -> None:
    late, pool = NOON.replace(hour=23, minute=59), AccountId("pool:42")
    async with books.transaction() as rows:
        await rows.ledger.post(factories.grant(pool, 50))
        for id, at, leg in (("AAAA", NOON, HOUSE), ("BBBB", late, pool), ("CCCC", late + timedelta(minutes=1), pool)):
            await rows.jobs.add(factories.job(id, created_at=at))
            await rows.ledger.hold(id, [factories.leg(leg, 10)], at=at)
        await rows.ledger.capture("BBBB", 4, at=late)
        midnight = NOON.replace(hour=0)
        drawn = {where: await rows.ledger.drawn(ANNA, pool=where, since=midnight) for where in (HOUSE, pool)}
        assert await rows.ledger.paid(pool, since=midnight) == 4 + 10
        assert await rows.ledger.paid(pool, since=late + timedelta(minutes=1)) == 10
    quarter, next_day = late.replace(minute=45), late + timedelta(minutes=1)
    assert drawn == {HOUSE: {NOON: 10}, pool: {quarter: 4, next_day: 10}}


async def test_drawn_counts_what_the_pool_gave_today_and_did_not_get_back(books: SqlStore) -> None:
    yesterday = NOON - timedelta(days=1)
    await factories.member(books, BEN)
    for id, account, at, used in (
        ("OLD2", ANNA, yesterday, 20),
        ("RUN2", ANNA, NOON, None),
        ("PART", ANNA, NOON, 10),
        ("FREE", ANNA, NOON, 0),
        ("BENS", BEN, NOON, 20),
    ):
        async with books.transaction() as rows:
            await rows.jobs.add(factories.job(id, account=account, created_at=at))
            await rows.ledger.hold(id, [factories.leg(HOUSE, 15), factories.leg(account, 5)], at=at)
            if used is not None:
                await rows.ledger.capture(id, used, at=at)
    async with books.reading() as rows:
        today = NOON.replace(hour=0)
        drawn = {who: await rows.ledger.drawn(who, pool=HOUSE, since=today) for who in (ANNA, BEN)}
        assert drawn == {ANNA: {NOON: 15 + 10}, BEN: {NOON: 15}}
        both = {yesterday: 15, NOON: 15 + 10}
        assert await rows.ledger.drawn(ANNA, pool=HOUSE, since=yesterday) == both
        assert await rows.ledger.drawn(ANNA, BEN, pool=HOUSE, since=yesterday) == {yesterday: 15, NOON: 15 + 10 + 15}


async def test_held_is_the_price_of_live_jobs(books: SqlStore) -> None:
    async with books.transaction() as rows:
        for n, state in enumerate(JobState):
            await rows.jobs.add(factories.job(f"J{n}", state=state, price=10**n))
    async with books.reading() as rows:
        assert [await rows.ledger.held(who) for who in (ANNA, BEN)] == [111, 0]


async def test_spent_counts_captures_by_kind_most_first(books: SqlStore) -> None:
    week_ago = NOON - timedelta(days=7)
    for id, kind, used, at in (
        ("A222", Kind.IMAGE, 3, NOON),
        ("B222", Kind.VIDEO, 9, NOON),
        ("C222", Kind.IMAGE, 4, NOON),
        ("D222", Kind.MUSIC, 10, week_ago),
    ):
        asked = factories.request(kind=kind)
        await factories.accepted(books, factories.job(id, price=10, request=asked))
        async with books.transaction() as rows:
            await rows.ledger.capture(id, used, at=at)
    async with books.reading() as rows:
        assert await rows.ledger.spent(ANNA) == [("music", 10), ("video", 9), ("image", 7)]
        assert await rows.ledger.spent(ANNA, since=NOON) == [("video", 9), ("image", 7)]
        assert await rows.ledger.spent(BEN) == []


@pytest.mark.parametrize(
    ("fate", "expected"),
    [
        ({BEN: "joined_to = 'acc_anna'"}, {ISSUER: -204, HOUSE: 100, ANNA: 100, BEN: 4}),
        ({ANNA: "joined_to = 'acc_ben'"}, {ISSUER: -204, HOUSE: 100, ANNA: 80, BEN: 24}),
        ({ANNA: "erased_at = '2026-01-02'"}, {ISSUER: -184, HOUSE: 100, ANNA: 80, BEN: 4}),
        (
            {ANNA: "joined_to = 'acc_ben', erased_at = '2026-01-02'", BEN: "erased_at = '2026-01-02'"},
            {ISSUER: -184, HOUSE: 100, ANNA: 80, BEN: 4},
        ),
    ],
    ids=["whose part another is", "part of another", "erased", "part of another and erased"],
)
async def test_what_goes_back_follows_its_member(
    books: SqlStore, fate: Mapping[AccountId, str], expected: Mapping[str, int]
) -> None:
    await factories.member(books, BEN, credits=4)
    await hold(books)
    plant(books, *(f"UPDATE accounts SET {change} WHERE id = '{id}'" for id, change in fate.items()))
    await release(books)
    await release(books)
    assert await balances(books) == expected


# --- the audit ---------------------------------------------------------------------------------------------------


@pytest.fixture
async def lively(books: SqlStore) -> SqlStore:
    """Good books with a job in every state, each settled as its state says; all at a price of ten. Ben has none."""
    await factories.member(books, BEN, credits=4)
    for state in JobState:
        charge = 7 if state in (JobState.DELIVERING, JobState.DONE) else None
        job = factories.job(state.upper(), state=state, charge=charge)
        await factories.accepted(books, job)
        async with books.transaction() as rows:
            if state is JobState.DONE:
                await rows.ledger.capture(job.id, 7, at=NOON)
            elif state.ended:
                await rows.ledger.release(job.id, at=NOON)
    return books


def plant(store: SqlStore, *statements: str) -> None:
    """Change rows behind the ledger's back, as a bug or a hand could."""
    engine = sa.create_engine(f"sqlite:///{store.path}")
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def posted(id: str, debit: str, credit: str, amount: int, kind: TransferKind, job: str | None) -> tuple[str, ...]:
    """Statements for a transfer with its balances kept, which the ledger would not have posted."""
    named = f"'{job}'" if job else "NULL"
    return (
        "INSERT INTO transfers (id, debit, credit, amount, kind, job, actor, reason, at) VALUES "
        f"('{id}', '{debit}', '{credit}', {amount}, '{kind}', {named}, 'x', 'x', '2026-01-02 12:00:00')",
        f"UPDATE balances SET balance = balance - {amount} WHERE account = '{debit}'",
        f"UPDATE balances SET balance = balance + {amount} WHERE account = '{credit}'",
    )


WITHOUT_TRIGGERS = ("DROP TRIGGER transfers_are_not_changed", "DROP TRIGGER transfers_are_not_deleted")
PART_OF_A_PART = (
    "INSERT INTO accounts (id, created_at, models, joined_to) "
    "VALUES ('acc_carl', '2026-01-02 12:00:00', '{}', 'acc_ben')"
)
WITHOUT_CHECK = "PRAGMA ignore_check_constraints = ON"


async def test_good_books_have_no_faults(lively: SqlStore) -> None:
    assert await faults(lively) == []


async def test_empty_books_have_no_faults(store: SqlStore) -> None:
    assert await faults(store) == []


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        pytest.param(
            ("UPDATE balances SET balance = balance + 5 WHERE account = 'acc_anna'",),
            ["all balances sum to 5, not 0", "account acc_anna: balance 68, its transfers sum to 63"],
            id="a balance is changed",
        ),
        pytest.param(
            (
                "UPDATE balances SET balance = balance + 5 WHERE account = 'acc_anna'",
                "UPDATE balances SET balance = balance - 5 WHERE account = 'house'",
            ),
            [
                "account acc_anna: balance 68, its transfers sum to 63",
                "account house: balance 95, its transfers sum to 100",
            ],
            id="credits are moved without a transfer",
        ),
        pytest.param(
            ("DELETE FROM balances WHERE account = 'house'",),
            ["all balances sum to -100, not 0", "account house: balance 0, its transfers sum to 100"],
            id="a balance is lost",
        ),
        pytest.param(
            (*WITHOUT_TRIGGERS, "UPDATE transfers SET amount = amount + 5 WHERE id = 'grant:house'"),
            [
                "account house: balance 100, its transfers sum to 105",
                "account issuer: balance -204, its transfers sum to -209",
            ],
            id="a transfer is changed",
        ),
        pytest.param(
            (*WITHOUT_TRIGGERS, "DELETE FROM transfers WHERE id = 'grant:house'"),
            [
                "account house: balance 100, its transfers sum to 0",
                "account issuer: balance -204, its transfers sum to -104",
            ],
            id="a transfer is deleted",
        ),
        pytest.param(
            (WITHOUT_CHECK, *posted("x", "acc_anna", "issuer", 100, TransferKind.EXPIRE, None)),
            ["account acc_anna is at -37"],
            id="an account is overdrawn",
        ),
        pytest.param(
            posted("job:GONE:hold:0", "acc_anna", "held", 4, TransferKind.HOLD, "GONE"),
            ["job GONE is unknown and still holds 4"],
            id="held for a job that never was",
        ),
        pytest.param(
            posted("x", "acc_anna", "held", 4, TransferKind.HOLD, None),
            ["transfers without a job hold 4", "transfer x is a hold of no job"],
            id="held for nobody",
        ),
        pytest.param(
            ("UPDATE jobs SET state = 'failed' WHERE id = 'RUNNING'",),
            ["job RUNNING is failed and still holds 10"],
            id="a job ended without its release",
        ),
        pytest.param(
            posted("x", "held", "acc_anna", 4, TransferKind.RELEASE, "FAILED"),
            [
                "job FAILED is failed and still holds -4",
                "job FAILED drew 10 from account acc_anna and 14 went back",
            ],
            id="refunded twice",
        ),
        pytest.param(
            ("UPDATE jobs SET state = 'running' WHERE id = 'CANCELLED'",),
            ["job CANCELLED is live at 10 credits and holds 0"],
            id="a live job without a hold",
        ),
        pytest.param(
            ("UPDATE jobs SET price = 12 WHERE id = 'QUEUED'",),
            [
                "job QUEUED is live at 12 credits and holds 10",
                "job QUEUED was accepted at 12 credits with 10 set aside",
            ],
            id="a live job that holds another price",
        ),
        pytest.param(
            ("UPDATE jobs SET charge = 8 WHERE id = 'DONE'",),
            ["job DONE is done at 8 credits and 7 were taken"],
            id="a done job charged otherwise",
        ),
        pytest.param(
            ("UPDATE jobs SET charge = NULL WHERE id = 'DONE'",),
            ["job DONE is done at 0 credits and 7 were taken"],
            id="a done job that announced no charge",
        ),
        pytest.param(
            ("UPDATE jobs SET state = 'failed' WHERE id = 'DONE'",),
            ["job DONE is failed at 7 credits and 7 were taken"],
            id="a failed job was charged",
        ),
        pytest.param(
            posted("x", "held", "spent", 10, TransferKind.CAPTURE, "RUNNING"),
            ["job RUNNING is live at 10 credits and holds 0", "job RUNNING is running at 0 credits and 10 were taken"],
            id="a running job was charged",
        ),
        pytest.param(
            ("UPDATE jobs SET account = 'acc_ben' WHERE id = 'QUEUED'",),
            ["job QUEUED drew 10 from accounts that are not its own"],
            id="a job that somebody else pays",
        ),
        pytest.param(
            ("UPDATE jobs SET price = 12 WHERE id = 'DONE'",),
            ["job DONE was accepted at 12 credits with 10 set aside"],
            id="an ended job that never had its hold",
        ),
        pytest.param(
            (
                *posted("x", "held", "house", 3, TransferKind.RELEASE, "DONE"),
                *posted("y", "acc_anna", "held", 3, TransferKind.HOLD, "DONE"),
                "UPDATE jobs SET price = 13 WHERE id = 'DONE'",
            ),
            ["job DONE drew 0 from account house and 3 went back"],
            id="what goes back goes elsewhere",
        ),
        pytest.param(
            posted("x", "issuer", "acc_anna", 4, TransferKind.GRANT, "DONE"),
            ["transfer x is a grant of job DONE"],
            id="a grant for a job",
        ),
        *(
            pytest.param(
                posted("x", debit, credit, 4, kind, None),
                [f"transfer x is a {kind} from {debit} to {credit}"],
                id=f"a {kind} from {debit} to {credit}",
            )
            for kind, debit, credit in (
                (TransferKind.GIFT, "house", "acc_anna"),
                (TransferKind.GIFT, "acc_anna", "house"),
                (TransferKind.DONATION, "acc_anna", "acc_ben"),
                (TransferKind.GIVE, "issuer", "acc_ben"),
                (TransferKind.TAKE, "acc_anna", "issuer"),
                (TransferKind.JOIN, "acc_anna", "house"),
                (TransferKind.EXPIRE, "acc_anna", "spent"),
                (TransferKind.GRANT, "house", "acc_anna"),
            )
        ),
        pytest.param(
            ("UPDATE accounts SET joined_to = 'acc_ben' WHERE id = 'acc_anna'",),
            ["account acc_anna is part of acc_ben and still has 63"],
            id="a joined account kept something",
        ),
        pytest.param(
            ("UPDATE accounts SET joined_to = 'acc_anna' WHERE id = 'acc_ben'", PART_OF_A_PART),
            [
                "account acc_ben is part of acc_anna and still has 4",
                "account acc_carl is part of acc_ben, which is none by itself",
            ],
            id="a part of a part",
        ),
        pytest.param(
            ("UPDATE accounts SET erased_at = '2026-01-03 12:00:00' WHERE id = 'acc_anna'",),
            ["account acc_anna was erased and still has 63 credits and 1 names"],
            id="an erased account kept something",
        ),
    ],
)
async def test_the_audit_names_each_fault(lively: SqlStore, statements: tuple[str, ...], expected: list[str]) -> None:
    plant(lively, *statements)
    assert await faults(lively) == expected


def test_every_check_of_the_module_is_part_of_the_audit() -> None:
    written = {
        check
        for name, check in vars(audit).items()
        if getattr(check, "__annotations__", {}).keys() == {"connection", "return"}
    }
    assert written == set(audit.CHECKS)


async def test_a_balance_never_goes_below_zero_even_by_hand(lively: SqlStore) -> None:
    for account in (ANNA, HOUSE, HELD, SPENT):
        with pytest.raises(sa.exc.IntegrityError, match="not_negative"):
            plant(lively, f"UPDATE balances SET balance = -1 WHERE account = '{account}'")
    with pytest.raises(sa.exc.IntegrityError, match="not_negative"):
        plant(lively, "INSERT INTO balances (account, balance) VALUES ('new', -1)")
    assert await faults(lively) == []
