"""What a client is told first: READY, and one GUILD_CREATE per guild."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.discord_server.refusals import Json

if TYPE_CHECKING:
    from tests.discord_server.guilds import Guild
    from tests.discord_server.world import World

MESSAGE_CONTENT, MEMBERS, PRESENCES = 1 << 18, 1 << 14, 1 << 12  # an application's flags


def application_flags(world: World) -> int:
    """The privileged intents an application was granted."""
    options = world.options
    granted = ((options.message_content, MESSAGE_CONTENT), (options.members, MEMBERS), (options.presences, PRESENCES))
    return sum(bit for wanted, bit in granted if wanted)


def ready(world: World, session_id: str) -> Json:
    return {
        "v": 10,
        "user": world.bot.json() | {"verified": True, "mfa_enabled": True, "email": None},
        "guilds": [{"id": str(guild.id), "unavailable": True} for guild in world.bot_guilds()],
        "session_id": session_id,
        "resume_gateway_url": world.gateway_url,
        "application": {"id": str(world.options.application_id), "flags": application_flags(world)},
        "private_channels": [],
        "user_settings": {},
        "_trace": [],
    }


def guild_create(world: World, guild: Guild) -> Json:
    places = [place for place in world.places.values() if place.guild_id == guild.id]
    return guild.json() | {
        "joined_at": guild.members[world.bot.id].joined.isoformat(),
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [member.json() for member in guild.members.values()],
        "channels": [place.json() for place in places if not place.is_thread],
        "threads": [place.json() for place in places if place.is_thread and not place.archived],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def application(world: World) -> Json:
    """As GET /oauth2/applications/@me answers."""
    return {
        "id": str(world.options.application_id),
        "name": world.options.bot_name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": world.bot.json(),
        "bot_public": True,
        "bot_require_code_grant": False,
        "owner": world.owner.json(),
        "team": None,
        "verify_key": "0" * 64,
        "flags": application_flags(world),
        "hook": True,
        "summary": "",
        "tags": [],
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "approximate_guild_count": len(world.bot_guilds()),
        "integration_types_config": {"0": {}, "1": {}},
    }
