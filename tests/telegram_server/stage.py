"""The stage: everything a test may do to the server and see of it, in Python and over HTTP alike."""

import time
from collections.abc import Callable
from typing import Any

from tests.telegram_server import faults
from tests.telegram_server.speech import Speech

LONGEST_WAIT_S = 60.0


class Stage(Speech):
    """People's acts, faults, and what can be seen."""

    def chats(self) -> list[dict[str, Any]]:
        """Every chat, as type Chat."""
        return [chat.api() for chat in self.world.chats.values()]

    def view(self, *, chat_id: int, topic: int | None = None) -> dict[str, Any]:
        """A chat as people see it now: {"chat", "count", "messages", "actions", "bot"}."""
        chat, bot = self.world.chats[chat_id], self.world.bot
        there = [one for one in chat.messages.values() if not one.deleted and (topic is None or one.topic == topic)]
        return {
            "chat": chat.api(),
            "count": self.world.changes.count,
            "bot": chat.status(bot.id, bot.id),
            "messages": [message.view(bot.id) for message in there],
            "actions": list(chat.actions),
        }

    def seen(self, *, chat_id: int) -> list[str]:
        """The texts and captions that the bot has in a chat now, in order."""
        return [one["text"] for one in self.view(chat_id=chat_id)["messages"] if one["from_bot"]]

    def file(self, *, file_id: str) -> bytes:
        """A file's bytes as they were sent; over HTTP as {"data": base64}."""
        return self.world.media[file_id].sent.data

    def answer(self, *, query_id: str) -> dict[str, Any] | None:
        """What the person who pressed was shown: {"text", "url", "alert"}; None while the bot hasn't answered."""
        return self.world.queries.get(query_id).answer

    def expire(self, *, query_id: str) -> None:
        """Make a press too old to be answered."""
        self.world.queries.get(query_id).expired = True

    def menus(self) -> list[dict[str, Any]]:
        """Every menu the bot set: {"scope", "language_code", "commands"}."""
        return self.world.menus.all()

    def menu(self, *, user_id: int, chat_id: int) -> list[dict[str, str]]:
        """The menu that a person sees in a chat."""
        chat, language = self.world.chats[chat_id], self.user(user_id).language_code or ""
        if chat.person is not None:
            return self.world.menus.seen(
                [{"type": "chat", "chat_id": chat_id}, {"type": "all_private_chats"}, {"type": "default"}], language
            )
        admin = chat.members.get(user_id) in ("creator", "administrator")
        scopes: list[dict[str, Any]] = [{"type": "chat_member", "chat_id": chat_id, "user_id": user_id}]
        scopes += [{"type": "chat_administrators", "chat_id": chat_id}] * admin
        scopes += [{"type": "chat", "chat_id": chat_id}]
        scopes += [{"type": "all_chat_administrators"}] * admin
        scopes += [{"type": "all_group_chats"}, {"type": "default"}]
        return self.world.menus.seen(scopes, language)

    def fault(self, **planned: Any) -> None:
        """Plan a fault; the keywords are those of faults.Fault."""
        self.world.faults.plan(faults.Fault(**planned))

    def faults(self) -> list[dict[str, Any]]:
        """The faults that are still to happen."""
        return [{name: getattr(one, name) for name in one.__slots__} for one in self.world.faults.planned()]

    def clear_faults(self) -> None:
        self.world.faults.clear()

    def repeat(self, *, update_id: int) -> None:
        """Deliver an update once more, as Telegram does when it missed that the bot took it."""
        self.world.updates.repeat(update_id)

    def pending(self) -> list[dict[str, Any]]:
        """The updates that the bot hasn't confirmed."""
        return [update.api() for update in self.world.updates.waiting]

    def requests(self, *, method: str | None = None) -> list[dict[str, Any]]:
        """The requests so far, as records.Record."""
        return self.world.records.of(method)

    async def wait(self, *, past: int, timeout_s: float = 10.0) -> int:
        """Wait until more than `past` changes were counted (views tell the count), or the time is over."""
        return await self.world.changes.past(past, min(timeout_s, LONGEST_WAIT_S))

    async def until(self, condition: Callable[[], Any], timeout_s: float = 20.0) -> Any:
        """Wait until a condition of this server's state holds and give its value; TimeoutError names the last one."""
        changes = self.world.changes
        deadline = time.monotonic() + timeout_s
        while not (value := condition()):
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                raise TimeoutError(f"it didn't come true within {timeout_s} s; last value: {value!r}")
            await changes.past(changes.count, min(left_s, 0.25))
        return value


ACTS = frozenset(  # what /control/<act> may call
    [
        "create_user",
        "private",
        "group",
        "supergroup",
        "topic",
        "close_topic",
        "reopen_topic",
        "delete_topic",
        "block",
        "unblock",
        "kick",
        "invite",
        "join",
        "mute",
        "migrate",
        "say",
        "send",
        "album",
        "edit",
        "delete",
        "age",
        "press",
        "chats",
        "view",
        "seen",
        "file",
        "answer",
        "expire",
        "menus",
        "menu",
        "fault",
        "faults",
        "clear_faults",
        "repeat",
        "pending",
        "requests",
        "wait",
    ]
)
