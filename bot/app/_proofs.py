"""Proofs: what each platform says of the bot, asked without starting it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from adapters import discord as discord_adapter
from adapters import telegram as telegram_adapter
from bot.app import _fronts
from bot.settings import Settings


class Finding(Protocol):
    """What was found about one thing, on any platform."""

    @property
    def name(self) -> str:
        """What was looked at."""

    @property
    def ok(self) -> bool:
        """Whether all is well."""

    @property
    def what(self) -> str:
        """What was found."""

    @property
    def cure(self) -> str:
        """What to do; "" where all is well."""

    @property
    def starts(self) -> bool:
        """Whether a start of the bot is the cure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How one platform is asked."""

    platform: str
    setting: str  # that turns the platform on
    is_set: bool
    findings: Callable[[], Awaitable[Sequence[Finding]]]  # raises OperatorError for settings that don't go together


def proofs(settings: Settings) -> tuple[Proof, ...]:
    """All platforms that are not the console; nothing is asked yet."""

    async def discord() -> Sequence[Finding]:
        options = _fronts.discord_options(settings)
        return await discord_adapter.findings(options) if options else ()

    async def telegram() -> Sequence[Finding]:
        options = _fronts.telegram_options(settings)
        return await telegram_adapter.findings(options) if options else ()

    return (
        Proof(
            platform="discord",
            setting="DISCORD_TOKEN",
            is_set=settings.discord.token is not None,
            findings=discord,
        ),
        Proof(
            platform="telegram",
            setting="TELEGRAM_TOKEN",
            is_set=settings.telegram.token is not None,
            findings=telegram,
        ),
    )
