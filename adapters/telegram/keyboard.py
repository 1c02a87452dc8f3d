"""Buttons below a message: what they carry, and rows that fit a phone."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog
from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot import requests

log = structlog.get_logger(__name__)

DATA_BYTES = 64  # of callback_data (InlineKeyboardButton)
ROW = 3  # buttons
ROW_WIDTH = 36  # columns that a phone shows in one row of buttons, CJK characters being two


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a question was asked that is answered elsewhere: in the private chat."""

    chat: str
    thread: str | None = None
    message: str | None = None

    @classmethod
    def of(cls, place: requests.Place) -> "Origin":
        """The place of what was asked."""
        return cls(chat=place.channel, thread=place.thread, message=place.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tapped:
    """What a button carries."""

    action: str
    subject: str
    origin: Origin | None = None

    def data(self) -> str:
        """action:subject, and @chat.thread.message where it was asked elsewhere."""
        words = f"{self.action}:{self.subject}"
        if self.origin is None:
            return words
        return f"{words}@{self.origin.chat}.{self.origin.thread or ''}.{self.origin.message or ''}"

    @classmethod
    def read(cls, data: str) -> "Tapped":
        """Whatever a button carries; of one that isn't ours the action is unknown to the commands."""
        words, _, elsewhere = data.partition("@")
        action, _, subject = words.partition(":")
        chat, *more = elsewhere.split(".")
        thread, message = (*more, "", "")[:2]
        origin = Origin(chat=chat, thread=thread or None, message=message or None) if chat else None
        return cls(action=action, subject=subject, origin=origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A button before it is put in a row."""

    tapped: Tapped
    label: str


def keyboard(buttons: Iterable[Labelled]) -> InlineKeyboardMarkup | None:
    """All buttons in rows; None without any. One that Telegram would refuse is left out and logged."""
    fit = [button for button in buttons if _fits(button)]
    return InlineKeyboardMarkup([[_button(b) for b in row] for row in rows(fit)]) if fit else None


def rows(buttons: Sequence[Labelled]) -> list[list[Labelled]]:
    """At most three in a row, and only as many as can be read."""
    found: list[list[Labelled]] = []
    for button in buttons:
        row = found[-1] if found else []
        if row and len(row) < ROW and _is_readable([*row, button]):
            row.append(button)
        else:
            found.append([button])
    return found


def _is_readable(row: Sequence[Labelled]) -> bool:
    """Telegram gives every button of a row the same width."""
    return max(width(b.label) for b in row) <= ROW_WIDTH // len(row)


def width(label: str) -> int:
    """Columns."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in label)


def _fits(button: Labelled) -> bool:
    fits = bool(button.label.strip()) and len(button.tapped.data().encode()) <= DATA_BYTES
    if not fits:
        log.error("a button that Telegram would refuse", action=button.tapped.action, label=button.label)
    return fits


def _button(button: Labelled) -> InlineKeyboardButton:
    return InlineKeyboardButton(button.label, callback_data=button.tapped.data())
