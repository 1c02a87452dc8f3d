"""One call of Discord's API, taken apart, and the table of routes."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from tests.discord_server.posting import Body

if TYPE_CHECKING:
    from tests.discord_server.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that passed the door: known route, right token, valid body."""

    world: World
    params: dict[str, str]
    query: dict[str, str]
    body: Body

    def id(self, name: str) -> int:
        """A snowflake of the path."""
        return int(self.params[name])

    def said(self, name: str) -> bool:
        """A yes or no of the query."""
        return self.query.get(name, "").lower() in ("1", "true")


Answer: TypeAlias = tuple[int, Any]
Act: TypeAlias = Callable[[Call], Awaitable[Answer]]
MAJORS = ("channel_id", "guild_id", "webhook_id", "interaction_id")


@dataclass(frozen=True, kw_only=True)
class Route:
    """Method and template as in Discord's description, and what is done."""

    method: str
    template: str
    act: Act
    needs_token: bool = True  # False: the path carries one of its own

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.template))

    def major(self, params: dict[str, str]) -> str:
        """What tells the rate-limit buckets of one route apart."""
        return "+".join(params[name] for name in (*MAJORS, "webhook_token") if name in params)
