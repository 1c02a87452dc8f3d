"""Jobs, calls, outputs and drafts: every change of state is a compare-and-set on its row."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import jobs, requests
from bot.jobs import CallState, JobState
from bot.requests import AccountId
from storage import readers, tables

TYPICAL_OF = 20  # how many past calls a typical time is the median of


@dataclass(frozen=True, slots=True)
class SqlJobs:
    """The ports.Jobs of one transaction."""

    connection: AsyncConnection

    async def add(self, job: jobs.Job) -> None:
        """A new row; its request key is unique per platform."""
        row = {
            "id": job.id,
            "account": job.account,
            "platform": job.place.platform,
            "request_key": job.key,
            "person": job.person,
            "place": job.place.model_dump_json(),
            "kind": job.request.kind,
            "model": job.request.model,
            "request": job.request.model_dump_json(),
            "language": job.language,
            "state": job.state,
            "price": job.price,
            "charge": job.charge,
            "progress": job.progress,
            "message": job.message,
            "created_at": job.created_at,
            "started_at": job.started_at,
            "ended_at": job.ended_at,
            "hidden_at": job.hidden_at,
            "watch_until": job.watch_until,
            "late_at": job.late_at,
            "told_at": job.told_at,
            "again_of": job.again_of,
            "pool": job.pool,
            "pool_from": job.pool_from,
            "percent": job.percent,
            "bonus": job.bonus,
            **_columns({"failure": job.failure}),
        }
        await self.connection.execute(_ADD, row)

    async def by_key(self, platform: str, key: str) -> jobs.Job | None:
        """The job that an event with this key already made."""
        found = await self._jobs(_BY_KEY, {"of_platform": platform, "of_key": key})
        return found[0] if found else None

    async def get(self, id: str) -> jobs.Job | None:
        """One job."""
        found = await self._jobs(_GET, {"of": id})
        return found[0] if found else None

    async def move(self, id: str, *states: JobState, to: JobState, **changes: object) -> jobs.Job | None:
        """Compare-and-set: to `to` with `changes` when the state is one of `states`; the job then, else None."""
        values = {"state": to, **_columns(changes)}
        given = {"of": id, "states": list(states), **_new(values)}
        return next(iter(await self._jobs(_moved(tuple(values)), given)), None)

    async def note(self, id: str, **changes: object) -> jobs.Job | None:
        """Set columns that are no state; the job as it is then."""
        values = _columns(changes)
        return next(iter(await self._jobs(_noted(tuple(values)), {"of": id, **_new(values)})), None)

    async def follow(self, platform: str, old: str, new: str) -> None:
        """Jobs asked for in a community go where it went; messages have other ids there, so that none is kept.

        Ended ones go along: their late results are posted there, and its members still find them.
        """
        t = tables.jobs
        channel = sa.func.json_extract(t.c.place, "$.channel")
        place = sa.func.json_set(t.c.place, "$.community", new, "$.message", sa.null())
        place = sa.func.json_set(place, "$.channel", sa.case((channel == old, new), else_=channel))
        query = sa.update(t).where(t.c.platform == platform, sa.func.json_extract(t.c.place, "$.community") == old)
        await self.connection.execute(query.values(place=place, message=None))

    async def unfinished(self) -> Sequence[jobs.Job]:
        """All jobs that have not ended, oldest first."""
        t = tables.jobs
        live = [state for state in JobState if not state.ended]
        return await self._jobs(sa.select(t).where(t.c.state.in_(live)).order_by(t.c.created_at, t.c.id))

    async def watched(self, now: datetime) -> Sequence[jobs.Job]:
        """Ended jobs of which a late result is still awaited."""
        t = tables.jobs
        query = sa.select(t).where(t.c.watch_until > now, t.c.state.in_((JobState.FAILED, JobState.DONE)))
        return await self._jobs(query.order_by(t.c.created_at))

    async def untold(self) -> Sequence[jobs.Job]:
        """Failed jobs whose member has not been told yet."""
        t = tables.jobs
        query = sa.select(t).where(t.c.state == JobState.FAILED, t.c.told_at.is_(None))
        return await self._jobs(query.order_by(t.c.created_at))

    async def of(self, *accounts: AccountId, limit: int) -> Sequence[jobs.Job]:
        """The jobs of these accounts, newest first."""
        t = tables.jobs
        query = sa.select(t).where(t.c.account.in_(accounts)).order_by(t.c.created_at.desc(), t.c.id).limit(limit)
        return await self._jobs(query)

    async def recent(self, *, state: JobState | None, limit: int) -> Sequence[jobs.Job]:
        """Everyone's jobs, newest first."""
        t = tables.jobs
        query = sa.select(t).order_by(t.c.created_at.desc(), t.c.id).limit(limit)
        return await self._jobs(query if state is None else query.where(t.c.state == state))

    async def calls(self, job: str) -> Sequence[jobs.Call]:
        """A job's calls by step and attempt."""
        rows = await self.connection.execute(_CALLS, {"of": job})
        return [readers.call(row) for row in rows.mappings()]

    async def submitting(self) -> Sequence[jobs.Call]:
        """Calls whose answer is not recorded."""
        query = sa.select(tables.calls).where(tables.calls.c.state == CallState.SUBMITTING)
        return [readers.call(row) for row in (await self.connection.execute(query)).mappings()]

    async def add_call(self, call: jobs.Call) -> None:
        """A new call."""
        row = {
            "job": call.job,
            "step": call.step,
            "attempt": call.attempt,
            "provider": call.provider,
            "model": call.model,
            "state": call.state,
            "poll_path": call.poll_path,
            "task_id": call.task_id,
            "session": call.session,
            "submitted_at": call.submitted_at,
            "ended_at": call.ended_at,
            "callback": call.callback,
            **_columns({"failure": call.failure, "answer": call.answer, "usage": call.usage}),
        }
        await self.connection.execute(_ADD_CALL, row)

    async def move_call(
        self, call: jobs.Call, *states: CallState, to: CallState, **changes: object
    ) -> jobs.Call | None:
        """Compare-and-set on a call; the call as it is then, else None."""
        values = {"state": to, **_columns(changes)}
        given = {"of": call.job, "of_step": call.step, "of_attempt": call.attempt, "states": list(states)}
        rows = await self.connection.execute(_call_moved(tuple(values)), given | _new(values))
        return next((readers.call(row) for row in rows.mappings()), None)

    async def note_call(self, call: jobs.Call, answer: jobs.Answer) -> bool:
        """Keep what the call's provider told us; False when it had told us before."""
        t = tables.calls
        one = (t.c.job == call.job, t.c.step == call.step, t.c.attempt == call.attempt)
        query = sa.update(t).where(*one, t.c.answer.is_(None)).values(_columns({"answer": answer}))
        return (await self.connection.execute(query)).rowcount == 1

    async def outputs(self, job: str) -> Sequence[jobs.Output]:
        """A job's outputs by step and index."""
        rows = await self.connection.execute(_OUTPUTS, {"of": job})
        return [readers.output(row) for row in rows.mappings()]

    async def add_output(self, output: jobs.Output) -> None:
        """A new output; the same one twice is one."""
        row = {
            "job": output.job,
            "step": output.step,
            "index": output.index,
            "path": output.path,
            "facts": output.facts.model_dump_json(),
            "delivered_at": output.delivered_at,
            "usage": output.usage.model_dump_json(exclude_none=True) if output.usage else None,
            "partial": output.partial,
            "actions": [action.model_dump() for action in output.actions],
        }
        await self.connection.execute(insert(tables.outputs).values(row).on_conflict_do_nothing())

    async def mark_delivered(self, output: jobs.Output, at: datetime) -> None:
        """It was posted."""
        t = tables.outputs
        query = sa.update(t).where(t.c.job == output.job, t.c.step == output.step, t.c.index == output.index)
        await self.connection.execute(query.values(delivered_at=at))

    async def typical_s(self, model: str) -> float | None:
        """The median seconds of the model's last successful calls; None without any."""
        rows = (await self.connection.execute(_TIMES, {"of": model})).all()
        return statistics.median((r.ended_at - r.submitted_at).total_seconds() for r in rows) if rows else None

    async def add_draft(self, draft: jobs.Draft) -> bool:
        """A question; False when its id is taken."""
        row = {
            "id": draft.id,
            "account": draft.account,
            "place": draft.place.model_dump_json(),
            "request": draft.request.model_dump_json(),
            "price": draft.price,
            "percent": draft.percent,
            "own": draft.own,
            "expires_at": draft.expires_at,
            "job": draft.job,
        }
        added = await self.connection.execute(insert(tables.drafts).values(row).on_conflict_do_nothing())
        return added.rowcount == 1

    async def draft(self, id: str) -> jobs.Draft | None:
        """One question that was not dismissed."""
        t = tables.drafts
        row = (await self.connection.execute(sa.select(t).where(t.c.id == id, ~t.c.dismissed))).one_or_none()
        if row is None:
            return None
        return jobs.Draft(
            id=row.id,
            account=AccountId(row.account),
            place=requests.Place.model_validate_json(row.place),
            request=requests.Request.model_validate_json(row.request),
            price=row.price,
            percent=row.percent,
            own=row.own,
            expires_at=row.expires_at,
            job=row.job,
        )

    async def consume_draft(self, id: str, *, job: str) -> bool:
        """Compare-and-set from open to answered."""
        t = tables.drafts
        query = sa.update(t).where(t.c.id == id, t.c.job.is_(None), ~t.c.dismissed).values(job=job)
        return (await self.connection.execute(query)).rowcount == 1

    async def dismiss_draft(self, id: str) -> bool:
        """Compare-and-set from open to dismissed."""
        t = tables.drafts
        query = sa.update(t).where(t.c.id == id, t.c.job.is_(None), ~t.c.dismissed).values(dismissed=True)
        return (await self.connection.execute(query)).rowcount == 1

    async def _jobs(self, query: sa.Executable, given: Mapping[str, object] | None = None) -> list[jobs.Job]:
        return [readers.job(row) for row in (await self.connection.execute(query, given or {})).mappings()]


def _new(values: Mapping[str, object]) -> dict[str, object]:
    return {f"new_{name}": value for name, value in values.items()}


@cache
def _noted(columns: tuple[str, ...]) -> sa.Executable:
    t = tables.jobs
    changes: dict[str, sa.BindParameter[object]] = {name: sa.bindparam(f"new_{name}") for name in columns}
    return sa.update(t).where(t.c.id == sa.bindparam("of")).values(changes).returning(t)


@cache
def _moved(columns: tuple[str, ...]) -> sa.Executable:
    t = tables.jobs
    changes: dict[str, sa.BindParameter[object]] = {name: sa.bindparam(f"new_{name}") for name in columns}
    states: sa.BindParameter[list[str]] = sa.bindparam("states", expanding=True)
    return sa.update(t).where(t.c.id == sa.bindparam("of"), t.c.state.in_(states)).values(changes).returning(t)


@cache
def _call_moved(columns: tuple[str, ...]) -> sa.Executable:
    t = tables.calls
    changes: dict[str, sa.BindParameter[object]] = {name: sa.bindparam(f"new_{name}") for name in columns}
    one = (
        t.c.job == sa.bindparam("of"),
        t.c.step == sa.bindparam("of_step"),
        t.c.attempt == sa.bindparam("of_attempt"),
    )
    return sa.update(t).where(*one, t.c.state.in_(sa.bindparam("states", expanding=True))).values(changes).returning(t)


# What every job asks for many times is built once: building a statement costs more than running it.
_ADD = sa.insert(tables.jobs)
_ADD_CALL = sa.insert(tables.calls)
_GET = sa.select(tables.jobs).where(tables.jobs.c.id == sa.bindparam("of"))
_BY_KEY = sa.select(tables.jobs).where(
    tables.jobs.c.platform == sa.bindparam("of_platform"), tables.jobs.c.request_key == sa.bindparam("of_key")
)
_CALLS = (
    sa.select(tables.calls)
    .where(tables.calls.c.job == sa.bindparam("of"))
    .order_by(tables.calls.c.step, tables.calls.c.attempt)
)
_OUTPUTS = (
    sa.select(tables.outputs)
    .where(tables.outputs.c.job == sa.bindparam("of"))
    .order_by(tables.outputs.c.step, tables.outputs.c.index)
)
_TIMES = (
    sa.select(tables.calls.c.submitted_at, tables.calls.c.ended_at)
    .where(
        tables.calls.c.model == sa.bindparam("of"),
        tables.calls.c.state == CallState.SUCCEEDED,
        tables.calls.c.ended_at.is_not(None),
    )
    .order_by(tables.calls.c.ended_at.desc())
    .limit(TYPICAL_OF)
)


def _columns(changes: Mapping[str, object]) -> dict[str, object]:
    columns = dict(changes)
    if isinstance(answer := columns.get("answer"), jobs.Answer):
        columns |= {"answer": answer.model_dump_json(exclude_defaults=True)}
    if isinstance(usage := columns.get("usage"), jobs.Usage):
        columns |= {"usage": usage.model_dump_json(exclude_none=True)}
    if isinstance(failure := columns.get("failure"), jobs.Failure):
        columns |= {"failure": failure.kind, "failure_words": failure.words}
    elif "failure" in columns:
        columns |= {"failure": None, "failure_words": ""}
    return columns
