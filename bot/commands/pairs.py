"""Options written into one field of a form: `seed=7 style="calm, warm" subtitles`.

A form's field holds nothing but options, so that a key needs no dashes: `key=value`, `key: value`, `key value`, and a
switch alone. Dashes, full-width signs, Chinese names, every usual pair of quotes and commas between the pairs are
understood as well. A text that is still being typed is scanned just the same, for what may come next.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot import errors
from bot.commands import grammar
from bot.commands.grammar import Flag, Value, Vocabulary

_DASH = "-‐‑–—―−﹘﹣－"
_KEY = re.compile(rf"(?P<dashes>[{_DASH}]*)(?P<key>[^\W\d_][\w-]*)(?P<sign>\s*[=＝:：])?")
_BETWEEN = re.compile(r"[\s,，、;；]*")
_SPACE = re.compile(r"\s*")
_WORD = re.compile(r"\S+")
_ON_OR_OFF = re.compile(r"\s+(true|false)(?=[\s,，、;；]|\Z)", re.IGNORECASE)
_LISTING = (",", "，", "、")
_TRAILING = ",，、;；"
_COMMA = re.compile(f"[{_TRAILING}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One key with its value, and where they stand."""

    name: str  # the option's name; "" for a key that nobody knows
    written: str  # the key as it was written
    value: Value | None  # None where it lacks one
    start: int  # where it starts
    value_at: int  # where its value starts, or would; `end` for a switch without one
    end: int  # where it ends
    signed: bool = False  # whether a sign stands between the key and its value
    doubtful: bool = False  # whether a switch was given something that is neither on nor off


def read(text: str, vocabulary: Vocabulary) -> tuple[Flag, ...]:
    """The options of a whole field. Raises Invalid with every key that is unknown or lacks its value."""
    flags: list[Flag] = []
    problems: list[errors.Problem] = []
    for pair in scan(text, vocabulary):
        if problem := _problem(pair, vocabulary):
            problems.append(problem)
        elif pair.value is not None:
            flags.append(Flag(name=pair.name, value=pair.value, written=pair.written))
    if problems:
        raise errors.Invalid(*problems)
    return tuple(flags)


def scan(text: str, vocabulary: Vocabulary) -> Iterator[Pair]:
    """Every pair from left to right, whatever is wrong with it."""
    at = _past(_BETWEEN, text, 0)
    while at < len(text):
        pair = _pair(text, at, vocabulary)
        yield pair
        at = _past(_BETWEEN, text, max(pair.end, at + 1))


def unknown(written: str, vocabulary: Vocabulary) -> errors.Problem:
    """A key that nobody knows, with the nearest that somebody does."""
    bare = written.lstrip(_DASH)
    return errors.Problem(
        field=bare, rule="unknown", value=bare, allowed=grammar.nearest(grammar.key(bare), vocabulary.names)
    )


def _problem(pair: Pair, vocabulary: Vocabulary) -> errors.Problem | None:
    if not pair.name:
        return unknown(pair.written, vocabulary)
    if pair.value is None:
        return errors.Problem(field=pair.name, rule="no_value")
    if pair.doubtful:
        return errors.Problem(field=pair.name, rule="choice", value=pair.value, allowed="yes, no")
    return None


def _pair(text: str, at: int, vocabulary: Vocabulary) -> Pair:
    if not (found := _KEY.match(text, at)):
        word = _WORD.match(text, at)
        end = word.end() if word else at + 1
        return Pair(name="", written=text[at:end], value=None, start=at, value_at=end, end=end)
    name, end = vocabulary.names.get(grammar.key(found["key"]), ""), found.end()
    written = text[at : found.end("key")]
    if not name and (off := grammar.opposite(found["key"], vocabulary)) and not found["sign"]:
        return Pair(name=off, written=written, value=False, start=at, value_at=end, end=end)
    signed = bool(found["sign"])
    if name in vocabulary.switches:
        return _switch(text, name, written, vocabulary, start=at, end=end, signed=signed)
    if not name and not signed:
        return Pair(name="", written=written, value=None, start=at, value_at=end, end=end)
    value, value_at, end = _value(text, end, name, vocabulary)
    return Pair(name=name, written=written, value=value, start=at, value_at=value_at, end=end, signed=signed)


def _switch(text: str, name: str, written: str, vocabulary: Vocabulary, *, start: int, end: int, signed: bool) -> Pair:
    if signed:
        value_at = _past(_SPACE, text, end)
        value, end = _one(text, value_at, vocabulary)
        meant = grammar.switched(value) if value else None
        return Pair(
            name=name,
            written=written,
            value=meant if meant is not None else value or None,
            start=start,
            value_at=value_at,
            end=end,
            signed=True,
            doubtful=bool(value) and meant is None,
        )
    if said := _ON_OR_OFF.match(text, end):
        on = said[1].lower() == "true"
        return Pair(name=name, written=written, value=on, start=start, value_at=said.start(1), end=said.end())
    return Pair(name=name, written=written, value=True, start=start, value_at=end, end=end)


def _value(text: str, at: int, name: str, vocabulary: Vocabulary) -> tuple[str | None, int, int]:
    """A value, where it starts and where it ends; None where another pair or nothing follows."""
    start = _past(_SPACE, text, at)
    if start == len(text):
        return None, start, start
    if _begins(text, start, vocabulary):
        return None, at, at
    quoted = text[start] in grammar.QUOTES
    value, end = _one(text, start, vocabulary)
    while not quoted and name in vocabulary.lists and text[start:end].endswith(_LISTING):
        further = _past(_SPACE, text, end)
        if further == len(text) or _begins(text, further, vocabulary):
            break
        _, end = _one(text, further, vocabulary)
        value = text[start:end].rstrip(_TRAILING)
    return value, start, end


def _begins(text: str, at: int, vocabulary: Vocabulary) -> bool:
    """Whether another pair begins here: a known key with a sign or dashes."""
    found = _KEY.match(text, at)
    if not found or not (found["sign"] or found["dashes"]):
        return False
    return bool(vocabulary.names.get(grammar.key(found["key"])) or grammar.opposite(found["key"], vocabulary))


def _one(text: str, at: int, vocabulary: Vocabulary) -> tuple[str, int]:
    """One value: what its quotes embrace (all the rest where they don't close), or one word up to a comma and a key."""
    if at < len(text) and text[at] in grammar.QUOTES:
        closed = grammar.closing(text, at)
        return (text[at + 1 : closed - 1], closed) if closed else (text[at + 1 :], len(text))
    if not (word := _WORD.match(text, at)):
        return "", at
    ends = (comma.end() for comma in _COMMA.finditer(text, at, word.end()))
    end = next((end for end in ends if _begins(text, end, vocabulary)), word.end())
    return text[at:end].rstrip(_TRAILING), end


def _past(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
