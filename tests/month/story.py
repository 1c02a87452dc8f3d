"""What was done in the month that its ledger doesn't say: the limits, and who they held for, by time."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from bot.engine.limits import Spending
from tests.month.clubs import Club, Member

START: Final = datetime(2026, 10, 10, tzinfo=UTC)  # both ends of summer time and the end of a month lie ahead


@dataclass(slots=True)
class Banned:
    """Somebody who was shut out of a community, and until when."""

    club: str
    number: int  # the member's
    since: datetime
    until: datetime | None = None


@dataclass(slots=True)
class Linked:
    """One person with two identities: from when on they had one account, and until when."""

    numbers: tuple[int, int]  # as members
    since: datetime
    until: datetime | None = None


@dataclass(slots=True)
class Story:
    """What was done that the ledger doesn't say: the limits and who they held for, by time."""

    ruled: dict[str, list[tuple[datetime, dict[str, Any]]]] = field(default_factory=lambda: defaultdict(list))
    roles: dict[int, list[tuple[datetime, tuple[str, ...]]]] = field(default_factory=lambda: defaultdict(list))
    bans: list[Banned] = field(default_factory=list)
    pools: dict[str, str] = field(default_factory=dict)  # a club's native id → its pool
    members: dict[str, Member] = field(default_factory=dict)  # by the name that stands in their jobs
    clubs: tuple[Club, ...] = ()
    spending: tuple[Spending, ...] = ()  # the operator's own limits
    askers: dict[str, tuple[Member, str]] = field(default_factory=dict)  # job → who asked for it, and in which channel
    links: list[Linked] = field(default_factory=list)
    deeds: dict[str, int] = field(default_factory=lambda: defaultdict(int))
