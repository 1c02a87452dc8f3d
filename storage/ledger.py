"""The ledger: transfers that are only ever added, and the balances that follow from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import errors
from bot.jobs import JobState
from bot.money import HELD, ISSUER, SPENT, Leg, Transfer, TransferKind
from bot.requests import AccountId
from storage import audit, tables

QUARTER_S = 900  # of an hour: every time zone begins its days at one
LIVE = (JobState.QUEUED, JobState.RUNNING, JobState.DELIVERING)


@dataclass(frozen=True, slots=True)
class SqlLedger:
    """The ports.Ledger of one transaction."""

    connection: AsyncConnection

    async def post(self, transfer: Transfer) -> bool:
        """Post a transfer once; False when its id was posted before."""
        return await self._post(transfer)

    async def posted(self, id: str) -> bool:
        """Whether a transfer with this id was posted."""
        query = sa.select(tables.transfers.c.id).where(tables.transfers.c.id == id)
        return (await self.connection.execute(query)).one_or_none() is not None

    async def hold(self, job: str, legs: Sequence[Leg], *, at: datetime) -> None:
        """Set the legs aside, in their order; a job has one hold."""
        if known := await self.legs(job):
            if list(known) != list(legs):
                raise errors.Fault(f"job {job} already has a hold with other legs: {known}")
            return
        for number, leg in enumerate(legs):
            if (balance := await self.balance(leg.account)) < leg.amount:
                raise errors.NotEnough(need_credits=leg.amount, have_credits=balance)
            await self._post(_step(job, TransferKind.HOLD, number, leg.account, HELD, leg.amount, at))

    async def capture(self, job: str, amount: int, *, at: datetime) -> None:
        """Take `amount` in the order of the legs, give the rest back to where it came from; a hold is settled once."""
        legs = await self.legs(job)
        if not 0 <= amount <= sum(leg.amount for leg in legs):
            raise errors.Fault(f"job {job}: can't take {amount} credits of a hold of {sum(x.amount for x in legs)}")
        if (taken := await self._settled(job)) is not None:
            if taken != amount:
                raise errors.Fault(f"job {job}: {taken} credits were taken before, it can't be {amount} now")
            return
        for number, leg in enumerate(legs):
            take = min(amount, leg.amount)
            amount -= take
            if take:
                await self._post(_step(job, TransferKind.CAPTURE, number, HELD, SPENT, take, at))
            if leg.amount > take:
                back = _step(job, TransferKind.RELEASE, number, HELD, leg.account, leg.amount - take, at)
                await self._give_back(back)

    async def release(self, job: str, *, at: datetime) -> None:
        """Give the whole hold back."""
        await self.capture(job, 0, at=at)

    async def legs(self, job: str) -> Sequence[Leg]:
        """What the job's hold was drawn from, in the draw order."""
        rows = (await self.connection.execute(_LEGS, {"of": job})).all()
        ordered = sorted(rows, key=lambda row: int(row.id.rpartition(":")[2]))
        return [Leg(account=AccountId(row.debit), amount=row.amount) for row in ordered]

    async def balance(self, account: AccountId) -> int:
        """Credits of one account."""
        return (await self.connection.execute(_BALANCE, {"of": account})).scalar_one_or_none() or 0

    async def drawn(self, *accounts: AccountId, pool: AccountId, since: datetime) -> Mapping[datetime, int]:
        """Credits that jobs of these accounts drew from the pool, by the quarter of an hour of the job."""
        given = {"of": list(accounts), "pool": pool, "since": since}
        rows = (await self.connection.execute(_DRAWN, given)).all()
        return {datetime.fromtimestamp(row.quarter * QUARTER_S, UTC): int(row.drawn) for row in rows if row.drawn}

    async def paid(self, pool: AccountId, *, since: datetime) -> int:
        """Credits that the pool pays, or has set aside, for all jobs asked for since then."""
        return (await self.connection.execute(_PAID, {"pool": pool, "since": since})).scalar_one() or 0

    async def given(self, *accounts: AccountId, pool: AccountId) -> int:
        """Credits that the pool's owners gave these accounts by hand, less what they took back."""
        t = tables.transfers
        given = (t.c.kind == TransferKind.GIVE) & (t.c.debit == pool) & t.c.credit.in_(accounts)
        taken = (t.c.kind == TransferKind.TAKE) & (t.c.credit == pool) & t.c.debit.in_(accounts)
        amount = sa.case((given, t.c.amount), (taken, -t.c.amount), else_=0)
        query = sa.select(sa.func.coalesce(sa.func.sum(amount), 0)).where(given | taken)
        return int((await self.connection.execute(query)).scalar_one())

    async def held(self, *accounts: AccountId) -> int:
        """Credits set aside for live jobs of these accounts."""
        j = tables.jobs
        query = sa.select(sa.func.coalesce(sa.func.sum(j.c.price), 0))
        query = query.where(j.c.account.in_(accounts), j.c.state.in_(LIVE))
        return int((await self.connection.execute(query)).scalar_one())

    async def transfers(self, *accounts: AccountId, limit: int, of_jobs: bool = True) -> Sequence[Transfer]:
        """What moved from or to these accounts, newest first; `of_jobs`: with what was set aside for jobs."""
        t = tables.transfers
        query = sa.select(t).where(t.c.debit.in_(accounts) | t.c.credit.in_(accounts))
        query = query if of_jobs else query.where(t.c.job.is_(None))
        rows = await self.connection.execute(query.order_by(t.c.at.desc(), t.c.id).limit(limit))
        return [Transfer(**{**row, "kind": TransferKind(row["kind"])}) for row in rows.mappings()]

    async def spent(self, *accounts: AccountId, since: datetime | None = None) -> Sequence[tuple[str, int]]:
        """Credits used by jobs of these accounts by kind, most first."""
        t, j = tables.transfers, tables.jobs
        total = sa.func.sum(t.c.amount).label("total")
        query = sa.select(j.c.kind, total).join(j, j.c.id == t.c.job)
        query = query.where(j.c.account.in_(accounts), t.c.kind == TransferKind.CAPTURE)
        if since is not None:
            query = query.where(t.c.at >= since)
        query = query.group_by(j.c.kind).order_by(total.desc())
        return [(row.kind, int(row.total)) for row in (await self.connection.execute(query)).all()]

    async def faults(self) -> Sequence[str]:
        """What an audit finds wrong; empty when every promise about the books holds."""
        return [fault for check in audit.CHECKS for fault in await check(self.connection)]

    async def _give_back(self, release: Transfer) -> None:
        """What goes back to an account that became part of another meanwhile goes on to that one; what goes back to a
        member who was erased goes back to the issuer.
        """
        await self._post(release)
        account = (await self.connection.execute(_FATE, {"of": release.credit})).one_or_none()
        if account is None:
            return  # a pool
        if account.joined_to is not None:
            await self._post(_onward(release, TransferKind.JOIN, release.credit, account.joined_to))
        if account.erased:
            await self._post(_onward(release, TransferKind.EXPIRE, account.joined_to or release.credit, ISSUER))

    async def _settled(self, job: str) -> int | None:
        """What was taken when the job's hold was settled; None while it stands."""
        settled: int | None = (await self.connection.execute(_SETTLED, {"of": job})).scalar_one()
        return settled

    async def _post(self, transfer: Transfer) -> bool:
        row = {
            "id": transfer.id,
            "debit": transfer.debit,
            "credit": transfer.credit,
            "amount": transfer.amount,
            "kind": transfer.kind,
            "job": transfer.job,
            "actor": transfer.actor,
            "reason": transfer.reason,
            "at": transfer.at,
        }
        added = await self.connection.execute(_POST, row)
        if added.rowcount == 0:
            await self._same(transfer)
            return False
        await self._shift(transfer.debit, -transfer.amount)
        await self._shift(transfer.credit, transfer.amount)
        return True

    async def _same(self, transfer: Transfer) -> None:
        t = tables.transfers
        query = sa.select(t.c.debit, t.c.credit, t.c.amount).where(t.c.id == transfer.id)
        row = (await self.connection.execute(query)).one()
        if tuple(row) != (transfer.debit, transfer.credit, transfer.amount):
            raise errors.Fault(f"transfer {transfer.id} was posted before with other figures: {tuple(row)}")

    async def _shift(self, account: AccountId, amount: int) -> None:
        if amount < 0:  # an insert below zero would be refused before SQLite sees that there is such a row
            found = await self.connection.execute(_SUBTRACT, {"of": account, "much": -amount})
            if found.rowcount:
                return
        await self.connection.execute(_ADD, {"account": account, "balance": amount})


# What every job asks for many times is built once: building a statement costs more than running it.
_BALANCE = sa.select(tables.balances.c.balance).where(tables.balances.c.account == sa.bindparam("of"))
_LEGS = sa.select(tables.transfers.c.id, tables.transfers.c.debit, tables.transfers.c.amount).where(
    tables.transfers.c.job == sa.bindparam("of"), tables.transfers.c.kind == TransferKind.HOLD
)
_SETTLED = sa.select(
    sa.func.sum(sa.case((tables.transfers.c.kind == TransferKind.CAPTURE, tables.transfers.c.amount), else_=0))
).where(
    tables.transfers.c.job == sa.bindparam("of"),
    tables.transfers.c.kind.in_((TransferKind.CAPTURE, TransferKind.RELEASE)),
)
_ROOT = tables.accounts.alias("root")
_FATE = (
    sa.select(
        tables.accounts.c.joined_to,
        sa.func.coalesce(_ROOT.c.erased_at, tables.accounts.c.erased_at).is_not(None).label("erased"),
    )
    .outerjoin_from(tables.accounts, _ROOT, _ROOT.c.id == tables.accounts.c.joined_to)
    .where(tables.accounts.c.id == sa.bindparam("of"))
)
_POOL: sa.BindParameter[str] = sa.bindparam("pool")
_FROM_POOL = sa.func.sum(
    sa.case((tables.transfers.c.debit == _POOL, tables.transfers.c.amount), else_=-tables.transfers.c.amount)
)
_OF_POOL = (
    (tables.transfers.c.debit == _POOL) | (tables.transfers.c.credit == _POOL),
    tables.jobs.c.created_at >= sa.bindparam("since"),
)
_QUARTER = sa.cast(sa.func.strftime("%s", tables.jobs.c.created_at), sa.Integer) / QUARTER_S
_DRAWN = (
    sa.select(sa.cast(_QUARTER, sa.Integer).label("quarter"), _FROM_POOL.label("drawn"))
    .join(tables.jobs, tables.jobs.c.id == tables.transfers.c.job)
    .where(tables.jobs.c.account.in_(sa.bindparam("of", expanding=True)), *_OF_POOL)
    .group_by(sa.text("quarter"))
)
_PAID = sa.select(_FROM_POOL).join(tables.jobs, tables.jobs.c.id == tables.transfers.c.job).where(*_OF_POOL)
_POST = insert(tables.transfers).on_conflict_do_nothing()
_NEW = insert(tables.balances)
_ADD = _NEW.on_conflict_do_update(
    index_elements=[tables.balances.c.account],
    set_={"balance": tables.balances.c.balance + _NEW.excluded.balance},
)
_SUBTRACT = (
    sa.update(tables.balances)
    .where(tables.balances.c.account == sa.bindparam("of"))
    .values(balance=tables.balances.c.balance - sa.bindparam("much"))
)


def _step(
    job: str, kind: TransferKind, leg: int, debit: AccountId, credit: AccountId, amount: int, at: datetime
) -> Transfer:
    return Transfer(
        id=f"job:{job}:{kind}:{leg}",
        debit=debit,
        credit=credit,
        amount=amount,
        kind=kind,
        job=job,
        actor="bot",
        reason=kind,
        at=at,
    )


def _onward(release: Transfer, kind: TransferKind, debit: AccountId, credit: AccountId) -> Transfer:
    """Where what went back goes on to."""
    return replace(release, id=f"{release.id}:{kind}", debit=debit, credit=credit, kind=kind, reason=kind)
