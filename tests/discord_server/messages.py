"""Messages as they are kept, and as a person sees them."""

from dataclasses import dataclass, field
from datetime import datetime

from tests.discord_server.attachments import Attachment
from tests.discord_server.mentions import Mentions
from tests.discord_server.refusals import Json

SUPPRESS_EMBEDS, EPHEMERAL, LOADING, SILENT, V2 = 1 << 2, 1 << 6, 1 << 7, 1 << 12, 1 << 15
DEFAULT, REPLY, CHAT_COMMAND, CONTEXT_COMMAND = 0, 19, 20, 23


@dataclass(slots=True, kw_only=True)
class Message:
    """A message that stands in a place."""

    id: int
    place_id: int
    author_id: int
    created: datetime
    type: int = DEFAULT
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    flags: int = 0
    nonce: str | int | None = None
    reference: Json | None = None
    mentions: Mentions = field(default_factory=Mentions)  # what is lit up in its text now
    pings: Mentions = field(default_factory=Mentions)  # who was notified when it came
    edited: datetime | None = None
    edits: int = 0
    interaction_id: int | None = None  # whose answer it is
    visible_to: int | None = None  # the only one who sees it, when ephemeral

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & EPHEMERAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSeen:
    """An attachment in front of a person."""

    id: int
    name: str
    content_type: str
    size_bytes: int
    sha256: str
    url: str  # signed now


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonSeen:
    """A button in front of a person."""

    row: int  # from 0
    label: str
    custom_id: str  # empty for a link
    url: str
    style: int
    disabled: bool
    emoji: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A message in front of a person."""

    id: int
    channel_id: int
    author_id: int
    author: str
    content: str
    embeds: list[Json]
    files: list[FileSeen]
    buttons: list[ButtonSeen]
    components: list[Json]
    flags: int
    ephemeral: bool
    loading: bool  # "is thinking…"
    reference: int | None  # the message it replies to
    interaction_id: int | None
    edits: int
    mentions: Mentions
    pings: Mentions


def buttons(components: list[Json]) -> list[ButtonSeen]:
    """All buttons, in order; those of V2 layouts too."""
    found: list[ButtonSeen] = []
    for row, above in enumerate(components):
        for one in flat([above]):
            if one.get("type") == 2:
                found.append(_button(one, row))
    return found


def flat(components: list[Json]) -> list[Json]:
    """A tree of components as a list, parents first."""
    found: list[Json] = []
    for one in components:
        found.append(one)
        found += flat(one.get("components") or [])
        found += flat([one[key] for key in ("accessory", "component") if one.get(key)])
    return found


def _button(one: Json, row: int) -> ButtonSeen:
    return ButtonSeen(
        row=row,
        label=one.get("label") or "",
        custom_id=one.get("custom_id") or "",
        url=one.get("url") or "",
        style=one["style"],
        disabled=bool(one.get("disabled")),
        emoji=(one.get("emoji") or {}).get("name", ""),
    )
