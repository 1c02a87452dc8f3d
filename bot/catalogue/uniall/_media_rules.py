"""Rules that pages have about media: kind, size, shape, length. What nobody measured is not judged."""

import mimetypes
from collections.abc import Collection, Iterator, Mapping, Sequence

from bot.errors import Problem
from bot.media import Facts

MB = 1_000_000

_NAMES: Mapping[str, str] = {"image/x-ms-bmp": "image/bmp"}  # what Python calls otherwise than its content says


def kinds(field: str, handles: Sequence[str], facts: Sequence[Facts], allowed: Mapping[str, str]) -> Iterator[Problem]:
    """Only these kinds of files (type → as people call it); an address nobody opened is known by its ending."""
    found = [each.mime for each in facts] or [_guessed(handle) for handle in handles]
    for kind in found:
        if kind and kind not in allowed:
            yield Problem(field=field, rule="type", value=kind, allowed=", ".join(dict.fromkeys(allowed.values())))


def _guessed(handle: str) -> str:
    kind = mimetypes.guess_type(handle.partition("?")[0])[0] or ""
    return _NAMES.get(kind, kind)


def sides(field: str, facts: Sequence[Facts], *, least: int = 0, most: int | None = None) -> Iterator[Problem]:
    """Pixels that the shorter side has at least, and the longer one at most."""
    for short, long in _sides(facts):
        if short < least:
            yield Problem(field=field, rule="range", value=f"{short}px", allowed=f"{least}px or more")
        elif most is not None and long > most:
            yield Problem(field=field, rule="range", value=f"{long}px", allowed=f"{most}px at most")


def shape(field: str, facts: Sequence[Facts], *, widest: float) -> Iterator[Problem]:
    """How many times as long as the shorter side the longer one may be."""
    for short, long in _sides(facts):
        if long > widest * short:
            allowed = f"1:{widest:g} to {widest:g}:1"
            yield Problem(field=field, rule="range", value=f"{long / short:.2g}:1", allowed=allowed)


def weight(field: str, facts: Sequence[Facts], *, most_mb: int) -> Iterator[Problem]:
    """Megabytes of each file."""
    for each in facts:
        if each.size_bytes > most_mb * MB:
            value = f"{each.size_bytes / MB:.1f}MB"
            yield Problem(field=field, rule="range", value=value, allowed=f"{most_mb}MB at most")


def pace(field: str, facts: Sequence[Facts], *, above_fps: float) -> Iterator[Problem]:
    """Pictures a second of each clip."""
    for each in facts:
        if each.fps is not None and each.fps <= above_fps:
            yield Problem(field=field, rule="range", value=f"{each.fps:g}fps", allowed=f"more than {above_fps:g}fps")


def lengths(field: str, facts: Sequence[Facts], *, low_s: float, high_s: float) -> Iterator[Problem]:
    """Seconds of each clip or recording."""
    for seconds in _seconds(facts):
        if not low_s <= seconds <= high_s:
            yield Problem(field=field, rule="range", value=f"{seconds:g}s", allowed=f"{low_s:g}s to {high_s:g}s")


def together(field: str, facts: Sequence[Facts], *, most_s: float) -> Iterator[Problem]:
    """Seconds of all clips or recordings."""
    total = sum(_seconds(facts))
    if total > most_s:
        yield Problem(field=field, rule="range", value=f"{total:g}s", allowed=f"{most_s:g}s at most")


def _sides(facts: Collection[Facts]) -> Iterator[tuple[int, int]]:
    for each in facts:
        if each.width and each.height:
            yield min(each.width, each.height), max(each.width, each.height)


def _seconds(facts: Collection[Facts]) -> Iterator[float]:
    return (each.duration_s for each in facts if each.duration_s is not None)
