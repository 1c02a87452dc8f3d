"""The audit: promises about the books, each a check that answers the faults it finds."""

from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.money import TransferKind

Faults = list[str]
_LEFT = """
    SELECT job, SUM(CASE WHEN credit = 'held' THEN amount ELSE -amount END) AS remains
    FROM transfers WHERE credit = 'held' OR debit = 'held' GROUP BY job"""


async def cached_balances_equal_sums(connection: AsyncConnection) -> Faults:
    """Every cached balance is the sum of its account's transfers."""
    rows = await connection.execute(
        sa.text("""
        SELECT account, SUM(cached) AS cached, SUM(summed) AS summed FROM (
            SELECT account, balance AS cached, 0 AS summed FROM balances
            UNION ALL SELECT credit, 0, amount FROM transfers UNION ALL SELECT debit, 0, -amount FROM transfers
        ) GROUP BY account HAVING SUM(cached) <> SUM(summed)""")
    )
    return [f"account {r.account}: balance {r.cached}, its transfers sum to {r.summed}" for r in rows]


async def transfers_balance(connection: AsyncConnection) -> Faults:
    """The sum over all accounts is zero."""
    total = (await connection.execute(sa.text("SELECT COALESCE(SUM(balance), 0) FROM balances"))).scalar_one()
    return [] if total == 0 else [f"all balances sum to {total}, not 0"]


async def nothing_is_negative(connection: AsyncConnection) -> Faults:
    """No account but the issuer is below zero."""
    rows = await connection.execute(
        sa.text("SELECT account, balance FROM balances WHERE balance < 0 AND account <> 'issuer'")
    )
    return [f"account {r.account} is at {r.balance}" for r in rows]


async def no_hold_without_a_live_job(connection: AsyncConnection) -> Faults:
    """Nothing is set aside for a job that has ended or never was."""
    rows = await connection.execute(
        sa.text(f"""
        SELECT h.job, h.remains, jobs.state FROM ({_LEFT}) AS h LEFT JOIN jobs ON jobs.id = h.job
        WHERE h.remains <> 0 AND (jobs.state IS NULL OR jobs.state IN ('done', 'failed', 'cancelled'))""")
    )
    return [f"job {r.job} is {r.state or 'unknown'} and still holds {r.remains}" for r in rows if r.job is not None]


async def nothing_is_held_for_nobody(connection: AsyncConnection) -> Faults:
    """Every transfer into and out of what is held names its job."""
    rows = await connection.execute(sa.text(f"SELECT job, remains FROM ({_LEFT}) WHERE job IS NULL"))
    return [f"transfers without a job hold {r.remains}" for r in rows]


async def no_live_job_without_its_hold(connection: AsyncConnection) -> Faults:
    """Every live job has exactly its price set aside."""
    rows = await connection.execute(
        sa.text(f"""
        SELECT jobs.id, jobs.price, COALESCE(h.remains, 0) AS remains
        FROM jobs LEFT JOIN ({_LEFT}) AS h ON h.job = jobs.id
        WHERE jobs.state IN ('queued', 'running', 'delivering') AND COALESCE(h.remains, 0) <> jobs.price""")
    )
    return [f"job {r.id} is live at {r.price} credits and holds {r.remains}" for r in rows]


async def captures_equal_charges(connection: AsyncConnection) -> Faults:
    """What a done job was charged is what was taken, and nothing was taken from any other."""
    rows = await connection.execute(
        sa.text("""
        SELECT jobs.id, jobs.state, COALESCE(jobs.charge, 0) AS charge, COALESCE(c.taken, 0) AS taken FROM jobs
        LEFT JOIN (SELECT job, SUM(amount) AS taken FROM transfers WHERE kind = 'capture' GROUP BY job) AS c
        ON c.job = jobs.id WHERE (jobs.state = 'done' AND COALESCE(jobs.charge, 0) <> COALESCE(c.taken, 0))
        OR (jobs.state <> 'done' AND c.taken IS NOT NULL)""")
    )
    return [f"job {r.id} is {r.state} at {r.charge} credits and {r.taken} were taken" for r in rows]


async def no_job_without_its_hold(connection: AsyncConnection) -> Faults:
    """Every job had exactly its price set aside when it was accepted, from its member and the pool it may draw on."""
    rows = await connection.execute(
        sa.text("""
        SELECT jobs.id, jobs.price, COALESCE(h.held, 0) AS held, COALESCE(h.others, 0) AS others
        FROM jobs LEFT JOIN (
            SELECT t.job, SUM(t.amount) AS held,
            SUM(CASE WHEN t.debit IN (jobs.account, jobs.pool) THEN 0 ELSE t.amount END) AS others
            FROM transfers AS t JOIN jobs ON jobs.id = t.job WHERE t.kind = 'hold' GROUP BY t.job
        ) AS h ON h.job = jobs.id WHERE COALESCE(h.held, 0) <> jobs.price OR h.others <> 0""")
    )
    return [
        f"job {r.id} drew {r.others} from accounts that are not its own"
        if r.held == r.price
        else f"job {r.id} was accepted at {r.price} credits with {r.held} set aside"
        for r in rows
    ]


async def what_goes_back_goes_to_where_it_came_from(connection: AsyncConnection) -> Faults:
    """No more goes back to an account than a job drew from it."""
    rows = await connection.execute(
        sa.text("""
        SELECT job, account, SUM(drawn) AS drawn, SUM(back) AS back FROM (
            SELECT job, debit AS account, amount AS drawn, 0 AS back FROM transfers WHERE kind = 'hold'
            UNION ALL SELECT job, credit, 0, amount FROM transfers WHERE kind = 'release'
        ) GROUP BY job, account HAVING SUM(back) > SUM(drawn)""")
    )
    return [f"job {r.job} drew {r.drawn} from account {r.account} and {r.back} went back" for r in rows]


async def joined_accounts_hold_nothing(connection: AsyncConnection) -> Faults:
    """An account that became part of another has nothing of its own."""
    rows = await connection.execute(
        sa.text("""
        SELECT a.id, a.joined_to, b.balance FROM accounts AS a JOIN balances AS b ON b.account = a.id
        WHERE a.joined_to IS NOT NULL AND b.balance <> 0""")
    )
    return [f"account {r.id} is part of {r.joined_to} and still has {r.balance}" for r in rows]


async def joined_accounts_are_part_of_one(connection: AsyncConnection) -> Faults:
    """What another account became part of is there, and is no part itself."""
    rows = await connection.execute(
        sa.text("""
        SELECT a.id, a.joined_to FROM accounts AS a LEFT JOIN accounts AS root ON root.id = a.joined_to
        WHERE a.joined_to IS NOT NULL AND (root.id IS NULL OR root.joined_to IS NOT NULL)""")
    )
    return [f"account {r.id} is part of {r.joined_to}, which is none by itself" for r in rows]


async def erased_accounts_hold_nothing(connection: AsyncConnection) -> Faults:
    """An account whose member was erased has nothing, and nobody's name."""
    rows = await connection.execute(
        sa.text("""
        SELECT a.id, COALESCE(b.balance, 0) AS balance, COUNT(i.account) AS names FROM accounts AS a
        LEFT JOIN balances AS b ON b.account = a.id LEFT JOIN identities AS i ON i.account = a.id
        WHERE a.erased_at IS NOT NULL GROUP BY a.id HAVING COALESCE(b.balance, 0) <> 0 OR COUNT(i.account) > 0""")
    )
    return [f"account {r.id} was erased and still has {r.balance} credits and {r.names} names" for r in rows]


WAYS: Final[Mapping[TransferKind, tuple[tuple[str, str], ...]]] = {
    TransferKind.GRANT: (("issuer", "member"), ("issuer", "pool")),
    TransferKind.HOLD: (("member", "held"), ("pool", "held")),
    TransferKind.CAPTURE: (("held", "spent"),),
    TransferKind.RELEASE: (("held", "member"), ("held", "pool")),
    TransferKind.GIVE: (("pool", "member"),),
    TransferKind.TAKE: (("member", "pool"),),
    TransferKind.GIFT: (("member", "member"),),
    TransferKind.DONATION: (("member", "pool"),),
    TransferKind.JOIN: (("member", "member"),),
    TransferKind.EXPIRE: (("member", "issuer"), ("pool", "issuer")),
}
"""From where to where each kind of transfer may move credits."""

_ROLE = """CASE WHEN {0} IN ('issuer', 'held', 'spent') THEN {0} WHEN {0} = 'house' THEN 'pool'
    WHEN {0} LIKE 'pool:%' THEN 'pool' ELSE 'member' END"""


async def transfers_go_where_they_may(connection: AsyncConnection) -> Faults:
    """Each transfer goes where its kind may: a gift from member to member, a donation to a pool, and so on."""
    ways = ", ".join(f"('{kind}', '{debit}', '{credit}')" for kind, both in WAYS.items() for debit, credit in both)
    rows = await connection.execute(
        sa.text(f"""
        SELECT id, kind, debit, credit FROM transfers
        WHERE (kind, {_ROLE.format("debit")}, {_ROLE.format("credit")}) NOT IN (VALUES {ways})""")
    )
    return [f"transfer {r.id} is a {r.kind} from {r.debit} to {r.credit}" for r in rows]


async def only_jobs_move_what_is_set_aside(connection: AsyncConnection) -> Faults:
    """A hold, a capture and a release name their job; nothing is granted or given for one."""
    rows = await connection.execute(
        sa.text("""
        SELECT id, kind, job FROM transfers WHERE (kind IN ('hold', 'capture', 'release') AND job IS NULL)
        OR (kind NOT IN ('hold', 'capture', 'release', 'join', 'expire') AND job IS NOT NULL)""")
    )
    return [f"transfer {r.id} is a {r.kind} of {'job ' + r.job if r.job else 'no job'}" for r in rows]


CHECKS = (
    transfers_balance,
    cached_balances_equal_sums,
    nothing_is_negative,
    no_hold_without_a_live_job,
    nothing_is_held_for_nobody,
    no_live_job_without_its_hold,
    no_job_without_its_hold,
    captures_equal_charges,
    what_goes_back_goes_to_where_it_came_from,
    only_jobs_move_what_is_set_aside,
    transfers_go_where_they_may,
    joined_accounts_hold_nothing,
    joined_accounts_are_part_of_one,
    erased_accounts_hold_nothing,
)
