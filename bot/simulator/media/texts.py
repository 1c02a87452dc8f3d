"""Texts on pictures: Latin and Chinese, wrapped and as large as the place allows."""

import functools
import re
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONT = Path(__file__).parent.parent / "fonts" / "NotoSansCJKsc-Subset.otf"
LEADING = 1.4  # line height by font size

_TOKEN = re.compile(r"\n|[^\S\n]+|[\u2e80-\u9fff\uf900-\uffef]|[^\s\u2e80-\u9fff\uf900-\uffef]+")


@functools.lru_cache(maxsize=32)
def font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size)


def wrap(text: str, face: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """Break a text into lines: between Latin words, between any two Chinese characters, else within a word."""
    lines, line = [], ""
    for token in _TOKEN.findall(text):
        if token == "\n":
            lines.append(line)
            line = ""
        elif face.getlength(line + token) <= width:
            line += token
        else:
            lines.append(line)
            *full, line = _chop(token.lstrip(), face, width)
            lines += full
    return [one.strip() for one in [*lines, line] if one.strip()]


def _chop(word: str, face: ImageFont.FreeTypeFont, width: float) -> list[str]:
    pieces = [""]
    for letter in word:
        if face.getlength(pieces[-1] + letter) > width and pieces[-1]:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def panel(head: str, text: str, *, width: int, height: int) -> Image.Image:
    """A dark, see-through card with a small head and the text below it, no larger than allowed."""
    pad = max(4, width // 40)
    size, lines = _fit(text, width - 2 * pad, height - 2 * pad)
    small = max(10, round(size * 0.6))
    tall = min(height, round(2 * pad + small * LEADING + len(lines) * size * LEADING))
    card = Image.new("RGBA", (width, tall), (12, 14, 24, 190))
    draw = ImageDraw.Draw(card)
    draw.text((pad, pad), head, font=font(small), fill=(255, 214, 120, 255))
    for place, line in enumerate(lines):
        top = pad + small * LEADING + place * size * LEADING
        draw.text((pad, top), line, font=font(size), fill=(255, 255, 255, 255))
    return card


def _fit(text: str, width: int, height: int) -> tuple[int, list[str]]:
    """The largest font size at which the text fits, and its lines; at the smallest the rest is cut off."""
    text = " ".join(text[:4000].split(" ")).strip()
    sizes = [max(9, width // part) for part in (14, 18, 22, 28, 36, 44, 54)]
    size, lines = 9, [""]
    for size in sizes:
        lines = wrap(text, font(size), width)
        room = int((height - size * 0.6 * LEADING) / (size * LEADING))
        if len(lines) <= room:
            return size, lines
    room = max(1, int((height - size * 0.6 * LEADING) / (size * LEADING)))
    return size, [*lines[: room - 1], lines[room - 1][:-1] + "…"]
