"""A canvas: shapes and letters at twice their size, so that edges are smooth when it is brought down."""

import io
from typing import Final, Literal

from PIL import Image, ImageDraw

from bot.drawing import colours, lettering

FINE: Final = 2  # times larger while it is drawn
LEAST_TYPE: Final = 28  # pixels: apps squeeze pictures, and smaller letters blur

Align = Literal["left", "middle", "right"]
_ANCHOR: Final = {"left": "l", "middle": "m", "right": "r"}


class Canvas:
    """A picture in the making; all figures are pixels of the finished one."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self._image = Image.new("RGB", (width * FINE, height * FINE), colours.GROUND)
        self._draw = ImageDraw.Draw(self._image)

    def box(self, left: float, top: float, width: float, height: float, *, fill: str, radius: float = 0) -> None:
        """A filled box, its corners rounded."""
        if width <= 0 or height <= 0:
            return
        edges = [round(each * FINE) for each in (left, top, left + width, top + height)]
        edges[2], edges[3] = max(edges[0], edges[2] - 1), max(edges[1], edges[3] - 1)
        round_by = min(radius, width / 2, height / 2)
        self._draw.rounded_rectangle(edges, radius=round_by * FINE, fill=fill)

    def write(
        self,
        text: str,
        x: float,
        baseline: float,
        *,
        size: int = LEAST_TYPE,
        fill: str = colours.TEXT,
        bold: bool = False,
        align: Align = "left",
    ) -> None:
        """A line of text that can be drawn and fits."""
        kind = lettering.face(size * FINE, bold=bold)
        anchor = f"{_ANCHOR[align]}s"
        self._draw.text((round(x * FINE), round(baseline * FINE)), text, font=kind, fill=fill, anchor=anchor)

    def figure(self, text: str, x: float, baseline: float, *, size: int, fill: str) -> None:
        """A large number: its ink, not the room around it, begins at the edge of what stands below."""
        room = lettering.face(size * FINE, bold=True).getbbox(text, anchor="ls")[0] / FINE
        self.write(text, x - room, baseline, size=size, fill=fill, bold=True)

    def png(self) -> bytes:
        """The finished picture, in the few colours that it has: a third of the size, and nobody sees a difference."""
        small = self._image.reduce(FINE).quantize(256, dither=Image.Dither.NONE)
        held = io.BytesIO()
        small.save(held, "PNG", optimize=True)
        return held.getvalue()


def length(text: str, *, size: int = LEAST_TYPE, bold: bool = False) -> float:
    """How wide a text is, in pixels."""
    return lettering.face(size * FINE, bold=bold).getlength(text) / FINE


def fitted(text: str, width: float, *, size: int = LEAST_TYPE, bold: bool = False) -> str:
    """The text, cleaned and shortened to a width."""
    return lettering.shorten(lettering.clean(text), lettering.face(size * FINE, bold=bold), width * FINE)


def wrapped(text: str, width: float, *, size: int, bold: bool = False, lines: int = 2) -> list[str]:
    """The text, cleaned and broken into so many lines."""
    return lettering.wrap(lettering.clean(text), lettering.face(size * FINE, bold=bold), width * FINE, lines=lines)
