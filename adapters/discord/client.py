"""discord.py's client, as small as it goes: it keeps servers and channels, and hands every interaction on."""

import logging
from collections.abc import Awaitable, Callable

import discord

from adapters.discord import limits

Hear = Callable[[discord.Interaction], Awaitable[None]]
Read = Callable[[discord.Message], Awaitable[None]]
Login = Callable[[], Awaitable[None]]


class Client(discord.Client):
    """The bot on Discord."""

    def __init__(self) -> None:
        super().__init__(
            # nothing privileged: commands bring all they need, and what is written to the bot alone it may read
            intents=discord.Intents(guilds=True, dm_messages=True),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=limits.RATE_LIMIT_S,
            enable_debug_events=False,
        )
        self.hear: Hear | None = None
        self.read: Read | None = None
        self.logged_in: Login | None = None
        _quieten()

    async def setup_hook(self) -> None:
        """Called by the library once, after the login and before the connection."""
        if self.logged_in is not None:
            await self.logged_in()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Called by the library in a task of its own."""
        if self.hear is not None:
            await self.hear(interaction)

    async def on_message(self, message: discord.Message) -> None:
        """Called by the library in a task of its own, for direct messages."""
        if self.read is not None:
            await self.read(message)


def _quieten() -> None:
    """What the library would log besides: addresses with tokens in them, and the traceback of every reconnection.

    And at every start that voice is not supported, which nobody asked for.
    """
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    for name in ("discord.http", "discord.webhook.async_", "discord.gateway", "discord.state"):
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLogger(name).level))
    logger = logging.getLogger("discord.client")
    if _told_shortly not in logger.filters:
        logger.addFilter(_told_shortly)


def _told_shortly(record: logging.LogRecord) -> bool:
    """A lost connection in one line: it comes back by itself."""
    if record.exc_info and record.exc_info[1] is not None and "reconnect" in record.msg:
        record.msg, record.args = f"{record.getMessage()} after {type(record.exc_info[1]).__name__}", ()
        record.exc_info, record.exc_text, record.levelno, record.levelname = None, None, logging.WARNING, "WARNING"
    return True
