"""Everything one server knows: the bot, people, chats, files, updates, and what went on."""

import itertools
import time
from typing import Any

from tests.telegram_server import (
    changes,
    chats,
    faults,
    files,
    media,
    menus,
    messages,
    options,
    pacing,
    people,
    queries,
    records,
    spec,
    updates,
    webhook,
)
from tests.telegram_server.refusals import bad


class World:
    """The state behind the methods and the acts."""

    def __init__(self, chosen: options.Options) -> None:
        self.options = chosen
        self.spec = spec.load(chosen.spec)
        self.bot = people.User(id=chosen.bot_id, first_name=chosen.name, username=chosen.username, is_bot=True)
        self.people = people.People()
        self.chats: dict[int, chats.Chat] = {}
        self.shelf = files.Shelf()
        self.media: dict[str, media.Medium] = {}  # file id → what it belongs to
        self.updates = updates.Queue()
        self.webhook = webhook.Webhook(self.updates)
        self.queries = queries.Queries(chosen.query_life_s)
        self.menus = menus.Menus()
        self.words: dict[str, dict[str, str]] = {}  # what setMyName and its like were told, by language
        self.faults = faults.Faults()
        self.pace = pacing.Pace()
        self.changes = changes.Changes()
        self.broken: list[Exception] = []  # slips of the server itself, told when it ends
        self.records = records.Records(chosen.record)
        self._message_ids = itertools.count(1)  # of private chats and basic groups, together
        self._group_ids = itertools.count(1001)

    @staticmethod
    def now() -> int:
        return int(time.time())

    def group_id(self, *, super_group: bool) -> int:
        """An id for a new group."""
        number = next(self._group_ids)
        return -1_000_000_000_000 - number if super_group else -number

    def chat(self, chat_id: int | str) -> chats.Chat:
        """The chat with this id or @username, or a refusal."""
        if isinstance(chat_id, str):
            named = (one for one in self.chats.values() if one.username and f"@{one.username}" == chat_id)
            found = next(named, None)
        else:
            found = self.chats.get(chat_id)
        if found is None:
            raise bad("chat not found")
        return found

    def pay_pace(self, chat: chats.Chat, count: int = 1) -> None:
        """Refuse what is too fast, where that is wanted."""
        if self.options.paced:
            self.pace.take(chat.id, time.monotonic(), group=chat.person is None, count=count)

    def post(self, chat: chats.Chat, sender: people.User, **content: Any) -> messages.Message:
        """Put a message into a chat."""
        number = len(chat.messages) + 1 if chat.type == "supergroup" else next(self._message_ids)
        message = messages.Message(id=number, date=self.now(), sender=sender, **content)
        chat.messages[number] = message
        if message.medium is not None:
            self.know(message.medium)
        self.changes.note()
        return message

    def know(self, medium: media.Medium) -> None:
        """Let a medium be sent again by its ids."""
        for file_id in media.ids(medium):
            self.media.setdefault(file_id, medium)

    def show(self, chat: chats.Chat, message: messages.Message) -> dict[str, Any]:
        """A message as type Message, with what it replies to."""
        shown = message.api(chat.api())
        answered = chat.alive(message.reply_to) if message.reply_to is not None else None
        if answered is None and message.topic is not None and message.sender.id != self.bot.id:
            answered = chat.messages.get(message.topic)  # Telegram fills in the message that made the topic
        if answered is not None and answered.id != message.id:
            shown["reply_to_message"] = answered.api(chat.api())
        return shown

    async def close(self) -> None:
        """End what runs in the background."""
        self.updates.end_poll(None)
        await self.webhook.close()
        self.records.close()
