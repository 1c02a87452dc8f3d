"""What stands below messages: inline keyboards and what Telegram refuses in them, and the demand for a reply."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.telegram_server.refusals import bad

MAX_BUTTONS = 100
MAX_IN_ROW = 8
_LOOK = frozenset({"text", "icon_custom_emoji_id", "style"})  # every other field says what the button does
_STYLES = frozenset({"danger", "success", "primary"})
_URL = re.compile(r"(?:https?://|tg://)?[^\s/?#]+\S*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Below:
    """What stands below a new message: buttons, or the demand for a reply, never both."""

    rows: list[list[dict[str, Any]]] = field(default_factory=list)
    asks: Mapping[str, Any] | None = None  # a ForceReply


def below(markup: Mapping[str, Any] | None) -> Below:
    """What a new message is given, or a refusal; a custom keyboard and its removal are not played."""
    if markup is None or "force_reply" not in markup:
        return Below(rows=inline(markup))
    if not markup["force_reply"]:
        raise bad("can't parse reply keyboard markup JSON object")
    return Below(asks=markup)


def inline(markup: Mapping[str, Any] | None) -> list[list[dict[str, Any]]]:
    """The rows of an inline keyboard, or a refusal."""
    if markup is None:
        return []
    if "inline_keyboard" not in markup:
        raise bad("not played here: a reply_markup other than an inline keyboard")
    rows = [row for row in markup["inline_keyboard"] if row]
    if sum(map(len, rows)) > MAX_BUTTONS or any(len(row) > MAX_IN_ROW for row in rows):
        raise bad("reply markup is too long")
    for row in rows:
        for button in row:
            _check(button)
    return rows


def _check(button: Mapping[str, Any]) -> None:
    does = [name for name in button if name not in _LOOK]
    if not does:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(does) > 1:
        raise bad(f"can't parse inline keyboard button: exactly one of {', '.join(sorted(does))} may be given")
    if not button["text"].strip():
        raise bad("inline keyboard button text must be non-empty")
    if button.get("style", "primary") not in _STYLES:
        raise bad("can't parse inline keyboard button: invalid button style specified")
    if "url" in button and (
        not _URL.fullmatch(button["url"]) or ("." not in button["url"] and "tg:" not in button["url"])
    ):
        raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
