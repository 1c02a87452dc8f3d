"""What a making command was told: the flags in its words and the fields of a form, read as one line."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot import errors, requests
from bot.catalogue import _spec as spec
from bot.commands import grammar, menus, options, pairs
from bot.commands.declaration import Asking
from bot.commands.grammar import Flag, Line

NOTHING = "–"
"""What a form may suggest where there is nothing to say: a field needs some text, and this one says nothing."""


def line(asking: Asking) -> Line:
    """The words with the options of flags and fields. Raises Invalid with everything that can't be understood."""
    problems: list[errors.Problem] = []
    words, fields = Line(), list[Flag]()
    with _collecting(problems):
        words = grammar.read(asking.text, options.vocabulary())
    for name, value in asking.fields.items():
        with _collecting(problems):
            fields.extend(field_flags(name, value))
    if problems:
        known = {option.name: option.range for option in options.of_command(asking.command)}
        raise errors.Invalid(*(_with_choices(problem, known) for problem in problems))
    return replace(words, flags=(*words.flags, *fields))


def field_flags(name: str, value: str) -> tuple[Flag, ...]:
    """What one field says: an option with its value as it stands, or all that is written into `more`.

    Files come as attachments and who sees it is the platform's affair: their fields say nothing here. Raises Invalid.
    """
    if name == menus.MORE:
        return pairs.read(value, options.vocabulary())
    if name == menus.PRIVATE or menus.is_medium(name) or value.strip() in ("", NOTHING):
        return ()
    vocabulary = options.vocabulary()
    if not (option := vocabulary.names.get(grammar.key(name), "")):
        raise errors.Invalid(pairs.unknown(name, vocabulary))
    if option not in vocabulary.switches:
        return (Flag(name=option, value=value, written=name),)
    if (meant := grammar.switched(value.strip())) is None:
        raise errors.Invalid(errors.Problem(field=option, rule="choice", value=value, allowed="yes, no"))
    return (Flag(name=option, value=meant, written=name),)


def said(line: Line) -> dict[str, requests.Json]:
    """The options, each said once. Raises Invalid with every one that was said twice, and differently."""
    found: dict[str, requests.Json] = {}
    twice: list[errors.Problem] = []
    for flag in line.flags:
        if flag.name in spec.MEDIA:
            continue
        if flag.name in options.several():
            found[flag.name] = [*found.get(flag.name, []), flag.value]
        elif flag.name not in found:
            found[flag.name] = flag.value
        elif not _same(flag, found[flag.name]):
            allowed = str(found[flag.name])
            twice.append(errors.Problem(field=flag.name, rule="twice", value=flag.value, allowed=allowed))
    if twice:
        raise errors.Invalid(*twice)
    return found


def _same(flag: Flag, before: requests.Json) -> bool:
    """Whether it says what was said before: １６：９ is 16:9, but prose is prose."""
    if flag.value == before or options.is_prose(flag.name):
        return bool(flag.value == before)
    one, other = (options.TIER_WORDS.get(grammar.plain(str(v)), grammar.plain(str(v))) for v in (flag.value, before))
    return one.casefold() == other.casefold()


@contextlib.contextmanager
def _collecting(problems: list[errors.Problem]) -> Iterator[None]:
    """All that is wrong is told at once."""
    try:
        yield
    except errors.Invalid as invalid:
        problems.extend(invalid.problems)


def _with_choices(problem: errors.Problem, known: Mapping[str, str]) -> errors.Problem:
    """A flag without its value is told what it may be."""
    return replace(problem, allowed=known.get(problem.field, "")) if problem.rule == "no_value" else problem
