"""All that is kept of one person, gathered or erased."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import jobs
from bot.ports import Remembered
from bot.requests import AccountId, Json
from storage import tables
from storage.ledger import LIVE

CODES_KEPT: Final = timedelta(days=1)  # after their end, so that a late one is told that it ended
GATHERED_MOST: Final = 100_000  # rows of one table
INPUTS: Final = "inputs/"  # where members' own files are kept, each once, whoever sends it
ERASED: Final = "erased:"  # before a digest: whom a ban is about who was erased
_SECRET: Final = frozenset({"digest", "answering"})  # of no use to anybody but a thief
_JSON: Final = frozenset({"place", "request", "answer", "usage", "facts"})  # columns that hold JSON as text


@dataclass(frozen=True, slots=True)
class SqlPrivacy:
    """The ports.Privacy of one transaction."""

    connection: AsyncConnection

    async def gathered(self, account: jobs.Account) -> Mapping[str, Sequence[Mapping[str, Json]]]:
        """Every row about this account by its table; secrets left out."""
        return {table.name: await self._rows(table, which) for table, which in about(account.ids).items()}

    async def erase(self, account: jobs.Account, *, at: datetime) -> Sequence[str]:
        """Names, words and media go; the paths of files that are nobody's now."""
        ids = account.ids
        paths = await self._files(ids)
        await self._erase_jobs(ids, at=at)
        await self._erase_words(ids, at=at)
        await self._erase_inbox(ids, at=at)
        for table in (tables.drafts, tables.link_codes, tables.link_tries, tables.bans, tables.identities):
            await self.connection.execute(sa.delete(table).where(table.c.account.in_(ids)))
        nothing: dict[str, object] = {"language": None, "ask_above": None, "models": {}, "home": None, "erased_at": at}
        t = tables.accounts
        await self.connection.execute(sa.update(t).where(t.c.id.in_(ids)).values(nothing))
        return paths

    async def remember(self, left: Remembered, *, banned: Sequence[AccountId]) -> None:
        """Keep that somebody was here, and where these accounts were banned; no words about them."""
        t, row = tables.erased, asdict(left)
        changes = {name: value for name, value in row.items() if name != "digest"}
        await self.connection.execute(
            insert(t).values(row).on_conflict_do_update(index_elements=[t.c.digest], set_=changes)
        )
        await self._ban(AccountId(f"{ERASED}{left.digest}"), *banned)

    async def remembered(self, digest: str, *, now: datetime) -> Remembered | None:
        """Whether somebody was here, and was erased not long ago."""
        t = tables.erased
        query = sa.select(t).where(t.c.digest == digest, t.c.until > now)
        row = (await self.connection.execute(query)).mappings().one_or_none()
        return None if row is None else Remembered(**row)

    async def welcome_back(self, digest: str, account: AccountId) -> None:
        """Where whoever was erased was banned, their new account is."""
        await self._ban(account, AccountId(f"{ERASED}{digest}"))

    async def sweep(self, now: datetime) -> None:
        """Forget what was remembered long enough, and codes that ended a day ago."""
        e, b, codes, tries = tables.erased, tables.bans, tables.link_codes, tables.link_tries
        past = sa.select(sa.literal(ERASED) + e.c.digest).where(e.c.until <= now)
        await self.connection.execute(sa.delete(b).where(b.c.account.in_(past)))
        await self.connection.execute(sa.delete(e).where(e.c.until <= now))
        await self.connection.execute(sa.delete(codes).where(codes.c.expires_at <= now - CODES_KEPT))
        await self.connection.execute(sa.delete(tries).where(tries.c.at <= now - CODES_KEPT))

    # --- inside

    async def _rows(self, table: sa.Table, which: sa.ColumnElement[bool]) -> Sequence[Mapping[str, Json]]:
        found = await self.connection.execute(
            sa.select(table).where(which).order_by(*table.primary_key).limit(GATHERED_MOST)
        )
        return [_shown(row) for row in found.mappings()]

    async def _files(self, ids: Sequence[AccountId]) -> Sequence[str]:
        """What their jobs made and took in; what others sent as well stays, and what others' jobs work with."""
        o, j, d = tables.outputs, tables.jobs, tables.drafts
        made = sa.select(o.c.path).join(j, j.c.id == o.c.job).where(j.c.account.in_(ids))
        paths = set((await self.connection.execute(made)).scalars())
        for t in (j, d):
            requests = (await self.connection.execute(sa.select(t.c.request).where(t.c.account.in_(ids)))).scalars()
            paths |= {path for each in requests for path in _media(each) if path.startswith(INPUTS)}
        others = sa.select(j.c.request, j.c.state).where(j.c.account.not_in(ids), j.c.request.contains('"path"'))
        for request, state in await self.connection.execute(others):
            paths -= {path for path in _media(request) if state in LIVE or path.startswith(INPUTS)}
        return sorted(paths)

    async def _erase_jobs(self, ids: Sequence[AccountId], *, at: datetime) -> None:
        """What was made of which price stays; what was asked for, where and with which words goes."""
        j = tables.jobs
        rows = (await self.connection.execute(sa.select(j.c.id, j.c.request).where(j.c.account.in_(ids)))).all()
        for row in rows:
            changes = {"request": _wordless(row.request), "request_key": f"{ERASED}{row.id}"}
            await self.connection.execute(sa.update(j).where(j.c.id == row.id).values(changes))
        nothing: dict[str, object] = {
            "person": "",
            "place": sa.func.json_object("platform", j.c.platform),
            "message": None,
            "failure_words": "",
            "watch_until": None,
            "hidden_at": at,
            "told_at": at,
        }
        await self.connection.execute(sa.update(j).where(j.c.account.in_(ids)).values(nothing))
        theirs = sa.select(j.c.id).where(j.c.account.in_(ids))
        c, o = tables.calls, tables.outputs
        await self.connection.execute(
            sa.update(c).where(c.c.job.in_(theirs)).values(task_id=None, answer=None, failure_words="")
        )
        await self.connection.execute(sa.delete(o).where(o.c.job.in_(theirs)))

    async def _erase_words(self, ids: Sequence[AccountId], *, at: datetime) -> None:
        """Voices stay as nobody's, so that nobody else can speak with them."""
        v, a = tables.voices, tables.audit
        nothing = {"name": "", "language": "", "description": "", "deleted_at": sa.func.coalesce(v.c.deleted_at, at)}
        await self.connection.execute(sa.update(v).where(v.c.account.in_(ids)).values(nothing))
        concerned = a.c.actor.in_(ids) | a.c.subject.in_(ids)
        await self.connection.execute(sa.update(a).where(concerned).values(why="", key=None))

    async def _erase_inbox(self, ids: Sequence[AccountId], *, at: datetime) -> None:
        """What they sent and nobody has answered yet, and the files that their questions are about."""
        i, n, d = tables.inbox, tables.identities, tables.drafts
        sent = sa.case((sa.func.json_valid(i.c.payload) == 1, sa.func.coalesce(*map(_sender, _FROM))))
        theirs = sa.select(n.c.platform, n.c.user).where(n.c.account.in_(ids)).subquery()
        mine = sa.select(sa.literal(1)).where(theirs.c.platform == i.c.platform, theirs.c.user == sent).exists()
        asked = i.c.key.in_(sa.select(d.c.id).where(d.c.account.in_(ids)))
        await self.connection.execute(
            sa.update(i).where(i.c.done_at.is_(None), mine | asked).values(payload="", done_at=at)
        )

    async def _ban(self, account: AccountId, *banned: AccountId) -> None:
        b = tables.bans
        theirs = sa.select(b.c.community, sa.literal(account), b.c.by, sa.literal(""), b.c.at)
        copied = insert(b).from_select(
            ["community", "account", "by", "why", "at"], theirs.where(b.c.account.in_(banned))
        )
        await self.connection.execute(copied.on_conflict_do_nothing())


_FROM: Final = ("message", "edited_message", "callback_query")
"""Updates of Telegram's that members send; what else is received there names nobody."""


def _sender(update: str) -> sa.ColumnElement[str]:
    return sa.cast(sa.func.json_extract(tables.inbox.c.payload, f"$.{update}.from.id"), sa.Text)


def about(ids: Sequence[AccountId]) -> dict[sa.Table, sa.ColumnElement[bool]]:
    """Every table with rows about somebody, and which they are; one without would be missing from what they get."""
    j = tables.jobs
    theirs = sa.select(j.c.id).where(j.c.account.in_(ids))
    by_account = ("identities", "drafts", "voices", "link_codes", "link_tries", "promises", "bans", "jobs")
    tables_ = [tables.metadata.tables[name] for name in by_account]
    return {
        tables.accounts: tables.accounts.c.id.in_(ids),
        **{table: table.c.account.in_(ids) for table in tables_},
        tables.calls: tables.calls.c.job.in_(theirs),
        tables.outputs: tables.outputs.c.job.in_(theirs),
        tables.balances: tables.balances.c.account.in_(ids),
        tables.transfers: (
            tables.transfers.c.debit.in_(ids) | tables.transfers.c.credit.in_(ids) | tables.transfers.c.job.in_(theirs)
        ),
        tables.audit: tables.audit.c.actor.in_(ids) | tables.audit.c.subject.in_(ids),
    }


def _shown(row: sa.RowMapping) -> dict[str, Json]:
    return {name: _plain(name, value) for name, value in row.items() if name not in _SECRET}


def _plain(name: str, value: Json) -> Json:
    if isinstance(value, datetime):
        return value.isoformat()
    if name not in _JSON or value is None:
        return value
    found = json.loads(value)
    return {key: each for key, each in found.items() if key not in _SECRET} if isinstance(found, dict) else found


def _media(request: str) -> Iterable[str]:
    """The files that a request names."""
    for refs in json.loads(request).get("media", {}).values():
        yield from (ref["path"] for ref in refs if ref.get("path"))


def _wordless(request: str) -> str:
    """A request without words and media: figures and switches say nothing about anybody."""
    found = json.loads(request)
    options = {name: value for name, value in found["options"].items() if isinstance(value, bool | int | float)}
    return json.dumps({**found, "options": options, "media": {}})
