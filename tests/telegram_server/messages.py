"""A message: as the bot gets it, and as a person sees it."""

from dataclasses import dataclass, field
from typing import Any

from tests.telegram_server import media, people, texts

NO_TEXT = texts.Text()
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
"""Whom the field `from` names where somebody writes as a chat (User, Message)."""


@dataclass(slots=True, kw_only=True)
class Message:
    """One message of a chat; edits and deletion change it in place."""

    id: int
    date: int  # Unix time
    sender: people.User
    behind: dict[str, Any] | None = None  # type Chat: as which chat the sender writes; None: as themselves
    text: texts.Text = NO_TEXT
    caption: texts.Text = NO_TEXT
    medium: media.Medium | None = None
    keyboard: list[list[dict[str, Any]]] = field(default_factory=list)
    asks: dict[str, Any] | None = None  # whose screen opens a reply to it; None: nobody's
    reply_to: int | None = None  # message id in the same chat
    quote: texts.Text = NO_TEXT
    topic: int | None = None
    group: str | None = None  # media_group_id
    service: dict[str, Any] = field(default_factory=dict)  # fields of a service message
    forwarded_from: dict[str, Any] | None = None  # MessageOrigin
    caption_above: bool = False
    silent: bool = False
    protected: bool = False
    preview: dict[str, Any] | None = None  # LinkPreviewOptions
    edited: int | None = None  # Unix time of the last edit
    edits: int = 0
    deleted: bool = False

    @property
    def kind(self) -> str:
        """text, a kind of media, or service."""
        return self.medium.kind if self.medium else "service" if self.service else "text"

    def content(self) -> tuple[Any, ...]:
        """What decides whether an edit changes anything."""
        source = self.medium.source.file_id if self.medium else None
        return (self.text, self.caption, source, self.keyboard, self.caption_above, self.preview)

    def api(self, chat: dict[str, Any]) -> dict[str, Any]:
        """As type Message, without what it replies to."""
        shown: dict[str, Any] = {"message_id": self.id, "from": self.sender.api(), "chat": chat, "date": self.date}
        if self.behind is not None:  # who it is Telegram tells no bot (Message, from and sender_chat)
            shown |= {"from": ANONYMOUS, "sender_chat": self.behind}
        if self.topic is not None:
            shown |= {"message_thread_id": self.topic, "is_topic_message": True}
        if self.edited is not None:
            shown["edit_date"] = self.edited
        if self.group is not None:
            shown["media_group_id"] = self.group
        if self.forwarded_from is not None:
            shown["forward_origin"] = self.forwarded_from
        return shown | self._content() | self.service

    def _content(self) -> dict[str, Any]:
        shown = self.text.fields("text", "entities")
        if self.medium is not None:
            shown |= self.medium.fields() | self.caption.fields("caption", "caption_entities")
        if self.caption_above:
            shown["show_caption_above_media"] = True
        if self.protected:
            shown["has_protected_content"] = True
        if self.preview is not None:
            shown["link_preview_options"] = self.preview
        if self.quote:
            shown["quote"] = self.quote.fields("text", "entities") | {"position": 0}
        if self.keyboard:
            shown["reply_markup"] = {"inline_keyboard": self.keyboard}
        return shown

    def view(self, bot_id: int) -> dict[str, Any]:
        """As a person sees it."""
        words = self.caption if self.medium else self.text
        return {
            "message_id": self.id,
            "from_id": self.sender.id,
            "from_bot": self.sender.id == bot_id,
            "kind": self.kind,
            "text": words.text,
            "entities": [dict(one) for one in words.entities],
            "media": self.medium.view() if self.medium else None,
            "buttons": self.keyboard,
            "asks": self.asks,
            "reply_to": self.reply_to,
            "quote": self.quote.text or None,
            "topic": self.topic,
            "media_group_id": self.group,
            "edits": self.edits,
            "silent": self.silent,
            "date": self.date,
        }
