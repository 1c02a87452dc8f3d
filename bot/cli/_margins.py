"""The sums of `usage margin`: what members used against what providers reported or charge, by model and period."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from bot import ports
from bot.cli import _exporting
from bot.engine import costing
from bot.requests import Json

Key: TypeAlias = tuple[str, str, str]
"""A period (2026-11 or 2026-11-21, UTC), a provider and a model."""

PERIODS: Final = {"day": 10, "month": 7}  # how much of a written moment names it


@dataclass(slots=True, kw_only=True)
class Sums:
    """What came of one model's jobs in one period; credits."""

    jobs: int = 0  # that ended
    unpaid: int = 0  # that cost something and were charged to nobody: unknown, late, failed on the way
    captured: int = 0  # what members and pools paid
    cost: float = 0  # what all of them cost
    lost: float = 0  # the part of it that the unpaid ones cost
    reported: float = 0  # the provider's own credits, where it reports any

    @property
    def margin(self) -> float:
        """What is left."""
        return self.captured - self.cost

    @property
    def percent(self) -> float | None:
        """What is left of each credit that was paid; None where none was."""
        return 100 * self.margin / self.captured if self.captured else None

    def add(self, record: ports.Record, *, worth: float | None) -> None:
        """Count one job; `worth` is what one of the provider's own credits costs, in credits; None: nobody said."""
        cost = costing.cost(record)
        credits = cost.credits if cost.reported is None or worth is None else cost.reported * worth
        self.jobs += 1
        self.captured += record.used
        self.cost += credits
        self.reported += cost.reported or 0
        if credits and not record.used:
            self.unpaid += 1
            self.lost += credits

    def take(self, other: "Sums") -> None:
        """Add another period's or model's."""
        for name in ("jobs", "unpaid", "captured", "cost", "lost", "reported"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def facts(self) -> dict[str, Json]:
        """As JSON."""
        return {
            "jobs": self.jobs,
            "captured": self.captured,
            "cost": round(self.cost, 2),
            "margin": round(self.margin, 2),
            "margin_percent": None if self.percent is None else round(self.percent, 1),
            "unpaid_jobs": self.unpaid,
            "unpaid_cost": round(self.lost, 2),
            "reported": round(self.reported, 2),
        }


@dataclass(slots=True, kw_only=True)
class Margins:
    """All sums of one report."""

    by: str  # day or month
    worths: Mapping[str, float]  # provider → credits that one of its own costs
    sums: dict[Key, Sums] = field(default_factory=dict)

    def add(self, record: ports.Record) -> None:
        """Count one job that has ended; one that runs counts when it is known what came of it."""
        job = record.job
        if not job.state.ended:
            return
        period = _exporting.moment(job.created_at)[: PERIODS[self.by]]
        key = (period, job.request.provider, job.request.model)
        self.sums.setdefault(key, Sums()).add(record, worth=self.worths.get(job.request.provider))

    def lines(self) -> Iterable[tuple[Key, Sums]]:
        """By period, provider and model, and below them all together."""
        total = Sums()
        for key in sorted(self.sums):
            total.take(self.sums[key])
            yield key, self.sums[key]
        yield ("total", "", ""), total


def cells(key: Key, sums: Sums) -> list[str]:
    """A line of the table."""
    percent = "" if sums.percent is None else f"{sums.percent:.0f} %"
    return [
        *key,
        f"{sums.jobs:,}",
        f"{sums.captured:,}",
        _figure(sums.cost),
        _figure(sums.margin),
        percent,
        f"{sums.unpaid:,}",
        _figure(sums.lost),
        _figure(sums.reported) if sums.reported else "",
    ]


HEAD: Final = (
    "period",
    "provider",
    "model",
    "jobs",
    "captured",
    "cost",
    "margin",
    "%",
    "unpaid",
    "their cost",
    "reported",
)


def _figure(credits: float) -> str:
    """Whole where it is, else with one decimal."""
    return f"{credits:,.1f}".removesuffix(".0")
