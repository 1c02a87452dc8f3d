"""Chats and who is in them; what a bot may send there."""

from dataclasses import dataclass, field
from typing import Any

from tests.telegram_server import people
from tests.telegram_server.messages import Message
from tests.telegram_server.refusals import bad, forbidden

ADMIN_RIGHTS = {
    "can_be_edited": False,
    "is_anonymous": False,
    "can_manage_chat": True,
    "can_delete_messages": True,
    "can_manage_video_chats": False,
    "can_restrict_members": False,
    "can_promote_members": False,
    "can_change_info": False,
    "can_invite_users": True,
    "can_post_stories": False,
    "can_edit_stories": False,
    "can_delete_stories": False,
}


@dataclass(slots=True, kw_only=True)
class Topic:
    """A thread of a forum; its id is that of the message that made it."""

    id: int
    name: str
    closed: bool = False


@dataclass(slots=True, kw_only=True)
class Chat:
    """One conversation that the bot is, was or may be part of."""

    id: int
    type: str  # private, group, supergroup
    title: str | None = None  # None in a private chat
    username: str | None = None
    is_forum: bool = False
    person: people.User | None = None  # whose private chat it is
    members: dict[int, str] = field(default_factory=dict)  # user id → creator, administrator, member, left, kicked
    started: bool = True  # whether the person ever wrote to the bot
    blocked: bool = False  # whether the person blocked the bot
    migrated_to: int | None = None
    muted: set[str] = field(default_factory=set)  # kinds (text, photo, …) that members may not send
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)  # deleted ones too, marked
    actions: list[dict[str, Any]] = field(default_factory=list)  # what sendChatAction showed

    def api(self) -> dict[str, Any]:
        """As type Chat."""
        shown: dict[str, Any] = {"id": self.id, "type": self.type}
        if self.person is not None:
            person = self.person.api()
            return shown | {name: person[name] for name in ("first_name", "last_name", "username") if name in person}
        shown["title"] = self.title
        if self.username:
            shown["username"] = self.username
        return shown | ({"is_forum": True} if self.is_forum else {})

    def alive(self, message_id: int) -> Message | None:
        """A message that is there, or None."""
        message = self.messages.get(message_id)
        return None if message is None or message.deleted else message

    def member(self, bot_id: int, user: people.User) -> dict[str, Any]:
        """As type ChatMember."""
        status = self.status(bot_id, user.id)
        shown: dict[str, Any] = {"status": status, "user": user.api()}
        if status == "creator":
            return shown | {"is_anonymous": False}
        if status == "administrator":
            return shown | ADMIN_RIGHTS
        return shown | ({"until_date": 0} if status == "kicked" else {})

    def status(self, bot_id: int, user_id: int) -> str:
        """What somebody is here."""
        if self.person is not None:
            if user_id == bot_id:
                return "kicked" if self.blocked else "member"
            return "member" if user_id == self.id else "left"
        return self.members.get(user_id, "left")

    def reachable(self, bot_id: int) -> None:
        """Refuse what the bot may not write to."""
        if self.migrated_to is not None:
            raise bad("group chat was upgraded to a supergroup chat", migrate_to_chat_id=self.migrated_to)
        if self.person is not None:
            return self._open_to()
        status = self.status(bot_id, bot_id)
        if status == "kicked":
            raise forbidden(f"bot was kicked from the {self.type} chat")
        if status == "left":
            raise forbidden(f"bot is not a member of the {self.type} chat")
        return None

    def _open_to(self) -> None:
        if self.blocked:
            raise forbidden("bot was blocked by the user")
        if not self.started:
            raise forbidden("bot can't initiate conversation with a user")

    def allows(self, bot_id: int, kind: str) -> None:
        """Refuse a kind of message that members may not send here."""
        if kind in self.muted and self.members.get(bot_id) != "administrator":
            what = "text messages" if kind == "text" else f"{kind}s"
            raise bad(f"not enough rights to send {what} to the chat")

    def thread(self, thread_id: int | None, bot_id: int) -> Topic | None:
        """The topic to write to; None is the general one, whose number 1 Telegram doesn't take for sending."""
        if thread_id is None:
            return None
        topic = self.topics.get(thread_id)
        if topic is None:
            raise bad("message thread not found")
        if topic.closed and self.members.get(bot_id) != "administrator":
            raise bad("TOPIC_CLOSED")
        return topic
