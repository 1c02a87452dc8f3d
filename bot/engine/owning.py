"""Owning: what a job makes beside its files and belongs to whoever asked for it; today that is a voice."""

from collections.abc import Sequence
from datetime import datetime

from bot import jobs, ports, requests, voices


async def keep(rows: ports.Transaction, call: jobs.Call, actions: Sequence[jobs.Action], *, now: datetime) -> None:
    """Write down the voices that a call made, for the job's account; the same one twice is one."""
    made = [action.id for action in actions if action.label == voices.SPEAKS]
    job = await rows.jobs.get(call.job) if made else None
    for id in made:
        if job is not None:
            await rows.voices.add(_voice(id, call, job, now=now))


def _voice(id: str, call: jobs.Call, job: jobs.Job, *, now: datetime) -> voices.Voice:
    said = job.request.options
    return voices.Voice(
        provider=call.provider,
        id=id,
        account=job.account,
        name=_word(said, "name") or job.id,
        source=job.request.operation,
        language=_word(said, "language"),
        description=_word(said, "description"),
        job=job.id,
        made_at=now,
    )


def _word(said: requests.Json, name: str) -> str:
    return str(said.get(name) or "").strip()
