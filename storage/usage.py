"""What limits count: jobs that run, requests just made, credits committed, notices and bans."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import money
from bot.jobs import JobState
from bot.money import TransferKind
from bot.ports import Notice, Used
from bot.requests import AccountId, Kind, Place
from storage import ledger, tables

LIVE = tuple(state for state in JobState if not state.ended)


@dataclass(frozen=True, slots=True)
class SqlUsage:
    """The ports.Usage of one transaction."""

    connection: AsyncConnection

    async def used(self, *accounts: AccountId, pool: AccountId | None = None, since: datetime) -> Sequence[Used]:
        """What ended jobs cost: those of these accounts, whoever paid; or the part of a pool in everybody's."""
        query = _USED_BY if pool is None else _USED_OF
        given = (
            {"of": accounts, "since": since, "live": LIVE}
            if pool is None
            else {"pool": pool, "since": since, "live": LIVE}
        )
        rows = (await self.connection.execute(query, given)).all()
        return [
            Used(
                at=datetime.fromtimestamp(row.quarter * ledger.QUARTER_S, UTC),
                kind=Kind(row.kind),
                used=row.used,
                returned=row.returned,
            )
            for row in rows
        ]

    async def live(self, pool: AccountId) -> Sequence[tuple[AccountId, Kind]]:
        """Whose jobs of which kind have not ended, of those that may draw on this pool."""
        rows = (await self.connection.execute(_LIVE, {"pool": pool, "states": LIVE})).all()
        return [(AccountId(row.account), Kind(row.kind)) for row in rows]

    async def last_asked(self, *accounts: AccountId, pool: AccountId, kind: Kind) -> datetime | None:
        """When these accounts last asked for this kind there; None: never."""
        given = {"of": accounts, "pool": pool, "kind": kind}
        found: datetime | None = (await self.connection.execute(_LAST_ASKED, given)).scalar_one_or_none()
        return found

    async def pools(self, *accounts: AccountId) -> Mapping[AccountId, datetime | None]:
        """The communities' pools where these accounts asked for something, and when each was open to them the last
        time.
        """
        newest = sa.select(_J.c.pool, _J.c.pool_from, sa.func.max(_J.c.created_at))  # SQLite: of the newest row
        query = newest.where(_J.c.account.in_(accounts), _J.c.pool != money.HOUSE).group_by(_J.c.pool)
        return {AccountId(row.pool): row.pool_from for row in await self.connection.execute(query)}

    async def committed(self, *, since: datetime, provider: str | None = None) -> int:
        """Credits that all jobs asked for since then cost or may cost, over everybody; of one provider, or all."""
        query = _COMMITTED
        if provider is not None:
            query = query.where(sa.func.json_extract(tables.jobs.c.request, "$.provider") == provider)
        return (await self.connection.execute(query, {"since": since})).scalar_one() or 0

    async def owe(self, notice: Notice) -> bool:
        """A notice to be sent; False when it is known already."""
        place = None if notice.place is None else notice.place.model_dump_json()
        row = {each.name: getattr(notice, each.name) for each in fields(notice)} | {"place": place}
        added = await self.connection.execute(insert(tables.notices).on_conflict_do_nothing(), row)
        if not added.rowcount and place is not None:
            known = _this(sa.update(tables.notices), notice).where(tables.notices.c.place.is_(None))
            await self.connection.execute(known.values(place=place))
        return bool(added.rowcount)

    async def owed(self) -> Sequence[Notice]:
        """Notices that were not sent yet, oldest first."""
        t = tables.notices
        query = sa.select(*(t.c[each.name] for each in fields(Notice))).where(t.c.sent_at.is_(None))
        rows = await self.connection.execute(query.order_by(t.c.at, t.c.period, t.c.share))
        return [_notice(row) for row in rows.mappings()]

    async def sent(self, notice: Notice, at: datetime) -> bool:
        """Compare-and-set: it is being sent now; False when it was before."""
        query = _this(sa.update(tables.notices), notice).where(tables.notices.c.sent_at.is_(None))
        return bool((await self.connection.execute(query.values(sent_at=at))).rowcount)

    async def ban(self, community: str, account: AccountId, *, by: str, why: str, at: datetime) -> None:
        """Shut a member out; again changes who, why and when."""
        new = {"by": by, "why": why, "at": at}
        t = tables.bans
        query = insert(t).values(community=community, account=account, **new)
        await self.connection.execute(
            query.on_conflict_do_update(index_elements=[t.c.community, t.c.account], set_=new)
        )

    async def unban(self, community: str, account: AccountId) -> bool:
        """Let a member in again; False when they were not shut out."""
        t = tables.bans
        query = sa.delete(t).where(t.c.community == community, t.c.account == account)
        return bool((await self.connection.execute(query)).rowcount)

    async def banned(self, community: str, *accounts: AccountId) -> str | None:
        """Why one of these accounts is shut out ("": no reason was given); None: none is."""
        t = tables.bans
        query = sa.select(t.c.why).where(t.c.community == community, t.c.account.in_(accounts)).limit(1)
        why: str | None = (await self.connection.execute(query)).scalar_one_or_none()
        return why


def _this(query: sa.Update, notice: Notice) -> sa.Update:
    t = tables.notices
    return query.where(t.c.community == notice.community, t.c.period == notice.period, t.c.share == notice.share)


def _notice(row: sa.RowMapping) -> Notice:
    place = None if row["place"] is None else Place.model_validate_json(row["place"])
    return Notice(**{**row, "place": place})


_J, _T = tables.jobs, tables.transfers
_QUARTER = sa.cast(sa.cast(sa.func.strftime("%s", _J.c.created_at), sa.Integer) / ledger.QUARTER_S, sa.Integer)


def _ended(used: sa.ColumnElement[int], returned: sa.ColumnElement[int]) -> sa.Select[tuple[int, str, int, int]]:
    """What ended jobs cost by the quarter of an hour that they were asked for in, and by kind."""
    query = sa.select(
        _QUARTER.label("quarter"), _J.c.kind, sa.func.sum(used).label("used"), sa.func.sum(returned).label("returned")
    )
    query = query.join(_T, _T.c.job == _J.c.id).group_by(sa.text("quarter"), _J.c.kind).order_by(sa.text("quarter"))
    return query.where(
        _J.c.created_at >= sa.bindparam("since"), _J.c.state.not_in(sa.bindparam("live", expanding=True))
    )


def _amount(*which: sa.ColumnElement[bool], minus: sa.ColumnElement[bool] | None = None) -> sa.ColumnElement[int]:
    """The amount of such transfers, less that of others."""
    cases = [(sa.and_(*which), _T.c.amount)] + ([] if minus is None else [(minus, -_T.c.amount)])
    return sa.case(*cases, else_=0)


_OUT = _T.c.kind == TransferKind.HOLD
_BACK = _T.c.kind == TransferKind.RELEASE
_USED_BY = _ended(_amount(_T.c.kind == TransferKind.CAPTURE), _amount(_BACK)).where(
    _J.c.account.in_(sa.bindparam("of", expanding=True))
)
_POOL: sa.BindParameter[str] = sa.bindparam("pool")
_USED_OF = _ended(
    _amount(_OUT, _T.c.debit == _POOL, minus=_BACK & (_T.c.credit == _POOL)), _amount(_BACK, _T.c.credit == _POOL)
).where(_J.c.pool == _POOL)
_LIVE = sa.select(_J.c.account, _J.c.kind).where(
    _J.c.pool == sa.bindparam("pool"), _J.c.state.in_(sa.bindparam("states", expanding=True))
)
_LAST_ASKED = sa.select(sa.func.max(_J.c.created_at)).where(
    _J.c.account.in_(sa.bindparam("of", expanding=True)),
    _J.c.pool == sa.bindparam("pool"),
    _J.c.kind == sa.bindparam("kind"),
)
_COST = sa.case((_J.c.state == JobState.DONE, sa.func.coalesce(_J.c.charge, 0)), (_J.c.state.in_(LIVE), _J.c.price))
_COMMITTED = sa.select(sa.func.sum(_COST)).where(_J.c.created_at >= sa.bindparam("since"))
