"""The operator's changes to the models, as `atelier.toml` says them: ids, names, prices, what is offered and how."""

import difflib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from bot.catalogue._prices import By, Flat, Rate, Scaled
from bot.catalogue._shelf import QUALITIES, Shelved, arrange, everything, shelve
from bot.catalogue._spec import Model
from bot.errors import OperatorError


def change(path: Path | None, *, providers: Iterable[str] = ()) -> None:
    """Put the models on the shelf as the file at `path` wants them (None: as they are); `providers` as for `arrange`.

    Raises OperatorError that names the line and the reason, or what is wrong with the file; then nothing has changed.
    """
    models = everything()
    if path is not None:
        models = Changes(_text(path), name=str(path)).applied(models)
    arrange(models, providers=providers)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise OperatorError(f"{path} is not UTF-8 text. Save it as UTF-8.") from None
    except OSError as error:
        words = f"ATELIER_TOML={str(path)!r} can't be read: {error.strerror}. Correct the path, or leave it out."
        raise OperatorError(words) from error


TABLE = "models"
KEYS: Mapping[str, tuple[type, ...]] = {
    "like": (str,),
    "title": (str,),
    "aliases": (list,),
    "hidden": (bool,),
    "on": (bool,),
    "quality": (str,),
    "route": (str,),
    "price": (int, float, dict),
    "price_factor": (int, float),
    "typical_s": (int, float),
}
"""What may be said of a model, and of what type."""

_TYPES = {str: "a text in quotes", list: "a list of texts", bool: "true or false", int: "a number", dict: "a table"}
_NO_NAME = re.compile(r"[\s\"'`,;|]|^-|^$")  # what can't stand in a name that is typed after --model
TITLE_MOST = 60  # characters: it stands on buttons, beside a price
MOST = 1e6  # credits or seconds: more is a slip


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one table says of one model."""

    id: str
    said: Mapping[str, Any]


class Changes:
    """The changes of one file; `name` is how errors call it, together with the line."""

    def __init__(self, text: str, *, name: str) -> None:
        """Raises OperatorError for a text that is no such file."""
        self._name = name
        self._lines = text.split("\n")
        try:
            read = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"\(at line (\d+), column \d+\)|\(at end of document\)", str(error))
            words = str(error)[: found.start()].strip() if found else str(error)
            line = int(found[1]) if found and found[1] else len(text.splitlines()) or 1
            raise OperatorError(f"{name}, line {line}: {words[:1].lower() + words[1:]}. Correct it.") from None
        self._tables = self._checked(read)

    def applied(self, models: Iterable[Model]) -> tuple[Model, ...]:
        """The models as the operator wants them. Raises OperatorError that names the line and the reason."""
        found = {model.id: model for model in models}
        for change in self._tables:
            found[change.id] = self._changed(change, found)
            try:
                shelve(iter(found.values()))
            except Shelved as error:
                self._refuse(change, "aliases", f"{error}. Take another name")
        return tuple(found.values())

    # --- what a table may say

    def _checked(self, read: Mapping[str, Any]) -> tuple[Change, ...]:
        for name in read:
            if name != TABLE:
                raise OperatorError(
                    f"{self._name}, line {self._line(name)}: there is no [{name}] here. "
                    'Every table is called [models."ID"].'
                )
        tables = read.get(TABLE, {})
        if not isinstance(tables, dict):
            line = self._line(TABLE)
            raise OperatorError(f'{self._name}, line {line}: `models` is no table. Write [models."ID"] for each model.')
        return tuple(self._table(id, said) for id, said in tables.items())

    def _table(self, id: str, said: Any) -> Change:
        change = Change(id=id, said=said if isinstance(said, dict) else {})
        if not isinstance(said, dict):
            self._refuse(change, "", f'write [models."{id}"] and what is to change below it')
        for key, value in said.items():
            if isinstance(value, dict) and key not in KEYS:
                self._refuse(change, key, f'a model\'s id with a dot stands in quotes: [models."{id}.{key}"]')
            if key not in KEYS:
                near = difflib.get_close_matches(key, KEYS, n=1)
                known = f"Did you mean {near[0]}?" if near else f"These are known: {', '.join(KEYS)}."
                self._refuse(change, key, f"{key} is nothing that can be changed. {known}", cure="")
            wanted = KEYS[key]
            if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
                self._refuse(change, key, f"{key} must be {' or '.join(_type(wanted))}, and not {value!r}")
        return change

    # --- what it changes

    def _changed(self, change: Change, models: Mapping[str, Model]) -> Model:
        said = change.said
        model = self._new(change, models) if "like" in said else self._known(change, models)
        if "title" in said:
            model = replace(model, title=self._title(change))
        if "aliases" in said:
            model = replace(model, aliases=tuple(dict.fromkeys((*model.aliases, *self._aliases(change)))))
        if "route" in said:
            model = self._routed(change, model)
        if "quality" in said:
            model = replace(model, tier=self._tier(change), first=True)
        if "typical_s" in said:
            model = replace(model, typical_s=self._positive(change, "typical_s"))
        hidden, on = said.get("hidden", model.hidden), said.get("on", model.turned_on)
        return replace(model, hidden=hidden, turned_on=on, rate=self._rate(change, model.rate))

    def _known(self, change: Change, models: Mapping[str, Model]) -> Model:
        if (model := models.get(change.id)) is None:
            cure = f'{_meant(change.id, models)}A new one of a family we have is made with like = "ID".'
            self._refuse(change, "", f"there is no model {change.id}. {cure}", cure="")
        return model

    def _new(self, change: Change, models: Mapping[str, Model]) -> Model:
        like = models.get(change.said["like"])
        if change.id in models:
            self._refuse(change, "like", f"{change.id} is there already: leave `like` out to change it", cure="")
        if like is None:
            later = any(change.said["like"] == each.id != change.id for each in self._tables)
            cure = "It is made further down: put it first." if later else _meant(change.said["like"], models).strip()
            self._refuse(change, "like", f"there is no model {change.said['like']} to be like. {cure}".strip(), cure="")
        if _NO_NAME.search(change.id):
            self._refuse(change, "", f"{change.id!r} is no id: write it as the provider does, without blanks")
        known = like.like or like.id
        return replace(like, id=change.id, title=change.id, aliases=(), tier="", hidden=False, like=known)

    def _title(self, change: Change) -> str:
        title: str = change.said["title"].strip()
        if not title.isprintable() or not 0 < len(title) <= TITLE_MOST:
            self._refuse(change, "title", f"title must be a line of 1 to {TITLE_MOST} characters, and not {title!r}")
        return title

    def _aliases(self, change: Change) -> Iterator[str]:
        for alias in change.said["aliases"]:
            if not isinstance(alias, str) or _NO_NAME.search(alias) or not alias.isprintable():
                self._refuse(change, "aliases", f"{alias!r} is no name that can be typed: a word in quotes")
            yield alias

    def _routed(self, change: Change, model: Model) -> Model:
        route = change.said["route"]
        if route not in model.routes:
            known = ", ".join(model.routes) or "only one"
            self._refuse(change, "route", f"{model.id} has no route {route or 'without a name'}; it has {known}")
        return replace(model, route=route, operations=model.routes[route])

    def _tier(self, change: Change) -> str:
        quality: str = change.said["quality"]
        if quality not in (*QUALITIES, "none"):
            self._refuse(change, "quality", f"quality must be {', '.join(QUALITIES)} or none, and not {quality}")
        return "" if quality == "none" else quality

    def _rate(self, change: Change, rate: Rate) -> Rate:
        said = change.said
        if "price" in said and "price_factor" in said:
            self._refuse(change, "price_factor", "price and price_factor can't both be said")
        if "price_factor" in said:
            return Scaled(rate, self._positive(change, "price_factor"))
        price = said.get("price")
        if price is None:
            return rate
        return self._by(change, rate, price) if isinstance(price, dict) else Flat(self._positive(change, "price"))

    def _by(self, change: Change, rate: Rate, price: Mapping[str, Any]) -> Rate:
        if not isinstance(rate, By):
            self._refuse(
                change, "price", f"the price of {change.id} is {rate.words()}: say one number or a price_factor"
            )
        if not price:
            self._refuse(change, "price", "price says nothing: write a number, or one for each value")
        known = {str(value): value for value in rate.credits}
        credits = dict(rate.credits)
        for name, each in price.items():
            if name not in known:
                self._refuse(
                    change,
                    "price",
                    f"{name} is no {rate.option} of {change.id}; these are: {', '.join(known)}",
                    of=name,
                )
            if isinstance(each, bool) or not isinstance(each, int | float) or not 0 < each < MOST:
                words = f"the price for {name} must be a number above 0, and not {each!r}"
                self._refuse(change, "price", words, of=name)
            credits[known[name]] = each
        return By(rate.option, credits)

    def _positive(self, change: Change, key: str) -> float:
        value: float = change.said[key]
        if not 0 < value < MOST:
            bound = f" and below {MOST:,.0f}" if value >= MOST else ""
            self._refuse(change, key, f"{key} must be a number above 0{bound}, and not {value!r}")
        return value

    def _refuse(self, change: Change, key: str, reason: str, *, cure: str = " Correct it.", of: str = "") -> NoReturn:
        """`of` is the part of a key's table that is wrong."""
        line = self._line(TABLE, change.id, *filter(None, (key, of)))
        end = "" if reason.endswith((".", "?")) else "."
        raise OperatorError(f"{self._name}, line {line}: {reason}{end}{cure}")

    def _line(self, *path: str) -> int:
        """Where this stands, or the nearest of what it stands in: the first line without which the text lacks it."""
        read_to, found = 0, 1
        for number in range(1, len(self._lines) + 1):
            try:
                read: object = tomllib.loads("\n".join(self._lines[:number]))
            except tomllib.TOMLDecodeError:
                continue  # in the middle of a text or a list
            if (depth := _depth(read, path)) == len(path):
                return read_to + 1
            if depth and found == 1:
                found = read_to + 1
            read_to = number
        return found


def _depth(read: object, path: Sequence[str]) -> int:
    """How many names of a path lead somewhere."""
    for depth, name in enumerate(path):
        if not isinstance(read, dict) or name not in read:
            return depth
        read = read[name]
    return len(path)


def _meant(name: str, models: Mapping[str, Model]) -> str:
    """The id that somebody may have meant: an alias's, or the nearest."""
    ids = {known.casefold(): model.id for model in models.values() for known in (model.id, *model.aliases)}
    near = difflib.get_close_matches(name.casefold(), ids, n=1)
    return f"Did you mean {ids[near[0]]}? " if near else ""


def _type(wanted: tuple[type, ...]) -> Iterator[str]:
    return (words for kind, words in _TYPES.items() if kind in wanted)
