"""Open questions: the bot's message ends with the beginning of a line, and the person's reply completes it.

The beginning stands in the message itself, as code with an ellipsis, so that it outlives a restart. Nothing else that
the bot says ends like that. A reply to a model's answer goes on from there.
"""

import html

from telegram import Message, MessageEntity

from adapters.telegram.keyboard import Tapped
from bot.commands.ask import FURTHER

_OPEN = " …"


def mark(beginning: str) -> str:
    """The last line of a question, as HTML: `/image …`."""
    return f"<code>{html.escape(beginning, quote=False)}{_OPEN}</code>"


def completed(message: Message, words: str, *, bot_id: int) -> str | None:
    """The line that a reply to a question makes; None when it replies to none."""
    question = message.reply_to_message
    if question is None or question.from_user is None or question.from_user.id != bot_id:
        return None
    beginning = _beginning(question)
    return f"{beginning} {words}".rstrip() if beginning is not None else None


def _beginning(question: Message) -> str | None:
    if (on := _further(question)) is not None:
        return on
    if not question.text or not question.entities:
        return None
    last = question.entities[-1]
    code = question.parse_entity(last) if last.type == MessageEntity.CODE else ""
    if not code.endswith(_OPEN) or not question.text.endswith(code):
        return None
    return code.removesuffix(_OPEN)


def _further(answer: Message) -> str | None:
    """An answer of a model's has a button to ask on from it: a reply to it is what is asked."""
    rows = answer.reply_markup.inline_keyboard if answer.reply_markup is not None else ()
    taps = (Tapped.read(str(button.callback_data or "")) for row in rows for button in row)
    return next((f"{tap.action} {tap.subject}" for tap in taps if tap.action == FURTHER), None)
