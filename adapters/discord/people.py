"""People as Discord names them: whoever speaks, and whoever is mentioned."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import discord
import structlog

from adapters.discord import errors, limits
from adapters.discord.outbound import NAME
from bot import requests
from bot.commands import mentions

log = structlog.get_logger(__name__)

MENTION: Final = re.compile(r"<@!?(?P<user>\d{15,21})>")  # reference, Message Formatting
MANAGES: Final = discord.Permissions(manage_guild=True).value | discord.Permissions(administrator=True).value


def person(user: discord.User | discord.Member, **more: Any) -> requests.Person:
    """Somebody, as far as it doesn't matter where."""
    return requests.Person(
        platform=NAME, user=str(user.id), name=user.display_name, handle=handle(user.name), bot=user.bot, **more
    )


def handle(name: str) -> str | None:
    """What others call them by; None where Discord has no name any more."""
    return name.lower() or None


def roles(member: discord.Member) -> tuple[str, ...]:
    """The ids of a member's roles, but for the one that everybody has."""
    return tuple(str(role.id) for role in member.roles if not role.is_default())


def resolved(data: Mapping[str, Any], user: str) -> requests.Person | None:
    """Somebody who was picked in a form; None where Discord didn't say who that is.

    Who is no member (any more) can be picked by id, and has no roles.
    """
    found = data.get("resolved", {})
    if (raw := found.get("users", {}).get(user)) is None:
        return None
    member = found.get("members", {}).get(user) or {}
    name = str(raw.get("username") or "")
    joined = member.get("joined_at")
    return requests.Person(
        platform=NAME,
        user=user,
        name=str(member.get("nick") or raw.get("global_name") or name or user),
        handle=handle(name),
        bot=bool(raw.get("bot")),
        roles=tuple(str(role) for role in member.get("roles", ())),
        member_since=datetime.fromisoformat(joined) if joined else None,
        steward=bool(int(member.get("permissions") or 0) & MANAGES),
    )


def stand_in(words: str) -> str:
    """Words with mentions as the core writes them."""
    return MENTION.sub(lambda found: f"<@{NAME}:{found['user']}>", words)


def mentioned(words: str) -> Sequence[str]:
    """Ids of those whom words mention, each once, as many as one line may name."""
    return tuple(dict.fromkeys(found["user"] for found in MENTION.finditer(words)))[: mentions.MOST]


async def looked_up(interaction: discord.Interaction, ids: Sequence[str]) -> tuple[requests.Person, ...]:
    """Those whom words mention: of them Discord says nothing but the id. Who can't be found is left out."""
    found = await asyncio.gather(*(_looked_up(interaction, int(id)) for id in ids))
    return tuple(each for each in found if each is not None)


async def _looked_up(interaction: discord.Interaction, id: int) -> requests.Person | None:
    """As a member first; who has left is still somebody."""
    try:
        if (member := await _member(interaction, id)) is not None:
            return person(member, roles=roles(member), member_since=member.joined_at)
        async with errors.mapped("somebody", timeout_s=limits.PERSON_S):
            return person(await interaction.client.fetch_user(id))
    except errors.Refused as refused:
        log.info("somebody who was mentioned can't be looked up", words=str(refused))
        return None


async def _member(interaction: discord.Interaction, id: int) -> discord.Member | None:
    if interaction.guild is None or not interaction.is_guild_integration():
        return None
    try:
        async with errors.mapped("a member", timeout_s=limits.PERSON_S):
            return await interaction.guild.fetch_member(id)
    except errors.Refused:
        return None
