"""Replies: neutral values that adapters translate; text is message keys and parameters, never markup."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot import media, requests


@dataclass(frozen=True, slots=True, kw_only=True)
class Credits:
    """An amount of credits, written in the reader's way."""

    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A moment, shown relative to now where the platform can keep that live."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """Somebody else's words: a prompt, a provider's message. Escaped, cut to `limit` characters."""

    words: str
    limit: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One message: its key in the catalogues and what fills its placeholders (Text may nest)."""

    key: str
    params: Mapping[str, object] = field(default_factory=dict)


def text(key: str, **params: object) -> Text:
    """Short for `Text(key=…, params=…)`."""
    return Text(key=key, params=params)


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """Something to tap: an action with its subject, at most 64 bytes together."""

    action: str  # an action's name: again, vary, edit, cancel, start, …
    subject: str  # a job's or draft's id
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file to show, lying in the data folder."""

    path: str  # relative to the data folder
    name: str  # the file's name as the reader gets it
    facts: media.Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """What a model wrote, in Markdown: each platform shows it as that, in as many messages as are still read."""

    words: str
    files: tuple[Attachment, ...] = ()  # the same as files, for where it is too long
    growing: bool = False  # whether it is still being written: its end is what is new


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One message to somebody: lines, files and buttons."""

    lines: tuple[Text, ...]
    media: tuple[Attachment, ...] = ()
    prose: Prose | None = None  # stands before the last line, which is the receipt
    buttons: tuple[Button, ...] = ()
    private: bool = False  # for the asker's eyes only, where the platform can
    kind: str = (
        "message"  # message, queued, running, done, failed, error, question: how `--json` and styles tell them apart
    )
    job: str | None = None  # the job it is about
    asked: Text | None = None  # what was asked for: shown where the platform itself does not show the question
    asks: str = ""  # the beginning of a line that the reader's next words complete: `/image`, `edit K7Q2`; "": nothing
    mention: bool = False  # whether it notifies who asked
    under: str | None = None  # the bot's own message that it belongs to; None: what was asked, where there is such
    elsewhere: tuple["Elsewhere", ...] = ()  # what is told in other places because of it
    shown: str | None = None  # the message that shows this already and is edited; None: a new one
    facts: Mapping[str, object] = field(default_factory=dict)  # figures for machine readers (`--json`); JSON values


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What somebody is told in another place than the one where they spoke."""

    place: requests.Place
    reply: Reply
    language: str
