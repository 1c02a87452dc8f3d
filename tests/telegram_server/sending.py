"""Methods that put one message into a chat."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.telegram_server import calls, chats, keyboards, media, texts, world
from tests.telegram_server.calls import Call
from tests.telegram_server.refusals import bad
from tests.telegram_server.world import World

ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)
_UNPLAYED = ("business_connection_id", "direct_messages_topic_id", "suggested_post_parameters", "message_effect_id")


def unplayed(call: Call, *names: str) -> None:
    """Refuse parameters whose meaning this server doesn't know."""
    for name in (*_UNPLAYED, *names):
        if call.get(name) is not None:
            raise bad(f"not played here: {name}")


def place(play: World, chat: chats.Chat, call: Call) -> dict[str, Any]:
    """Where in the chat a message goes: topic, what it replies to, and how it arrives."""
    reply = _reply(play, chat, call.get("reply_parameters"))
    answered = chat.messages.get(reply.get("reply_to", 0))
    thread_id = call.get("message_thread_id") or (answered.topic if answered else None)  # a reply stays in its topic
    topic = chat.thread(thread_id, play.bot.id)
    where: dict[str, Any] = {
        "topic": topic.id if topic else None,
        "silent": call.get("disable_notification", False),
        "protected": call.get("protect_content", False),
    }
    return where | reply


def _reply(play: World, chat: chats.Chat, given: Mapping[str, Any] | None) -> dict[str, Any]:
    if given is None:
        return {}
    if given.get("chat_id", chat.id) != chat.id:
        raise bad("not played here: a reply to another chat")
    answered = chat.alive(given["message_id"])
    if answered is None:
        if given.get("allow_sending_without_reply"):
            return {}
        raise bad("message to be replied not found")
    return {"reply_to": answered.id, "quote": _quote(play, given, (answered.text or answered.caption).text)}


def _quote(play: World, given: Mapping[str, Any], whole: str) -> texts.Text:
    parts = {"quote": given.get("quote", ""), "parse_mode": given.get("quote_parse_mode", "")}
    quote = calls.words(play, "ReplyParameters", "quote", parts | {"entities": given.get("quote_entities", ())})
    if quote.text not in whole:
        raise bad("QUOTE_TEXT_INVALID")
    return quote


def asked(
    chat: chats.Chat, below: keyboards.Below, words: texts.Text, where: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Whose screen opens a reply to the message: {"placeholder", "of"}; `of` is None for everybody (ForceReply)."""
    if below.asks is None:
        return None
    told: dict[str, Any] = {"placeholder": below.asks.get("input_field_placeholder"), "of": None}
    if not below.asks.get("selective") or chat.person is not None:
        return told
    answered = chat.messages.get(where.get("reply_to", 0))
    named = {entity["user"]["id"] for entity in words.entities if entity["type"] == "text_mention"}
    return told | {"of": sorted(named | ({answered.sender.id} if answered else set()))}


def send_message(play: World, call: Call) -> dict[str, Any]:
    unplayed(call)
    text = calls.text(play, call)
    below = keyboards.below(call.get("reply_markup"))
    chat = play.chat(call.values["chat_id"])
    chat.reachable(play.bot.id)
    chat.allows(play.bot.id, "text")
    where = place(play, chat, call)
    play.pay_pace(chat)
    preview = call.get("link_preview_options")
    content = {"text": text, "keyboard": below.rows, "asks": asked(chat, below, text, where), "preview": preview}
    return play.show(chat, play.post(chat, play.bot, **content, **where))


def sender(kind: str) -> Callable[[World, Call], dict[str, Any]]:
    """The method that sends one medium of a kind."""

    def send(play: World, call: Call) -> dict[str, Any]:
        unplayed(call, "cover", "start_timestamp")
        caption = calls.text(play, call, "caption")
        below = keyboards.below(call.get("reply_markup"))
        chat = play.chat(call.values["chat_id"])
        chat.reachable(play.bot.id)
        chat.allows(play.bot.id, kind)
        where = place(play, chat, call)
        calls.thumbnails(call, call.values)
        medium: media.Medium = calls.medium(play, call, kind, call.values, kind)
        play.pay_pace(chat)
        above = call.get("show_caption_above_media", False)
        content = {"medium": medium, "caption": caption, "keyboard": below.rows, "caption_above": above}
        content["asks"] = asked(chat, below, caption, where)
        return play.show(chat, play.post(chat, play.bot, **content, **where))

    return send


def send_chat_action(play: world.World, call: Call) -> bool:
    unplayed(call)
    if call.values["action"] not in ACTIONS:
        raise bad("wrong parameter action in request")
    chat = play.chat(call.values["chat_id"])
    chat.reachable(play.bot.id)
    thread = call.get("message_thread_id")
    if thread is not None and thread not in chat.topics:
        raise bad("message thread not found")
    chat.actions.append({"action": call.values["action"], "topic": thread, "date": play.now()})
    play.changes.note()
    return True


METHODS: Mapping[str, calls.Play] = {
    "sendMessage": send_message,
    "sendChatAction": send_chat_action,
} | {f"send{kind.title()}": sender(kind) for kind in media.KINDS}
