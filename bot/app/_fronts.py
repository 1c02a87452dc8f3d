"""The fronts: each platform that .env asks for, built on the same core."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from adapters import console as console_adapter
from adapters import discord as discord_adapter
from adapters import telegram as telegram_adapter
from bot import commands, errors, folder, ports, studio
from bot.settings import Settings
from bot.web.server import Hook

TELEGRAM = "api.telegram.org"


class Front(Protocol):
    """One platform at work."""

    @property
    def platform(self) -> ports.Platform:
        """Its way out."""

    async def start(self) -> None:
        """Connect. Raises OperatorError for a setting that is wrong."""

    async def run(self) -> int:
        """Listen until there is nothing more to hear; the exit code. Raises OperatorError."""

    async def hush(self) -> None:
        """Hear nothing new; what is being answered is answered. Results can still be posted."""

    async def stop(self) -> None:
        """Let go of everything; more than once is fine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleOptions:
    """How the console talks."""

    json: bool = False
    parallel: int = 1
    speed: float | None = None  # of the embedded simulator; None: as set


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """What every platform works with."""

    settings: Settings
    store: ports.Store
    clock: ports.Clock
    fitting: ports.Fitting
    studio: studio.Studio
    reception: commands.Reception
    texts: commands.Texts
    commands: commands.Commands


def built(core: Core, *, options: ConsoleOptions) -> list[Front]:
    """Every platform that is set up; the console where it is asked for, or where there is no other."""
    fronts: list[Front] = []
    if (discord := discord_options(core.settings)) is not None:
        fronts.append(_discord(core, discord))
    if (telegram := telegram_options(core.settings)) is not None:
        fronts.append(_telegram(core, telegram))
    on = core.settings.console.on
    if on == "yes" or (on == "auto" and not fronts):
        fronts.append(_console(core, options=options))
    return fronts


def platforms(fronts: list[Front]) -> Mapping[str, ports.Platform]:
    """Every platform's way out by its name."""
    return {front.platform.name: front.platform for front in fronts}


def hooks(fronts: list[Front]) -> Mapping[str, Hook]:
    """Where platforms post to, by the path on our own web server."""
    for front in fronts:
        if isinstance(front, telegram_adapter.TelegramApp) and front.hook is not None:
            return {telegram_adapter.HOOK_PATH: front.hook}
    return {}


def discord_options(settings: Settings) -> discord_adapter.Options | None:
    """How to be on Discord; None: not at all."""
    discord = settings.discord
    if discord.token is None:
        return None
    return discord_adapter.Options(
        token=discord.token.get_secret_value(),
        api_url=discord.api_url,
        gateway_url=discord.gateway_url,
        cdn_url=discord.cdn_url,
        scratch=settings.folders.data_dir / "tmp" / "discord",
        state=settings.folders.data_dir / "discord",
    )


def telegram_options(settings: Settings) -> telegram_adapter.Options | None:
    """How to be on Telegram; None: not at all. Raises OperatorError."""
    telegram = settings.telegram
    if telegram.token is None:
        return None
    return telegram_adapter.Options(
        token=telegram.token.get_secret_value(),
        api_url=telegram.api_url,
        webhook=_webhook(settings) if telegram.webhook else None,
        scratch=settings.folders.data_dir / "tmp" / "telegram",
    )


def _webhook(settings: Settings) -> telegram_adapter.Webhook:
    url = settings.web.public_url
    if url is None:
        raise errors.OperatorError(
            "TELEGRAM_WEBHOOK=true needs PUBLIC_URL, where Telegram reaches this bot. Set it, or leave the webhook off."
        )
    if urlsplit(settings.telegram.api_url).hostname == TELEGRAM and not _is_hookable(url):
        raise errors.OperatorError(
            f"TELEGRAM_WEBHOOK=true needs a PUBLIC_URL that starts with https:// and has no port but 443, 80, 88 or "
            f"8443; Telegram sends nothing to {url}. Change it, or leave the webhook off."
        )
    secret = hashlib.sha256(f"telegram webhook {folder.secret(settings)}".encode()).hexdigest()
    return telegram_adapter.Webhook(public_url=url, secret=secret)


def _is_hookable(url: str) -> bool:
    """Whether Telegram itself sends updates there, by its page "setWebhook"; a server of one's own sends to any."""
    parts = urlsplit(url)
    return parts.scheme == "https" and parts.port in {None, 443, 80, 88, 8443}


def _discord(core: Core, options: discord_adapter.Options) -> Front:
    return discord_adapter.DiscordApp(
        reception=core.reception,
        commands=core.commands,
        texts=core.texts,
        fitting=core.fitting,
        options=options,
        clock=core.clock,
    )


def _telegram(core: Core, options: telegram_adapter.Options) -> Front:
    return telegram_adapter.TelegramApp(
        reception=core.reception,
        studio=core.studio,
        store=core.store,
        texts=core.texts,
        fitting=core.fitting,
        clock=core.clock,
        options=options,
    )


def _console(core: Core, *, options: ConsoleOptions) -> Front:
    settings = core.settings
    return console_adapter.ConsoleApp(
        commands=core.commands,
        studio=core.studio,
        texts=core.texts,
        files_root=settings.folders.data_dir,
        results=settings.folders.results_dir,
        options=console_adapter.Options(
            user=settings.console.user,
            language=settings.console.language,
            json=options.json,
            parallel=options.parallel,
            simulated=settings.simulated,
            history=settings.folders.data_dir / "history",
        ),
    )
