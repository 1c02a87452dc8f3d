"""Where messages are and where they go: ids of messages, and the ladder of places for one answer."""

from collections.abc import Iterator
from dataclasses import dataclass

from telegram import ReplyParameters

from bot import errors, requests


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One of the bot's messages; the core knows it as `chat:message`, because an answer may be in another chat."""

    chat: int
    message: int

    def __str__(self) -> str:
        return f"{self.chat}:{self.message}"

    @classmethod
    def read(cls, id: str) -> "Shown":
        """What `str` wrote. Raises Gone for anything else."""
        chat, _, message = id.partition(":")
        try:
            return cls(chat=int(chat), message=int(message))
        except ValueError:
            raise errors.Gone(f"{id!r} is no message of Telegram's") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where one message goes."""

    chat: int
    thread: int | None = None
    under: int | None = None  # the message it replies to, in the same chat

    @property
    def reply(self) -> ReplyParameters | None:
        """As Telegram is told."""
        return ReplyParameters(self.under, allow_sending_without_reply=True) if self.under else None

    @property
    def is_group(self) -> bool:
        """Groups' ids are negative."""
        return self.chat < 0


def rungs(place: requests.Place, *, under: str | None, about_job: bool = False) -> Iterator[Address]:
    """The places to try in turn: the topic, the group's general one, then whoever asked directly."""
    chat = int(place.channel)
    thread = int(place.thread) if place.thread else None
    yield Address(chat=chat, thread=thread, under=_under(place, under, about_job=about_job))
    if thread is not None:
        yield Address(chat=chat)
    if place.user and int(place.user) > 0 and int(place.user) != chat:
        yield Address(chat=int(place.user))


def _under(place: requests.Place, under: str | None, *, about_job: bool) -> int | None:
    """In a private chat only jobs quote what was asked: several may be under way. Elsewhere the order says enough."""
    if under is not None:
        shown = Shown.read(under)
        return shown.message if shown.chat == int(place.channel) else None
    quotes = about_job or int(place.channel) < 0
    return int(place.message) if place.message and quotes else None
