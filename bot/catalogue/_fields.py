"""What the declaration of an option says: its values, its bounds, whether others may be said."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, MaxLen, MinLen
from pydantic.fields import FieldInfo

from bot.catalogue._vocabulary import Suggest
from bot.requests import Json


def values_of(info: FieldInfo) -> tuple[Json, ...]:
    """The values a field lists: its Literal's, or its suggestions."""
    suggested = (value for mark in marks_of(info) if isinstance(mark, Suggest) for value in mark.values)
    return tuple(dict.fromkeys((*_literals(info.annotation), *suggested)))


def is_open(info: FieldInfo) -> bool:
    """Whether other values than the listed ones may be said."""
    return not _literals(info.annotation)


def marks_of(info: FieldInfo) -> Iterator[object]:
    """Everything a field's annotation says beside its type, wherever it stands in a union."""
    yield from info.metadata
    yield from _marks(info.annotation)


def is_switch(info: FieldInfo) -> bool:
    """Whether it is on or off."""
    return takes(info, bool)


def takes(info: FieldInfo, kind: type) -> bool:
    """Whether a type stands anywhere in the field's annotation."""

    def within(hint: object) -> bool:
        return hint is kind or any(within(arg) for arg in get_args(hint))

    return within(info.annotation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a number, a text's length or a list's length may be; None where there is no bound."""

    low: float | None = None
    above: bool = False  # whether `low` itself is too little
    high: float | None = None
    shortest: int | None = None
    longest: int | None = None

    def words(self) -> str:
        """The range, ready to read: 1 to 15; "" where there is none."""
        low, high = number(self.low), number(self.high)
        low = f"more than {low}" if self.above else low
        if not high:
            return low if self.above or not low else f"{low} or more"
        if not low:
            return f"{high} at most"
        return f"{low}, {high} at most" if self.above else f"{low} to {high}"

    def length_words(self, unit: str) -> str:
        """The length, ready to read; "" where there is no bound."""
        if self.longest is None:
            return "" if self.shortest is None else f"{self.shortest} {unit} or more"
        return f"{self.longest} {unit} at most"


def number(value: float | None) -> str:
    """A bound as people write it, in full; "" where there is none."""
    return "" if value is None else str(int(value)) if value == int(value) else f"{value:g}"


def bounds_of(info: FieldInfo) -> Bounds:
    """The bounds a field declares."""
    found: dict[str, Any] = {}
    for mark in marks_of(info):
        match mark:
            case Ge(ge=low):
                found |= {"low": low}
            case Gt(gt=low):
                found |= {"low": low, "above": True}
            case Le(le=high):
                found |= {"high": high}
            case MinLen(min_length=shortest):
                found |= {"shortest": shortest}
            case MaxLen(max_length=longest):
                found |= {"longest": longest}
            case _:
                pass
    return Bounds(**found)


def _marks(hint: object) -> Iterator[object]:
    args = get_args(hint)
    if get_origin(hint) is Annotated:
        for mark in args[1:]:
            yield from mark.metadata if isinstance(mark, FieldInfo) else (mark,)
        args = args[:1]
    for arg in args:
        yield from _marks(arg)


def _literals(hint: object) -> tuple[Json, ...]:
    if get_origin(hint) is Literal:
        return get_args(hint)
    args = get_args(hint)[:1] if get_origin(hint) is Annotated else get_args(hint)
    return tuple(value for arg in args for value in _literals(arg))
