"""Seats: what a job takes up while it runs, and how many there are."""

from dataclasses import dataclass
from typing import Final, TypeAlias

from bot import jobs, money
from bot.credits.rules import Rules
from bot.requests import AccountId, Kind

CLIPS: Final = frozenset({Kind.VIDEO, Kind.AVATAR})  # what runs for minutes and costs the most

Row: TypeAlias = tuple[str, ...]
"""The seats that are counted together: a member's, a room's, a member's in a room, their clips there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """How many jobs of one room run at once; None: as many as there are."""

    member: int | None = None  # of one member
    clips: int | None = None  # clips among those
    everybody: int | None = None  # of all members

    @classmethod
    def of(cls, rules: Rules, *, pool: AccountId) -> "Caps":
        """As a community's rules say; in direct messages everybody together is held back by the machine alone."""
        everybody = None if pool == money.HOUSE else rules.all_at_once
        return cls(
            member=_at_least_one(rules.at_once),
            clips=_at_least_one(rules.clips_at_once),
            everybody=_at_least_one(everybody),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """One job's."""

    job: str
    member: AccountId
    room: str  # a community, or the direct messages of a platform
    clip: bool = False

    @classmethod
    def of(cls, job: jobs.Job, *, member: AccountId) -> "Seat":
        """A job's, who may have been asked for by an account that is part of `member` now."""
        return cls(
            job=job.id, member=member, room=room_of(job.pool, job.place.platform), clip=job.request.kind in CLIPS
        )

    @property
    def own(self) -> Row:
        """The member's, wherever they are."""
        return (self.member,)

    @property
    def rooms(self) -> Row:
        """The room's, whoever has them."""
        return "", self.room

    @property
    def here(self) -> Row:
        """The member's in this room."""
        return self.member, self.room

    @property
    def clips(self) -> Row:
        """The member's in this room for clips."""
        return self.member, self.room, "clips"

    def rows(self) -> tuple[Row, ...]:
        """Where it is counted."""
        return (self.own, self.rooms, self.here, *((self.clips,) if self.clip else ()))


def room_of(pool: AccountId, platform: str) -> str:
    """The room whose caps hold for a job."""
    return f"{pool}/{platform}" if pool == money.HOUSE else pool


def _at_least_one(cap: int | None) -> int | None:
    """Pausing is a rule of its own: whatever a cap says, what was accepted gets its turn."""
    return None if cap is None else max(1, cap)
