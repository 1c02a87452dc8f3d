"""What a person types, as `Heard`."""

import secrets
from dataclasses import dataclass, field
from typing import Protocol

from adapters.console.outbound import NAME, Choice
from adapters.console.streams import Line
from bot import errors, replies, requests
from bot.commands import Heard

LEAVE = frozenset({"exit", "quit", "/exit", "/quit"})
YES = frozenset({"y", "yes", "是", "好", "好的"})
NO = frozenset({"n", "no", "否", "不", "不用"})


class Answers(Protocol):
    """What the console needs of the commands."""

    async def answer(self, heard: Heard) -> replies.Reply:
        """Do what a line says; never raises."""

    async def language(self, heard: Heard) -> str:
        """The language in which this person is answered. Raises Fault."""


async def language_of(heard: Heard, *, commands: Answers) -> str:
    """The language of an answer, asked after it was made: the line may have changed it."""
    try:
        return await commands.language(heard)
    except errors.Fault:  # the answer says what is wrong with the storage
        return heard.person.language or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ear:
    """Turns lines into `Heard`, one key per line and session."""

    user: str  # who types, as the operator set it
    language: str  # of a person who never chose one
    interactive: bool  # whether a question can be answered
    session: str = field(default_factory=lambda: secrets.token_hex(8))  # line numbers begin anew at every start

    def heard(self, line: Line, *, question: Choice | None = None) -> Heard | None:
        """What was said; None for an empty line and a comment. y and n answer an open question."""
        text = line.text.strip()
        if not text or text.startswith("#"):
            return None
        if question is not None and text.lower() in YES | NO:
            text = question.yes if text.lower() in YES else question.no
        return Heard(
            text=text,
            person=requests.Person(
                platform=NAME, user=self.user, name=self.user, language=self.language, handle=self.user
            ),
            place=requests.Place(platform=NAME),
            key=f"{self.session}:{line.number}",
            interactive=self.interactive,
            local=True,
        )
