"""Who speaks, where, and in which community, as the core names them."""

from telegram import Chat, Message, User

from adapters.telegram.options import NAME
from bot import requests

GROUPS = frozenset({Chat.GROUP, Chat.SUPERGROUP})


def speaker(message: Message) -> requests.Person | None:
    """Who wrote it; None for channels' posts and other bots. An anonymous admin, or whoever writes as a channel, is
    that chat: Telegram doesn't say who is behind it."""
    if message.chat.type == Chat.CHANNEL or message.is_automatic_forward:
        return None
    if (behind := message.sender_chat) is not None:
        return requests.Person(platform=NAME, user=str(behind.id), name=behind.title or str(behind.id))
    user = message.from_user
    return None if user is None or user.is_bot else person(user)


def person(user: User) -> requests.Person:
    """A person."""
    return requests.Person(platform=NAME, user=str(user.id), name=user.full_name, language=user.language_code)


def place(message: Message, who: requests.Person, *, file_bytes: int) -> requests.Place:
    """Where an answer to the message goes."""
    thread = message.message_thread_id if message.is_topic_message else None
    return spot(message.chat, who, thread=thread, message=message.message_id, file_bytes=file_bytes)


def spot(
    chat: Chat, who: requests.Person, *, thread: int | None, message: int | None, file_bytes: int
) -> requests.Place:
    """The same from its parts. Whoever is a chat can't be written to directly."""
    return requests.Place(
        platform=NAME,
        channel=str(chat.id),
        thread=str(thread) if thread is not None else None,
        message=str(message) if message is not None else None,
        community=str(chat.id) if chat.type in GROUPS else None,
        user=who.user if int(who.user) > 0 else None,
        private=chat.type == Chat.PRIVATE,
        file_bytes=file_bytes,
    )


def community(chat: Chat) -> requests.CommunitySeen | None:
    """The group, or None in a private chat."""
    return seen(chat.id, chat.title) if chat.type in GROUPS else None


def seen(chat: int, title: str | None) -> requests.CommunitySeen:
    """A group by its id and title."""
    return requests.CommunitySeen(platform=NAME, native=str(chat), title=title or str(chat))
