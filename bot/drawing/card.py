"""The usage card: what is left, what it comes from, and where it went in the last days, as one picture.

Drawing takes some tens of milliseconds of computing: call it in a thread (`asyncio.to_thread`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.drawing import colours, columns
from bot.drawing.canvas import Canvas, fitted, length, wrapped
from bot.drawing.columns import Area
from bot.money import UsageDay

WIDTH: Final = 1200
HEIGHT: Final = 675
EDGE: Final = 48.0  # pixels around everything
LEFT: Final = 420.0  # pixels that the numbers have
RIGHT: Final = 1200 - 2 * EDGE - LEFT - 56  # pixels that the columns have
TITLES: Final = (46, 42, 38)  # sizes that a title is tried in before it takes two lines
FIGURES: Final = (190, 170, 150, 132, 116, 100, 88, 76, 64, 54, 46, 38)  # sizes that the big number is tried in
UNIT: Final = 36  # size of what the big number is
CAPITAL: Final = 0.74  # height of a figure, of its size
NEARLY: Final = 0.15  # of a bar: what is left is low
ROW: Final = 44.0  # pixels of a line of the legend
MOST_BARS: Final = 3
MOST_NOTES: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A source of credits and how full it is."""

    label: str  # allowance
    value: str  # 15 of 20
    share: float | None  # what is left of the whole, 0 to 1; None: it has no whole, only a value


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a usage card says; all texts are in the reader's language."""

    title: str  # a sentence
    figure: str  # the big number: 15
    unit: str  # what it is: left
    bars: tuple[Bar, ...]  # at most three
    days: tuple[UsageDay, ...]  # oldest first; today is the last one
    kinds: Mapping[str, str]  # kind → what the legend calls it: pictures
    period: str = ""  # over the columns: the last 14 days
    empty: str = ""  # instead of the columns: nothing used yet
    notes: tuple[str, ...] = ()  # at most two lines: when more comes; until when it lasts, what was returned
    units: tuple[tuple[int, str], ...] = ()  # large numbers and their short names, for the scale: 1,000 and k


def draw(card: Card) -> bytes:
    """The card as the bytes of a PNG."""
    canvas = Canvas(WIDTH, HEIGHT)
    bottom = _notes(canvas, [note for note in card.notes if note][:MOST_NOTES])
    top = _title(canvas, card.title)
    _numbers(canvas, card, top=top, bottom=bottom)
    _usage(canvas, card, Area(left=WIDTH - EDGE - RIGHT, top=top, width=RIGHT, height=bottom - top))
    return canvas.png()


def _title(canvas: Canvas, title: str) -> float:
    """In one line where a size fits, else in two; answers where the rest may begin."""
    room = WIDTH - 2 * EDGE
    size = next((size for size in TITLES if len(wrapped(title, room, size=size, bold=True)) == 1), TITLES[-1])
    baseline = EDGE + size * 0.82
    for line in wrapped(title, room, size=size, bold=True):
        canvas.write(line, EDGE, baseline, size=size, bold=True)
        baseline += size * 1.28
    return baseline - size * 1.28 + 52


def _notes(canvas: Canvas, notes: Sequence[str]) -> float:
    """Along the lower edge, under a line, side by side where they fit; answers where the rest must end."""
    if not notes:
        return HEIGHT - EDGE
    room = WIDTH - 2 * EDGE
    said = [fitted(note, room) for note in notes]
    beside = sum(map(length, said)) + 60 <= room
    baseline = HEIGHT - EDGE + 4 - (0 if beside else 40 * (len(said) - 1))
    canvas.box(EDGE, baseline - 52, room, 2, fill=colours.EDGE)
    canvas.write(said[0], EDGE, baseline)
    for number, note in enumerate(said[1:], start=1):
        if beside:
            canvas.write(note, WIDTH - EDGE, baseline, fill=colours.SOFT, align="right")
        else:
            canvas.write(note, EDGE, baseline + 40 * number, fill=colours.SOFT)
    return baseline - 52 - 22


def _numbers(canvas: Canvas, card: Card, *, top: float, bottom: float) -> None:
    """The big number, and below it the bars, spread over what is left of the height."""
    bars = card.bars[:MOST_BARS]
    tall = [_tall(bar) for bar in bars]
    figure = _figure(canvas, card, top=top, room=bottom - top - sum(tall) - 20 * len(bars))
    gap = min(30.0, (bottom - figure - sum(tall)) / max(1, len(bars)))
    y = bottom - sum(tall) - gap * (len(bars) - 1)
    for bar, height in zip(bars, tall, strict=True):
        _bar(canvas, bar, top=y, height=height)
        y += height + gap


def _figure(canvas: Canvas, card: Card, *, top: float, room: float) -> float:
    """As large as the column and the height allow, its unit beside it or below; answers where it ends."""
    unit = fitted(card.unit, LEFT, size=UNIT)
    beside = length(unit, size=UNIT) <= LEFT * 0.4
    wide = LEFT - (length(unit, size=UNIT) + 18 if beside else 0)
    figure = fitted(card.figure, LEFT, size=FIGURES[-1], bold=True)
    fits = (size for size in FIGURES if length(figure, size=size, bold=True) <= wide)
    size = next((size for size in fits if _deep(size, beside=beside) <= room), FIGURES[-1])
    baseline, share = top + size * CAPITAL, card.bars[0].share if card.bars else None
    canvas.figure(figure, EDGE, baseline, size=size, fill=colours.ACCENT if share is None else _level(share))
    if beside:
        canvas.write(unit, EDGE + length(figure, size=size, bold=True) + 14, baseline, size=UNIT, fill=colours.SOFT)
    else:
        canvas.write(unit, EDGE, top + _deep(size, beside=False), size=UNIT, fill=colours.SOFT)
    return top + _deep(size, beside=beside)


def _deep(size: int, *, beside: bool) -> float:
    """How far down the big number reaches: a unit below it stays clear of its commas."""
    return size * CAPITAL + (0 if beside else size * 0.2 + UNIT * 0.95)


def _stacked(bar: Bar) -> bool:
    """Whether label and value need a line each."""
    return length(bar.value, bold=True) + 24 + min(length(fitted(bar.label, LEFT)), LEFT / 3) > LEFT


def _tall(bar: Bar) -> float:
    return 34.0 + (36.0 if _stacked(bar) else 0.0) + (24.0 if bar.share is not None else 0.0)


def _bar(canvas: Canvas, bar: Bar, *, top: float, height: float) -> None:
    baseline = top + 26
    bold = length(bar.value, bold=True) <= LEFT
    value = fitted(bar.value, LEFT, bold=bold)
    room = LEFT if _stacked(bar) else LEFT - length(value, bold=True) - 24
    canvas.write(fitted(bar.label, room), EDGE, baseline, fill=colours.SOFT)
    baseline += 36 if _stacked(bar) else 0
    canvas.write(value, EDGE + LEFT, baseline, bold=bold, align="right")
    if bar.share is not None:
        share = min(1.0, max(0.0, bar.share))
        at, wide = top + height - 14, LEFT * share
        canvas.box(EDGE, at, LEFT, 14, fill=colours.TRACK, radius=7)
        canvas.box(EDGE, at, max(14.0, wide) if share else 0, 14, fill=_level(share), radius=7)


def _level(share: float) -> str:
    return colours.LOW if share <= NEARLY else colours.ACCENT


def _usage(canvas: Canvas, card: Card, area: Area) -> None:
    """What the columns count, the columns, and the legend."""
    if card.period:
        canvas.write(fitted(card.period, area.width), area.left, area.top + 24, fill=colours.SOFT)
    rows = _legend(card, area.width)
    above = 52.0 if card.period else 0.0
    below = len(rows) * ROW + (14 if rows else 0)
    plot = Area(left=area.left, top=area.top + above, width=area.width, height=area.height - above - below)
    columns.draw(canvas, plot, card.days, units=card.units)
    if not any(day.used for day in card.days):
        middle = plot.top + (plot.height - columns.FOOT) / 2 + 10
        said = fitted(card.empty, area.width - 40, size=32)
        canvas.write(said, area.left + area.width / 2, middle, size=32, fill=colours.SOFT, align="middle")
    baseline = area.top + area.height - below + ROW * 0.5 + 20
    for row in rows:
        _entries(canvas, row, area.left, baseline)
        baseline += ROW


def _legend(card: Card, width: float) -> list[list[tuple[str, str]]]:
    """Kind and text of what was used, most first, in lines that fit."""
    used: dict[str, int] = {}
    for kind, credits in (part for day in card.days for part in day.by_kind):
        used[kind] = used.get(kind, 0) + credits
    rows: list[list[tuple[str, str]]] = []
    room = 0.0
    for kind in sorted(used, key=lambda kind: -used[kind]):
        number = columns.amount(used[kind], card.units)
        said = f"{fitted(card.kinds.get(kind, kind), width / 2 - 100)} {number}"
        if (wide := _wide(said)) > room:
            rows.append([])
            room = width + 28
        rows[-1].append((kind, said))
        room -= wide
    return rows


def _wide(said: str) -> float:
    return 22 + 12 + length(said) + 28


def _entries(canvas: Canvas, row: Sequence[tuple[str, str]], left: float, baseline: float) -> None:
    for kind, said in row:
        canvas.box(left, baseline - 21, 22, 22, fill=colours.of_kind(kind), radius=5)
        canvas.write(said, left + 34, baseline)
        left += _wide(said)
