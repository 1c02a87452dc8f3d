"""Looking at media that have arrived: rules about their length, size, shape and pace. Each yields what is wrong."""

from collections.abc import Iterator, Sequence

from bot.simulator.arrivals import Input

MB = 1_000_000


def of(inputs: Sequence[Input], *fields: str) -> list[Input]:
    """Those that came in these fields."""
    return [one for one in inputs if one.field in fields]


def lengths(inputs: Sequence[Input], low_s: float, high_s: float) -> Iterator[str]:
    """Seconds of each."""
    for one in inputs:
        if one.seconds is not None and not low_s <= one.seconds <= high_s:
            yield f"`{one.field}` must last from {low_s:g} to {high_s:g} seconds."


def together(inputs: Sequence[Input], most_s: float) -> Iterator[str]:
    """Seconds of all."""
    if sum(one.seconds or 0.0 for one in inputs) > most_s:
        yield f"`{inputs[0].field}` must last at most {most_s:g} seconds together."


def sides(inputs: Sequence[Input], least: int, most: int | None = None) -> Iterator[str]:
    """Pixels of the shorter side at least, and of the longer one at most."""
    for one in inputs:
        if one.size and min(one.size) < least:
            yield f"`{one.field}` must have at least {least} pixels on each side."
        elif one.size and most is not None and max(one.size) > most:
            yield f"`{one.field}` must have at most {most} pixels on each side."


def shape(inputs: Sequence[Input], widest: float) -> Iterator[str]:
    """How many times as long as the shorter side the longer one may be."""
    for one in inputs:
        if one.size and max(one.size) > widest * min(one.size):
            yield f"`{one.field}` must have a ratio from 1:{widest:g} to {widest:g}:1."


def pace(inputs: Sequence[Input], above_fps: float) -> Iterator[str]:
    """Pictures a second."""
    for one in inputs:
        if one.fps is not None and one.fps <= above_fps:
            yield f"`{one.field}` must have more than {above_fps:g} pictures a second."


def weight(inputs: Sequence[Input], most_mb: int) -> Iterator[str]:
    """Megabytes of each."""
    for one in inputs:
        if one.size_bytes > most_mb * MB:
            yield f"`{one.field}` must have at most {most_mb} MB."
