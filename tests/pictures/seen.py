"""What was seen: messages as a platform held them, and the scenes that become pictures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

Platform: TypeAlias = Literal["discord", "telegram"]


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file in a message."""

    name: str
    mime: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A button below a message."""

    label: str
    primary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message in front of a person."""

    author: str
    bot: bool
    mine: bool = False  # whether whoever looks wrote it
    text: str  # Discord: its markdown; Telegram: plain, with entities
    entities: tuple[Mapping[str, Any], ...] = ()  # as Telegram's API has them
    files: tuple[File, ...] = ()
    rows: tuple[tuple[Button, ...], ...] = ()
    private: bool = False  # Discord: only one person sees it
    used: tuple[str, str] | None = None  # who called which command, where the message answers one
    under: tuple[str, str] | None = None  # author and words of the message it replies to
    people: Mapping[str, str] = field(default_factory=dict)  # names by id, for mentions
    at: datetime  # when it was looked at: what relative times are counted from


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What Discord offers while somebody fills in a field of a command."""

    command: str
    filled: Mapping[str, str]  # the other fields
    field: str
    typed: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A small form that Discord shows over the chat."""

    title: str
    label: str
    required: bool
    language: str


Item: TypeAlias = Message | Choices | Form


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One picture."""

    name: str  # of its file
    platform: Platform
    language: str
    place: str  # the channel or chat, as its head says
    about: str  # one sentence below the picture
    items: tuple[Item, ...]
