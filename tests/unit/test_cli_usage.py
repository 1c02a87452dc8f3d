"""`usage export|margin`: one row a job without names or formulas, and what was paid against what it cost."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot import jobs, money, ports
from bot.cli import _exporting
from bot.jobs import CallState, FailureKind, JobState
from bot.ports import Balance, Reading
from bot.requests import AccountId
from tests import factories
from tests.factories import ANNA, NOON
from tests.operator_desk import Desk, desk

__all__ = ["desk"]
POOL = AccountId("pool:one")
ALL = ("--since", "2026-01-01")


def keep(
    desk: Desk,
    job: jobs.Job,
    *,
    used: int = 0,
    pool: int = 0,
    calls: tuple[dict[str, Any], ...] = ({"state": CallState.SUCCEEDED},),
    outputs: int = 1,
    **output: Any,
) -> None:
    """A job with its calls, files and credits."""

    async def rows_of(rows: ports.Transaction) -> None:
        await rows.jobs.add(job)
        legs = (factories.leg(POOL, pool), factories.leg(ANNA, job.price - pool))
        await rows.ledger.hold(job.id, [leg for leg in legs if leg.amount], at=NOON)
        if job.state.ended:
            await rows.ledger.capture(job.id, used, at=NOON)
        for attempt, call in enumerate(calls):
            await rows.jobs.add_call(factories.call(job.id, attempt=attempt, model=job.request.model, **call))
        for index in range(outputs):
            await rows.jobs.add_output(factories.output(job.id, index=index, path=f"{job.id}{index}", **output))

    desk.keep(rows_of)


@pytest.fixture(autouse=True)
def somebody(desk: Desk) -> None:
    """Anna, who has 500 credits, and a group with 100."""

    async def move_in(rows: ports.Transaction) -> None:
        await rows.accounts.add(factories.account(), factories.person())
        await rows.communities.add(factories.community("one", native="-100", title="=HYPERLINK(1)"))
        await rows.ledger.post(factories.grant(ANNA, 500))
        await rows.ledger.post(factories.grant(POOL, 100))

    desk.keep(move_in)


def done(id: str, *, days: int = 0, **changes: Any) -> jobs.Job:
    """A picture at 10 credits for which 5 were used, made in 38 seconds."""
    at = NOON + timedelta(days=days)
    ended = factories.job(id, state=JobState.DONE, charge=5, created_at=at, ended_at=at + timedelta(seconds=38))
    return replace(ended, **changes)


def failed(id: str, **changes: Any) -> jobs.Job:
    failure = jobs.Failure(kind=FailureKind.UNKNOWN)
    return done(id, state=JobState.FAILED, charge=None, failure=failure, **changes)


# --- export ------------------------------------------------------------------------------------------------------


def test_a_row_says_who_paid_for_a_job_and_names_nobody(desk: Desk) -> None:
    keep(desk, done("AAAA", pool=POOL), used=5, pool=3)
    keep(desk, factories.job("BBBB", state=JobState.RUNNING, created_at=NOON + timedelta(seconds=1)))
    expected = {
        "time": "2026-01-02T12:00:00Z",
        "job": "AAAA",
        "community": "telegram:-100",
        "member": ANNA,
        "kind": "image",
        "provider": "uniall",
        "model": "NanoBanana2-1K",
        "price": 10,
        "charge": 5,
        "returned": 5,
        "from_pool": 3,
        "from_own": 2,
        "state": "done",
        "seconds": 38.0,
    }
    running = dict.fromkeys(("charge", "returned", "from_pool", "from_own", "seconds"))
    late = {"time": "2026-01-02T12:00:01Z", "job": "BBBB", "community": "house", "state": "running"}
    assert desk.asked("usage", "export") == [expected, expected | late | running]


def test_a_table_has_the_same_rows(desk: Desk) -> None:
    keep(desk, done("AAAA", pool=POOL), used=5, pool=3)
    keep(desk, failed("BBBB", late_at=NOON))
    head, *rows = csv.reader(io.StringIO(desk.said("usage", "export", "--csv")))
    assert tuple(head) == _exporting.HEAD
    start = ["2026-01-02T12:00:00Z"]
    paid = ["image", "uniall", "NanoBanana2-1K", "10", "5", "5", "3", "2", "done", "38.0"]
    free = ["image", "uniall", "NanoBanana2-1K", "10", "0", "10", "0", "0", "failed: unknown, came late", "38.0"]
    assert rows == [[*start, "AAAA", "telegram:-100", ANNA, *paid], [*start, "BBBB", "house", ANNA, *free]]


def test_no_cell_is_a_formula(desk: Desk) -> None:
    evil = factories.request(model='=cmd|"/c calc"!A1', provider="@SUM(1)")
    keep(desk, done("AAAA", request=evil), used=5)
    _, row = csv.reader(io.StringIO(desk.said("usage", "export", "--csv")))
    assert (row[5], row[6]) == ("'@SUM(1)", '\'=cmd|"/c calc"!A1')
    assert not any(cell.startswith(_exporting.FORMULAS) for cell in row)


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "\uff1d1", "\uff0d1"])
def test_what_begins_a_formula_is_quoted(text: str) -> None:
    assert _exporting.cell(text) == f"'{text}"
    assert (_exporting.cell("a=1"), _exporting.cell(-1), _exporting.cell(None)) == ("a=1", "-1", "")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), ["AAAA", "BBBB", "CCCC"]),
        (("--since", "2026-01-03"), ["BBBB", "CCCC"]),
        (("--until", "2026-01-03"), ["AAAA", "BBBB"]),
        (("--since", "2026-01-03", "--until", "2026-01-03"), ["BBBB"]),
        (("--community", "telegram:-100"), ["BBBB"]),
        (("--community", "pool:one"), ["BBBB"]),
        (("--community", "house", "--until", "2026-01-03"), ["AAAA"]),
    ],
)
def test_only_what_is_asked_for(desk: Desk, options: tuple[str, ...], expected: list[str]) -> None:
    for number, (id, pool) in enumerate((("AAAA", money.HOUSE), ("BBBB", POOL), ("CCCC", money.HOUSE))):
        keep(desk, done(id, days=number, pool=pool), used=5)
    assert [row["job"] for row in desk.asked("usage", "export", *options)] == expected


def test_what_cannot_be_exported(desk: Desk) -> None:
    assert "No community is known as 'discord:7'." in desk.refused(
        "usage", "export", "--csv", "--community", "discord:7"
    )
    between = desk.refused("usage", "export", "--csv", "--since", "2026-02-02", "--until", "2026-02-01")
    assert between == "Nothing is between 2026-02-02 and 2026-02-01: --since comes after --until."


# --- margin ------------------------------------------------------------------------------------------------------


def margin(desk: Desk, *options: str) -> list[dict[str, Any]]:
    return [line for line in desk.asked("usage", "margin", *ALL, *options) if "period" in line]


def facts(**changes: Any) -> dict[str, Any]:
    nothing = {"jobs": 1, "captured": 0, "cost": 0, "margin": 0, "margin_percent": None}
    return {**nothing, "unpaid_jobs": 0, "unpaid_cost": 0, "reported": 0, **changes}


def test_a_delivered_job_costs_its_models_price_whatever_was_charged(desk: Desk) -> None:
    keep(desk, done("AAAA", percent=200, price=10, charge=10), used=10)
    line, total = margin(desk)
    sums = facts(captured=10, cost=5, margin=5, margin_percent=50.0)
    assert line == {"period": "2026-01", "provider": "uniall", "model": "NanoBanana2-1K", **sums}
    assert total == {"period": "total", "provider": "", "model": "", **sums}


@pytest.mark.parametrize(
    ("calls", "outputs", "cost"),
    [
        (({"state": CallState.UNKNOWN},), 0, 5),  # it may have arrived
        (({"state": CallState.RUNNING},), 0, 5),  # given up on, and watched
        (({"state": CallState.SUCCEEDED},), 1, 5),  # it came late, free
        (({"state": CallState.SUCCEEDED},), 0, 5),  # finished there, without a usable file
        (({"state": CallState.FAILED},), 0, 0),  # it said no
        (({"state": CallState.FAILED}, {"state": CallState.UNKNOWN}), 0, 5),
        ((), 0, 0),
    ],
)
def test_what_nobody_was_charged_for_counts_all_the_same(
    desk: Desk, calls: tuple[dict[str, Any], ...], outputs: int, cost: int
) -> None:
    keep(desk, failed("AAAA"), calls=calls, outputs=outputs)
    line, _ = margin(desk)
    unpaid = {"unpaid_jobs": 1, "unpaid_cost": cost} if cost else {}
    assert {name: line[name] for name in facts()} == facts(cost=cost, margin=-cost, **unpaid)


def test_what_still_runs_is_not_counted(desk: Desk) -> None:
    keep(desk, factories.job("AAAA", state=JobState.RUNNING), calls=({"state": CallState.RUNNING},))
    assert [line["jobs"] for line in margin(desk)] == [0]


def test_a_model_that_left_the_catalogue_costs_what_it_did(desk: Desk) -> None:
    gone = factories.request(model="gone-for-good")
    keep(desk, done("AAAA", request=gone, percent=125), used=5)
    keep(desk, failed("BBBB", request=gone, percent=125), calls=({"state": CallState.UNKNOWN},), outputs=0)
    line, _ = margin(desk)
    assert (line["captured"], line["cost"], line["unpaid_cost"]) == (5, 12, 8)


@pytest.mark.parametrize(("worth", "cost"), [(None, 5), ("0.5", 6)])
def test_what_a_provider_reports_counts_where_its_worth_is_known(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, worth: str | None, cost: float
) -> None:
    if worth:
        monkeypatch.setenv("PXZ_CREDIT_WORTH", worth)
    request = factories.request(model="NanoBanana2-1K", provider="pxz")
    told = {"state": CallState.SUCCEEDED, "usage": jobs.Usage(credits=20)}
    keep(
        desk, done("AAAA", request=request, charge=5, percent=100), used=5, calls=(told,), usage=jobs.Usage(credits=12)
    )
    line, _ = margin(desk)
    assert (line["reported"], line["cost"]) == (12, cost)


def test_sums_are_by_period_provider_and_model(desk: Desk) -> None:
    for id, days in (("AAAA", 0), ("BBBB", 0), ("CCCC", 1), ("DDDD", 40)):
        keep(desk, done(id, days=days), used=5)
    by_month = [(line["period"], line["jobs"], line["captured"]) for line in margin(desk)]
    assert by_month == [("2026-01", 3, 15), ("2026-02", 1, 5), ("total", 4, 20)]
    by_day = [(line["period"], line["jobs"]) for line in margin(desk, "--by", "day", "--until", "2026-01-31")]
    assert by_day == [("2026-01-02", 2), ("2026-01-03", 1), ("total", 3)]


def test_the_table_is_for_eyes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNIALL_ALERT_BELOW", "20")
    keep(desk, done("AAAA"), used=5)
    today = datetime.now(UTC)

    async def look(rows: ports.Transaction) -> None:
        for days, left in ((2, 30.0), (1, 18.0)):
            balance = Balance(words=f"¥{left:.2f}", amount=left)
            await rows.reports.read(Reading(provider="uniall", at=today - timedelta(days=days), balance=balance))

    desk.keep(look)
    lines = desk.said("usage", "margin", *ALL).splitlines()
    assert lines[1].split("\t") == ["2026-01", "uniall", "NanoBanana2-1K", "1", "5", "5", "0", "0 %", "0", "0", ""]
    day = [f"{today - timedelta(days=days):%Y-%m-%d}" for days in (2, 1)]
    assert [line.split("\t") for line in lines[-2:]] == [
        ["uniall", day[0], "¥30.00", "0", "", "20.0"],
        ["uniall", day[1], "¥18.00", "12.0", "1.5", "20.0"],
    ]
