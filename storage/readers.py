"""Rows of jobs, their calls and their outputs, as the core knows them."""

import sqlalchemy as sa

from bot import jobs, media, requests
from bot.jobs import CallState, FailureKind, JobState
from bot.requests import AccountId


def failure(row: sa.RowMapping) -> jobs.Failure | None:
    """Why it ended badly; None where it did not."""
    return jobs.Failure(kind=FailureKind(row["failure"]), words=row["failure_words"]) if row["failure"] else None


def call(row: sa.RowMapping) -> jobs.Call:
    """A row of `calls`."""
    return jobs.Call(
        job=row["job"],
        step=row["step"],
        attempt=row["attempt"],
        provider=row["provider"],
        model=row["model"],
        state=CallState(row["state"]),
        poll_path=row["poll_path"],
        task_id=row["task_id"],
        session=row["session"],
        submitted_at=row["submitted_at"],
        ended_at=row["ended_at"],
        failure=failure(row),
        callback=row["callback"],
        answer=jobs.Answer.model_validate_json(row["answer"]) if row["answer"] else None,
        usage=jobs.Usage.model_validate_json(row["usage"]) if row["usage"] else None,
    )


def output(row: sa.RowMapping) -> jobs.Output:
    """A row of `outputs`."""
    return jobs.Output(
        job=row["job"],
        step=row["step"],
        index=row["index"],
        path=row["path"],
        facts=media.Facts.model_validate_json(row["facts"]),
        delivered_at=row["delivered_at"],
        usage=jobs.Usage.model_validate_json(row["usage"]) if row["usage"] else None,
        partial=row["partial"],
        actions=tuple(jobs.Action.model_validate(action) for action in row["actions"]),
    )


def job(row: sa.RowMapping) -> jobs.Job:
    """A row of `jobs`."""
    return jobs.Job(
        id=row["id"],
        account=AccountId(row["account"]),
        person=row["person"],
        place=requests.Place.model_validate_json(row["place"]),
        request=requests.Request.model_validate_json(row["request"]),
        language=row["language"],
        state=JobState(row["state"]),
        price=row["price"],
        created_at=row["created_at"],
        key=row["request_key"],
        charge=row["charge"],
        progress=row["progress"],
        message=row["message"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        failure=failure(row),
        hidden_at=row["hidden_at"],
        watch_until=row["watch_until"],
        late_at=row["late_at"],
        told_at=row["told_at"],
        again_of=row["again_of"],
        pool=AccountId(row["pool"]),
        pool_from=row["pool_from"],
        percent=row["percent"],
        bonus=row["bonus"],
    )
