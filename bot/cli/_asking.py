"""What a preview is asked for: read from a line of JSON or from the command line, both checked the same way."""

import ipaddress
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.parse import urlsplit

from bot.catalogue import _spec
from bot.cli import _bodies
from bot.errors import Invalid, Problem
from bot.requests import Json

FIELDS = ("model", "provider", "route", "operation", "prompt", "options", "media")
_TEXTS = ("model", "provider", "route", "operation", "prompt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request to preview, not yet judged."""

    model: str
    provider: str | None  # None: whichever has the model
    route: str | None  # None: the model's own
    chat: bool  # whether the page's body is a chat: then that way is meant, where there is one
    operation: str | None  # None: read off the media
    said: Mapping[str, Json]  # options and prompt, as the caller named them
    media: Mapping[str, Sequence[str]]  # URLs, or `file:` and a path


def parse(line: str) -> Asked:
    """A line of a batch. Raises Invalid."""
    try:
        value = json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Invalid(Problem(field="line", rule="type", value=line[:200], allowed=f"JSON ({error})")) from error
    if not isinstance(value, dict):
        raise Invalid(Problem(field="line", rule="type", value=value, allowed="one JSON object"))
    return ask(value)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def ask(line: Mapping[str, Json]) -> Asked:
    """The fields of a line, each of its type. Raises Invalid."""
    problems = [*_strangers(line), *_mistyped(line)]
    if problems:
        raise Invalid(*problems)
    said: dict[str, Json] = dict(line.get("options") or {})
    if prompt := line.get("prompt"):
        if said.get("prompt", prompt) != prompt:
            raise Invalid(Problem(field="prompt", rule="conflict", value=said["prompt"], allowed="one prompt"))
        said["prompt"] = prompt
    options = _bodies.unpacked(said)
    media = _media(line.get("media") or {}, options)
    return Asked(
        model=line.get("model") or "",
        provider=line.get("provider"),
        route=line.get("route"),
        chat=_bodies.MESSAGES in said,
        operation=line.get("operation"),
        said={name: value for name, value in options.items() if not _bodies.is_medium(name)},
        media=media,
    )


def _strangers(line: Mapping[str, Json]) -> Iterable[Problem]:
    for name in line:
        if name not in FIELDS:
            yield Problem(field=name, rule="unknown", value=line[name], allowed=", ".join(FIELDS))


def _mistyped(line: Mapping[str, Json]) -> Iterable[Problem]:
    for name in _TEXTS:
        if not isinstance(line.get(name), str | None):
            yield Problem(field=name, rule="type", value=line[name], allowed="a text")
    for name in ("options", "media"):
        if not isinstance(line.get(name), dict | None):
            yield Problem(field=name, rule="type", value=line[name], allowed="an object")


# --- media -----------------------------------------------------------------------------------------------------


def _media(media: Mapping[str, Json], options: Mapping[str, Json]) -> dict[str, list[str]]:
    """Media by name, from where they belong and from among the options, where the pages' bodies have them."""
    found = {name: _handles(name, value) for name, value in media.items()}
    for name, value in options.items():
        if _bodies.is_medium(name):
            if found.get(name):
                raise Invalid(Problem(field=name, rule="conflict", value=value, allowed="in media or in options"))
            found[name] = _handles(name, value)
    return {name: handles for name, handles in found.items() if handles}


def _handles(name: str, value: Json) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [_handle(name, item) for item in items if item not in (None, "")]


def _handle(name: str, item: Any) -> str:
    """A URL as it is, the pages' {"url": …} or {"image_url": …}, or a path of this machine."""
    if isinstance(item, Mapping) and set(item) in ({"url"}, {"image_url"}):
        (item,) = item.values()
    if not isinstance(item, str):
        raise Invalid(Problem(field=name, rule="type", value=item, allowed="a URL or a path, or a list of them"))
    if item.startswith(("http://", "https://")):
        if not _is_public(item):
            raise Invalid(Problem(field=name, rule="pattern", value=item, allowed="an address that is open to all"))
        return item
    if item.startswith(_spec.UPLOAD):
        return f"{_spec.UPLOAD}{item.removeprefix('file://').removeprefix(_spec.UPLOAD)}"
    if "://" in item or item.startswith("data:"):
        raise Invalid(Problem(field=name, rule="pattern", value=item, allowed="https://… or a path"))
    return f"{_spec.UPLOAD}{item}"


def _is_public(url: str) -> bool:
    """Whether a provider could reach an address, as far as it tells: no name is looked up."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return host not in ("", "localhost")


# --- the command line ------------------------------------------------------------------------------------------


def pairs(flag: str, given: Sequence[str]) -> dict[str, Json]:
    """What `key=value` flags say; one key several times is a list, a value that begins with { or [ is JSON."""
    found: dict[str, Json] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise Invalid(Problem(field=flag, rule="pattern", value=text, allowed="key=value"))
        read = _value(name, value)
        before = found.get(name)
        found[name] = read if before is None else [*(before if isinstance(before, list) else [before]), read]
    return found


def _value(name: str, text: str) -> Json:
    if not text.startswith(("{", "[")):
        return text
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Invalid(Problem(field=name, rule="type", value=text, allowed=f"JSON ({error})")) from error
