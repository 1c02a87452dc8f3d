"""Guilds with their roles and members."""

from dataclasses import dataclass, field
from datetime import datetime

from tests.discord_server import permissions
from tests.discord_server.options import MEBIBYTE
from tests.discord_server.people import User
from tests.discord_server.refusals import Json

BOOSTED = {2: 50 * MEBIBYTE, 3: 100 * MEBIBYTE}  # largest file by premium tier


@dataclass(slots=True, kw_only=True)
class Role:
    """A role; the one with its guild's id is @everyone."""

    id: int
    name: str
    permissions: int
    mentionable: bool = False

    def json(self) -> Json:
        return {
            "id": str(self.id),
            "name": self.name,
            "permissions": str(self.permissions),
            "mentionable": self.mentionable,
            "position": 0 if self.name == "@everyone" else 1,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": False,
            "flags": 0,
        }


@dataclass(slots=True, kw_only=True)
class Member:
    """Somebody in a guild."""

    user: User
    joined: datetime
    roles: list[int] = field(default_factory=list)
    nick: str | None = None

    def json(self) -> Json:
        return {"user": self.user.json()} | self.bare()

    def bare(self) -> Json:
        """Without the user, as in a message."""
        return {
            "roles": [str(role) for role in self.roles],
            "joined_at": self.joined.isoformat(),
            "nick": self.nick,
            "avatar": None,
            "banner": None,
            "premium_since": None,
            "deaf": False,
            "mute": False,
            "pending": False,
            "flags": 0,
            "communication_disabled_until": None,
        }


@dataclass(slots=True, kw_only=True)
class Guild:
    """A server."""

    id: int
    name: str
    owner_id: int
    locale: str = "en-US"
    premium_tier: int = 0
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)

    def size_limit(self, default: int) -> int:
        """Bytes one attachment may have."""
        return BOOSTED.get(self.premium_tier, default)

    def granted(self, user_id: int) -> int:
        """What a member may anywhere in the guild; 0 for a stranger."""
        member = self.members.get(user_id)
        if member is None:
            return 0
        if user_id == self.owner_id:
            return permissions.ALL
        found = self.roles[self.id].permissions
        for role in member.roles:
            found |= self.roles[role].permissions
        return permissions.ALL if permissions.has(found, "administrator") else found

    def json(self) -> Json:
        return {
            "id": str(self.id),
            "name": self.name,
            "icon": None,
            "splash": None,
            "discovery_splash": None,
            "banner": None,
            "description": None,
            "owner_id": str(self.owner_id),
            "preferred_locale": self.locale,
            "premium_tier": self.premium_tier,
            "premium_subscription_count": 0,
            "premium_progress_bar_enabled": False,
            "features": [],
            "roles": [role.json() for role in self.roles.values()],
            "emojis": [],
            "stickers": [],
            "afk_channel_id": None,
            "afk_timeout": 300,
            "system_channel_id": None,
            "system_channel_flags": 0,
            "rules_channel_id": None,
            "public_updates_channel_id": None,
            "safety_alerts_channel_id": None,
            "vanity_url_code": None,
            "verification_level": 1,
            "default_message_notifications": 1,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "nsfw_level": 0,
            "max_members": 500_000,
            "max_presences": None,
            "application_id": None,
            "widget_enabled": False,
        }
