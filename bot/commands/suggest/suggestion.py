"""One thing to choose while a field is filled in, and how many and how long they may be."""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from bot.commands.texts import Plain, Texts, shortened
from bot.replies import Text

MOST = 25  # suggestions at once
LONGEST = 100  # characters of a value, and of a label

_Thing = TypeVar("_Thing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One thing to choose."""

    value: str  # what stands in the field then
    label: str  # what is read before


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads the labels."""

    texts: Texts
    language: str
    now: Callable[[], datetime]
    percent: int = 100  # of the models' prices that are charged where they read

    def words(self, label: Text | str) -> str:
        """A label whole, however long."""
        if isinstance(label, str):
            return label
        return self.texts.render(label, self.language, Plain(language=self.language, now=self.now))

    def suggestion(self, value: str, label: Text | str) -> Suggestion:
        """A value under a label that fits."""
        return Suggestion(value=value, label=shortened(self.words(label), limit=LONGEST))


def listed(found: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    """The first of them that fit, each value once."""
    kept: dict[str, Suggestion] = {}
    for each in found:
        if each.value.strip() and each.label and len(each.value) <= LONGEST:
            kept.setdefault(each.value, each)
        if len(kept) == MOST:
            break
    return tuple(kept.values())


def matching(typed: str, things: Iterable[_Thing], names: Callable[[_Thing], Iterable[str]]) -> list[_Thing]:
    """The things of which a name starts with what was typed, then those that contain it; all when nothing was."""
    wanted = _bare(typed)
    ranked = [(rank, thing) for thing in things if (rank := _rank(wanted, map(_bare, names(thing)))) is not None]
    return [thing for _, thing in sorted(ranked, key=lambda pair: pair[0])]


def _rank(wanted: str, names: Iterable[str]) -> int | None:
    found = [not name.startswith(wanted) for name in names if wanted in name]
    return int(all(found)) if found else None


def _bare(words: str) -> str:
    """Words as they are compared: without case, width, spaces and dashes."""
    return "".join(c for c in unicodedata.normalize("NFKC", words).casefold() if c.isalnum() or c in ":./")
