"""The grammar of the text platforms: a first word, flags anywhere, quotes, and a prompt left as it was written.

`/image a red fox --ratio 16:9 in snow` is the word `image`, the flag `ratio` and the words `a red fox in snow`.
What a phone makes of a flag (`—ratio`), a Chinese keyboard's `－－ratio＝16：9` and every usual pair of quotes are
understood. A flag starts a word, so `well--known` and ` - ` are prose; `--` alone ends the flags. Whatever is not a
flag stays as it was, character by character; an unknown flag is a Problem and never slips into the prompt.
"""

import difflib
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from bot import errors

Value: TypeAlias = str | bool

QUOTES: Mapping[str, str] = {
    # opening → what closes it
    '"': '"',
    "“": "”",
    "„": "“”",
    "「": "」",
    "『": "』",
    "«": "»",
    "＂": "＂",
    "'": "'",
    "‘": "’",
}
_APOSTROPHES = "'‘"  # they close only where no word goes on, and stay themselves when nothing closes them
_CLOSERS = {
    opening: re.compile(rf"[{closing}](?![^\W_])" if opening in _APOSTROPHES else f"[{closing}]")
    for opening, closing in QUOTES.items()
}
_HEAD = re.compile(
    r"\s*(?P<slash>[/／]?)(?P<word>\w+(?:-\w+)*)(?:@(?P<bot>\w+))?(?P<gap>(?:[:：,，]\s*|\s*))(?P<rest>.*)", re.DOTALL
)
_DASH = "-‐‑–—―−﹘﹣－"
_MARK = re.compile(f"[{_DASH}]|[{''.join(QUOTES)}]")
_END = re.compile(r"[-－]{2}(?:\s|\Z)")
_FLAG = re.compile(r"[-‐‑−﹣－]{2,3}(?P<name>[^\W\d_][\w-]*)")
_PHONE = re.compile(r"[–—―﹘]{1,2}-?(?P<name>[A-Za-z][A-Za-z0-9_-]*)(?=[\s=＝:：]|\Z)")  # what a phone makes of `--`
_SIGN = re.compile(r"[=＝:：]")
_WORD = re.compile(r"\S*")
_SPACE = re.compile(r"\s*")
_SWITCH = re.compile(r"\s+(true|false)(?=\s|\Z)", re.IGNORECASE)
_ON = frozenset({"true", "yes", "on", "1", "是", "开"})
_OFF = frozenset({"false", "no", "off", "0", "否", "关"})
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {ord("−"): ord("-")}
_SIZE = re.compile(r"(\d+)[×xX*](\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A line's first word and what follows it."""

    word: str  # lower case, without slash and bot's name; "" for a line without any word
    slash: bool  # whether it was marked as a command
    bot: str = ""  # the bot's name in `/image@BotName`
    rest: str = ""  # everything after it, unchanged
    unbroken: bool = False  # whether something other than a space follows it directly


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The flags a command knows."""

    names: Mapping[str, str]  # how it may be written, lower case with `_` → the option's one name
    switches: frozenset[str] = frozenset()  # options that are on or off: no value needed
    lists: frozenset[str] = frozenset()  # options whose value goes on after a comma: --no cars, people


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One flag as it was given."""

    name: str  # the option's name
    value: Value
    written: str  # `--ar`, as the member wrote it


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What follows a command's word."""

    words: str = ""  # everything that is no flag, unchanged
    flags: tuple[Flag, ...] = ()
    literal: bool = False  # whether `--` said that the words are meant letter by letter

    @property
    def prompt(self) -> str:
        """The words, without the quotes when all of them stand in one pair."""
        return self.words if self.literal else unquote(self.words)

    def values(self, name: str) -> tuple[Value, ...]:
        """Everything given for one option, in order."""
        return tuple(flag.value for flag in self.flags if flag.name == name)


def head(text: str) -> Head:
    """Part a line's first word from the rest."""
    if not (found := _HEAD.match(text)):
        return Head(word="", slash=False, rest=text)
    return Head(
        word=found["word"].lower(),
        slash=bool(found["slash"]),
        bot=found["bot"] or "",
        rest=found["rest"],
        unbroken=not found["gap"] and found["rest"][:1] not in ("", *QUOTES),
    )


def quote(words: str) -> str:
    """The words in a pair of quotes they don't contain, so that `read` gives back exactly them."""
    for opening, closing in QUOTES.items():
        if opening not in _APOSTROPHES and not any(mark in words for mark in closing):
            return f"{opening}{words}{closing[0]}"
    return f"-- {words}"


def unquote(words: str) -> str:
    """The words without their quotes when one pair embraces all of them."""
    inner = words.strip()
    closed = closing(inner, 0) if inner and inner[0] in QUOTES else None
    return inner[1:-1] if closed == len(inner) else words


def leading_quote(words: str) -> tuple[str, str]:
    """What the quotes at the start embrace and what follows them; ("", words) without any."""
    inner = words.lstrip()
    closed = closing(inner, 0) if inner and inner[0] in QUOTES else None
    return (inner[1 : closed - 1], inner[closed:]) if closed else ("", words)


def read(text: str, vocabulary: Vocabulary) -> Line:
    """Part flags from words. Raises Invalid with every flag that is unknown or lacks its value."""
    return _Reader(text=text, vocabulary=vocabulary).line()


def nearest(word: str, known: Collection[str]) -> str:
    """The known word most like it, or ""."""
    close = difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=0.6)
    return close[0] if close else ""


def switched(value: str) -> bool | None:
    """Whether a word says on or off; None when it says neither."""
    said = plain(value).lower()
    return True if said in _ON else False if said in _OFF else None


def opposite(written: str, vocabulary: Vocabulary) -> str:
    """The switch that `no-sound` turns off; "" where it names none."""
    negated = key(written)
    name = vocabulary.names.get(negated.removeprefix("no_"), "") if negated.startswith("no_") else ""
    return name if name in vocabulary.switches else ""


def plain(value: str) -> str:
    """A short value as a narrow keyboard writes it: １６：９, → 16:9, 1024×768 → 1024x768."""
    value = value.rstrip(",，、；。")
    if all(ord(c) < 128 or ord(c) in _WIDE for c in value):
        value = value.translate(_WIDE)
    if size := _SIZE.fullmatch(value):
        return f"{size[1]}x{size[2]}"
    return value


@dataclass(slots=True, kw_only=True)
class _Reader:
    """Reads one text once, from left to right."""

    text: str
    vocabulary: Vocabulary
    kept: list[str] = field(default_factory=list)  # pieces of prose
    flags: list[Flag] = field(default_factory=list)
    problems: list[errors.Problem] = field(default_factory=list)
    open: set[str] = field(default_factory=set)  # quotes that nothing closes any more

    def line(self) -> Line:
        """Everything, or Invalid."""
        start = at = 0
        tail: str | None = None
        joins = False  # whether a flag may follow without a space: a quote has just closed
        while mark := _MARK.search(self.text, at):
            here = mark.start()
            bounded = self._bounded(here) or (joins and here == at)
            at, joins = mark.end(), False
            if not bounded:
                continue
            if end := _END.match(self.text, here):
                self.kept.append(self.text[start:here])
                tail, start = self.text[end.end() :], len(self.text)
                break
            if flag := self._flag(here):
                self.kept.append(self.text[start:here])
                start = at = self._take(flag)
                joins = True
            elif mark[0] in QUOTES:
                at, joins = self._past_quote(here)
        self.kept.append(self.text[start:])
        if self.problems:
            raise errors.Invalid(*self.problems)
        return self._joined(tail)

    def _past_quote(self, at: int) -> tuple[int, bool]:
        """Where the text goes on after a quote, and whether it closed: an open one goes on to the end."""
        opening = self.text[at]
        closed = None if opening in self.open else closing(self.text, at)
        if closed is not None:
            return closed, True
        self.open.add(opening)  # so that a text full of apostrophes is searched once
        return (at + 1 if opening in _APOSTROPHES else len(self.text)), False

    def _joined(self, tail: str | None) -> Line:
        words = _join(self.kept)
        if tail is None:
            return Line(words=words, flags=tuple(self.flags))
        return Line(words=f"{words} {tail}" if words else tail, flags=tuple(self.flags), literal=True)

    def _bounded(self, at: int) -> bool:
        """Whether a word may start here: after nothing, a space, or a letter of a script without spaces."""
        before = self.text[at - 1] if at else " "
        if before.isspace() or before in "([{":
            return True
        return unicodedata.category(before) == "Cf" or unicodedata.east_asian_width(before) in "WF"

    def _flag(self, at: int) -> re.Match[str] | None:
        if found := _FLAG.match(self.text, at):
            return found
        found = _PHONE.match(self.text, at)
        return found if found and (self._name(found["name"]) or found["name"].islower()) else None

    def _name(self, written: str) -> str:
        return self.vocabulary.names.get(key(written), "")

    def _take(self, found: re.Match[str]) -> int:
        """Keep one flag with its value; where the text goes on."""
        written, name, at = f"--{found['name']}", self._name(found["name"]), found.end()
        if not name:
            if off := opposite(found["name"], self.vocabulary):
                self.flags.append(Flag(name=off, value=False, written=written))
            else:
                self.problems.append(self._unknown(written))
            return at
        value, at = self._value(name, at)
        if value == "" and not self._quoted_nothing(found.end(), at):
            self.problems.append(errors.Problem(field=name, rule="no_value"))
        else:
            self.flags.append(Flag(name=name, value=value, written=written))
        return at

    def _unknown(self, written: str) -> errors.Problem:
        near = nearest(key(written.lstrip("-")), self.vocabulary.names)
        return errors.Problem(
            field=written.lstrip("-"), rule="flag", value=written, allowed=f"--{near.replace('_', '-')}" if near else ""
        )

    def _quoted_nothing(self, start: int, end: int) -> bool:
        return any(mark in self.text[start:end] for mark in QUOTES)

    def _value(self, name: str, at: int) -> tuple[Value, int]:
        sign = _SIGN.match(self.text, at)
        if name in self.vocabulary.switches:
            return self._switch(name, at, sign)
        if sign:
            return self._one(sign.end(), listed=name in self.vocabulary.lists)
        start = self._past_space(at)
        if _END.match(self.text, start) or self._flag(start):
            return "", at
        return self._one(start, listed=name in self.vocabulary.lists)

    def _past_space(self, at: int) -> int:
        space = _SPACE.match(self.text, at)
        return space.end() if space else at

    def _switch(self, name: str, at: int, sign: re.Match[str] | None) -> tuple[Value, int]:
        if sign:
            said, at = self._one(sign.end(), listed=False)
            if (meant := switched(said)) is None:
                self.problems.append(errors.Problem(field=name, rule="choice", value=said, allowed="yes, no"))
            return meant is True, at
        if said_word := _SWITCH.match(self.text, at):
            return said_word[1].lower() == "true", said_word.end()
        return True, at

    def _one(self, at: int, *, listed: bool) -> tuple[str, int]:
        """One quoted or unbroken value, with what a trailing comma announces where lists are taken."""
        if at < len(self.text) and self.text[at] in QUOTES and (closed := closing(self.text, at)):
            return self.text[at + 1 : closed - 1], closed
        word = _WORD.match(self.text, at)
        value, at = (word[0], word.end()) if word else ("", at)
        while listed and value.endswith((",", "，", "、")):
            start = self._past_space(at)
            more = _WORD.match(self.text, start)
            if not more or not more[0] or self._flag(start) or _END.match(self.text, start):
                break
            value, at = f"{value} {more[0]}", more.end()
        return value, at


def key(written: str) -> str:
    """A flag's name as the vocabulary has it: Sample-Rate → sample_rate."""
    return unicodedata.normalize("NFKC", written).lower().replace("-", "_")


def closing(text: str, at: int) -> int | None:
    """Where the quote that opens at `at` has closed, or None when it never does."""
    found = _CLOSERS[text[at]].search(text, at + 1)
    return found.end() if found else None


def _join(pieces: list[str]) -> str:
    """Prose around flags as one text: each cut becomes one space, or one line's end where there was one."""
    joined = ""
    for piece in pieces:
        if not piece.strip():
            joined += "\n" if joined and "\n" in piece and not joined.endswith("\n") else ""
            continue
        if not joined:
            joined = piece
            continue
        left, right = joined.rstrip(), piece.lstrip()
        gap = joined[len(left) :] + piece[: len(piece) - len(right)]
        joined = left + ("\n" if "\n" in gap else " ") + right
    return joined.strip()
