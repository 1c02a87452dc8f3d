"""Open questions: the bot's message ends with the beginning of a line, and the person's reply completes it.

The beginning stands in the message itself, as code with an ellipsis, so that it outlives a restart. Nothing else that
the bot says ends like that.
"""

import html

from telegram import Message, MessageEntity

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
    if not question.text or not question.entities:
        return None
    last = question.entities[-1]
    code = question.parse_entity(last) if last.type == MessageEntity.CODE else ""
    if not code.endswith(_OPEN) or not question.text.endswith(code):
        return None
    return code.removesuffix(_OPEN)
