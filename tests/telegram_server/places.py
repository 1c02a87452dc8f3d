"""Acts that make people and chats, and change who is where."""

from collections.abc import Sequence
from typing import Any

from tests.telegram_server import chats, people
from tests.telegram_server.world import World


class Places:
    """People, chats and topics."""

    def __init__(self, world: World) -> None:
        self.world = world

    def create_user(
        self,
        *,
        first_name: str,
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = None,
        id: int | None = None,
    ) -> dict[str, Any]:
        """A new person, as type User."""
        known = {"last_name": last_name, "username": username, "language_code": language_code, "id": id}
        return self.world.people.add(first_name=first_name, **known).api()

    def private(self, *, user_id: int, started: bool = True) -> dict[str, Any]:
        """A person's private chat with the bot; its id is the person's. Not started, the bot may not write there."""
        user = self.user(user_id)
        return self._chat(chats.Chat(id=user_id, type="private", person=user, started=started))

    def group(
        self, *, title: str, creator_id: int, members: Sequence[int] = (), bot: str = "member", tell: bool = True
    ) -> dict[str, Any]:
        """A basic group; `bot` is member, administrator or left; `tell` sends the bot its my_chat_member."""
        return self._group("group", title, creator_id, members, bot, tell)

    def supergroup(
        self,
        *,
        title: str,
        creator_id: int,
        members: Sequence[int] = (),
        bot: str = "member",
        tell: bool = True,
        username: str | None = None,
        forum: bool = False,
    ) -> dict[str, Any]:
        """A supergroup, with topics if it's a forum."""
        shown = self._group("supergroup", title, creator_id, members, bot, tell, username=username, is_forum=forum)
        self.world.changes.note()
        return shown

    def _group(
        self, kind: str, title: str, creator_id: int, members: Sequence[int], bot: str, tell: bool, **more: Any
    ) -> dict[str, Any]:
        chat_id = self.world.group_id(super_group=kind == "supergroup")
        chat = chats.Chat(id=chat_id, type=kind, title=title, **more)
        chat.members = {creator_id: "creator"} | dict.fromkeys(members, "member")
        shown = self._chat(chat)
        if bot != "left":
            self._bot_becomes(chat, bot, creator_id, tell=tell)
        return shown

    def _chat(self, chat: chats.Chat) -> dict[str, Any]:
        if chat.id in self.world.chats:
            raise ValueError(f"chat {chat.id} is there already")
        self.world.chats[chat.id] = chat
        self.world.changes.note()
        return chat.api()

    def user(self, user_id: int) -> people.User:
        """A person by id; KeyError if there is none."""
        return self.world.people.users[user_id]

    def topic(self, *, chat_id: int, user_id: int, name: str) -> dict[str, Any]:
        """A new topic of a forum: {"id", "name"}; the bot hears of it as of any service message."""
        chat = self.world.chats[chat_id]
        if not chat.is_forum:
            raise ValueError(f"chat {chat_id} is no forum")
        service = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        message = self.world.post(chat, self.user(user_id), service=service)
        message.topic = message.id
        chat.topics[message.id] = chats.Topic(id=message.id, name=name)
        self.world.updates.put("message", self.world.show(chat, message), chat.id)
        return {"id": message.id, "name": name}

    def close_topic(self, *, chat_id: int, topic_id: int) -> None:
        self.world.chats[chat_id].topics[topic_id].closed = True
        self.world.changes.note()

    def reopen_topic(self, *, chat_id: int, topic_id: int) -> None:
        self.world.chats[chat_id].topics[topic_id].closed = False
        self.world.changes.note()

    def delete_topic(self, *, chat_id: int, topic_id: int) -> None:
        """Remove a topic and everything in it."""
        chat = self.world.chats[chat_id]
        del chat.topics[topic_id]
        for message in chat.messages.values():
            message.deleted = message.deleted or message.topic == topic_id
        self.world.changes.note()

    def block(self, *, user_id: int) -> None:
        """The person blocks the bot."""
        self._block(user_id, blocked=True)

    def unblock(self, *, user_id: int) -> None:
        """The person lets the bot write again."""
        self._block(user_id, blocked=False)

    def _block(self, user_id: int, *, blocked: bool) -> None:
        chat, bot = self.world.chats[user_id], self.world.bot
        old = chat.member(bot.id, bot)
        chat.blocked = blocked
        self._tell_membership(chat, user_id, old)

    def kick(self, *, chat_id: int, user_id: int) -> None:
        """Somebody removes the bot from a group for good."""
        self._bot_becomes(self.world.chats[chat_id], "kicked", user_id)

    def invite(self, *, chat_id: int, user_id: int, status: str = "member") -> None:
        """Somebody adds the bot to a group, or makes it administrator."""
        self._bot_becomes(self.world.chats[chat_id], status, user_id)

    def _bot_becomes(self, chat: chats.Chat, status: str, by: int, *, tell: bool = True) -> None:
        bot = self.world.bot
        old = chat.member(bot.id, bot)
        chat.members[bot.id] = status
        if tell:
            self._tell_membership(chat, by, old)
        self.world.changes.note()

    def _tell_membership(self, chat: chats.Chat, by: int, old: dict[str, Any]) -> None:
        bot = self.world.bot
        payload = {"chat": chat.api(), "from": self.user(by).api(), "date": self.world.now()}
        payload |= {"old_chat_member": old, "new_chat_member": chat.member(bot.id, bot)}
        self.world.updates.put("my_chat_member", payload, chat.id)
        self.world.changes.note()

    def join(self, *, chat_id: int, user_id: int, status: str = "member") -> None:
        """A person comes into a group, leaves it, or becomes something else there; the bot isn't told."""
        self.world.chats[chat_id].members[user_id] = status

    def mute(self, *, chat_id: int, kinds: Sequence[str]) -> None:
        """Members may not send these kinds (text, photo, video, audio, voice, animation, document) from now on."""
        self.world.chats[chat_id].muted = set(kinds)

    def migrate(self, *, chat_id: int) -> dict[str, Any]:
        """Upgrade a basic group to a supergroup; gives the new chat. The bot hears of it in both."""
        old, bot = self.world.chats[chat_id], self.world.bot
        new = chats.Chat(id=self.world.group_id(super_group=True), type="supergroup", title=old.title)
        new.members = dict(old.members)
        shown = self._chat(new)
        creator = next(number for number, status in old.members.items() if status == "creator")
        leaving = self.world.post(old, self.user(creator), service={"migrate_to_chat_id": new.id})
        arriving = self.world.post(new, self.user(creator), service={"migrate_from_chat_id": old.id})
        old.migrated_to = new.id
        if new.members.get(bot.id) in ("member", "administrator"):
            self.world.updates.put("message", self.world.show(old, leaving), old.id)
            self.world.updates.put("message", self.world.show(new, arriving), new.id)
        return shown
