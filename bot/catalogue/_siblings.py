"""Models of one family that differ in what their ids settle: asked for another value, the one that has it is named."""

import difflib
import unicodedata
from collections.abc import Mapping

from bot.catalogue import _shelf
from bot.catalogue._spec import Model
from bot.requests import Json

_SWITCHED: Mapping[str, str] = {"true": "yes", "on": "yes", "1": "yes", "false": "no", "off": "no", "0": "no"}


def says(only: str, value: Json) -> bool:
    """Whether what an id settles is what was said."""
    said = spelled(str(value))
    return spelled(only) in (said, _SWITCHED.get(said))


def spelled(text: str) -> str:
    """A text as it is compared: １６：９ is 16:9, PNG is png."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def elsewhere(model: Model, option: str, value: Json) -> str:
    """`model=ID` of the model most like this one whose id settles an option so; "" where there is none."""
    rest = {name: only for name, only in _settled(model).items() if name != option}
    able = [
        other
        for other in _shelf.MODELS.values()
        if _is_kin(other, model) and _has(_settled(other), option, value) and rest.items() <= _settled(other).items()
    ]
    nearest = max(able, key=lambda other: difflib.SequenceMatcher(None, other.id, model.id).ratio(), default=None)
    return f"model={nearest.id}" if nearest else ""


def _settled(model: Model) -> Mapping[str, str]:
    """What a model's id leaves no choice of."""
    found = {name: model.choices(name) for name in model.option_names()}
    return {name: str(values[0]) for name, values in found.items() if len(values) == 1} | dict(model.fixed)


def _has(settled: Mapping[str, str], option: str, value: Json) -> bool:
    return option in settled and says(settled[option], value)


def _is_kin(other: Model, model: Model) -> bool:
    """Whether another model is of the same family, and may be used."""
    files = {one.operations[0].__module__ for one in (other, model)}
    alike = (other.provider, other.kind) == (model.provider, model.kind) and len(files) == 1
    return alike and other.id != model.id and not other.gated and _shelf.is_open(other)
