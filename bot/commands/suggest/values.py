"""What may be said for an option: read off the declaration of the model that the form comes to."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from pydantic.fields import FieldInfo

from bot.catalogue import _spec as spec
from bot.commands import grammar, making, options, reading, trouble
from bot.commands.suggest.form import Form, Tried
from bot.commands.suggest.suggestion import MOST, Reader, Suggestion, listed, matching
from bot.commands.texts import Code
from bot.errors import Problem
from bot.replies import Credits, Text, text

_PRICED = frozenset({"duration", "extend", "count", "resolution", "size", "quality"})  # what a price may depend on
_SECONDS = frozenset({"duration", "extend"})  # what is said in seconds
_STEPS = tuple(Fraction(n) for n in ("1/20", "1/10", "1/4", "1/2", "1", "2", "5", "10", "25", "50", "100", "1000"))
_FEW = 15  # steps that a range is offered in, where it has no more whole numbers than suggestions fit


def of_option(form: Form, name: str, typed: str, reader: Reader) -> tuple[Suggestion, ...]:
    """The values of one option, or why there are none; a value that doesn't go with the rest is left out."""
    model, infos = _taker(form, name)
    if not infos:
        return listed([reader.suggestion(typed or reading.NOTHING, _refusal(form, model, name))])
    candidates = _candidates(infos, typed)
    good: list[tuple[str, Tried]] = []
    wrong: list[Problem] = []
    for value, tried in zip(candidates, form.tried(model, name, candidates), strict=True):
        good.extend([] if tried.problems else [(value, tried)])
        wrong.extend(sorted(tried.problems, key=str))
        if len(good) == MOST:
            break
    if good:
        return listed(_labelled(name, good, model, reader))
    return listed(reader.suggestion(typed or reading.NOTHING, _why(problem, form)) for problem in wrong[:1])


def takes(form: Form, name: str) -> bool:
    """Whether the model that the form comes to takes this option."""
    return bool(_taker(form, name)[1])


def is_switch(form: Form, name: str) -> bool:
    """Whether it is on or off there."""
    infos = _taker(form, name)[1]
    return bool(infos) and all(spec.is_switch(info) for info in infos)


def _taker(form: Form, name: str) -> tuple[spec.Model, list[FieldInfo]]:
    """The first of the form's models that takes it, with its declarations; none where no model does."""
    field, extend = ("duration", True) if name == making.EXTEND else (name, False)
    models = form.models()
    for model in models:
        classes = form.operations(model, extend=extend)
        if extend:
            classes = tuple(cls for cls in classes if cls.operation == making.EXTEND)
        infos = [cls.model_fields[field] for cls in classes if field in cls.model_fields]
        if infos:
            return model, infos
    return models[0], []


def _refusal(form: Form, model: spec.Model, name: str) -> Text:
    """The model doesn't take it, or not for what is asked of it."""
    field = "duration" if name == making.EXTEND else name
    elsewhere = any(field in cls.model_fields for cls in model.operations) and name != making.EXTEND
    key = "suggest.not_here" if elsewhere else "suggest.not_taken"
    return Text(key=key, params={"model": Code(model.id), "name": Code(name)})


def _why(problem: Problem, form: Form) -> Text:
    return trouble.problem_text(problem, command=form.command)


def _candidates(infos: Iterable[FieldInfo], typed: str) -> list[str]:
    """Values worth trying: what was typed where it may stand for itself, then those that it may be the start of."""
    infos = list(infos)
    known = list(dict.fromkeys(value for info in infos for value in _known(info)))
    free = any(spec.is_open(info) and not spec.is_switch(info) for info in infos)
    own = [typed] if typed and free and not any(grammar.plain(typed) == value for value in known) else []
    meant = [options.TIER_WORDS[typed]] if typed in options.TIER_WORDS else []
    found = matching(typed, known, lambda value: (value,))
    prose = own and any(spec.takes(info, str) for info in infos)  # words of one's own need no others beside them
    return [*meant, *own, *(found if found or prose else known)]


def _known(info: FieldInfo) -> Iterator[str]:
    """The values that a declaration names: a list, on and off, or the steps of a range."""
    if spec.is_switch(info):
        yield from ("true", "false")
        return
    values = spec.values_of(info)
    yield from (str(value) for value in values)
    bounds = spec.bounds_of(info)
    whole = spec.takes(info, int)
    if not values and (whole or spec.takes(info, float)) and bounds.low is not None and bounds.high is not None:
        yield from steps(bounds.low, bounds.high, whole=whole, above=bounds.above)


def steps(low: float, high: float, *, whole: bool, above: bool = False) -> Iterator[str]:
    """A range in round steps, both ends among them (`low` left out where it is too little itself).

    Nothing of a range as wide as a seed's: no number there is better than another.
    """
    start, end = Fraction(str(low)), Fraction(str(high))
    most = MOST if whole else _FEW
    fitting = (step for step in _STEPS if (end - start) / step < most and (step >= 1 or not whole))
    if (step := next(fitting, None)) is None:
        return
    found = {start, end, *(step * n for n in range(int(start // step), int(end // step) + 1))}
    for value in sorted(found):
        if start <= value <= end and not (above and value == start):
            yield f"{float(value):g}" if value.denominator != 1 else str(value.numerator)


def _labelled(name: str, good: list[tuple[str, Tried]], model: spec.Model, reader: Reader) -> Iterator[Suggestion]:
    """Each with its unit, and with its price where they differ in price."""
    prices = [each.price(model, percent=reader.percent) for _, each in good]
    priced = name in _PRICED and len(set(prices)) > 1
    for (value, _), price in zip(good, prices, strict=True):
        said = text("suggest.seconds", value=value) if name in _SECONDS else value
        shown = text("suggest.value", value=said, price=Credits(amount=price)) if priced and price else said
        yield reader.suggestion(value, shown)
