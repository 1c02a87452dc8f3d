"""What may be given instead, as the catalogue writes it for people, in the reader's language.

The catalogue says it in English, because it knows no texts: lists of values as they are typed, and a few phrases
(`1 to 15`, `2000 characters at most`). Values stay as they are; the phrases become messages here.
"""

import re
from collections.abc import Callable, Mapping

from bot.commands.texts import Code, Listed
from bot.replies import Text, text

_PHRASES: Mapping[re.Pattern[str], Callable[[re.Match[str]], Text]] = {
    re.compile(r"a whole number"): lambda m: text("allowed.whole"),
    re.compile(r"a number"): lambda m: text("allowed.number"),
    re.compile(r"yes"): lambda m: text("allowed.yes"),
    re.compile(r"no"): lambda m: text("allowed.no"),
    re.compile(r"one of them"): lambda m: text("allowed.one"),
    re.compile(r"all files or all addresses"): lambda m: text("allowed.alike"),
    re.compile(r"(\S+) to (\S+)"): lambda m: text("allowed.between", low=m[1], high=m[2]),
    re.compile(r"more than (\S+)"): lambda m: text("allowed.more", low=m[1]),
    re.compile(r"(\S+) (?:entries )?or more"): lambda m: text("allowed.least", low=m[1]),
    re.compile(r"(\S+) (?:entries )?at most"): lambda m: text("allowed.most", high=m[1]),
    re.compile(r"(\S+) characters or more"): lambda m: text("allowed.longer", low=m[1]),
    re.compile(r"(\d+) characters at most"): lambda m: text("allowed.shorter", high=int(m[1])),
    re.compile(r"about (\d+) characters at most"): lambda m: text("allowed.about", high=int(m[1])),
    re.compile(r"not beside (\S+) (\S+)"): lambda m: text("allowed.not_beside", name=m[1], value=m[2]),
    re.compile(r"model=(\S+)"): lambda m: text("allowed.model", words=Code(f"--model {m[1]}")),
    re.compile(r"(\S+) or (\S+)"): lambda m: text("allowed.either", one=m[1], other=m[2]),
}


def shown(words: str) -> Listed:
    """A Problem's `allowed`, ready to be rendered."""
    return Listed(tuple(_part(part) for part in words.split(", ")))


def _part(words: str) -> str | Text:
    for phrase, made in _PHRASES.items():
        if found := phrase.fullmatch(words):
            return made(found)
    return words
