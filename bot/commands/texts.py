"""The message catalogues and their rendering: every word a member reads, in their language, escaped once.

A message is a template with `{placeholders}` in `messages/<language>.toml`, or a table with one template per plural
category (`by` names the number that decides, `ordinal` the one that ranks; `0` and `1` are for exactly so many). Values
decide how they are shown: text is escaped, numbers are grouped as the language does it, `replies.Text` nests. An
adapter hands in its `Markup` and gets text that is ready to send. A key or placeholder that is missing is a developer's
error: the tests compare every call with the catalogues and render strictly; in a chat it is logged and shown in
brackets, because a receipt with a hole is better than none.
"""

import importlib.resources
import re
import string
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, Protocol, TypeAlias

import babel
import structlog
from babel import dates, numbers

from bot import replies

_log = structlog.get_logger(__name__)

LANGUAGES = ("en", "zh")
"""The languages Atelier speaks; the first is the one for everybody else."""

_LOCALES = {"en": babel.Locale("en"), "zh": babel.Locale("zh", script="Hans")}
_LENGTHS: Mapping[str, Literal["long", "short"]] = {"en": "long", "zh": "short"}  # 秒, and not the stiff 秒钟
_DAYS: Mapping[str, str] = {"en": "d MMM", "zh": "M月d日"}
_MONTHS: Mapping[str, str] = {"en": "MMMM", "zh": "M月"}
_BEFORE_HAN = re.compile(r"(?<=\d)(?=[\u4e00-\u9fff])")  # 12|秒: where our texts leave a space
_CATEGORIES = frozenset({"0", "1", "zero", "one", "two", "few", "many", "other"})


class Markup(Protocol):
    """How one platform writes text; it escapes, nobody else does."""

    def escape(self, words: str) -> str:
        """Any words, so that they show as they are."""

    def bold(self, safe: str) -> str:
        """Text that is escaped already, emphasised."""

    def code(self, words: str) -> str:
        """Words to copy; escaped here, because code has its own rules."""

    def quote(self, words: str) -> str:
        """Somebody else's words; escaped here."""

    def moment(self, at: datetime) -> str:
        """A moment relative to now, kept live where the platform can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """The markup of places without any: button labels, plain lines."""

    language: str
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def escape(self, words: str) -> str:
        """Any words as they are."""
        return words

    def bold(self, safe: str) -> str:
        """Emphasis does not show."""
        return safe

    def code(self, words: str) -> str:
        """Words as they are."""
        return words

    def quote(self, words: str) -> str:
        """Words as they are: the messages bring their own quotation marks."""
        return words

    def moment(self, at: datetime) -> str:
        """A moment in words: in 12 seconds."""
        return relative(at, now=self.now(), language=self.language)


@dataclass(frozen=True, slots=True)
class Bold:
    """A value to emphasise."""

    value: object


@dataclass(frozen=True, slots=True)
class Code:
    """Words to type or copy: a command, a job's id, a model's id; a Text is rendered first."""

    words: "str | replies.Text"


@dataclass(frozen=True, slots=True)
class Seconds:
    """A length of time: 38 s, 2 min 10 s."""

    s: float


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the year: 27 Nov, 11月27日."""

    day: date


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the year: November, 11月."""

    day: date


@dataclass(frozen=True, slots=True)
class Listed:
    """Several values in a row: 16:9, 9:16, 1:1."""

    values: tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plural:
    """One template per plural category of a number."""

    by: str
    ordinal: bool
    forms: Mapping[str, str]

    def pick(self, locale: babel.Locale, params: Mapping[str, object]) -> str:
        count = params[self.by]
        amount = count.amount if isinstance(count, replies.Credits) else count
        if not isinstance(amount, int):
            raise KeyError(f"{self.by} decides a plural and is no number: {amount!r}")
        category = locale.ordinal_form(amount) if self.ordinal else locale.plural_form(amount)
        return self.forms.get(str(amount), self.forms.get(category, self.forms["other"]))


_Template: TypeAlias = str | _Plural
_FORMATTER = string.Formatter()


class Texts:
    """All messages in all languages."""

    def __init__(self, *, strict: bool = False) -> None:
        self._catalogues = {language: _load(language) for language in LANGUAGES}
        self._strict = strict  # whether what is missing raises KeyError

    def keys(self, language: str) -> frozenset[str]:
        """Every message's key."""
        return frozenset(self._catalogues[language])

    def has(self, key: str) -> bool:
        """Whether there is such a message."""
        return key in self._catalogues[LANGUAGES[0]]

    def forms(self, key: str, language: str) -> tuple[str, ...]:
        """The templates of a message: one, or one per plural category."""
        template = self._catalogues[language][key]
        return (template,) if isinstance(template, str) else tuple(template.forms.values())

    def placeholders(self, key: str, language: str) -> frozenset[str]:
        """What must be given to render a message."""
        template = self._catalogues[language][key]
        decides = frozenset() if isinstance(template, str) else frozenset({template.by})
        return decides | {name for form in self.forms(key, language) for _, name in _parts(form) if name}

    def render(self, text: replies.Text, language: str, markup: Markup) -> str:
        """One message, ready to send."""
        try:
            return "".join(self._pieces(text, spoken(language), markup))
        except KeyError as error:
            if self._strict:
                raise
            _log.error("message can't be rendered", key=text.key, language=language, words=str(error))
            return markup.escape(f"[{text.key}]")

    def plain(self, text: replies.Text, language: str) -> str:
        """One message without any markup, for button labels and logs."""
        return self.render(text, language, Plain(language=spoken(language)))

    def _pieces(self, text: replies.Text, language: str, markup: Markup) -> Iterator[str]:
        if (template := self._catalogues[language].get(text.key)) is None:
            raise KeyError(f"no message {text.key} in {language}")
        form = template if isinstance(template, str) else template.pick(_LOCALES[language], text.params)
        for literal, name in _parts(form):
            yield markup.escape(literal)
            if name:
                if name not in text.params:
                    raise KeyError(f"message {text.key} lacks {name}")
                yield self._show(text.params[name], language, markup)

    def _show(self, value: object, language: str, markup: Markup) -> str:
        match value:
            case replies.Text():
                return self.render(value, language, markup)
            case Bold():
                return markup.bold(self._show(value.value, language, markup))
            case Code():
                words = value.words if isinstance(value.words, str) else self.plain(value.words, language)
                return markup.code(words)
            case replies.Quoted():
                return markup.quote(shortened(value.words, limit=value.limit))
            case replies.When():
                return markup.moment(value.at)
            case replies.Credits():
                return self.render(replies.text("unit.credits", n=value.amount), language, markup)
            case Seconds():
                return self.render(_seconds(value.s), language, markup)
            case Day():
                return markup.escape(dates.format_date(value.day, format=_DAYS[language], locale=_LOCALES[language]))
            case Month():
                return markup.escape(dates.format_date(value.day, format=_MONTHS[language], locale=_LOCALES[language]))
            case Listed():
                shown = [self._show(each, language, markup) for each in value.values]
                return markup.escape("、" if language == "zh" else ", ").join(shown)
            case _:
                return markup.escape(_words(value, language))


def spoken(language: str | None) -> str:
    """The language of ours that serves a reader of `language` (en-GB, zh-CN, …) best."""
    start = (language or "").replace("_", "-").split("-")[0].lower()
    return start if start in LANGUAGES else LANGUAGES[0]


def relative(at: datetime, *, now: datetime, language: str) -> str:
    """A moment in words, relative to now, at least a second away: in 12 seconds, 12 秒后; 3 hours ago, 3 小时前."""
    ahead_s = round((at - now).total_seconds()) or (1 if at > now else -1)
    tongue = spoken(language)
    words = dates.format_timedelta(
        timedelta(seconds=ahead_s), add_direction=True, threshold=1.5, format=_LENGTHS[tongue], locale=_LOCALES[tongue]
    )
    return _BEFORE_HAN.sub(" ", words)


def shortened(words: str, *, limit: int) -> str:
    """Words on one line, cut to `limit` characters."""
    line = " ".join(words.split())
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def _words(value: object, language: str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(numbers.format_decimal(value, locale=_LOCALES[language]))
    return str(value)


def _seconds(s: float) -> replies.Text:
    whole = max(1, round(s))
    if whole < 90:
        return replies.text("unit.s", s=whole)
    minutes, rest = divmod(whole, 60)
    return replies.text("unit.min_s", min=minutes, s=rest) if rest else replies.text("unit.min", min=minutes)


def _parts(form: str) -> Iterator[tuple[str, str]]:
    """A template's literal pieces, each with the placeholder after it ("" at the end)."""
    for literal, name, _, _ in _FORMATTER.parse(form):
        yield literal, name or ""


def _load(language: str) -> Mapping[str, _Template]:
    source = importlib.resources.files(__package__) / "messages" / f"{language}.toml"
    return dict(_flat(tomllib.loads(source.read_text("utf-8")), ""))


def _flat(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, _Template]]:
    for name, value in table.items():
        if isinstance(value, str):
            yield prefix + name, value
        elif value.keys() - {"by", "ordinal"} <= _CATEGORIES and "other" in value:
            forms = {category: form for category, form in value.items() if category in _CATEGORIES}
            yield (
                prefix + name,
                _Plural(by=value.get("by") or value["ordinal"], ordinal="ordinal" in value, forms=forms),
            )
        else:
            yield from _flat(value, f"{prefix}{name}.")
