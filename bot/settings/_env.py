"""The file `.env` and the environment: what can't be read in them, and names that no setting has."""

import difflib
import os
from collections.abc import Iterable, Iterator

import dotenv
import dotenv.parser

from bot.errors import OperatorError
from bot.settings._base import ENV_FILE
from bot.settings._concerns import names

MEANT = 0.86  # how alike a misspelt name and a setting's are: DISCORD_BOT_TOKEN yes, TELEGRAM_API_ID (a server's) no


def check_file() -> None:
    """Raise OperatorError for a `.env` that can't be read, or in which a line says nothing; no line is repeated."""
    if not ENV_FILE.is_file():
        return
    try:
        with ENV_FILE.open(encoding="utf-8-sig") as file:
            bad = [_line(each.original) for each in dotenv.parser.parse_stream(file) if each.error or _is_bare(each)]
    except UnicodeDecodeError:
        raise OperatorError("The file .env is not UTF-8 text. Save it as UTF-8, or write it anew.") from None
    except OSError as error:
        raise OperatorError(f"The file .env can't be read: {error.strerror}. Give the bot's user the right.") from error
    if bad:
        raise OperatorError(f"Line {bad[0]} of .env can't be read. Write it as NAME=value; close every quotation mark.")


def place(name: str) -> str:
    """Where a setting's value comes from: the environment wins."""
    return "the environment" if name.upper() in _upper(os.environ) else ".env"


def unknown() -> tuple[str, ...]:
    """Names in `.env` that no setting has."""
    known = set(names())
    return tuple(name for name in _in_file() if name.upper() not in known)


def nearest(name: str) -> str | None:
    """The setting most like a misspelt name."""
    found = difflib.get_close_matches(name.upper(), names(), n=1)
    return found[0] if found else None


def misspelt() -> Iterator[str]:
    """A sentence for each name, in the file or the environment, that is all but a setting's which is not set itself.

    Other names may be another program's, whose business they are.
    """
    known, given = set(names()), _upper([*_in_file(), *os.environ])
    for name in dict.fromkeys([*_in_file(), *os.environ]):
        near = difflib.get_close_matches(name.upper(), names(), n=1, cutoff=MEANT)
        if name.upper() not in known and near and near[0] not in given:
            yield f"{name} is not a setting. Did you mean {near[0]}? Correct or remove it in {place(name)}."


def _in_file() -> Iterable[str]:
    return dotenv.dotenv_values(ENV_FILE, encoding="utf-8-sig") if ENV_FILE.is_file() else ()


def _upper(given: Iterable[str]) -> set[str]:
    return {name.upper() for name in given}


def _line(original: dotenv.parser.Original) -> int:
    """Where a statement is: the parser counts the empty lines before it as its own."""
    text = original.string
    return original.line + text[: len(text) - len(text.lstrip())].count("\n")


def _is_bare(line: dotenv.parser.Binding) -> bool:
    """Whether a line names something and gives it no value, like a key pasted without UNIALL_KEY= before it."""
    return line.key is not None and line.value is None
