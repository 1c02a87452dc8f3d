"""What the families of clips have in common: seconds as numbers or texts, addresses open to all, shapes and tiers."""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yarl

from bot.simulator import arrivals, checks, refusals
from bot.simulator.arrivals import Input
from bot.simulator.media import sizes
from bot.simulator.media.sizes import Size

WIDE = 16 / 9  # the shape where neither words nor a picture say one
TIERS = {"4k": "2160p"}  # no page gives pixels; 4K is as high as that everywhere else


def seconds(low: int, high: int) -> checks.Check:
    """Whole seconds from `low` to `high`, as a number or as a text of digits."""
    return _seconds(range(low, high + 1), f"from {low} to {high} whole seconds")


def seconds_in(*choices: int) -> checks.Check:
    """One of these seconds, as a number or as a text of digits."""
    return _seconds(choices, f"one of {', '.join(map(str, choices))} seconds")


def _seconds(allowed: Sequence[int], words: str) -> checks.Check:
    def check(value: object) -> str | None:
        number = int(value) if isinstance(value, str) and re.fullmatch("[0-9]{1,3}", value) else value
        known = isinstance(number, int) and not isinstance(number, bool) and number in allowed
        return None if known else f"must be {words}"

    return check


def integer(value: object) -> str | None:
    """Any whole number."""
    return None if isinstance(value, int) and not isinstance(value, bool) else "must be an integer"


def above_zero(value: object) -> str | None:
    """A whole number above zero."""
    return integer(value) or (None if isinstance(value, int) and value > 0 else "must be greater than 0")


def urls(least: int = 1, most: int | None = None) -> checks.Check:
    """An array of so many URLs."""

    def check(value: object) -> str | None:
        if complaint := checks.urls(value):
            return complaint
        count = len(value) if isinstance(value, list) else 0
        if count < least:
            return f"must be at least {least}"
        return f"must be at most {most}" if most is not None and count > most else None

    return check


def extra(body: Mapping[str, object], known: Mapping[str, checks.Check]) -> Mapping[str, Any]:
    """The further options of a body, checked."""
    found = body.get("extra_body", {})
    assert isinstance(found, dict)
    checks.fields(found, known, under="extra_body.")
    return found


def last_goes_with_image(body: Mapping[str, object]) -> None:
    """A last frame needs a first one."""
    if "last_image" in body and "image" not in body:
        raise refusals.Refused("`last_image` needs `image`, the first frame.", param="image", missing=True)


def public(body: Mapping[str, object], *fields: str) -> None:
    """Addresses must be open to all. Those of this very machine count as such: whoever tries it has no others."""
    for field in fields:
        value = body.get(field, ())
        for address in value if isinstance(value, list) else [value]:
            if isinstance(address, str) and _private(address):
                raise refusals.Refused(f"`{field}` must be a public URL.", param=field)


def _private(address: str) -> bool:
    try:
        host = ipaddress.ip_address(yarl.URL(address).host or "")
    except ValueError:
        return False
    return host.is_private and not host.is_loopback


def size(tier: str, ratio: object, inputs: Sequence[Input]) -> Size:
    """A clip of a tier: in the shape that was said, else in that of the first picture or clip, else wide."""
    shown = arrivals.shape(inputs)
    shape = sizes.ratio(ratio) if isinstance(ratio, str) and ":" in ratio else shown[0] / shown[1] if shown else WIDE
    return sizes.video(TIERS.get(tier, tier), shape)


def tier(model: str) -> str:
    """The resolution in a model's id."""
    return next(part for part in reversed(model.split("-")) if re.fullmatch(r"\d+p|4k", part))
