"""A search for secrets in everything that was recorded, however they are written."""

import base64
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

SIDE = 16  # bytes; what is around a secret in a text that was encoded as a whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A secret where it doesn't belong; the secret itself isn't repeated."""

    secret: str  # its name
    place: str
    form: str
    around: bytes


def forms(secret: str) -> Mapping[str, bytes]:
    """What a secret looks like: as it is, and in the encodings that carry one along."""
    raw = secret.encode()
    percent = "".join(f"%{byte:02X}" for byte in raw)
    found = {
        "plain": raw,
        "percent": urllib.parse.quote(secret, safe="").encode(),
        "percent, all of it": percent.encode(),
        "percent, all of it, small": percent.lower().encode(),
        "hex": raw.hex().encode(),
        "reversed": raw[::-1],
    }
    for offset in range(3):
        inner = _within_base64(raw, offset)
        found[f"base64 at {offset}"] = inner
        found[f"base64 for addresses at {offset}"] = inner.replace(b"+", b"-").replace(b"/", b"_")
    return found


def _within_base64(raw: bytes, offset: int) -> bytes:
    """The letters that are the same whatever comes before (so many bytes beyond a multiple of three) and after."""
    whole = base64.b64encode(b"\0" * offset + raw)
    first = (offset * 8 + 5) // 6  # the first letter that holds nothing of what is before
    last = (offset + len(raw)) * 8 // 6  # the first that holds something of what is after
    return whole[first:last]


def found(texts: Mapping[str, bytes], secrets: Mapping[str, str]) -> list[Leak]:
    """Every secret in every text."""
    searched = [(name, form, needle) for name, secret in secrets.items() for form, needle in forms(secret).items()]
    return [leak for place, text in texts.items() for leak in _in(place, text, searched)]


def _in(place: str, text: bytes, searched: list[tuple[str, str, bytes]]) -> Iterator[Leak]:
    for name, form, needle in searched:
        at = text.find(needle)
        if at >= 0:
            around = text[max(0, at - SIDE) : at] + b"..." + text[at + len(needle) :][:SIDE]
            yield Leak(secret=name, place=place, form=form, around=around)
