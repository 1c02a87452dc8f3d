"""All settings of one run, read at once and judged together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pydantic
from pydantic_settings import BaseSettings

from bot.errors import OperatorError
from bot.settings import _env, _wording
from bot.settings._accounts import Account, Llmage, Nexus, Pxz, Uniall
from bot.settings._concerns import (
    CONCERNS,
    Community,
    Console,
    Discord,
    Folders,
    Limits,
    Log,
    Pace,
    Simulator,
    Spending,
    Telegram,
    Voice,
    Web,
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
    spending: Spending
    voice: Voice
    pace: Pace
    simulator: Simulator
    unknown: tuple[str, ...] = ()  # names in .env that no setting has; they may be another program's

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
        """Read everything; raises OperatorError with a line for each setting that is wrong, and what it may be."""
        _env.check_file()
        troubles = list(_env.misspelt())
        parts: dict[str, BaseSettings] = {}
        for concern in CONCERNS:
            try:
                parts[concern.__name__.lower()] = concern()
            except pydantic.ValidationError as error:
                troubles.extend(_wording.sentences(concern, error))
        if troubles:
            raise OperatorError("\n".join(troubles))
        settings = cls(**parts, unknown=_env.unknown())  # type: ignore[arg-type]  # one of each concern, by its name
        if conflicts := list(settings._conflicts()):
            raise OperatorError("\n".join(conflicts))
        return settings

    def _conflicts(self) -> Iterator[str]:
        """What is fine by itself and makes no sense together."""
        if self.web.public_url is not None and self.web.port is None:
            yield (
                f"PUBLIC_URL={self.web.public_url!r} leads to no port of this machine. Set WEB_PORT to the one that "
                "your reverse proxy sends it to."
            )
        if self.console.on == "no" and self.discord.token is None and self.telegram.token is None:
            yield (
                "CONSOLE='no', and neither DISCORD_TOKEN nor TELEGRAM_TOKEN is set: the bot would be nowhere. Set one "
                "of the tokens, or leave CONSOLE at auto."
            )
