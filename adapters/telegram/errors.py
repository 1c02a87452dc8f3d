"""What can go wrong with Telegram, mapped once: a table from its library's errors to ours.

Texts of foreign errors may hold the bot's token (as part of a URL), so nothing of them leaves without `safe`, and what
is raised here has no cause.
"""

import re
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar

from telegram import error as foreign

from bot import errors

T = TypeVar("T")

_TOKEN = re.compile(r"\d{3,}:[\w-]{10,}")
_NEVER_LEFT = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "UnsupportedProtocol"})


class Trouble(StrEnum):
    """What a refusal means to the sender."""

    TOKEN = "token"  # Telegram doesn't know this bot
    CONFLICT = "conflict"  # somebody else asks for this bot's updates
    FLOOD = "flood"  # too fast; it says for how long to wait
    MIGRATED = "migrated"  # the group has another id now
    UNCHANGED = "unchanged"  # the message says this already
    GONE = "gone"  # there is no such message to edit any more
    TEXTLESS = "textless"  # it carries a medium: its caption is edited instead
    THREAD = "thread"  # the topic is closed or deleted
    CLOSED = "closed"  # the bot may not write there
    PICTURE = "picture"  # no photo in Telegram's eyes; a document it is
    STALE = "stale"  # a tap that was answered, or that nobody waits for any more
    TOO_BIG = "too_big"  # a file that it doesn't hand out or take
    UNSENT = "unsent"  # certainly never arrived
    UNSURE = "unsure"  # may have been done
    REFUSED = "refused"  # anything else it doesn't like: ours to mend


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of the table: the first that fits counts."""

    error: type[foreign.TelegramError]
    words: str = ""  # part of its description, in lower case; "" fits any
    means: Trouble


TABLE = (
    Rule(error=foreign.InvalidToken, means=Trouble.TOKEN),
    Rule(error=foreign.Conflict, means=Trouble.CONFLICT),
    Rule(error=foreign.RetryAfter, means=Trouble.FLOOD),
    Rule(error=foreign.ChatMigrated, means=Trouble.MIGRATED),
    Rule(error=foreign.BadRequest, words="message is not modified", means=Trouble.UNCHANGED),
    Rule(error=foreign.BadRequest, words="message to edit not found", means=Trouble.GONE),
    Rule(error=foreign.BadRequest, words="message can't be edited", means=Trouble.GONE),
    Rule(error=foreign.BadRequest, words="message_id_invalid", means=Trouble.GONE),
    Rule(error=foreign.BadRequest, words="message identifier is not specified", means=Trouble.GONE),
    Rule(error=foreign.BadRequest, words="there is no text in the message", means=Trouble.TEXTLESS),
    Rule(error=foreign.BadRequest, words="message thread not found", means=Trouble.THREAD),
    Rule(error=foreign.BadRequest, words="topic_closed", means=Trouble.THREAD),
    Rule(error=foreign.BadRequest, words="topic_deleted", means=Trouble.THREAD),
    Rule(error=foreign.BadRequest, words="chat not found", means=Trouble.CLOSED),
    Rule(error=foreign.BadRequest, words="chat_write_forbidden", means=Trouble.CLOSED),
    Rule(error=foreign.BadRequest, words="chat_restricted", means=Trouble.CLOSED),
    Rule(error=foreign.BadRequest, words="chat_send_", means=Trouble.CLOSED),  # CHAT_SEND_PHOTOS_FORBIDDEN and its kin
    Rule(error=foreign.BadRequest, words="not enough rights", means=Trouble.CLOSED),
    Rule(error=foreign.BadRequest, words="have no rights to send", means=Trouble.CLOSED),
    Rule(error=foreign.BadRequest, words="peer_id_invalid", means=Trouble.CLOSED),
    Rule(error=foreign.BadRequest, words="user is deactivated", means=Trouble.CLOSED),
    Rule(error=foreign.BadRequest, words="photo_invalid_dimensions", means=Trouble.PICTURE),
    Rule(error=foreign.BadRequest, words="image_process_failed", means=Trouble.PICTURE),
    Rule(error=foreign.BadRequest, words="photo_ext_invalid", means=Trouble.PICTURE),
    Rule(error=foreign.BadRequest, words="photo_save_file_invalid", means=Trouble.PICTURE),
    Rule(error=foreign.BadRequest, words="as photo", means=Trouble.PICTURE),
    Rule(error=foreign.BadRequest, words="query is too old", means=Trouble.STALE),
    Rule(error=foreign.BadRequest, words="query_id_invalid", means=Trouble.STALE),
    Rule(error=foreign.BadRequest, words="file is too big", means=Trouble.TOO_BIG),
    Rule(error=foreign.BadRequest, means=Trouble.REFUSED),
    Rule(error=foreign.NetworkError, words="request entity too large", means=Trouble.TOO_BIG),
    Rule(error=foreign.Forbidden, means=Trouble.CLOSED),
    Rule(error=foreign.TimedOut, words="pool timeout", means=Trouble.UNSENT),
    Rule(error=foreign.NetworkError, words="is not initialized", means=Trouble.UNSENT),  # we have let go already
    Rule(error=foreign.NetworkError, means=Trouble.UNSURE),  # TimedOut among them; see _never_left
    Rule(error=foreign.TelegramError, means=Trouble.REFUSED),
)


class Refused(errors.Undelivered):
    """A call that Telegram did not do, or may not have done."""

    def __init__(
        self, words: str, *, trouble: Trouble, retry_after_s: float | None = None, moved_to: int | None = None
    ) -> None:
        super().__init__(words, retry_after_s=retry_after_s)
        self.trouble = trouble
        self.moved_to = moved_to  # the group's new id


def meaning(error: foreign.TelegramError) -> Trouble:
    """What an error of the library means."""
    if _never_left(error):
        return Trouble.UNSENT
    said = str(error).lower()
    return next(rule.means for rule in TABLE if isinstance(error, rule.error) and rule.words in said)


def refused(error: foreign.TelegramError) -> Refused:
    """Ours, without a secret in it."""
    wait = error.retry_after if isinstance(error, foreign.RetryAfter) else None
    return Refused(
        f"Telegram: {safe(str(error))}",
        trouble=meaning(error),
        retry_after_s=wait.total_seconds() if isinstance(wait, timedelta) else wait,
        moved_to=error.new_chat_id if isinstance(error, foreign.ChatMigrated) else None,
    )


async def told(call: Awaitable[T]) -> T:
    """The outcome of one call. Raises Refused and nothing foreign."""
    try:
        return await call
    except foreign.TelegramError as error:
        refusal = refused(error)
    raise refusal  # outside the except: its context would hold URLs


def operator_error(refusal: Refused, *, api_url: str) -> errors.OperatorError:
    """What the operator is told of a call without which the bot can't work."""
    match refusal.trouble:
        case Trouble.TOKEN:
            return errors.OperatorError(
                "Telegram does not accept TELEGRAM_TOKEN. Copy the token that @BotFather shows for this bot (/mybots, "
                "API Token) once more."
            )
        case Trouble.UNSENT | Trouble.UNSURE:
            return errors.OperatorError(
                f"Telegram can't be reached at {api_url}: {refusal}. Check this machine's network, or TELEGRAM_API_URL."
            )
        case _:
            return errors.OperatorError(f"{refusal}. Check the bot's settings with @BotFather.")


def safe(words: str) -> str:
    """Words without anything that looks like a bot's token."""
    return _TOKEN.sub("‹token›", words)


def _never_left(error: foreign.TelegramError) -> bool:
    return type(error.__cause__).__name__ in _NEVER_LEFT
