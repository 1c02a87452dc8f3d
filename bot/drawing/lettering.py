"""Lettering: the bundled type in two weights, and texts made to fit it.

The type has Latin, Greek, Cyrillic, kana and Chinese letters. Emoji and signs that it lacks are left out, letters that
it lacks become an ellipsis: members' names are written in everything.
"""

import functools
import re
import unicodedata
from pathlib import Path
from typing import Final

from PIL import ImageFont

FONTS: Final = Path(__file__).parent / "fonts"
MOST_LETTERS: Final = 400  # more is cut before it is measured
ELLIPSIS: Final = "…"

_CHINESE: Final = "\u2e80-\u9fff\uf900-\uffef"
_NOT_FIRST: Final = "[，。！？；：、）」』》…,.!?;:)]*"  # what may not begin a line
_WORDS = re.compile(rf"\s+|[{_CHINESE}]{_NOT_FIRST}|[^\s{_CHINESE}]+{_NOT_FIRST}")
_LETTERS: Final = ("L", "N")  # first letters of the categories whose signs are read aloud
_LOW_DOTS = re.compile(rf"(?<![{_CHINESE}])…")  # the type's own dots stand high, as Chinese has them


@functools.lru_cache(maxsize=64)
def face(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The type in a size (pixels). The plain layout engine: the same picture on every machine."""
    name = f"NotoSansCJKsc-{'Bold' if bold else 'Regular'}-Subset.otf"
    return ImageFont.truetype(FONTS / name, size, layout_engine=ImageFont.Layout.BASIC)


@functools.lru_cache(maxsize=4096)
def drawable(letter: str) -> bool:
    """Whether the type has this letter: what it lacks all looks like U+FFFF, which nothing has."""
    return letter == " " or _shape(letter) != _shape("\uffff")


def _shape(letter: str) -> bytes:
    return bytes(face(20).getmask(letter))


def clean(text: str) -> str:
    """The text in one line, with letters that can be drawn."""
    found: list[str] = []
    for letter in unicodedata.normalize("NFC", text[:MOST_LETTERS]):
        if letter.isspace():
            found.append(" ")
        elif unicodedata.category(letter)[0] == "C":
            continue  # controls, marks of direction, joiners, halves of pairs
        elif drawable(letter):
            found.append(letter)
        elif unicodedata.category(letter)[0] in _LETTERS:
            found.append(ELLIPSIS)
    one_line = re.sub(r"\s+", " ", re.sub(f"{ELLIPSIS}[{ELLIPSIS} ]*{ELLIPSIS}", ELLIPSIS, "".join(found))).strip()
    return _LOW_DOTS.sub("...", one_line or (ELLIPSIS if text.strip() else ""))


def shorten(text: str, kind: ImageFont.FreeTypeFont, width: float) -> str:
    """As much of the text as fits, with an ellipsis where it was cut."""
    if kind.getlength(text) <= width:
        return text
    short, long = 0, len(text)
    while short < long:  # the most letters that still fit, found by halving
        half = (short + long + 1) // 2
        if kind.getlength(_cut(text, half)) <= width:
            short = half
        else:
            long = half - 1
    return _cut(text, short)


def _cut(text: str, letters: int) -> str:
    return _LOW_DOTS.sub("...", text[:letters].rstrip(" .…") + ELLIPSIS)


def wrap(text: str, kind: ImageFont.FreeTypeFont, width: float, *, lines: int) -> list[str]:
    """The text in at most so many lines: broken between words or Chinese letters, the last one shortened."""
    done: list[str] = []
    line = ""
    words = _WORDS.findall(text)
    for number, word in enumerate(words):
        if kind.getlength(line + word) <= width or not line.strip():
            line += word
            continue
        if len(done) == lines - 1:
            line += "".join(words[number:])
            break
        done.append(line)
        line = word.lstrip()
    return [shorten(each.strip(), kind, width) for each in [*done, line]]
