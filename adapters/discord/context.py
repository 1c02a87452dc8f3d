"""Who speaks, where, and in which community: an interaction in the core's words."""

import discord

from adapters.discord import limits, people, rights
from adapters.discord.outbound import NAME
from bot import requests


def key(interaction: discord.Interaction) -> str:
    """The event's own key."""
    return f"interaction:{interaction.id}"


def place(interaction: discord.Interaction, *, private: bool) -> requests.Place:
    """Where the answer goes."""
    channel, thread = _channel(interaction)
    return requests.Place(
        platform=NAME,
        channel=channel if _is_present(interaction) else "",  # where the bot is not, only the token can answer
        thread=thread if _is_present(interaction) else None,
        community=str(interaction.guild_id) if interaction.is_guild_integration() else None,
        user=str(interaction.user.id),
        private=private,
        answering=requests.Answering(token=interaction.token, until=interaction.created_at + limits.TOKEN_LIFE),
        file_bytes=interaction.filesize_limit,
    )


def person(interaction: discord.Interaction) -> requests.Person:
    """Who speaks. What the platform says of their membership counts only where the bot is a member itself.

    A server's owner has every permission, an administrator that one: Discord works both out for each event.
    """
    member = interaction.user if isinstance(interaction.user, discord.Member) else None
    here = member if member is not None and interaction.is_guild_integration() else None
    return people.person(
        interaction.user,
        language=interaction.locale.value,
        member_since=here.joined_at if here is not None else None,
        steward=here is not None and bool(interaction.permissions.value & people.MANAGES),
        roles=people.roles(here) if here is not None else (),
    )


def community(interaction: discord.Interaction) -> requests.CommunitySeen | None:
    """The server, where the bot is in it."""
    if not interaction.is_guild_integration():
        return None
    guild, locale = interaction.guild, interaction.guild_locale
    return requests.CommunitySeen(
        platform=NAME,
        native=str(interaction.guild_id),
        title=(guild.name if guild is not None else None) or str(interaction.guild_id),
        language=locale.value if locale is not None else None,
    )


def lacking(interaction: discord.Interaction, *, private: bool) -> tuple[str, ...]:
    """What the bot would have to be allowed to post a result here, once the token is dead.

    What only the asker sees goes by token or directly, and where the bot is not it posts nothing.
    """
    if private or not interaction.is_guild_integration():
        return ()
    return rights.lacking(interaction.app_permissions, thread=_channel(interaction)[1] is not None)


def _is_present(interaction: discord.Interaction) -> bool:
    """Whether the bot can write here by itself: in its servers and in its own direct messages."""
    return interaction.is_guild_integration() or interaction.context.dm_channel is True


def _channel(interaction: discord.Interaction) -> tuple[str, str | None]:
    """The channel and, in a thread, the thread."""
    channel = interaction.channel
    if channel is None:
        return "", None
    if isinstance(channel, discord.Thread):
        return str(channel.parent_id), str(channel.id)
    return str(channel.id), None
