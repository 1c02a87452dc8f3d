"""Rows of voices that members had made."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.requests import AccountId
from bot.voices import Voice


class Voices(Protocol):
    """Each voice belongs to one account; one that was deleted is kept, so that nobody else can speak with it."""

    async def add(self, voice: Voice) -> Voice:
        """A new one, under a name that its owner has not given before; the same one twice is one."""

    async def get(self, provider: str, id: str) -> Voice | None:
        """One voice by its provider's id, a deleted one too."""

    async def made_by(self, job: str) -> Voice | None:
        """The voice that a job made, a deleted one too."""

    async def of(self, *accounts: AccountId) -> Sequence[Voice]:
        """The voices of these accounts, newest first; deleted ones left out."""

    async def all(self) -> Sequence[Voice]:
        """Everybody's voices; deleted ones left out."""

    async def delete(self, provider: str, id: str, *, at: datetime) -> bool:
        """Compare-and-set from there to deleted; says whether it was there."""
