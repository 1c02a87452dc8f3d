"""Settings: one class per concern, read from the environment and `.env`, built once at the top and handed down."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import dotenv
import dotenv.parser
import pydantic
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import OperatorError

ENV_FILE = Path(".env")

Port = Annotated[int, Field(ge=0, le=65535)]
Credits = Annotated[int, Field(ge=0, le=1_000_000_000)]


def _config(prefix: str = "") -> SettingsConfigDict:
    return SettingsConfigDict(
        env_prefix=prefix,
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )


def _http_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        named = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port above 65535, half an IPv6 address
        parts, named = urlsplit(""), False
    if not named:
        raise ValueError("must start with http:// or https:// and name a host, and a port from 1 to 65535 if any")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("must be a plain address, without a user's name, ? or #")
    return value.rstrip("/")


def _secret(value: SecretStr | None) -> SecretStr | None:
    if value is not None and not all("!" <= c <= "~" for c in value.get_secret_value()):
        raise ValueError("holds spaces or characters that no key has; paste it again")
    return value


class Folders(BaseSettings):
    """Where things are kept."""

    model_config = _config()

    data_dir: Path = Field(Path("data"), description="Database, kept media, history and secrets of this bot.")
    results_dir: Path = Field(Path("results"), description="Where the console saves results.")
    keep_days: int = Field(30, ge=1, le=3650, description="Days for which media are kept after their job ended.")


class Log(BaseSettings):
    """What is written to standard error."""

    model_config = _config("LOG_")

    level: Literal["debug", "info", "warning", "error"] = Field(
        "warning", description="The least severe line that is written."
    )
    format: Literal["text", "json"] = Field("text", description="Lines for people or for machines.")


class Web(BaseSettings):
    """The bot's own small web server: health, and files lent to providers."""

    model_config = _config("WEB_")

    host: str = Field("127.0.0.1", min_length=1, description="The address it listens on.")
    port: Port | None = Field(
        None, description="Its port; not set: any free one (fine for the console, not for a health check)."
    )
    public_url: str | None = Field(
        None,
        validation_alias="PUBLIC_URL",
        description="Where the internet reaches this server; lends files to providers, links large results.",
    )

    _check_public_url = field_validator("public_url")(classmethod(lambda _, v: v if v is None else _http_url(v)))


class Uniall(BaseSettings):
    """The provider uniall."""

    model_config = _config("UNIALL_")

    key: SecretStr | None = Field(None, description="Your key (sk-…). Not set: the simulator plays the provider.")
    base_url: str = Field("https://api.aijisu.cn", description="The provider's address.")

    _check_base_url = field_validator("base_url")(classmethod(lambda _, v: _http_url(v)))

    _check_key = field_validator("key")(classmethod(lambda _, v: _secret(v)))


class Discord(BaseSettings):
    """The platform Discord."""

    model_config = _config("DISCORD_")

    token: SecretStr | None = Field(None, description="The bot's token. Not set: Atelier is not on Discord.")
    api_url: str = Field("https://discord.com/api/v10", description="Discord's API, another one for tests.")
    gateway_url: str = Field("wss://gateway.discord.gg", description="Discord's gateway, another one for tests.")
    cdn_url: str = Field(
        "https://cdn.discordapp.com", description="Where Discord keeps files, another place for tests."
    )

    _check_urls = field_validator("api_url", "cdn_url")(classmethod(lambda _, v: _http_url(v)))
    _check_token = field_validator("token")(classmethod(lambda _, v: _secret(v)))


class Telegram(BaseSettings):
    """The platform Telegram."""

    model_config = _config("TELEGRAM_")

    token: SecretStr | None = Field(None, description="The bot's token. Not set: Atelier is not on Telegram.")
    api_url: str = Field(
        "https://api.telegram.org", description="Telegram's API, or a Bot API server of your own (larger files)."
    )
    webhook: bool = Field(
        False, description="Have updates sent to PUBLIC_URL instead of asking for them (for hosts that sleep)."
    )

    _check_url = field_validator("api_url")(classmethod(lambda _, v: _http_url(v)))
    _check_token = field_validator("token")(classmethod(lambda _, v: _secret(v)))


class Console(BaseSettings):
    """The console platform."""

    model_config = _config("CONSOLE_")

    on: Literal["auto", "yes", "no"] = Field(
        "auto",
        validation_alias="CONSOLE",
        description="Whether the console runs; auto: when neither Discord nor Telegram does.",
    )

    user: str = Field("me", min_length=1, max_length=64, description="Who you are on the console.")
    language: Literal["en", "zh"] = Field("en", description="The language of a new console member.")
    credits: int = Field(
        1000, ge=0, le=1_000_000_000, description="Credits that a new console member gets once, at first sight."
    )
    ask_above: int | None = Field(
        15, ge=1, description="Ask before a request that costs this much, when somebody is there to answer."
    )


class Limits(BaseSettings):
    """How much at once."""

    model_config = _config("LIMIT_")

    running: int = Field(64, ge=1, le=10_000, description="Jobs running at once, over everybody.")
    member_running: int = Field(20, ge=1, le=1000, description="Jobs of one member running at once; more wait in line.")
    member_waiting: int = Field(
        200, ge=1, le=100_000, description="Jobs of one member waiting in line; more are refused."
    )
    submits: int = Field(8, ge=1, le=1000, description="Requests being sent to one provider at once.")
    deliveries: int = Field(8, ge=1, le=1000, description="Results being posted to one platform at once.")
    downloads: int = Field(8, ge=1, le=1000, description="Results being downloaded at once.")
    house_allowance: int = Field(
        0, ge=0, le=1_000_000_000, description="Credits a day that each console member may draw from the house pool."
    )


class Community(BaseSettings):
    """What communities on Discord and Telegram get, and their members: safe defaults."""

    model_config = _config("COMMUNITY_")

    pool: Credits = Field(200, description="Credits that a new community's pool gets once.")
    house_pool: Credits = Field(
        200,
        validation_alias="HOUSE_POOL",
        description="Credits that your own pool gets once; it pays in direct messages and where there is no community.",
    )
    first_day: Credits = Field(40, description="Credits that a member may draw from pools on the first day.")
    a_day: Credits = Field(20, description="Credits that each further day adds to that.")
    saved: Credits = Field(60, description="The most that a member saves up; 0: members draw on no pool.")
    per_request: Credits = Field(60, description="The most that a pool pays for one request.")
    member_hours: int = Field(
        24, ge=0, le=8760, description="Hours in a community before its pool may be drawn on; its admins needn't wait."
    )
    ask_above: int | None = Field(15, ge=1, description="Ask before a request that costs this much.")


class Pace(BaseSettings):
    """How patiently a provider is asked."""

    model_config = _config("POLL_")

    first_s: float = Field(1.0, gt=0, le=60, description="Seconds before a task is first asked after.")
    every_s: float = Field(
        2.5, gt=0, le=300, description="Seconds between polls at first; it slows down to twice that."
    )
    watch_every_s: float = Field(60.0, gt=0, le=3600, description="Seconds between polls of a task given up on.")
    watch_hours: float = Field(6.0, ge=0, le=72, description="Hours for which a late result is still awaited.")
    patience: float = Field(1.0, gt=0, le=100, description="Factor on every deadline (image 10 min, video 30 min, …).")


class Simulator(BaseSettings):
    """The simulator that plays the provider while no key is set."""

    model_config = _config("SIMULATOR_")

    speed: float = Field(1.0, gt=0, le=1000, description="How much faster than life its tasks run.")
    seed: int = Field(0, description="What its chances are drawn from.")
    port: Port = Field(0, description="Its port; 0: any free one.")


CONCERNS: tuple[type[BaseSettings], ...] = (
    Folders,
    Log,
    Web,
    Uniall,
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
    discord: Discord
    telegram: Telegram
    console: Console
    limits: Limits
    community: Community
    pace: Pace
    simulator: Simulator
    unknown: tuple[str, ...] = ()  # names in .env that no setting has

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
