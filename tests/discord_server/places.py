"""Places where messages stand: channels, threads and direct messages."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from tests.discord_server.people import User
from tests.discord_server.refusals import Json

TEXT, DM, GROUP, PUBLIC_THREAD, PRIVATE_THREAD = 0, 1, 3, 11, 12
Target: TypeAlias = int  # a role's or a user's id


@dataclass(frozen=True, slots=True, kw_only=True)
class Overwrite:
    """What a channel gives or takes; bits."""

    is_role: bool
    allow: int = 0
    deny: int = 0


@dataclass(slots=True, kw_only=True)
class Place:
    """A channel of any type."""

    id: int
    type: int
    name: str = ""
    guild_id: int | None = None
    parent_id: int | None = None  # a thread's channel
    owner_id: int | None = None  # who began the thread; the bot when a DM is the bot's own
    recipients: list[User] = field(default_factory=list)  # of a DM, without the bot
    overwrites: dict[Target, Overwrite] = field(default_factory=dict)
    nsfw: bool = False
    archived: bool = False
    locked: bool = False
    last_message_id: int | None = None
    created: datetime

    @property
    def is_thread(self) -> bool:
        return self.type in (PUBLIC_THREAD, PRIVATE_THREAD)

    def is_with(self, user_id: int) -> bool:
        """Whether a DM has this recipient."""
        return any(one.id == user_id for one in self.recipients)

    def json(self) -> Json:
        common: Json = {
            "id": str(self.id),
            "type": self.type,
            "flags": 0,
            "last_message_id": self.last_message_id and str(self.last_message_id),
        }
        if self.guild_id is None:
            return common | self._direct()
        common |= {
            "guild_id": str(self.guild_id),
            "name": self.name,
            "parent_id": self.parent_id and str(self.parent_id),
            "rate_limit_per_user": 0,
            "nsfw": self.nsfw,
        }
        return common | (self._thread() if self.is_thread else self._channel())

    def _direct(self) -> Json:
        group: Json = {"name": self.name, "icon": None, "owner_id": str(self.owner_id)} if self.type == GROUP else {}
        return {"recipients": [user.json() for user in self.recipients]} | group

    def _channel(self) -> Json:
        return {
            "position": 0,
            "topic": None,
            "last_pin_timestamp": None,
            "permission_overwrites": [
                {"id": str(target), "type": int(not one.is_role), "allow": str(one.allow), "deny": str(one.deny)}
                for target, one in self.overwrites.items()
            ],
        }

    def _thread(self) -> Json:
        return {
            "owner_id": str(self.owner_id),
            "message_count": 0,
            "member_count": 1,
            "total_message_sent": 0,
            "thread_metadata": {
                "archived": self.archived,
                "locked": self.locked,
                "auto_archive_duration": 1440,
                "archive_timestamp": self.created.isoformat(),
                "create_timestamp": self.created.isoformat(),
                "invitable": True,
            },
        }
