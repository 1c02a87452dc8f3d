"""Right clicks on a message: what can be made of its files."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.discord.intake import Sent
from bot.commands import following
from bot.media import INPUT_MB, MediaKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RightClick:
    """One entry of a message's menu."""

    action: str  # of the core

    @property
    def name(self) -> str:
        """The message key of what the menu shows; in English also the command's name."""
        return f"discord.{self.action}"


EVERY = tuple(RightClick(action=action) for action in ("reference", "edit", "animate", "upscale", "describe"))
"""Every entry that there may be: somebody's app may know one that is shown no more."""


def right_clicks() -> tuple[RightClick, ...]:
    """The entries for which there is a model, in the order in which they are shown."""
    return tuple(click for click in EVERY if following.is_there(click.action))


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
