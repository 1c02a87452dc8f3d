"""Of more values than anybody reads, those that are nearest to the one that can't be had."""

import difflib
import math
import re
from collections.abc import Sequence

from bot.requests import Json

MANY = 20  # values that are still all listed
FEW = 3  # of them that are offered otherwise


def nearest(wanted: Json, values: Sequence[Json]) -> Sequence[Json]:
    """All values where they are few, else a few that are most like the wanted one; all again where none is."""
    if len(values) <= MANY:
        return values
    if (size := _size(wanted)) is not None:
        sizes = {value: found for value in values if (found := _size(value)) is not None}
        return sorted(sizes, key=lambda value: _distance(sizes[value], size))[:FEW]
    texts = {str(value): value for value in values}
    return [texts[text] for text in difflib.get_close_matches(str(wanted), texts, n=FEW)] or values


def _size(value: Json) -> tuple[int, int] | None:
    found = re.fullmatch(r"\s*([1-9]\d{0,4})\s*[x*×]\s*([1-9]\d{0,4})\s*", str(value), re.IGNORECASE)
    return (int(found[1]), int(found[2])) if found else None


def _distance(one: tuple[int, int], other: tuple[int, int]) -> float:
    """How much two sizes differ in width and height."""
    return sum(abs(math.log(a / b)) for a, b in zip(one, other, strict=True))
