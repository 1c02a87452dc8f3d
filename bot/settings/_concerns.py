"""Every setting with its meaning, its default and what it may be: one class per concern."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode

from bot.settings import _values
from bot.settings._accounts import ACCOUNTS
from bot.settings._base import Address, Credits, Port, config

TelegramToken = Annotated[SecretStr, AfterValidator(_values.telegram_token)]
DiscordToken = Annotated[SecretStr, AfterValidator(_values.discord_token)]
Lowered = BeforeValidator(_values.lowered)
Zone = Annotated[str, AfterValidator(_values.zone)]


class Folders(BaseSettings):
    """Where things are kept."""

    model_config = config()

    data_dir: Path = Field(Path("data"), description="Database, kept media, history and secrets of this bot.")
    results_dir: Path = Field(Path("results"), description="Where the console saves results.")
    atelier_toml: Path | None = Field(
        None,
        validation_alias="ATELIER_TOML",
        description="Your changes to the models: a file like docs/atelier.example.toml; not set: none.",
    )
    keep_days: int = Field(30, ge=1, le=3650, description="Days for which media are kept after their job ended.")


class Log(BaseSettings):
    """What is written to standard error."""

    model_config = config("LOG_")

    level: Annotated[Literal["debug", "info", "warning", "error"], Lowered] = Field(
        "warning", description="The least severe line that is written."
    )
    format: Annotated[Literal["text", "json"], Lowered] = Field("text", description="Lines for people or for machines.")


class Web(BaseSettings):
    """The bot's own small web server: health, and files lent to providers."""

    model_config = config("WEB_")

    host: str = Field("127.0.0.1", min_length=1, description="The address it listens on.")
    port: Port | None = Field(
        None, description="Its port; not set: any free one (fine for the console, not for a health check)."
    )
    public_url: Address | None = Field(
        None,
        validation_alias="PUBLIC_URL",
        description="Where the internet reaches this server; lends files to providers, links large results.",
    )


class Discord(BaseSettings):
    """The platform Discord."""

    model_config = config("DISCORD_")

    token: DiscordToken | None = Field(None, description="The bot's token. Not set: Atelier is not on Discord.")
    api_url: Address = Field("https://discord.com/api/v10", description="Discord's API, another one for tests.")
    gateway_url: str = Field("wss://gateway.discord.gg", description="Discord's gateway, another one for tests.")
    cdn_url: Address = Field(
        "https://cdn.discordapp.com", description="Where Discord keeps files, another place for tests."
    )


class Telegram(BaseSettings):
    """The platform Telegram."""

    model_config = config("TELEGRAM_")

    token: TelegramToken | None = Field(None, description="The bot's token. Not set: Atelier is not on Telegram.")
    api_url: Address = Field(
        "https://api.telegram.org", description="Telegram's API, or a Bot API server of your own (larger files)."
    )
    webhook: bool = Field(
        False, description="Have updates sent to PUBLIC_URL instead of asking for them (for hosts that sleep)."
    )


class Console(BaseSettings):
    """The console platform."""

    model_config = config("CONSOLE_")

    on: Annotated[Literal["auto", "yes", "no"], Lowered] = Field(
        "auto",
        validation_alias="CONSOLE",
        description="Whether the console runs; auto: when neither Discord nor Telegram does.",
    )

    user: str = Field("me", min_length=1, max_length=64, description="Who you are on the console.")
    language: Annotated[Literal["en", "zh"], Lowered] = Field("en", description="The language of a new console member.")
    credits: int = Field(
        1000, ge=0, le=1_000_000_000, description="Credits that a new console member gets once, at first sight."
    )
    ask_above: int | None = Field(
        15, ge=1, description="Ask before a request that costs this much, when somebody is there to answer."
    )


class Limits(BaseSettings):
    """How much at once."""

    model_config = config("LIMIT_")

    running: int = Field(64, ge=1, le=10_000, description="Jobs running at once, over everybody.")
    member_running: int = Field(20, ge=1, le=1000, description="Jobs of one member running at once; more wait in line.")
    member_waiting: int = Field(
        200, ge=1, le=100_000, description="Jobs of one member waiting in line; more are refused."
    )
    submits: int = Field(8, ge=1, le=1000, description="Requests being sent to one provider at once.")
    blocking: int = Field(
        4,
        ge=1,
        le=1000,
        description="Requests to one provider held open for their result at once; each takes minutes.",
    )
    deliveries: int = Field(8, ge=1, le=1000, description="Results being posted to one platform at once.")
    downloads: int = Field(8, ge=1, le=1000, description="Results being downloaded at once.")
    house_allowance: int = Field(
        0, ge=0, le=1_000_000_000, description="Credits a day that each console member may draw from the house pool."
    )


class Community(BaseSettings):
    """What communities on Discord and Telegram get, and their members: safe defaults."""

    model_config = config("COMMUNITY_")

    pool: Credits = Field(200, description="Credits that a new community's pool gets once.")
    house_pool: Credits = Field(
        200,
        validation_alias="HOUSE_POOL",
        description="Credits that your own pool gets once; it pays in direct messages and where there is no community.",
    )
    first_day: Credits = Field(40, description="Credits that a member may draw from each pool on the first day.")
    a_day: Credits = Field(20, description="Credits that each further day adds to that.")
    saved: Credits = Field(60, description="The most that a member saves up; 0: members draw on no pool.")
    per_request: Credits = Field(60, description="The most that a pool pays for one request.")
    member_hours: int = Field(
        24, ge=0, le=8760, description="Hours in a community before its pool may be drawn on; its admins needn't wait."
    )
    ask_above: int | None = Field(15, ge=1, description="Ask before a request that costs this much.")
    at_once: int = Field(
        2, ge=0, le=1000, description="Jobs of one member running at once in a community; 0: no limit."
    )
    clips_at_once: int = Field(1, ge=0, le=1000, description="Clips among them; 0: no limit.")
    all_at_once: int = Field(10, ge=0, le=10_000, description="Jobs running at once in one community; 0: no limit.")
    cooldown_s: int = Field(
        10, ge=0, le=86_400, description="Seconds between two requests of one member by the same command."
    )
    day: Credits = Field(1000, description="Credits that a community's pool spends a day; 0: no limit.")
    month: Credits = Field(15_000, description="Credits that a community's pool spends a month; 0: no limit.")
    least_percent: int = Field(
        100, ge=1, le=1000, description="The least that a community may charge, in percent of your models' prices."
    )
    zone: Zone = Field("UTC", description="The time zone in which days and months begin, until an owner sets theirs.")


class Spending(BaseSettings):
    """What you spend at most over all communities; what runs is always finished."""

    model_config = config()

    spend_day: Credits | None = Field(None, description="Credits a day (UTC), over everybody; not set: no limit.")
    spend_month: Credits | None = Field(None, description="Credits a month (UTC), over everybody; not set: no limit.")
    admins: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_values.people)] = Field(
        (), description="Who may use /admin in every community: discord:ID or telegram:ID, with commas between."
    )


class Voice(BaseSettings):
    """Voices of members' own."""

    model_config = config("VOICE_")

    cloning: bool = Field(
        False, description="Whether members may have a voice copied from a recording; make sure that they may copy it."
    )


class Pace(BaseSettings):
    """How patiently a provider is asked."""

    model_config = config("POLL_")

    first_s: float = Field(1.0, gt=0, le=60, description="Seconds before a task is first asked after.")
    every_s: float = Field(
        2.5, gt=0, le=300, description="Seconds between polls at first; it slows down to twice that."
    )
    watch_every_s: float = Field(60.0, gt=0, le=3600, description="Seconds between polls of a task given up on.")
    watch_hours: float = Field(6.0, ge=0, le=72, description="Hours for which a late result is still awaited.")
    patience: float = Field(1.0, gt=0, le=100, description="Factor on every deadline (image 10 min, video 30 min, …).")


class Simulator(BaseSettings):
    """The simulator that plays the providers while no key is set."""

    model_config = config("SIMULATOR_")

    speed: float = Field(1.0, gt=0, le=1000, description="How much faster than life its tasks run.")
    seed: int = Field(0, description="What its chances are drawn from.")
    port: Port = Field(0, description="Its port; 0: any free one.")


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
    Spending,
    Voice,
    Pace,
    Simulator,
)


def env_name(concern: type[BaseSettings], field: str) -> str:
    """The environment variable of a setting."""
    alias = concern.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else f"{concern.model_config.get('env_prefix', '')}{field}".upper()


def names() -> tuple[str, ...]:
    """Every setting's environment variable."""
    return tuple(env_name(concern, field) for concern in CONCERNS for field in concern.model_fields)
