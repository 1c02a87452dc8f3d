"""Methods that change or remove what is in a chat."""

from collections.abc import Mapping
from typing import Any

from tests.telegram_server import albums, calls, chats, keyboards, messages, sending
from tests.telegram_server.calls import Call
from tests.telegram_server.refusals import bad
from tests.telegram_server.world import World

DELETE_S = 48 * 3600  # how long a message may be deleted (deleteMessage)
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
_VISUAL = frozenset({"photo", "video"})


def found(play: World, call: Call) -> tuple[chats.Chat, messages.Message]:
    """The message to edit, if it's the bot's own."""
    sending.unplayed(call, "inline_message_id", "rich_message")
    if call.get("chat_id") is None:
        raise bad("chat identifier is empty")
    if call.get("message_id") is None:
        raise bad("message identifier is not specified")
    chat = calls.chat(play, call)
    message = chat.alive(call.values["message_id"])
    if message is None:
        raise bad("message to edit not found")
    if message.sender.id != play.bot.id or message.service or message.asks:  # only an inline keyboard can be edited
        raise bad("message can't be edited")
    return chat, message


def change(play: World, chat: chats.Chat, message: messages.Message, **content: Any) -> dict[str, Any]:
    """Give a message new content, if it is new."""
    before = message.content()
    old = {name: getattr(message, name) for name in content}
    for name, value in content.items():
        setattr(message, name, value)
    if message.content() == before:
        for name, value in old.items():
            setattr(message, name, value)
        raise bad(_NOT_MODIFIED)
    message.edited, message.edits = play.now(), message.edits + 1
    play.changes.note()
    return play.show(chat, message)


def edit_text(play: World, call: Call) -> dict[str, Any]:
    text = calls.text(play, call)
    keyboard = keyboards.inline(call.get("reply_markup"))
    chat, message = found(play, call)
    if message.medium is not None:
        raise bad("there is no text in the message to edit")
    return change(play, chat, message, text=text, keyboard=keyboard, preview=call.get("link_preview_options"))


def edit_caption(play: World, call: Call) -> dict[str, Any]:
    caption = calls.text(play, call, "caption")
    keyboard = keyboards.inline(call.get("reply_markup"))
    chat, message = found(play, call)
    if message.medium is None:
        raise bad("there is no caption in the message to edit")
    above = call.get("show_caption_above_media", False)
    return change(play, chat, message, caption=caption, keyboard=keyboard, caption_above=above)


def edit_media(play: World, call: Call) -> dict[str, Any]:
    item = call.values["media"]
    caption = albums.caption(play, item)
    keyboard = keyboards.inline(call.get("reply_markup"))
    chat, message = found(play, call)
    _replaceable(message, item["type"])
    chat.allows(play.bot.id, item["type"])
    medium = albums.item_medium(play, call, item)
    above = item.get("show_caption_above_media", False)
    content = {"medium": medium, "caption": caption, "keyboard": keyboard, "caption_above": above}
    return change(play, chat, message, text=messages.NO_TEXT, **content, preview=None)


def _replaceable(message: messages.Message, kind: str) -> None:
    old = message.kind
    if old == "voice":
        raise bad("message can't be edited")
    if message.group is not None and old != kind and not {old, kind} <= _VISUAL:
        raise bad("message can't be edited to the specified message type")


def edit_keyboard(play: World, call: Call) -> dict[str, Any]:
    keyboard = keyboards.inline(call.get("reply_markup"))
    chat, message = found(play, call)
    if message.group is not None and keyboard:
        raise bad("message can't be edited")
    return change(play, chat, message, keyboard=keyboard)


def delete(play: World, call: Call) -> bool:
    chat = play.chat(call.values["chat_id"])
    chat.reachable(play.bot.id)
    message = chat.alive(call.values["message_id"])
    if message is None:
        raise bad("message to delete not found")
    _deletable(play, chat, message)
    message.deleted = True
    play.changes.note()
    return True


def _deletable(play: World, chat: chats.Chat, message: messages.Message) -> None:
    own, admin = message.sender.id == play.bot.id, chat.members.get(play.bot.id) == "administrator"
    if not (own or admin or chat.person is not None):
        raise bad("message can't be deleted")
    if play.now() - message.date > DELETE_S and not (admin and chat.type == "supergroup"):
        raise bad("message can't be deleted for everyone")


def delete_several(play: World, call: Call) -> bool:
    """As Telegram does it: those that can't be found are skipped."""
    chat = play.chat(call.values["chat_id"])
    chat.reachable(play.bot.id)
    there = [one for one in map(chat.alive, call.values["message_ids"]) if one is not None]
    for message in there:
        _deletable(play, chat, message)
    for message in there:
        message.deleted = True
    play.changes.note()
    return True


METHODS: Mapping[str, calls.Play] = {
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "editMessageMedia": edit_media,
    "editMessageReplyMarkup": edit_keyboard,
    "deleteMessage": delete,
    "deleteMessages": delete_several,
}
