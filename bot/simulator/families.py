"""Families: models that share routes, rules, media and answers; each is one file, found by discovery.

A provider's package has a package `families`; every module in it whose name doesn't begin with an underscore declares
one `FAMILY`. To play another family, add such a file: nothing else needs to know of it. It says

- `ids`, the model ids it answers to;
- `doors`, the routes it is offered on, the preferred one first: path and content types, where its tasks are polled,
  and how its answers look. A provider's `doors` module has the usual ones ready made;
- `judge`, its rules: it refuses what the documents forbid (`checks` has the checks of single fields), by the name of
  the field, and says which operation a draft asks for. The body of a form has its numbers (`numbers`) as numbers, and
  its files as lists of drafts.Upload;
- `makes`, what is made of a submission: a picture, a clip, a tune, … with its size, length, format and count. It is
  asked again once the inputs have arrived, and must do without them too: those that lie elsewhere never arrive;
- `inputs`, which media a body names, where the usual field names (arrivals.MEDIA) aren't enough;
- `inspect`, what is wrong with media that have arrived (`looking` has the checks), for which the task fails;
- `length_s`, how long a task takes, and `failure`, the words of one that fails;
- `kinds`, where the provider has words of its own for what a model does, and lists its models by them.

Write it from the provider's documents alone, name their pages in the docstring, and say there which reading was taken
where they contradict each other.
"""

import dataclasses
import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from bot.simulator import arrivals, drafts
from bot.simulator.arrivals import Input, Wanted
from bot.simulator.drafts import FORM, JSON, Draft
from bot.simulator.made import Made
from bot.simulator.reports import Report
from bot.simulator.submits import Submit

__all__ = ["FORM", "JSON", "Door", "Family", "Json", "discover"]

Json: TypeAlias = dict[str, object]
Judge: TypeAlias = Callable[[Draft], str]
"""Refuses a draft, or says which operation it is."""
Shape: TypeAlias = Callable[[Report], Json]
"""How an answer looks."""


def never(_: Submit) -> bool:
    """No submission of this kind."""
    return False


def satisfied(_: Submit, __: Sequence[Input]) -> Iterator[str]:
    """Nothing is wrong with any media."""
    yield from ()


def nobody(_: Mapping[str, Any]) -> str:
    """No address."""
    return ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One route that a family is offered on."""

    path: str  # below the provider's address; "{model}" where the route names the model
    answer: Shape  # to the submission: the task as it stands, or the result where the door is direct
    content_types: tuple[str, ...] = (JSON,)
    model_in: Literal["body", "path", "nowhere"] = "body"
    direct: bool = False  # the answer waits for the result
    new_id: Callable[[Draft], str] = drafts.new_id
    polls: tuple[str, ...] = ()  # where the task is asked for, "{task_id}" in the path or the query
    polled: Shape | None = None  # None: as `answer`
    downloads: tuple[str, ...] = ()  # routes that give the file itself, "{task_id}" in the path
    events: Callable[[Report], Sequence[Json]] | None = None  # of a direct door's stream: all that were said by now
    inline: Callable[[Submit], bool] = never  # whether the answer carries the bytes of the results
    callback: Callable[[Mapping[str, Any]], str] = nobody  # the address in a body that is called at a task's end
    called: Shape | None = None  # what is posted there; None: as `answer`


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Models that share routes, rules, media and answers; what the fields mean is told above."""

    name: str
    ids: tuple[str, ...]
    doors: tuple[Door, ...]
    judge: Judge
    makes: Callable[[Submit, Sequence[Input]], Made]
    length_s: tuple[float, float]  # from and to, at speed 1
    failure: str = "task failed"
    kinds: Mapping[str, Sequence[str]] = dataclasses.field(default_factory=dict)  # by id: the provider's own word
    inputs: Callable[[Mapping[str, Any]], Iterable[Wanted]] = arrivals.named
    inspect: Callable[[Submit, Sequence[Input]], Iterator[str]] = satisfied
    numbers: frozenset[str] = frozenset()  # fields that a form can only carry as text


class Misplayed(ImportError):
    """A family's file that can't be played; found when the simulator is imported."""


def discover(package: str) -> tuple[Family, ...]:
    """The families of a package, in the order of their files; raises Misplayed."""
    found: dict[str, Family] = {}
    owners: dict[tuple[str, str], str] = {}
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__, f"{package}."):
        if module.name.rpartition(".")[2].startswith("_"):
            continue
        family = getattr(importlib.import_module(module.name), "FAMILY", None)
        if not isinstance(family, Family):
            raise Misplayed(f"{module.name} declares no FAMILY")
        if family.name in found:
            raise Misplayed(f"{module.name}: there is a family {family.name} already")
        for place in ((door.path, id) for door in family.doors for id in family.ids):
            if owners.setdefault(place, family.name) != family.name:
                raise Misplayed(f"{module.name}: {place[1]} on {place[0]} belongs to {owners[place]} already")
        found[family.name] = family
    return tuple(found.values())
