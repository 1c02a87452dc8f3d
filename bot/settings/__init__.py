"""Settings: one class per concern, read from the environment and `.env`, built once at the top and handed down."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import dotenv
import dotenv.parser
import pydantic
from pydantic_settings import BaseSettings

from bot.errors import OperatorError
from bot.settings._accounts import ACCOUNTS, Account, Llmage, Nexus, Pxz, Uniall
from bot.settings._base import ENV_FILE
from bot.settings._concerns import (
    Community,
    Console,
    Discord,
    Folders,
    Limits,
    Log,
    Pace,
    Simulator,
    Telegram,
    Web,
)

CONCERNS: tuple[type[BaseSettings], ...] = (
    Folders,
    Log,
    Web,
    *ACCOUNTS,
    Discord,
    Telegram,
    Console,
    Limits,
    Community,
    Pace,
    Simulator,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings of one run."""

    folders: Folders
    log: Log
    web: Web
    uniall: Uniall
    llmage: Llmage
    nexus: Nexus
    pxz: Pxz
    discord: Discord
    telegram: Telegram
    console: Console
    limits: Limits
    community: Community
    pace: Pace
    simulator: Simulator
    unknown: tuple[str, ...] = ()  # names in .env that no setting has

    @property
    def accounts(self) -> Mapping[str, Account]:
        """Every provider's account by its name, with a key or without."""
        return {"uniall": self.uniall, "llmage": self.llmage, "nexus": self.nexus, "pxz": self.pxz}

    @property
    def keys(self) -> Mapping[str, str]:
        """The keys that are set, by the provider's name."""
        return {name: each.key.get_secret_value() for name, each in self.accounts.items() if each.key is not None}

    @property
    def simulated(self) -> bool:
        """Whether a simulator plays the providers: no key is set."""
        return not self.keys

    @classmethod
    def load(cls) -> "Settings":
        """Read everything; raises OperatorError that names each bad setting and what it may be."""
        _check_env_file()
        troubles: list[str] = []
        parts: dict[str, BaseSettings] = {}
        for concern in CONCERNS:
            try:
                parts[concern.__name__.lower()] = concern()
            except pydantic.ValidationError as error:
                troubles.extend(_sentences(concern, error))
        if troubles:
            raise OperatorError(" ".join(troubles))
        return cls(**parts, unknown=_unknown_names())  # type: ignore[arg-type]  # one of each concern, by its name


def _sentences(concern: type[BaseSettings], error: pydantic.ValidationError) -> Iterator[str]:
    for detail in error.errors():
        field = str(detail["loc"][0])
        name = env_name(concern, field) if field in concern.model_fields else field
        value = "…" if _is_secret(name, str(detail["input"])) else repr(detail["input"])
        words = detail["msg"].removeprefix("Value error, ")
        yield f"{name}={value}: {words[0].lower() + words[1:]}. Correct it in .env or the environment."


def _is_secret(name: str, value: str) -> bool:
    """Whether a value must not be repeated: a key, or an address with a password or a signature in it."""
    return any(word in name.lower() for word in ("key", "token")) or (
        "://" in value and any(mark in value for mark in "@?#")
    )


def env_name(concern: type[BaseSettings], field: str) -> str:
    """The environment variable of a setting."""
    alias = concern.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else f"{concern.model_config.get('env_prefix', '')}{field}".upper()


def names() -> tuple[str, ...]:
    """Every setting's environment variable."""
    return tuple(env_name(concern, field) for concern in CONCERNS for field in concern.model_fields)


def _check_env_file() -> None:
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


def _line(original: dotenv.parser.Original) -> int:
    """Where a statement is: the parser counts the empty lines before it as its own."""
    text = original.string
    return original.line + text[: len(text) - len(text.lstrip())].count("\n")


def _is_bare(line: dotenv.parser.Binding) -> bool:
    """Whether a line names something and gives it no value, like a key pasted without UNIALL_KEY= before it."""
    return line.key is not None and line.value is None


def _unknown_names() -> tuple[str, ...]:
    if not ENV_FILE.is_file():
        return ()
    known = {name.upper() for name in names()}
    return tuple(name for name in dotenv.dotenv_values(ENV_FILE) if name.upper() not in known)


def nearest(name: str) -> str | None:
    """The setting most like a misspelt name."""
    found = difflib.get_close_matches(name.upper(), names(), n=1)
    return found[0] if found else None


def _default_text(concern: type[BaseSettings], field: str) -> str:
    default = concern.model_fields[field].get_default()
    return "" if default is None else str(default)


def env_example() -> str:
    """The text of `.env.example`: every setting with its default, commented out."""
    blocks = ["# Copy this file to .env and set what you need. Every setting has a default.\n"]
    for concern in CONCERNS:
        lines = [f"# {concern.__doc__}"]
        for field, info in concern.model_fields.items():
            lines += [f"# {info.description}", f"#{env_name(concern, field)}={_default_text(concern, field)}"]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def settings_markdown() -> str:
    """The text of docs/settings.md."""
    blocks = [
        "# Settings\n\nRead from the environment or a file `.env` beside the bot; the environment wins. "
        "An empty value counts as not set.\n"
    ]
    for concern in CONCERNS:
        rows = [
            f"| `{env_name(concern, field)}` | {_default_text(concern, field) or '—'} | {info.description} |"
            for field, info in concern.model_fields.items()
        ]
        head = ["| setting | default | meaning |", "| --- | --- | --- |"]
        blocks.append("\n".join([f"## {concern.__name__}\n", f"{concern.__doc__}\n", *head, *rows]) + "\n")
    return "\n".join(blocks)
