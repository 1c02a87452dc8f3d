"""Providers: what is played, each under its own name in front of its paths."""

import dataclasses
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.simulator import refusals
from bot.simulator.families import Door, Family
from bot.simulator.submits import Submit
from bot.simulator.wire import Answer


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A route that is neither a submission nor a task's: lists, balances."""

    method: str
    path: str  # below the provider's address
    answer: Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A submission, with the family and the door that took it."""

    submit: Submit
    family: Family
    door: Door


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider: its families, and what they have in common."""

    name: str
    families: tuple[Family, ...]
    refused: Callable[[refusals.Refused], Answer]  # how it says no
    routes: tuple[Route, ...] = ()

    @property
    def doors(self) -> list[tuple[Family, Door]]:
        """Every family with each of its doors."""
        return [(family, door) for family in self.families for door in family.doors]

    def at(self, path: str) -> list[tuple[Family, Door]]:
        """Who is behind a submit route."""
        return [(family, door) for family, door in self.doors if door.path == path]

    def family(self, model: str) -> Family | None:
        """The family of a model id."""
        return next((family for family in self.families if model in family.ids), None)

    def task(self, submit: Submit) -> Task | None:
        """A submission's task; None where its family isn't played any more."""
        for family, door in self.doors:
            if submit.model in family.ids and door.path.replace("{model}", submit.model) == submit.path:
                return Task(submit=submit, family=family, door=door)
        return None
