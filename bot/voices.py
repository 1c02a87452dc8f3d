"""Voices: those that members had made, and those that a provider lists."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.requests import AccountId

SPEAKS: Final = "voice"
"""The label of what can be done with a result that is a voice: speak with it; the action's id is the voice's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A voice that a member had made: it is theirs alone."""

    provider: str
    id: str  # the provider's
    account: AccountId
    name: str  # as its owner calls it; no two of theirs are called alike
    source: str  # the operation that made it: design or clone
    language: str = ""  # as it was said when it was made; "" when it was not
    description: str = ""  # a note of its owner's
    job: str  # what made it; its result is the sample
    made_at: datetime
    deleted_at: datetime | None = None  # when its owner had enough of it: nobody speaks with it any more


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A voice as its provider lists it."""

    id: str
    name: str  # for people; the id where it has none
    language: str = ""
    private: bool = False  # whether it was made for this key
    models: frozenset[str] = frozenset()  # ids of the models that speak with it; none: all
    sample: str = ""  # where it can be heard; "" for nowhere

    def fits(self, model: str) -> bool:
        """Whether a model can speak with it."""
        return not self.models or model in self.models
