"""Picks: messages that somebody right-clicked, and their files until the words for them are said.

A right click brings the message's files along; later the bot could read them in direct messages only. So they are kept,
in memory and in a file for the next process.
"""

import asyncio
import os
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pydantic
import structlog

from adapters.discord import limits
from adapters.discord.intake import Sent
from bot import ports

log = structlog.get_logger(__name__)

PREFIX = "pick"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The files of one pick of one person."""

    user: str
    pick: str  # the form's id
    until: datetime
    files: tuple[Sent, ...]


_FILE = pydantic.TypeAdapter(tuple[Kept, ...])


class Picks:
    """Picks that wait for their words."""

    def __init__(self, clock: ports.Clock, *, file: Path) -> None:
        self._clock = clock
        self._file = file
        self._kept: OrderedDict[tuple[str, str], Kept] = OrderedDict()
        self._writing = asyncio.Lock()

    def load(self) -> None:
        """What an earlier process kept; a file that can't be read holds nothing."""
        try:
            found = _FILE.validate_json(self._file.read_bytes())
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:
            log.warning("what was right-clicked before can't be read", words=type(error).__name__)
            return
        self._kept = OrderedDict(((one.user, one.pick), one) for one in found)

    async def keep(self, pick: Pick, user: str, files: Sequence[Sent]) -> None:
        """Remember them for a while; the oldest go when there are too many."""
        self._kept.pop((user, pick.id), None)
        until = self._clock.now() + limits.PICK_LIFE
        self._kept[user, pick.id] = Kept(user=user, pick=pick.id, until=until, files=tuple(files))
        while len(self._kept) > limits.PICKS:
            self._kept.popitem(last=False)
        await self._write()

    async def taken(self, pick: Pick, user: str) -> tuple[Sent, ...]:
        """What was remembered, once; () where it is too old."""
        found = self._kept.pop((user, pick.id), None)
        if found is None:
            return ()
        await self._write()
        return found.files if found.until > self._clock.now() else ()

    async def _write(self) -> None:
        """For the next process; without it this one works all the same."""
        async with self._writing:
            now = self._clock.now()
            kept = _FILE.dump_json(tuple(one for one in self._kept.values() if one.until > now))
            try:
                await asyncio.to_thread(_replace, self._file, kept)
            except OSError as error:
                log.warning("what was right-clicked can't be kept", words=error.strerror or type(error).__name__)


def _replace(file: Path, words: bytes) -> None:
    """Whole or not at all, for this user's eyes alone: links to members' files stand in it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(words)
    fresh.replace(file)
