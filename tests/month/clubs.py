"""The communities of the month and who is in them: made up from a seed, so that a month can be played again."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot import requests
from bot.credits import rules
from bot.credits.rules import Rules

DEFAULTS: Final = Rules(
    day=1_000, month=15_000, cooldown_s=10, ask_above=15, at_once=2, clips_at_once=1, all_at_once=10
)
"""What the operator gives communities that change nothing, and direct messages."""

USUAL_MEMBERS: Final = 500
LEAST_BUDGET: Final = 30
BOOSTER: Final = "booster"  # a role with more allowance

Wish = tuple[str, Mapping[str, Any], int]
"""A model, what is said, and how often it is taken."""

WISHES: Final[Sequence[Wish]] = (
    ("NanoBanana2-0.5K", {}, 20),
    ("NanoBanana2-1K", {}, 30),
    ("seedream-4.5", {"count": 3}, 8),
    ("NanoBananaPro-4K", {}, 8),
    ("wan2.2-t2i-flash", {}, 8),
    ("kling-v3-std-silent", {}, 7),
    ("sora2-landscape-4s", {}, 3),
    ("minimax-music-2.6", {"lyrics": "snow is falling on the fox"}, 7),
    ("minimax-speech-2.8-hd", {"voice": "English_Trustworth_Man"}, 9),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Club:
    """A community: who set which limits, and what its pool gets."""

    title: str
    platform: str
    native: str
    zone: str
    part: int  # of all members, in percent
    changes: Mapping[str, Any]  # what its owner set at the beginning
    granted: int  # credits that its pool gets from the operator at the beginning
    weekly: int = 0  # and each week
    channels: tuple[str, ...] = ("1", "2", "3")  # where its members write

    @property
    def seen(self) -> requests.CommunitySeen:
        """As its platform names it."""
        return requests.CommunitySeen(platform=self.platform, native=self.native, title=self.title, language="en")

    @property
    def rules(self) -> dict[str, Any]:
        """What its owner set, with its time zone."""
        return {**self.changes, "zone": self.zone}

    @property
    def tz(self) -> ZoneInfo:
        """Where its days begin."""
        return ZoneInfo(self.zone)


CLUBS: Final = (
    Club(
        title="Pixel Club",
        platform="discord",
        native="100",
        zone="Europe/Berlin",
        part=34,
        changes={**rules.SETS["cosy"], "cooldown_s": 10, "member_day": 25},
        granted=6_000,
    ),
    Club(
        title="Noodle Lab",
        platform="discord",
        native="200",
        zone="America/New_York",
        part=30,
        changes={**rules.SETS["lively"], "bonuses": {BOOSTER: 15, "admin": 30}, "clips_at_once": 1},
        granted=9_000,
        weekly=2_000,
    ),
    Club(
        title="熊猫画室",
        platform="telegram",
        native="-300",
        zone="Asia/Shanghai",
        part=18,
        changes={**rules.SETS["locked"], "kinds": ["image", "speech"]},
        granted=3_000,
    ),
    Club(
        title="Chai & Clips",
        platform="telegram",
        native="-400",
        zone="Asia/Kolkata",
        part=12,
        changes={"day": 250, "month": 3_000, "most": 30, "per_request": 20, "channels": ["1", "2"]},
        granted=500,
        weekly=500,
    ),
    Club(
        title="Kiwi Sheep",
        platform="discord",
        native="500",
        zone="Pacific/Chatham",
        part=6,
        changes={"day": None, "month": 600, "member_hours": 72, "models": [wish[0] for wish in WISHES[:5]]},
        granted=900,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody in a community."""

    number: int
    person: requests.Person
    club: Club
    appetite: float  # requests on an average day
    hour: float  # when they mostly write, by the clock of their community

    def seen(self, *, roles: Sequence[str]) -> requests.Person:
        """As the platform names them, with the roles that they have now."""
        return replace(self.person, roles=tuple(roles))


@dataclass(slots=True)
class Crowd:
    """Everybody, and who has which roles at the moment."""

    clubs: tuple[Club, ...]
    members: list[Member]
    roles: dict[int, set[str]] = field(default_factory=dict)  # by the member's number

    def of(self, club: Club) -> list[Member]:
        """Who is in this community."""
        return [member for member in self.members if member.club is club]

    def person(self, member: Member) -> requests.Person:
        """As the platform names them now."""
        return member.seen(roles=sorted(self.roles.get(member.number, ())))


def sized(members: int) -> tuple[Club, ...]:
    """The five communities, with budgets for so many members in all: each is reached now and then."""
    return tuple(replace(club, changes={**club.changes, **_budgets(club, members)}) for club in CLUBS)


def _budgets(club: Club, members: int) -> dict[str, int]:
    budgets = {name: club.changes[name] for name in ("day", "month") if club.changes.get(name)}
    return {name: max(LEAST_BUDGET, round(budget * share_of(members))) for name, budget in budgets.items()}


def share_of(members: int) -> float:
    """How large a month is, of the one that the figures here are for."""
    return min(1.0, members / USUAL_MEMBERS)


def crowd(count: int, *, chance: random.Random, start: datetime, days: int, eagerness: float = 1.0) -> Crowd:
    """So many members in the five communities: the first of each manages it, some join while the month goes on."""
    made: list[Member] = []
    clubs = sized(count)
    for club in clubs:
        size = max(2, round(count * club.part / 100)) if club is not clubs[-1] else max(2, count - len(made))
        new = [_member(len(made) + n, club, chance, start=start, days=days, steward=n == 0) for n in range(size)]
        made += [replace(each, appetite=each.appetite * eagerness) for each in new]
    return Crowd(clubs=clubs, members=made)


def _member(number: int, club: Club, chance: random.Random, *, start: datetime, days: int, steward: bool) -> Member:
    late = chance.random() < 0.2 and not steward
    joined = start + timedelta(days=chance.uniform(0, days * 0.6)) if late else start - timedelta(days=40)
    telegram = club.platform == "telegram" and not late  # Telegram doesn't say since when somebody is in
    person = requests.Person(
        platform=club.platform,
        user=str(1_000 + number),
        name=f"Member {number}",
        language="en",
        member_since=None if telegram else joined,
        steward=steward,
        handle=f"member{number}",
    )
    eager = chance.random() < 0.1
    return Member(
        number=number,
        person=person,
        club=club,
        appetite=chance.uniform(2.5, 5.0) if eager else chance.uniform(0.1, 1.1),
        hour=chance.gauss(20, 3) % 24,
    )
