"""How the bot is on Discord: its token, where Discord is, and its own folders."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import discord
import yarl
from discord import gateway, http

API_URL = "https://discord.com/api/v10"
GATEWAY_URL = "wss://gateway.discord.gg"
CDN_URL = "https://cdn.discordapp.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the operator chose."""

    token: str = field(repr=False)
    scratch: Path  # where members' files lie while they are taken in; emptied at every start
    state: Path  # where it is remembered which commands Discord has, and what was right-clicked
    api_url: str = API_URL
    gateway_url: str = GATEWAY_URL
    cdn_url: str = CDN_URL


def aim(options: Options) -> None:
    """Point discord.py at a Discord.

    Its addresses are attributes of classes, so that one process can only be on one Discord. A gateway that Discord
    names for resuming comes from itself.
    """
    http.Route.BASE = options.api_url.rstrip("/")
    gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(options.gateway_url)
    discord.Asset.BASE = options.cdn_url.rstrip("/")


def cdn_hosts(options: Options) -> frozenset[str]:
    """Hosts, with their port where it is an unusual one, that files of members are fetched from."""
    return frozenset({urlsplit(options.cdn_url).netloc, "cdn.discordapp.com", "media.discordapp.net"})
