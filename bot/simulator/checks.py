"""Checks of one field: each takes a JSON value and says what is wrong with it, or None."""

import re
from collections.abc import Callable, Mapping

import yarl

from bot.simulator import drafts, refusals

Check = Callable[[object], str | None]


def text(value: object) -> str | None:
    """A string with something in it."""
    if not isinstance(value, str):
        return "must be a string"
    return None if value.strip() else "must not be empty"


def anything(value: object) -> str | None:
    """A string that is passed through and whose values aren't documented."""
    return None if isinstance(value, str) else "must be a string"


def flag(value: object) -> str | None:
    """A JSON boolean; the text "true" isn't one."""
    return None if isinstance(value, bool) else "must be a boolean"


def number(value: object) -> str | None:
    """A JSON number; a text of digits isn't one."""
    return None if isinstance(value, int | float) and not isinstance(value, bool) else "must be a number"


def mapping(value: object) -> str | None:
    """A JSON object."""
    return None if isinstance(value, dict) else "must be an object"


def array(value: object) -> str | None:
    """A JSON array."""
    return None if isinstance(value, list) else "must be an array"


def positive(value: object) -> str | None:
    """A number above zero."""
    return number(value) or (None if isinstance(value, int | float) and value > 0 else "must be greater than 0")


def whole(low: int, high: int) -> Check:
    """An integer from `low` to `high`, both allowed."""

    def check(value: object) -> str | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return "must be an integer"
        return None if low <= value <= high else f"must be from {low} to {high}"

    return check


def one_of(*choices: object) -> Check:
    """One of the documented values, exactly as printed."""

    def check(value: object) -> str | None:
        known = any(value == choice and type(value) is type(choice) for choice in choices)
        return None if known else f"must be one of {', '.join(str(choice) for choice in choices)}"

    return check


def any_of(*alternatives: Check) -> Check:
    """Whatever one of these checks allows; the complaint is that of the last."""

    def check(value: object) -> str | None:
        complaints = [alternative(value) for alternative in alternatives]
        return None if None in complaints else complaints[-1]

    return check


def url(value: object) -> str | None:
    """An http(s) URL."""
    if not isinstance(value, str):
        return "must be a URL string"
    try:
        parsed = yarl.URL(value)
    except ValueError:
        return "must be a valid URL"
    return None if parsed.scheme in ("http", "https") and parsed.host else "must be an http or https URL"


def url_or_object(value: object) -> str | None:
    """A URL, or an object with one under `url`."""
    if isinstance(value, dict):
        return url(value.get("url"))
    return url(value)


def picture(value: object) -> str | None:
    """A URL, an object with one, or the files of a form."""
    return files()(value) if _sent_as_files(value) else url_or_object(value)


def files(least: int = 1, most: int | None = None) -> Check:
    """Files of a form, all under one name."""

    def check(value: object) -> str | None:
        if not isinstance(value, list) or not _sent_as_files(value):
            return "must be a file"
        if not all(one.data for one in value):
            return "is an empty file"
        if len(value) < least:
            return f"must be at least {least} files"
        return f"must be at most {most} files" if most is not None and len(value) > most else None

    return check


def data(value: object) -> str | None:
    """Base64 of some bytes, with or without "data:…;base64," in front."""
    if not isinstance(value, str):
        return "must be a base64 string"
    return None if drafts.decoded(value) else "must be base64"


def _sent_as_files(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, drafts.Upload) for one in value)


def at_most(most: int, several: Check) -> Check:
    """An array that passes a check and isn't longer than this."""

    def check(value: object) -> str | None:
        complaint = several(value)
        return complaint or (f"must be at most {most}" if isinstance(value, list) and len(value) > most else None)

    return check


def each(one: Check) -> Check:
    """An array with at least one entry, each of which passes a check."""

    def check(value: object) -> str | None:
        if not isinstance(value, list):
            return "must be an array"
        return next((complaint for complaint in map(one, value) if complaint), None) if value else "must not be empty"

    return check


def pixels(value: object) -> str | None:
    """Width and height as "1024x768", where no list of sizes is documented; what this machine is willing to draw."""
    found = re.fullmatch(r"(\d{2,4})x(\d{2,4})", value) if isinstance(value, str) else None
    sides = (int(found[1]), int(found[2])) if found else (0, 0)
    return None if all(64 <= side <= 4096 for side in sides) else "must be two numbers of pixels with x between them"


def urls(value: object) -> str | None:
    """An array of URLs with at least one in it."""
    if not isinstance(value, list):
        return "must be an array of URL strings"
    if not value:
        return "must not be empty"
    return next((complaint for complaint in map(url, value) if complaint), None)


def fields(body: Mapping[str, object], known: Mapping[str, Check], *, under: str = "") -> None:
    """Check every field of an object; one that no page names is refused, so that a slip of the pen is seen."""
    for name, value in body.items():
        param = f"{under}{name}"
        if name not in known:
            raise refusals.Refused(f"`{param}` is not a parameter of this model.", param=param)
        if complaint := known[name](value):
            raise refusals.Refused(f"`{param}` {complaint}.", param=param)


def need(body: Mapping[str, object], *names: str, under: str = "") -> None:
    """Every one of these fields must be there."""
    for name in names:
        if name not in body:
            raise refusals.Refused(f"`{under}{name}` is required.", param=f"{under}{name}", missing=True)


def at_most_one(body: Mapping[str, object], *names: str) -> None:
    """No two of these fields may be sent together."""
    sent = [name for name in names if name in body]
    if len(sent) > 1:
        raise refusals.Refused(f"`{sent[0]}` and `{sent[1]}` must not be sent together.", param=sent[1])
