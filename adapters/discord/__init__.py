"""The platform Discord: slash commands, buttons, forms and right clicks."""

from adapters.discord.app import DiscordApp
from adapters.discord.checks import Finding, findings
from adapters.discord.options import Options

__all__ = ["DiscordApp", "Finding", "Options", "findings"]
