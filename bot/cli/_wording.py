"""Problems as short English sentences, for operators: the field, the value, what is allowed."""

from bot.errors import Problem

LONGEST = 60  # characters of a value that are repeated


def sentence(problem: Problem) -> str:
    """What is wrong, and what may be given instead."""
    field, given = problem.field, _shown(problem.value)
    allowed = problem.allowed
    match problem.rule:
        case "missing":
            return f"{field} is missing{_may_be(allowed)}."
        case "unknown":
            return f"{_named(field, given)} is not known{_may_be(allowed)}."
        case "not_for":
            return f"{_named(field, given)} does not belong here{_may_be(allowed)}."
        case "conflict":
            return f"{_named(field, given)} does not go with the rest: {allowed}."
        case "count":
            return f"{field}: {given} given, {allowed} allowed."
        case "length":
            return f"{field} has the wrong length: {allowed}."
        case "range":
            return f"{_named(field, given)} is out of range: {allowed}."
        case _:  # choice, type, pattern, media
            return f"{_named(field, given)} can't be used{_may_be(allowed)}."


def _may_be(allowed: str) -> str:
    return f"; allowed: {allowed}" if allowed else ""


def _named(field: str, given: str) -> str:
    return f"{field} {given}" if given else field


def _shown(value: object) -> str:
    if value is None:
        return ""
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
