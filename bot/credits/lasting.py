"""How long a provider's balance lasts at the pace of the last days."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

PACE: Final = timedelta(days=7)  # what the pace is taken from
LEAST: Final = timedelta(hours=20)  # a shorter while says little about a day

Point = tuple[datetime, float]
"""A moment, and what was left then."""


def spent(points: Sequence[Point]) -> float:
    """What was spent between the first point and the last: what went down; what went up was paid in."""
    return sum(max(0.0, before - after) for (_, before), (_, after) in pairwise(points))


def a_day(points: Sequence[Point]) -> float | None:
    """What a day costs at this pace; None where too little is known."""
    if not points or (over := points[-1][0] - points[0][0]) < LEAST:
        return None
    return spent(points) / (over / timedelta(days=1))


def days(points: Sequence[Point]) -> float | None:
    """Days for which what is left lasts; None where too little is known, or nothing is spent."""
    pace = a_day(points)
    return max(0.0, points[-1][1]) / pace if pace else None
