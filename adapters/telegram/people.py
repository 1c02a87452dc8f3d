"""Who speaks, who is named, where, and in which community, as the core names them."""

from telegram import Chat, Message, MessageEntity, User

from adapters.telegram.options import NAME
from bot import requests
from bot.commands import mentions

GROUPS = frozenset({Chat.GROUP, Chat.SUPERGROUP})
CALLED = frozenset({MessageEntity.MENTION, MessageEntity.TEXT_MENTION})


def speaker(message: Message) -> requests.Person | None:
    """Who wrote it; None for channels' posts and other bots. An anonymous admin, or whoever writes as a channel, is
    that chat: Telegram doesn't say who is behind it."""
    who = author(message)
    return None if who is None or who.bot else who


def author(message: Message) -> requests.Person | None:
    """The same, with bots; None where nobody wrote it, but a channel posted."""
    if message.chat.type == Chat.CHANNEL or message.is_automatic_forward:
        return None
    if (behind := message.sender_chat) is not None:
        return requests.Person(platform=NAME, user=str(behind.id), name=behind.title or str(behind.id))
    return None if message.from_user is None else person(message.from_user)


def person(user: User) -> requests.Person:
    """A person."""
    return requests.Person(
        platform=NAME,
        user=str(user.id),
        name=user.full_name,
        language=user.language_code,
        handle=user.username.lower() if user.username else None,
        bot=user.is_bot,
    )


def named(message: Message, *, me: User | None) -> tuple[str, tuple[requests.Person, ...]]:
    """The words with everybody in them of whom Telegram says the id, and who they are, in their order.

    `@mia` stays: of it Telegram says nothing more, unless it is this bot (`me`). Where nobody is named it is whom the
    message replies to, who stands nowhere in it; a reply to this bot is said to it and not about it.
    """
    words = message.text or message.caption or ""
    said = words.encode("utf-16-le")  # an entity's place is counted in UTF-16 code units (MessageEntity)
    called = [each for each in message.entities or message.caption_entities if each.type in CALLED]
    there: list[requests.Person] = []
    for each in sorted(called, key=lambda one: -one.offset)[-mentions.MOST :]:
        start, end = 2 * each.offset, 2 * (each.offset + each.length)
        user = each.user or (me if me is not None and _is_called(said[start:end], me) else None)
        if user is not None:
            there.insert(0, person(user))
            said = said[:start] + mentions.standing(there[0]).encode("utf-16-le") + said[end:]
    return said.decode("utf-16-le"), tuple(there) if called or mentions.are_said(words) else _above(message, me)


def _is_called(said: bytes, user: User) -> bool:
    return bool(user.username) and said.decode("utf-16-le").lower() == f"@{user.username}".lower()


def _above(message: Message, me: User | None) -> tuple[requests.Person, ...]:
    """Whom it replies to; in a topic every message replies to the one that made it."""
    above = message.reply_to_message
    if above is None or above.forum_topic_created is not None:
        return ()
    who = author(above)
    return () if who is None or (me is not None and who.user == str(me.id)) else (who,)


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
