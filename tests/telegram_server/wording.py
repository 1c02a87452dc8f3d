"""Which words of Telegram's belong to which slip; where its own aren't known, a plain sentence.

The known ones were taken from the sources of the Bot API server (telegram-bot-api/Client.cpp) and of TDLib. Telegram
ignores unknown parameters and fields; this server refuses them, so that a typing error shows.
"""

from typing import Any

from tests.telegram_server import limits

_MISSING = {
    "text": "message text is empty",
    "chat_id": "chat_id is empty",
    "file_id": "file_id not specified",
    "message_id": "message identifier is not specified",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "video": "there is no video in the request",
    "audio": "there is no audio in the request",
    "voice": "there is no voice in the request",
    "animation": "there is no animation in the request",
    "media": "there is no media in the request",
}
_OBJECTS = {
    "reply_markup": "reply keyboard markup",
    "reply_parameters": "reply parameters",
    "link_preview_options": "link preview options",
    "scope": "BotCommandScope",
}
_SHORT = {"command": "command must be non-empty", "description": "command description must be non-empty"}
_LONG = {
    "callback_data": "BUTTON_DATA_INVALID",
    "command": "command length must not exceed 32",
    "description": "command description length must not exceed 256",
    "secret_token": "secret token is too long",
    "media": "too many messages to send as an album",
    "commands": "BOT_COMMANDS_TOO_MUCH",
    "text": "MESSAGE_TOO_LONG",
}


def missing(method: str, name: str) -> str:
    """A required parameter isn't there."""
    return _MISSING.get(name, f'parameter "{name}" of {method} is required')


def unreadable(name: str) -> str:
    """A parameter should be JSON and isn't."""
    return f"can't parse {_OBJECTS.get(name, name)} JSON object"


def wrong(method: str, name: str, why: str) -> str:
    """A value isn't what the description asks for; where a limit has words of its own, only those."""
    if why in _LONG.values() or why in _SHORT.values():
        return why
    return f"wrong parameter {name} of {method}: {why}"


def beyond(path: str, name: str, limit: limits.Limit, value: Any) -> str:
    """A limit is crossed."""
    short = limit.unit in ("characters", "items", "bytes") and len(value) < limit.low
    own = (_SHORT if short else _LONG).get(name)
    elsewhere = (name in _SHORT and not path.startswith("commands[")) or (name == "text" and path != "text")
    return f"{path} must have {limit}" if own is None or elsewhere else own
