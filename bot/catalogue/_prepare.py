"""From what a member said to validated options, or to everything that is wrong with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bot.catalogue import _choosing, _heard, _validating
from bot.catalogue._choosing import Fit
from bot.catalogue._spec import MEDIA, Model, Options
from bot.catalogue._validating import Named
from bot.errors import Invalid, Problem
from bot.media import Facts
from bot.requests import Json


def prepare(
    model: Model,
    said: Mapping[str, Json],
    *,
    media: Mapping[str, Sequence[str]],
    operation: str | None = None,
    facts: Mapping[str, Sequence[Facts]] | None = None,
    presets: bool = False,
) -> Options:
    """The options of the operation that is meant; raises Invalid with every problem found.

    `said` takes our words and the pages' (ALIASES, extra_body flattened, task_type, response_format: url, …). `media`
    holds handles: URLs, `file:` and a path, or anything opaque. `facts` are what was measured, by the same names; what
    they say counts more than what was said. `presets` fills what the page requires and a member need not know.
    """
    heard = _heard.hear(said, media=media, operation=operation, facts=facts or {})
    fit, problems = _choosing.choose(model, heard)
    if fit is None:
        raise Invalid(*heard.problems, *problems, model=model.id)
    named = Named(model, fit.cls, heard.words)
    values = {**named.values, **_validating.measured(fit)}
    if presets:
        values |= fit.cls.preset(values)
    blank = list(_blank(fit.cls, named, values))
    options, found = _validating.build(fit, named, {k: v for k, v in values.items() if k not in blank})
    trouble = [*heard.problems, *problems, *fit.problems, *named.problems, *found]
    if options is not None and not trouble:
        trouble = [_as_said(problem, fit, named) for problem in options.problems(_facts(fit))]
    if options is None or trouble:
        raise Invalid(*trouble, model=model.id)
    return options


def _blank(cls: type[Options], named: Named, values: Mapping[str, Json]) -> Iterator[str]:
    """Texts of nothing but blanks: as good as not said."""
    for name, value in values.items():
        if isinstance(value, str) and not value.strip():
            yield name


def _facts(fit: Fit) -> dict[str, tuple[Facts, ...]]:
    return {name: given.facts for name, given in fit.taken.items() if given.facts}


def _as_said(problem: Problem, fit: Fit, named: Named) -> Problem:
    """A family's problem with the field named as the caller named it."""
    if problem.field in MEDIA and problem.field in fit.taken:
        return replace(problem, field=fit.taken[problem.field].said)
    return replace(problem, field=named.field(problem.field))
