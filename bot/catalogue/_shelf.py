"""Every model there is, found in the family files; and finding one by name or by quality."""

import difflib
import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from bot.catalogue._spec import Model
from bot.errors import Invalid, Problem
from bot.requests import Kind

PACKAGE = "bot.catalogue"
QUALITIES = ("quick", "good", "best")
"""What picks a model for people who know none."""

NEAREST = 3  # how many names a misspelt one is answered with

PROVIDERS = ("uniall", "llmage", "nexus", "pxz")  # best documented first: the order of lists, and who is picked first


class Shelved(ImportError):
    """A family file without models, or a name that two models share: found at import, not by a member."""


def _families() -> Iterator[str]:
    package = importlib.import_module(PACKAGE)
    for provider in pkgutil.iter_modules(package.__path__, f"{PACKAGE}."):
        if provider.ispkg:
            for module in pkgutil.iter_modules(importlib.import_module(provider.name).__path__, f"{provider.name}."):
                if not module.name.rpartition(".")[2].startswith("_"):
                    yield module.name


def _models() -> Iterator[Model]:
    for family in _families():
        found = getattr(importlib.import_module(family), "MODELS", None)
        if not found:
            raise Shelved(f"{family} declares no MODELS")
        yield from found


def shelve(models: Iterator[Model]) -> Mapping[str, Model]:
    """Models by id, image models first. Raises Shelved when an id or alias is taken."""
    kinds = list(Kind)
    ranked = sorted(models, key=lambda model: (kinds.index(model.kind), _rank(model.provider)))
    _named(ranked)
    return MappingProxyType({model.id: model for model in ranked})


def _rank(provider: str) -> int:
    return PROVIDERS.index(provider) if provider in PROVIDERS else len(PROVIDERS)


def _named(models: Iterable[Model]) -> dict[str, Model]:
    """Models by every name they are found by, in small letters."""
    names: dict[str, Model] = {}
    for model in models:
        if model.routes and model.operations is not model.routes.get(model.route):
            raise Shelved(f"{model.id} goes by the route “{model.route}”, which is none of its routes")
        for name in (model.id, *model.aliases):
            if (other := names.setdefault(name.casefold(), model)) is not model:
                raise Shelved(f"{name} is both {other.id} and {model.id}")
    return names


_SHELF: dict[str, Model] = {}
_NAMES: dict[str, Model] = {}  # of those on the shelf
_HIDDEN: dict[str, Model] = {}  # by id
_OPEN: set[str] = set()  # providers that can be used here; none named: all
_CLOSED: set[str] = set()  # ids of models that can't be had right now

MODELS: Mapping[str, Model] = MappingProxyType(_SHELF)
"""Every model by its exact id, but for those the operator hides."""


def arrange(models: Iterable[Model], *, providers: Iterable[str] = ()) -> None:
    """Put these on the shelf in place of what is there, before anything else is built: what the operator changed.

    `providers` are those that can be used, which `pick` keeps to; none: all. Of these models none is closed. Raises
    Shelved, and leaves the shelf as it was.
    """
    found = shelve(iter(models))
    shown = {id: model for id, model in found.items() if not model.hidden}
    names = _named(shown.values())
    for shelf, fresh in ((_SHELF, shown), (_HIDDEN, {id: m for id, m in found.items() if m.hidden}), (_NAMES, names)):
        shelf.clear()
        shelf.update(fresh)
    _OPEN.clear()
    _OPEN.update(providers)
    _CLOSED.clear()


def close(ids: Iterable[str]) -> None:
    """Leave these models out of what is picked, in place of those closed before: they can't be had right now."""
    _CLOSED.clear()
    _CLOSED.update(ids)


def everything() -> tuple[Model, ...]:
    """All models that there are, hidden ones too."""
    return (*_SHELF.values(), *_HIDDEN.values())


arrange(_models())


def called(name: str) -> Model | None:
    """The model with this id or alias, in any case; None where there is none."""
    return _NAMES.get(name.strip().casefold())


def find(name: str, *, kind: Kind | None = None, provider: str | None = None) -> Model:
    """The model with this id or alias, in any case; a hidden one for its own provider's jobs only.

    Raises Invalid about the field `model`: missing, unknown (with the nearest names), or not_for another kind.
    """
    fitting = [m for m in MODELS.values() if kind in (None, m.kind) and provider in (None, m.provider)]
    if not name.strip():
        raise Invalid(Problem(field="model", rule="missing", allowed=", ".join(m.id for m in fitting)))
    if provider is not None and (hidden := _HIDDEN.get(name)) is not None and hidden.provider == provider:
        return hidden
    model = _NAMES.get(name.strip().casefold())
    if model is not None and model in fitting:
        return model
    if model is not None and provider in (None, model.provider):
        ids = ", ".join(m.id for m in fitting)
        raise Invalid(Problem(field="model", rule="not_for", value=name, allowed=ids))
    raise Invalid(Problem(field="model", rule="unknown", value=name, allowed=", ".join(_nearest(name, fitting))))


def _nearest(name: str, models: list[Model]) -> list[str]:
    """The ids most like a name, or all of them where there are few."""
    ids = {known.casefold(): m.id for m in models for known in (m.id, *m.aliases)}
    found = difflib.get_close_matches(name.strip().casefold(), ids, n=NEAREST, cutoff=0.4)
    return list(dict.fromkeys(ids[known] for known in found)) or [m.id for m in models][: 2 * NEAREST]


def is_open(model: Model) -> bool:
    """Whether it can be had here, as far as anybody told: what `pick` keeps to."""
    there = not _OPEN or model.provider in _OPEN
    return there and not model.off and not model.hidden and model.id not in _CLOSED
