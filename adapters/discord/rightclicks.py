"""Right clicks on a message: what can be made of its files, and the files until the words for it are said."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.discord import limits
from adapters.discord.intake import Sent
from bot import ports
from bot.media import INPUT_MB, MediaKind

PREFIX = "pick"


@dataclass(frozen=True, slots=True, kw_only=True)
class RightClick:
    """One entry of a message's menu."""

    action: str  # of the core

    @property
    def name(self) -> str:
        """The message key of what the menu shows; in English also the command's name."""
        return f"discord.{self.action}"


RIGHT_CLICKS = (
    RightClick(action="reference"),
    RightClick(action="edit"),
    RightClick(action="animate"),
)
"""Every entry, in the order in which they are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A message that somebody clicked, and what is to be done with its files."""

    action: str
    channel: int
    message: int

    @property
    def id(self) -> str:
        """The id of the form that asks for the words."""
        return f"{PREFIX}:{self.action}:{self.channel}:{self.message}"

    @classmethod
    def read(cls, custom_id: str) -> "Pick | None":
        """None for a form that belongs to no pick."""
        match custom_id.split(":"):
            case [prefix, action, channel, message] if prefix == PREFIX and (channel + message).isdecimal():
                return cls(action=action, channel=int(channel), message=int(message))
        return None


class Picks:
    """The files of picks that wait for their words, in memory: a message's files may not be readable later."""

    def __init__(self, clock: ports.Clock) -> None:
        self._clock = clock
        self._kept: OrderedDict[tuple[str, str], tuple[datetime, tuple[Sent, ...]]] = OrderedDict()

    def keep(self, pick: Pick, user: str, files: Sequence[Sent]) -> None:
        """Remember them for a while; the oldest go when there are too many."""
        self._kept.pop((user, pick.id), None)
        self._kept[user, pick.id] = (self._clock.now() + limits.PICK_LIFE, tuple(files))
        while len(self._kept) > limits.PICKS:
            self._kept.popitem(last=False)

    def taken(self, pick: Pick, user: str) -> tuple[Sent, ...]:
        """What was remembered, once; () when it is too old or another process took it."""
        until, files = self._kept.pop((user, pick.id), (self._clock.now(), ()))
        return files if until > self._clock.now() else ()


def media_of(message: Mapping[str, Any]) -> tuple[Sent, ...]:
    """The pictures, clips and recordings of a message: what is attached, else what its embeds show."""
    attached = tuple(sent for one in message.get("attachments") or () if (sent := attachment(one)) is not None)
    return attached or tuple(_embedded(message.get("embeds") or ()))


def attachment(one: Mapping[str, Any], *, kind: MediaKind | None = None, field: str = "") -> Sent | None:
    """An attachment's JSON; None where it is no media and none was asked for."""
    said = _kind(str(one.get("content_type") or "")) or kind
    if said is None:
        return None
    return Sent(url=one["url"], name=one["filename"], kind=said, size_bytes=one.get("size"), field=field)


def _embedded(embeds: Sequence[Mapping[str, Any]]) -> Iterator[Sent]:
    """Embeds' pictures, as Discord's own hosts keep them: the original may lie anywhere."""
    for embed in embeds:
        picture = embed.get("image") or embed.get("thumbnail") or {}
        if url := picture.get("proxy_url"):
            yield Sent(url=url, name="picture", kind=MediaKind.IMAGE)


def _kind(content_type: str) -> MediaKind | None:
    start = content_type.partition("/")[0]
    return MediaKind(start) if start in INPUT_MB else None
