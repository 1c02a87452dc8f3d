"""Acts of people who write, send, edit, delete and press."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from tests.telegram_server import albums, chats, files, media, messages, texts
from tests.telegram_server.places import Places


class Speech(Places):
    """What people do in chats."""

    def say(
        self,
        *,
        user_id: int,
        chat_id: int,
        text: str,
        entities: Sequence[Mapping[str, Any]] = (),
        reply_to: int | None = None,
        quote: str | None = None,
        topic: int | None = None,
        as_chat: int | None = None,
    ) -> dict[str, Any]:
        """Write a text; commands, mentions and links in it are marked as Telegram marks them.

        An administrator who stays anonymous writes as the group, anybody as a channel of theirs: `as_chat`.
        """
        behind = self.world.chats[as_chat].api() if as_chat is not None else None
        content = {"text": texts.finish(text, entities), "behind": behind}
        return self._speak(user_id, chat_id, content, reply_to=reply_to, quote=quote, topic=topic)

    def send(
        self,
        *,
        user_id: int,
        chat_id: int,
        kind: str,
        data: bytes,
        name: str = "file.bin",
        mime: str = "application/octet-stream",
        caption: str = "",
        reply_to: int | None = None,
        topic: int | None = None,
        claimed_bytes: int | None = None,
    ) -> dict[str, Any]:
        """Send a photo, video, audio, voice, animation or document; `claimed_bytes` pretends a size."""
        medium = self._medium(kind, data, name, mime, claimed_bytes)
        content = {"medium": medium, "caption": texts.finish(caption, ())}
        return self._speak(user_id, chat_id, content, reply_to=reply_to, topic=topic)

    def album(
        self,
        *,
        user_id: int,
        chat_id: int,
        items: Sequence[Mapping[str, Any]],
        reply_to: int | None = None,
        topic: int | None = None,
    ) -> list[dict[str, Any]]:
        """Send several media that are shown together: each item has kind, data, and perhaps name, mime, caption."""
        group, said = albums.new_id(), []
        for item in items:
            named = {"name": "file.bin", "mime": "application/octet-stream", "claimed_bytes": None} | dict(item)
            medium = self._medium(*(named[key] for key in ("kind", "data", "name", "mime", "claimed_bytes")))
            content = {"medium": medium, "caption": texts.finish(named.get("caption", ""), ()), "group": group}
            said.append(self._speak(user_id, chat_id, content, reply_to=reply_to, topic=topic))
        return said

    def _medium(self, kind: str, data: bytes, name: str, mime: str, claimed: int | None) -> media.Medium:
        if kind not in media.KINDS:
            raise ValueError(f"kind {kind!r} isn't one of {', '.join(media.KINDS)}")
        upload = files.Upload(name=name, mime=mime, data=data)
        return media.make(self.world.shelf, kind, upload, {}, claimed)

    def _speak(
        self,
        user_id: int,
        chat_id: int,
        content: Mapping[str, Any],
        *,
        reply_to: int | None,
        topic: int | None,
        quote: str | None = None,
    ) -> dict[str, Any]:
        chat = self._open_chat(user_id, chat_id)
        if topic is not None and topic not in chat.topics:
            raise ValueError(f"chat {chat_id} has no topic {topic}")
        where = {"reply_to": reply_to, "topic": topic, "quote": texts.Text(text=quote or "")}
        message = self.world.post(chat, self.user(user_id), **content, **where)
        update_id = self._tell("message", chat, message)
        return {"chat_id": chat.id, "message_id": message.id, "update_id": update_id}

    def _open_chat(self, user_id: int, chat_id: int) -> chats.Chat:
        """The chat, where writing to the bot in private starts the conversation."""
        if chat_id == user_id and chat_id not in self.world.chats:
            self.private(user_id=user_id)
        chat = self.world.chats[chat_id]
        chat.started = True
        return chat

    def _tell(self, kind: str, chat: chats.Chat, message: messages.Message) -> int | None:
        """Send the bot an update of a message, if it gets to see it; gives its id or None."""
        if not self._seen_by_bot(chat, message):
            return None
        return self.world.updates.put(kind, self.world.show(chat, message), chat.id)

    def _seen_by_bot(self, chat: chats.Chat, message: messages.Message) -> bool:
        bot = self.world.bot
        if chat.person is not None:
            return not chat.blocked
        status = chat.members.get(bot.id, "left")
        if status == "administrator" or (status == "member" and not self.world.options.privacy):
            return True
        return status == "member" and self._meant_for_bot(chat, message)

    def _meant_for_bot(self, chat: chats.Chat, message: messages.Message) -> bool:
        """What a bot in privacy mode sees: commands for it, its mentions, and replies to what it wrote."""
        bot, words = self.world.bot, message.caption if message.medium else message.text
        replied = chat.messages.get(message.reply_to or 0)
        if replied is not None and replied.sender.id == bot.id:
            return True
        for entity in words.entities:
            piece = texts.piece(words.text, entity)
            if entity["type"] == "mention" and piece[1:].lower() == str(bot.username).lower():
                return True
            if entity["type"] == "bot_command" and entity["offset"] == 0:
                return piece.partition("@")[2].lower() in ("", str(bot.username).lower())
        return False

    def edit(self, *, chat_id: int, message_id: int, text: str) -> dict[str, Any]:
        """The author changes a message's text or caption."""
        chat = self.world.chats[chat_id]
        message = chat.messages[message_id]
        words = texts.finish(text, ())
        if message.medium is None:
            message.text = words
        else:
            message.caption = words
        message.edited, message.edits = self.world.now(), message.edits + 1
        self.world.changes.note()
        update_id = self._tell("edited_message", chat, message)
        return {"chat_id": chat_id, "message_id": message_id, "update_id": update_id}

    def delete(self, *, chat_id: int, message_id: int) -> None:
        """A person deletes a message, the bot's too; the bot isn't told."""
        self.world.chats[chat_id].messages[message_id].deleted = True
        self.world.changes.note()

    def age(self, *, chat_id: int, message_id: int, seconds: int) -> None:
        """Make a message older."""
        self.world.chats[chat_id].messages[message_id].date -= seconds

    def press(
        self,
        *,
        user_id: int,
        chat_id: int,
        message_id: int,
        text: str | None = None,
        data: str | None = None,
        times: int = 1,
    ) -> list[dict[str, Any]]:
        """Press the inline button with this label or data (without either, the only one), so many times.

        A message that was deleted can be pressed too: a person's screen may still show it.
        """
        message = self.world.chats[chat_id].messages[message_id]
        pressed = _button(message, text, data)
        return [self._press(user_id, self.world.chats[chat_id], message, pressed) for _ in range(times)]

    def _press(self, user_id: int, chat: chats.Chat, message: messages.Message, data: str) -> dict[str, Any]:
        query = self.world.queries.press(user_id=user_id, chat_id=chat.id, message_id=message.id, data=data)
        gone = {"chat": chat.api(), "message_id": message.id, "date": 0}
        payload = {
            "id": query.id,
            "from": self.user(user_id).api(),
            "message": gone if message.deleted else self.world.show(chat, message),
            "chat_instance": hashlib.sha256(str(chat.id).encode()).hexdigest()[:18],
            "data": data,
        }
        update_id = self.world.updates.put("callback_query", payload, chat.id)
        return {"query_id": query.id, "update_id": update_id, "data": data}


def _button(message: messages.Message, text: str | None, data: str | None) -> str:
    """The data of the button that is meant."""
    buttons = [one for row in message.keyboard for one in row if "callback_data" in one]
    fitting = [b for b in buttons if text in (None, b["text"]) and data in (None, b["callback_data"])]
    if len(fitting) != 1 and not (fitting and (text or data)):
        labels = ", ".join(repr(one["text"]) for one in buttons)
        raise ValueError(f"message {message.id} has {len(fitting)} buttons that fit; there are: {labels or 'none'}")
    return str(fitting[0]["callback_data"])
