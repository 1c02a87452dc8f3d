"""Limits, as the prose of the description states them."""

import re
from dataclasses import dataclass
from typing import Any, Literal

Unit = Literal["characters", "bytes", "items", "value"]

_SIZED = re.compile(r"(?<![\d-])(\d+)-(\d+) (characters|bytes|items|tags|options|tasks)\b", re.IGNORECASE)
_LISTED = re.compile(r"list of (\d+)-(\d+) ", re.IGNORECASE)
_MOST = re.compile(r"At most (\d+) \w+ can be specified")
_RANGE = re.compile(r"(?:[Vv]alues between|[;,]) (\d+)-(\d+)(?: are accepted)?(?:[.,;]|$)")
_PARSED = re.compile(r"after entit(?:y|ies) parsing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The least and the most of something."""

    low: int
    high: int
    unit: Unit
    parsed: bool = False  # counted after the markup is taken out

    def __str__(self) -> str:
        return f"{self.low}-{self.high} {self.unit}" + (" parsed" if self.parsed else "")

    def allows(self, value: Any) -> bool:
        """Whether a value of the right type is within the limit."""
        return self.low <= self._size(value) <= self.high

    def _size(self, value: Any) -> float:
        match self.unit:
            case "characters":
                return utf16(value)
            case "bytes":
                return len(value.encode())
            case "items":
                return len(value)
            case "value":
                return float(value)


def utf16(text: str) -> int:
    """Length in UTF-16 code units, as Telegram counts offsets and lengths."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def read(types: tuple[str, ...], prose: str) -> Limit | None:
    """The limit that a field's prose states, or None."""
    if types == ("String",):
        return _of_text(prose)
    if types[0].startswith("Array"):
        return _of_list(prose)
    if types in (("Integer",), ("Float",)):
        found = _RANGE.search(prose)
        return _limit(found, "value") if found else None
    return None


def _of_text(prose: str) -> Limit | None:
    found = _SIZED.search(prose)
    if found is None:
        return None
    unit: Unit = "bytes" if found[3].lower() == "bytes" else "characters"
    return _limit(found, unit, parsed=bool(_PARSED.search(prose)))


def _of_list(prose: str) -> Limit | None:
    found = _SIZED.search(prose) or _LISTED.search(prose)
    if found:
        return _limit(found, "items")
    most = _MOST.search(prose)
    return Limit(low=0, high=int(most[1]), unit="items") if most else None


def _limit(found: "re.Match[str]", unit: Unit, *, parsed: bool = False) -> Limit:
    return Limit(low=int(found[1]), high=int(found[2]), unit=unit, parsed=parsed)
