"""The options of one operation: named, converted, and what pydantic finds said as our problems."""

import difflib
import math
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from bot.catalogue import _heard, _shelf, _siblings
from bot.catalogue._choosing import Fit
from bot.catalogue._heard import Word
from bot.catalogue._nearest import nearest
from bot.catalogue._spec import (
    ALIASES,
    MEDIA,
    Measured,
    Model,
    Options,
    bounds_of,
    is_open,
    is_switch,
    marks_of,
    takes,
    values_of,
)
from bot.errors import Problem
from bot.requests import Json

_RULES: Mapping[str, str] = {
    # pydantic's error type → our rule; what is not listed is a matter of type
    "missing": "missing",
    "literal_error": "choice",
    "greater_than": "range",
    "greater_than_equal": "range",
    "less_than": "range",
    "less_than_equal": "range",
    "string_too_short": "length",
    "string_too_long": "length",
    "too_short": "length",
    "too_long": "length",
    "string_pattern_mismatch": "pattern",
    "value_error": "pattern",
}


class Named:
    """The words that this operation takes, by its own names; what it does not take has become a problem."""

    def __init__(self, model: Model, cls: type[Options], words: Sequence[Word]) -> None:
        self._model = model
        self._measured = cls.measured()
        self.values: dict[str, Json] = {}
        self.said: dict[str, str] = {}  # our word → the caller's
        self.problems: list[Problem] = []
        for word in words:
            self._take(model, cls, word)

    def _take(self, model: Model, cls: type[Options], word: Word) -> None:
        if word.name in cls.constants:
            if word.value != (only := cls.constants[word.name]):
                self.problems.append(Problem(field=word.said, rule="choice", value=word.value, allowed=only))
            return
        name = _heard.option_name(cls, word.name)
        if name in model.fixed and name not in cls.model_fields:
            if not _siblings.says(only := model.fixed[name], word.value):
                value = {True: "yes", False: "no"}[word.value] if isinstance(word.value, bool) else word.value
                problem = Problem(field=word.said, rule="choice", value=value, allowed=only)
                self.problems.append(self.with_sibling(name, problem))
        elif name not in cls.model_fields or name in MEDIA:
            self.problems.append(_unknown(model, cls, word, name))
        elif name in self.values and not (name == "prompt" and self.values[name] == word.value):
            self.problems.append(_heard.clash(word.said, self.said[name], value=word.value))
        else:
            self.values[name] = converted(cls.model_fields[name], word.value)
            self.said[name] = word.said

    def with_sibling(self, name: str, problem: Problem) -> Problem:
        """A problem that also names the model which takes such a value, where the family has one."""
        found = _siblings.elsewhere(self._model, name, problem.value) if problem.rule == "choice" else ""
        return replace(problem, allowed=", ".join(filter(None, (problem.allowed, found))))

    def field(self, name: str) -> str:
        """An option as the caller named it; our word where nothing was said.

        What is measured has no word of ours that people know: it goes by the page's, under which it may be given.
        """
        if name in self._measured:
            return self.said.get(name, next((page for page, own in ALIASES.items() if own == name), name))
        return self.said.get(name, name)


def _unknown(model: Model, cls: type[Options], word: Word, name: str) -> Problem:
    """An option that this operation does not have: another one of the model has it, or nobody knows it."""
    here = [n for n in cls.model_fields if n not in MEDIA and n not in cls.measured()]
    elsewhere = any(name in other.model_fields for other in model.operations) or name in _vocabulary()
    if elsewhere:
        return Problem(field=word.said, rule="not_for", value=word.value, allowed=", ".join(here))
    near = difflib.get_close_matches(name, [*here, *_heard.OPERATION_NAMES], n=1, cutoff=0.5)
    return Problem(field=word.said, rule="unknown", value=word.value, allowed=", ".join(near or here))


def _vocabulary() -> frozenset[str]:
    """Every option of every model."""
    return frozenset(n for m in _shelf.MODELS.values() for c in m.operations for n in c.model_fields)


def converted(info: FieldInfo, value: Json) -> Json:
    """Text as the field's choices spell it (PNG → png, １６：９ → 16:9); true and false are no numbers."""
    choices = [v for v in values_of(info) if isinstance(v, str)]
    if isinstance(value, str):
        spelled = _siblings.spelled(value)
        return next((v for v in choices if _siblings.spelled(v) == spelled), _trimmed(info, value))
    if isinstance(value, bool) and not is_switch(info) and not takes(info, str):
        return str(value).lower()  # pydantic would take true for 1
    return value


def _trimmed(info: FieldInfo, value: str) -> str:
    """Prose is passed on letter by letter; a number may stand between blanks, or in full-width digits."""
    return value if takes(info, str) else unicodedata.normalize("NFKC", value).strip()


def measured(fit: Fit) -> dict[str, Json]:
    """What was measured of the media, by the fields that want it."""
    found: dict[str, Json] = {}
    for name, info in fit.cls.model_fields.items():
        for mark in marks_of(info):
            if isinstance(mark, Measured) and (given := fit.taken.get(mark.of)) and given.facts:
                seconds = given.facts[0].duration_s
                if seconds:
                    found[name] = max(1, math.ceil(seconds)) if mark.whole else seconds
    return found


def build(fit: Fit, named: Named, values: Mapping[str, Json]) -> tuple[Options | None, list[Problem]]:
    """The options, or what is wrong with them."""
    media = {n: _media_value(fit.cls, n, given.handles) for n, given in fit.taken.items()}
    try:
        return fit.cls.build({**values, **media}), []
    except ValidationError as error:
        found: dict[str, Problem] = {}
        for detail in error.errors():
            name = str(detail["loc"][0]) if detail["loc"] else ""
            if name not in MEDIA and name not in found:
                found[name] = named.with_sibling(name, _problem(fit.cls, name, detail, field=named.field))
        return None, list(found.values())


def _media_value(cls: type[Options], name: str, handles: tuple[str, ...]) -> Json:
    return handles if name.endswith("s") else handles[0]


def _problem(cls: type[Options], name: str, detail: Any, *, field: Callable[[str], str]) -> Problem:
    rule = _RULES.get(detail["type"], "type")
    value = None if rule == "missing" else detail["input"]
    if rule == "length" and value in ("", (), []):
        rule = "missing"
    info = cls.model_fields[name]
    return Problem(field=field(name), rule=rule, value=value, allowed=allowed(info, rule, value))


def allowed(info: FieldInfo, rule: str = "", wanted: Json = None) -> str:
    """What a field takes in place of what was wanted, ready to read; "" where there is nothing to list."""
    bounds = bounds_of(info)
    if rule == "length":
        return bounds.length_words("characters" if takes(info, str) and not takes(info, tuple) else "entries")
    if is_switch(info):
        return "yes, no"
    values = values_of(info)
    listed = ", ".join(str(v) for v in (values if wanted is None else nearest(wanted, values)))
    if listed and not is_open(info):
        return listed
    kind = "a whole number" if takes(info, int) else "a number" if takes(info, float) else ""
    reach = bounds.words()
    return ", ".join(part for part in (kind if rule == "type" or not reach else "", reach) if part) or listed
