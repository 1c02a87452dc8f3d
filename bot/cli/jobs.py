"""`jobs list|show|resolve`: what runs and ran, and what a person must decide."""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot import errors
from bot import jobs as jobs_

if TYPE_CHECKING:
    from bot import ports
    from bot.requests import Json

app = typer.Typer(help="Jobs: list them, look into one, settle what a person must decide.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(metavar="ID", help="The job's id, as its messages show it: K7Q2.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, one job a line.")]


@app.command("list")
def list_(
    state: Annotated[jobs_.JobState | None, typer.Option(help="Only jobs in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most this many, the newest.")] = 20,
    json: AsJson = False,
) -> None:
    """List everyone's jobs, newest first."""
    asyncio.run(_list(state, limit=limit, as_json=json))


@app.command()
def show(id: Id, json: AsJson = False) -> None:
    """Show one job with its calls, files and credits."""
    asyncio.run(_show(id, as_json=json))


@app.command()
def resolve(
    id: Id,
    delivered: Annotated[
        bool, typer.Option("--delivered", help="The member has the result: take the credits that were announced.")
    ] = False,
    release: Annotated[
        bool, typer.Option("--release", help="Give up: the job fails, all its credits go back.")
    ] = False,
    why: Annotated[str, typer.Option(help="A note for the audit log.")] = "",
) -> None:
    """End a job by hand that can't end by itself."""
    if delivered == release:
        raise typer.BadParameter("say either --delivered or --release.", param_hint="resolve")
    asyncio.run(_resolve(id.upper(), delivered=delivered, why=why))


async def _list(state: jobs_.JobState | None, *, limit: int, as_json: bool) -> None:
    from bot import folder
    from bot.cli import _shell

    async with folder.open_store(_shell.load()) as store, store.reading() as rows:
        found = await rows.jobs.recent(state=state, limit=limit)
    if as_json:
        for job in found:
            _shell.show_json(_facts(job))
        return
    head = ("job", "state", "model", "credits", "who", "asked", "prompt")
    _shell.show_table((_cells(job) for job in found), head=head, numbers=frozenset({"credits"}))


def _cells(job: jobs_.Job) -> list[str]:
    from bot.cli import _shell

    state = job.state if job.failure is None else f"{job.state}: {job.failure.kind}"
    asked, prompt = _shell.moment(job.created_at), job.request.prompt[:60]
    return [job.id, state, job.request.model, str(_credits(job)), _who(job), asked, prompt]


def _credits(job: jobs_.Job) -> int:
    """What it cost, or while it lives may cost at most."""
    if job.state.ended:
        return job.charge or 0 if job.state is jobs_.JobState.DONE else 0
    return job.price


def _who(job: jobs_.Job) -> str:
    return f"{job.place.platform}:{job.person}"


def _facts(job: jobs_.Job) -> "dict[str, Json]":
    return {
        "id": job.id,
        "state": job.state,
        "account": job.account,
        "person": job.person,
        "platform": job.place.platform,
        "kind": job.request.kind,
        "provider": job.request.provider,
        "model": job.request.model,
        "operation": job.request.operation,
        "options": dict(job.request.options),
        "price": job.price,
        "charge": job.charge,
        "progress": job.progress,
        "failure": job.failure.kind if job.failure else None,
        "words": job.failure.words if job.failure else "",
        "created_at": job.created_at.isoformat(),
        "started_at": job.started_at.isoformat() if job.started_at else None,
        "ended_at": job.ended_at.isoformat() if job.ended_at else None,
    }


async def _show(id: str, *, as_json: bool) -> None:
    from bot import folder
    from bot.cli import _shell

    async with folder.open_store(_shell.load()) as store, store.reading() as rows:
        job = await _get(rows, id.upper())
        facts = _facts(job) | {
            "calls": [_call_facts(call) for call in await rows.jobs.calls(job.id)],
            "files": [output.path for output in await rows.jobs.outputs(job.id)],
            "hold": [{"account": leg.account, "credits": leg.amount} for leg in await rows.ledger.legs(job.id)],
        }
    if as_json:
        return _shell.show_json(facts)
    return _shell.show_table(list(_lines(facts)), head=("what", "value"))


def _call_facts(call: jobs_.Call) -> "dict[str, Json]":
    return {
        "step": call.step,
        "attempt": call.attempt,
        "provider": call.provider,
        "model": call.model,
        "state": call.state,
        "task_id": call.task_id,
        "submitted_at": call.submitted_at.isoformat(),
        "ended_at": call.ended_at.isoformat() if call.ended_at else None,
    }


def _lines(facts: "dict[str, Json]") -> "list[tuple[str, str]]":
    """Every fact that is known, lists entry by entry."""
    lines: list[tuple[str, str]] = []
    for name, value in facts.items():
        for entry in value if isinstance(value, list) else [value]:
            if entry not in (None, "", {}):
                lines.append((name.removesuffix("s") if isinstance(value, list) else name, _words(entry)))
    return lines


def _words(value: "Json") -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k} {v}" for k, v in value.items() if v is not None)
    return str(value)


async def _get(rows: "ports.Transaction", id: str) -> jobs_.Job:
    job = await rows.jobs.get(id)
    if job is None:
        raise errors.OperatorError(f"There is no job {id!r}. `jobs list` shows the newest.")
    return job


async def _resolve(id: str, *, delivered: bool, why: str) -> None:
    from bot import folder
    from bot.cli import _shell, _verdicts

    settings = _shell.load()
    async with folder.open_store(settings) as store, store.transaction() as rows:
        job, now = await _get(rows, id), datetime.now(UTC)
        said = await (_verdicts.deliver if delivered else _verdicts.release)(rows, job, at=now)
        action = "deliver" if delivered else "release"
        await rows.accounts.note(actor="operator", action=action, subject=id, why=why, at=now)
    print(said)
    if folder.is_running(settings):
        print("A bot runs on this database; it notices as soon as the provider answers about this job.")
