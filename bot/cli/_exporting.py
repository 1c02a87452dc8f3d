"""The rows of `usage export`: one job each, for programs as JSON and for tables as CSV."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from bot import ports
from bot.jobs import JobState
from bot.requests import AccountId, Json

HEAD: Final = (
    "time",  # when it was asked for, UTC
    "job",
    "community",  # whose pool it may draw on: house, discord:SERVER, telegram:GROUP
    "member",  # the account's id, which says nothing about anybody
    "kind",
    "provider",
    "model",
    "price",  # credits set aside
    "charge",  # credits used; empty while it runs
    "returned",  # credits that went back; empty while it runs
    "from_pool",  # the part of the charge that the pool paid
    "from_own",  # the part that the member paid
    "state",
    "seconds",  # from being asked for to its end; empty while it runs
)

FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What begins a formula in Excel, LibreOffice or Google Sheets, full-width forms included (OWASP, CSV injection)."""


def row(record: ports.Record, *, pools: Mapping[AccountId, str]) -> dict[str, Json]:
    """One job as the columns of HEAD."""
    job = record.job
    ended = job.state.ended
    return {
        "time": moment(job.created_at),
        "job": job.id,
        "community": pools.get(job.pool, job.pool),
        "member": record.member,
        "kind": job.request.kind,
        "provider": job.request.provider,
        "model": job.request.model,
        "price": job.price,
        "charge": record.used if ended else None,
        "returned": job.price - record.used if ended else None,
        "from_pool": record.from_pool if ended else None,
        "from_own": record.used - record.from_pool if ended else None,
        "state": _state(record),
        "seconds": round((job.ended_at - job.created_at).total_seconds(), 1) if job.ended_at else None,
    }


def moment(at: datetime) -> str:
    """A time in UTC, to the second: 2026-11-21T13:04:45Z."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def cell(value: Json) -> str:
    """What a table program reads as that value, and never as a formula."""
    if not isinstance(value, str):
        return "" if value is None else str(value)
    return f"'{value}" if value.startswith(FORMULAS) else value


def _state(record: ports.Record) -> str:
    """As `jobs list` says it: a failure with its reason, and whether its result came late, free."""
    job = record.job
    if job.state is not JobState.FAILED or job.failure is None:
        return job.state
    return f"{job.state}: {job.failure.kind}{', came late' if job.late_at else ''}"
