"""Columns: credits by day, stacked by kind, over a scale of round numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.drawing import colours
from bot.drawing.canvas import LEAST_TYPE, Canvas, length
from bot.money import UsageDay

GAP: Final = 2.0  # pixels of ground between two kinds of a column
LEAST_PIECE: Final = 6.0  # pixels: what was used is seen, however little it was
GUTTER: Final = 12.0  # pixels between the scale's numbers and the columns
FOOT: Final = 44.0  # pixels for the days below the columns
ROOMY: Final = 110.0  # pixels from which on the scale has a middle
LONG: Final = 5  # digits of a number that is still written out
STEPS: Final = (1, 2, 5, 10)  # a scale's round numbers, times a power of ten


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Where something is drawn, in pixels."""

    left: float
    top: float
    width: float
    height: float


def draw(canvas: Canvas, area: Area, days: Sequence[UsageDay], *, units: Sequence[tuple[int, str]]) -> None:
    """Draw the days from left to right; `units` are large numbers and their short names: 1,000 and k."""
    top = scale([day.used for day in days])
    marks = {mark: short(mark, units) for mark in _marks(top, area.height - FOOT)}
    gutter = GUTTER + max((length(name) for name in marks.values()), default=-GUTTER)
    plot = Area(left=area.left, top=area.top + 12, width=area.width - gutter, height=area.height - FOOT - 12)
    for mark, name in marks.items():
        _line(canvas, plot, at=1 - mark / top, name=name, right=area.left + area.width)
    pitch = plot.width / max(1, len(days))
    for number, day in enumerate(days):
        place = Area(left=plot.left + number * pitch, top=plot.top, width=pitch, height=plot.height)
        _column(canvas, place, day, top=top)
        _name(canvas, place, str(day.day.day), last=number == len(days) - 1)
    canvas.box(plot.left, plot.top + plot.height, plot.width, 2, fill=colours.SOFT)


def _marks(top: int, height: float) -> tuple[int, ...]:
    """Where the scale has its numbers: none when nothing was used."""
    if top == 0:
        return ()
    return (top // 2, top) if top > 1 and height >= ROOMY else (top,)


def scale(totals: Sequence[int]) -> int:
    """The end of the scale: the first even round number that is not below the highest column."""
    most = max(totals, default=0)
    if most <= 1:
        return most
    power = int(10 ** (len(str(most)) - 1))
    ends = [step * power * part // 10 for step in STEPS for part in (10, 12, 16)]
    return min(end + end % 2 for end in ends if end + end % 2 >= most)


def short(number: int, units: Sequence[tuple[int, str]]) -> str:
    """A number of the scale, large ones in the largest unit that leaves it short: 1.5k."""
    for size, name in sorted(units, reverse=True):
        if number >= size and len(said := f"{number / size:g}") <= 4:
            return f"{said}{name}"
    return f"{number:,}"


def amount(number: int, units: Sequence[tuple[int, str]]) -> str:
    """A sum in figures, shortened only where it is long: 1,234 or 12.3M."""
    if number < 10**LONG:
        return f"{number:,}"
    size, name = max((unit for unit in units if unit[0] <= number), default=(1, ""))
    return f"{number / size:,.1f}".removesuffix(".0") + name


def _line(canvas: Canvas, plot: Area, *, at: float, name: str, right: float) -> None:
    y = plot.top + plot.height * at
    canvas.box(plot.left, y - 1, plot.width, 2, fill=colours.EDGE)
    canvas.write(name, right, y + LEAST_TYPE * 0.36, fill=colours.SOFT, align="right")


def _column(canvas: Canvas, place: Area, day: UsageDay, *, top: int) -> None:
    """From the ground up in the order of the kinds, with a little of the ground between two of them."""
    width = place.width * 0.68
    left = place.left + (place.width - width) / 2
    bottom = place.top + place.height
    parts = sorted(day.by_kind, key=_order)
    for (kind, _), tall in zip(parts, heights([credits for _, credits in parts], place.height, top=top), strict=True):
        canvas.box(left, bottom - tall, width, tall - GAP, fill=colours.of_kind(kind), radius=3)
        bottom -= tall


def heights(parts: Sequence[int], height: float, *, top: int) -> list[float]:
    """Pixels of each part; what small ones need to be seen is taken from the largest."""
    found = [max(LEAST_PIECE, height * credits / top) for credits in parts]
    if parts:
        over = sum(found) - max(height * sum(parts) / top, LEAST_PIECE * len(parts))
        largest = found.index(max(found))
        found[largest] = max(LEAST_PIECE, found[largest] - over)
    return found


def _order(part: tuple[str, int]) -> tuple[int, str]:
    known = list(colours.OF_KIND)
    return (known.index(part[0]) if part[0] in known else len(known), part[0])


def _name(canvas: Canvas, place: Area, name: str, *, last: bool) -> None:
    """The day of the month; today's stands out."""
    x, y = place.left + place.width / 2, place.top + place.height + 36
    canvas.write(name, x, y, fill=colours.TEXT if last else colours.SOFT, bold=last, align="middle")
