"""Open questions in direct messages: what the next words there complete. After a restart those stand for themselves."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from adapters.discord import limits
from adapters.discord.intake import Sent
from bot import ports


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the bot said last to somebody, where words of theirs are to follow."""

    message: int  # the bot's
    begun: str  # the line that the words complete; "": whatever they say is made of the files
    files: tuple[Sent, ...]  # what came along before


class Questions:
    """One for each conversation, the newest."""

    def __init__(self, clock: ports.Clock) -> None:
        self._clock = clock
        self._open: OrderedDict[int, tuple[datetime, Question]] = OrderedDict()

    def ask(self, channel: int, question: Question) -> None:
        """Remember it for a while; the oldest go when there are too many."""
        self._open.pop(channel, None)
        self._open[channel] = (self._clock.now() + limits.QUESTION_LIFE, question)
        while len(self._open) > limits.QUESTIONS:
            self._open.popitem(last=False)

    def answered(self, channel: int) -> Question | None:
        """Whatever comes next answers it, or drops it; None without one."""
        until, question = self._open.pop(channel, (self._clock.now(), None))
        return question if until > self._clock.now() else None
