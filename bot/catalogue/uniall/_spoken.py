"""How long a spoken text can last at most: what is held before anybody has spoken it.

Figures are seconds at normal speed, for speech slower than any the provider is likely to make; too much is given back,
too little would be the operator's loss.
"""

import re
import unicodedata
from collections.abc import Iterator

_PAUSE = re.compile(r"<#\s*(\d+(?:\.\d+)?)\s*#>")  # page 058 §6: a pause in seconds
_MARK = re.compile(r"<#[^<>\n]{0,40}>?")  # what looks like one
_SOUND = re.compile(r"\((?:laughs|sighs|coughs|clears throat|gasps|sniffs|groans|yawns)\)")  # page 058 §6

EDGES_S = 2.0  # silence before the first and after the last word
SOUND_S = 3.0  # a laugh, a sigh
LETTER_S = 0.13  # Latin, Greek, Cyrillic: under 80 words a minute
CAPITAL_S = 0.6  # may be an abbreviation, spelled letter by letter
DENSE_S = 0.5  # a Chinese or Korean character, a kana, a letter of a script that leaves its vowels out
DIGIT_S = 0.8  # 77 is "seventy-seven", 1,000,000 is shorter than its digits
STOP_S = 1.0  # the pause after a sentence, a line, a paragraph
COMMA_S = 0.5
SYMBOL_S = 1.2  # %, €, @ and emoji may be read out by name
MARK_S = 0.05  # accents and joiners, heard with their letter
LONGEST_PAUSE_S = 99.99  # MiniMax's own limit, like the shortest of a hundredth


def misspelt(text: str) -> Iterator[str]:
    """Pauses that would not be understood: <#half a second#>, <#0#>, <#2>."""
    for mark in _MARK.findall(text):
        found = _PAUSE.fullmatch(mark)
        if found is None or not 0.01 <= float(found[1]) <= LONGEST_PAUSE_S:
            yield mark


def longest_s(text: str, *, speed: float = 1) -> float:
    """Seconds that `text` can take; pauses that were asked for don't depend on `speed`."""
    pauses_s = sum(float(found) for found in _PAUSE.findall(text))
    bare = _PAUSE.sub(" ", text)
    sounds_s = SOUND_S * len(_SOUND.findall(bare))
    spoken_s = sum(map(_character_s, _SOUND.sub(" ", bare)))
    return EDGES_S + pauses_s + (spoken_s + sounds_s) / speed


def _character_s(character: str) -> float:
    if character in ".!?。！？…;；\n":
        return STOP_S
    match unicodedata.category(character):
        case "Lu":
            return CAPITAL_S
        case "Ll":
            return LETTER_S
        case "Lo" | "Lm" | "Lt":
            return DENSE_S
        case "Nd" | "Nl" | "No":
            return DIGIT_S
        case "Zs" | "Zl" | "Zp":
            return LETTER_S
        case "Po" | "Pd" | "Ps" | "Pe" | "Pi" | "Pf" | "Pc" if character not in "%@&#*§":
            return COMMA_S
        case "Mn" | "Mc" | "Me" | "Cf" | "Cc":
            return MARK_S
        case _:
            return SYMBOL_S
