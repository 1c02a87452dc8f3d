"""A request: what is asked of which model, by whom, and where the answer goes; and its wire form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from bot.media import MediaKind, MediaRef

AccountId = NewType("AccountId", str)
Json: TypeAlias = Any  # what json.loads gives; dies in the module that received it


class Kind(StrEnum):
    """What comes out; each kind has one command."""

    IMAGE = "image"
    VIDEO = "video"
    MUSIC = "music"
    SPEECH = "speech"
    VOICE = "voice"
    AVATAR = "avatar"
    CHAT = "chat"


class Answering(BaseModel):
    """A platform's right to answer one event, for a while (Discord's interaction token)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    token: str = Field(repr=False)
    until: datetime


class Place(BaseModel):
    """Where an answer goes, in the platform's own ids."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    platform: str
    channel: str = ""  # channel or chat id; "" on the console
    thread: str | None = None  # thread or topic id
    message: str | None = None  # the message that asked, to reply to
    community: str | None = None  # server or group id; None in a direct message and on the console
    user: str | None = None  # who asked, to be written to directly when the channel is closed; None on the console
    private: bool = False  # whether what is said here is for the asker's eyes only
    answering: Answering | None = None  # None where messages are simply posted
    file_bytes: int | None = None  # the largest file that the platform takes here; None: its usual limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who speaks, as the platform names them; the account is found from it."""

    platform: str
    user: str  # the platform's id of the user
    name: str  # shown in messages only
    language: str | None = None  # what the platform says; None when it says nothing
    member_since: datetime | None = None  # of the community; None when the platform doesn't say
    steward: bool = False  # whether the platform lets them manage the community
    handle: str | None = None  # what others call them by, without @ (mia); None where the platform has no such names
    roles: tuple[str, ...] = ()  # ids of the roles that they have in the community, where the platform has roles
    bot: bool = False  # whether it is a program


@dataclass(frozen=True, slots=True, kw_only=True)
class CommunitySeen:
    """A community as its platform names it; its row is found from it, or made on first sight."""

    platform: str
    native: str  # the platform's id of the server or group
    title: str
    language: str | None = None  # what the platform says is spoken there; None when it says nothing


class Request(BaseModel):
    """What a member asked for, validated: enough to quote, submit and repeat it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    provider: str
    model: str  # the provider's exact id
    operation: str  # text-to-image, extend, …: one options class of the model
    options: Mapping[str, Json]  # as said and validated, without media
    media: Mapping[str, tuple[MediaRef, ...]] = {}  # by option name: image, images, video, …

    @property
    def prompt(self) -> str:
        """The words asked with; "" where the operation has none."""
        return str(self.options.get("prompt", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file part of a multipart wire."""

    part: str  # the part's name
    path: str  # where the file lies; in a preview, as the caller gave it
    mime: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Encoded:
    """A file that stands in a JSON body as base64; it is read when the request is sent."""

    path: str  # where the file lies; in a preview, as the caller gave it
    prefix: str = ""  # what is written before it: data:image/png;base64,


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """One exact HTTP request as the provider's page prints it, without host and key."""

    method: str = "POST"
    path: str
    body: Mapping[str, Json] = field(default_factory=dict)  # JSON, with Encoded in it, or a multipart's text fields
    uploads: tuple[Upload, ...] = ()  # any makes it multipart/form-data
    poll_path: str = ""  # where its task is asked after, with {task_id}; "": it answers with the result, or calls back
    makes: MediaKind | None = field(default=None, compare=False)  # what comes out, for answers that only link to it
    form: bool = False  # whether it is multipart/form-data without a file, too

    @property
    def content_type(self) -> str:
        """`multipart/form-data` when a file goes along or the page takes nothing else, else `application/json`."""
        return "multipart/form-data" if self.uploads or self.form else "application/json"
