"""Files: media at work, lent to providers and cut to what platforms take."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot import media, replies
from bot.ports._providers import Origin


class Files(Protocol):
    """Media at work: everything lies below one data folder and is named by a relative path."""

    def absolute(self, path: str) -> Path:
        """Where a kept file lies."""

    async def intake(self, source: str, *, kind: media.MediaKind, local: bool) -> media.MediaRef:
        """Check and keep a member's file or URL; `local` allows paths of this machine. Raises Invalid."""

    async def fetch(self, origins: Sequence[Origin], *, kind: media.MediaKind, into: str) -> tuple[str, media.Facts]:
        """Download a result or take it as it came, check it by content and keep it at `into` plus its extension.

        What is kept there already is the result, whatever the origins. Raises Unreachable (try again later), Rejected
        (no usable file behind any of them), StorageFault (the disk).
        """

    async def words(self, path: str) -> str:
        """The words of a kept text; "" when it is no longer kept. Raises StorageFault."""

    async def write(self, content: bytes, *, into: str) -> str:
        """Keep a file of our own making at a path; answers it. Raises StorageFault."""

    async def remove(self, paths: Collection[str]) -> None:
        """Remove kept files with all smaller forms of them; those that are gone already are. Raises StorageFault."""

    async def sweep(self, older_than: datetime, *, live: Collection[str]) -> int:
        """Remove kept media last written before then, but for the paths in `live`; says how many."""

    def lend(self, ref: media.MediaRef) -> str | None:
        """A URL of ours under which a provider can fetch the file for a while, or None when there is no such way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent:
    """A file that a provider may fetch, or a person download, for a while."""

    path: Path | None  # None when the while is over or the file is no longer kept
    mime: str = ""
    name: str = ""  # as what a person downloads it; "" for a provider, who only reads it


class Lending(Protocol):
    """What the web server needs to give lent and linked files out."""

    def lent(self, token: str) -> Lent | None:
        """What such a URL's last part stands for; None when it was never given out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A result in a form that a platform takes."""

    path: Path | None  # what to upload; None when no form of it is small enough
    name: str
    facts: media.Facts  # of what is at `path`, else of the original
    link: str | None = None  # where the original can be had for a while, when it is not what is uploaded; None: nowhere


class Fitting(Protocol):
    """Results cut to what a platform takes."""

    async def fit(self, attachment: replies.Attachment, *, most_bytes: int) -> Fitted:
        """The original where it is small enough, else a picture encoded anew, else a link. Raises StorageFault."""
