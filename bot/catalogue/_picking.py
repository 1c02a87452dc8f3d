"""The model for somebody who names none: by quality, of those that can be had and take what is given."""

from collections.abc import Mapping

from bot.catalogue import _choosing, _heard, _shelf
from bot.catalogue._heard import Given
from bot.catalogue._spec import Model
from bot.errors import Invalid, Problem
from bot.requests import Kind


def pick(
    kind: Kind, quality: str = "good", *, media: Mapping[str, int] | None = None, operation: str | None = None
) -> Model:
    """The model for quick, good or best; the next better tier, else the next lower, where there is none.

    It can be had, unless none of its kind can; among those it takes as many of each medium as `media` says, in the
    operation that is named, unless none does.
    """
    if quality not in _shelf.QUALITIES:
        raise Invalid(Problem(field="quality", rule="choice", value=quality, allowed=", ".join(_shelf.QUALITIES)))
    able = [model for model in _shelf.MODELS.values() if model.kind is kind and not model.off]
    if not able:
        raise Invalid(Problem(field="model", rule="missing"))
    models = [model for model in able if _shelf.is_open(model)] or able
    suited = [model for model in models if _takes(model, media or {}, operation)] or models
    return min(suited, key=lambda model: (_distance(model.tier, quality), not model.first))


def _distance(tier: str, quality: str) -> int:
    """How far a tier lies from the quality wanted; the first models of a tier are its best."""
    wanted = _shelf.QUALITIES.index(quality)
    order = (*_shelf.QUALITIES[wanted:], *reversed(_shelf.QUALITIES[:wanted]))
    return order.index(tier) if tier in order else len(order)


def _takes(model: Model, media: Mapping[str, int], operation: str | None) -> bool:
    given = [Given(said=name, name=name, handles=("",) * count) for name, count in media.items() if count]
    meant = _heard.operations_meant(model, operation) if operation else model.operations
    return any(not _choosing.fit(model, cls, given).misfits for cls in meant)
