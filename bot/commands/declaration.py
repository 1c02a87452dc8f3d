"""What a command is, and what it is handed: the data that slash trees, menus, help and documents are made from."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from bot import media, replies, requests
from bot.studio import Asked, Studio


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A file that came along with a message: attached, or in the message that is replied to."""

    kind: media.MediaKind  # what the platform says it is; its content decides
    source: str  # a URL, or the path where the adapter has put it; a name for messages when there is trouble
    kept: bool = False  # whether `source` is such a path, which is trusted though members may not name paths
    name: str = ""  # what the member calls a kept file; "": as its path says
    field: str = ""  # the medium's name where the member chose one (`last`, `audio`); "": the usual one of its kind
    url: str | None = None  # where a provider may fetch a kept file itself; None: nowhere
    url_until: datetime | None = None  # when that URL expires; None: never
    trouble: media.MediaTrouble | None = None  # why the adapter could not get it; None when it could


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What an adapter heard: one line of one person in one place."""

    text: str  # as it was written; "" for a tap; only the words, where `command` names the command
    person: requests.Person
    place: requests.Place
    key: str  # the event's own id, the same when it comes twice
    interactive: bool = True  # whether a question can be answered
    local: bool = False  # whether paths of this machine may be named (the console)
    attachments: tuple[Given, ...] = ()
    community: requests.CommunitySeen | None = None  # None in a direct message, on the console and where the bot is not
    command: str = ""  # the command's name, where the platform tells it apart from the words; "": `text` begins with it
    fields: Mapping[str, str] = field(default_factory=dict)  # options that the platform tells apart, `more` among them
    lacking: tuple[str, ...] = ()  # rights the bot lacks to post a result here, by the words of texts `right.<word>`
    mentions: tuple[requests.Person, ...] = ()  # who is named, in the order in which they stand; see `mentions`


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What a handler works with."""

    studio: Studio
    asked: Asked
    text: str  # what follows the command's word
    command: "Command"
    shelf: Mapping[str, "Command"] = field(default_factory=dict)  # every command by name
    attachments: tuple[Given, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)  # options that the platform told apart
    form: bool = False  # whether the member fills in a form, whose fields have names of their own
    mentions: tuple[requests.Person, ...] = ()  # who is named, in the order in which they stand in `text`


Handler: TypeAlias = Callable[[Asking], Awaitable[replies.Reply]]
Deed: TypeAlias = Callable[[Asking, str], Awaitable[replies.Reply]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What can be done to one job or question, by a button or by its name and an id: `again K7Q2`."""

    name: str  # also the action of a button
    words: tuple[str, ...] = ()  # other names: 再来
    of_question: bool = False  # whether it answers a question; else it is about a job
    asks: str = ""  # message key of what is asked before it can be done (`ask.edit`); "": it needs no words
    deed: Deed


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command, declared once for every platform."""

    name: str
    words: tuple[str, ...] = ()  # other first words: 画
    rank: int  # its place in menus and documents
    kind: requests.Kind | None = None  # what it makes; None where it makes nothing of its own
    makes: tuple[requests.Kind, ...] = ()  # every kind whose options it takes
    media: tuple[str, ...] = ()  # media it is given by name, the most usual first
    worded: bool = False  # whether every way to use it needs words
    fields: tuple[str, ...] = ()  # what a form asks where nothing is made, in the order in which it is said
    summary: str  # message key of its one sentence
    examples: tuple[str, ...]  # message keys of lines to try
    actions: tuple[Action, ...] = ()
    stewards: bool = False  # whether it is for those who manage a community, and menus show it to them alone
    handler: Handler
