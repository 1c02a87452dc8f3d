"""Amounts as owners write them; each that is none is answered in its own words."""

import re
import unicodedata
from typing import Final

from bot import errors, studio
from bot.commands.texts import Code, shortened

SAID: Final = 40  # characters of what was said that an answer repeats
_CHINESE = re.compile("[零〇一二两三四五六七八九十百千万亿]+")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_FRACTION = re.compile(r"\d*[.,]\d+|\d+[.,]|\d*⁄\d+")
_UNITS: Final = frozenset({"credit", "credits", "积分", "分"})
_UNIT = re.compile(r"(?<=\d)(?:credits?|积分|分)$")


def parted(words: str, *, least: int) -> tuple[int, str]:
    """An amount of at least so many credits, and the reason behind it. Raises MemberError, nothing is changed."""
    first, *rest = words.split()
    found = amount(first, least=least)
    if rest and rest[0].casefold() in _UNITS:
        rest = rest[1:]
    if rest and re.fullmatch(r"\d{3}", rest[0]):  # 1 000: a thousand or one, nobody knows
        raise errors.MemberError("admin.no_number", said=f"{first} {rest[0]}", example=Code("20"))
    return found, " ".join(rest)


def amount(word: str, *, least: int) -> int:
    """The whole number that was said, in any digits: ２０ is 20. Raises MemberError."""
    said = shortened(word, limit=SAID)
    plain = unicodedata.normalize("NFKC", word).replace("−", "-").replace("–", "-").casefold()
    plain = _UNIT.sub("", plain).removeprefix("+")
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if plain.startswith("-") and _NUMBER.fullmatch(plain[1:]):
        raise errors.MemberError("admin.negative", said=said)
    if _FRACTION.fullmatch(plain):
        raise errors.MemberError("admin.fraction", said=said)
    if _CHINESE.fullmatch(plain):
        raise errors.MemberError("admin.in_words", said=said, example=Code("20"))
    if not (plain.isascii() and plain.isdecimal()):
        raise errors.MemberError("admin.no_number", said=said, example=Code("20"))
    if len(plain) > len(str(studio.MOST_GIVEN)) or int(plain) > studio.MOST_GIVEN:
        raise errors.MemberError("admin.huge", said=said, limit=studio.MOST_GIVEN)
    if int(plain) < least:
        raise errors.MemberError("admin.zero", said=said)
    return int(plain)
