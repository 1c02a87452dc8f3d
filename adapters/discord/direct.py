"""Direct messages: words and files that somebody sends to the bot alone, answered with what could be made of them.

Of these messages alone Discord shows an app what they hold, without a privileged intent (events/gateway, Message
Content Intent). In servers nothing is read.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol
from weakref import WeakValueDictionary

import discord
import structlog

from adapters.discord import errors, mail, people
from adapters.discord.channels import Channels
from adapters.discord.hearing import Hearing
from adapters.discord.ids import MessageId
from adapters.discord.intake import Intake, Sent
from adapters.discord.outbound import Outbound
from adapters.discord.questions import Question, Questions
from bot import replies, requests
from bot.commands import Heard, mentions
from bot.commands import texts as texts_
from bot.commands.reception import Show

log = structlog.get_logger(__name__)

OURS = {
    "offer.picture": replies.text("discord.offer_picture"),
    "offer.clip": replies.text("discord.offer_clip"),
    "offer.recording": replies.text("discord.offer_recording", talk=texts_.Code("/talk")),
}
"""What is said instead: elsewhere a command is written below a file, here it opens a menu with fields for files."""


class Core(Protocol):
    """What answers: the commands' reception."""

    async def hear(self, heard: Heard, show: Show) -> replies.Reply:
        """Answer a line, show the answer."""

    async def offer(self, heard: Heard, show: Show) -> replies.Reply:
        """Answer bare words or files, show the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One direct message, understood."""

    line: str
    files: tuple[Sent, ...]
    completed: bool  # whether it completes a line that the bot asked for


class Direct:
    """Hears direct messages."""

    def __init__(
        self,
        *,
        hearing: Hearing,
        reception: Core,
        outbound: Outbound,
        channels: Channels,
        intake: Intake,
        questions: Questions,
    ) -> None:
        self._hearing = hearing
        self._reception = reception
        self._outbound = outbound
        self._channels = channels
        self._intake = intake
        self._questions = questions
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()  # by conversation

    async def hear(self, message: discord.Message) -> None:
        """Answer one message, after those that came before it; never raises."""
        if mail.is_said_to_the_bot(message):
            await self._hearing.hear(message.id, "direct message", lambda: self._in_turn(message))

    async def _in_turn(self, message: discord.Message) -> None:
        turn = self._turns.get(message.channel.id) or asyncio.Lock()
        self._turns[message.channel.id] = turn
        async with turn, self._hearing.turns:
            try:
                await self._answer(message)
            finally:
                await self._intake.put_away(str(message.id))

    async def _answer(self, message: discord.Message) -> None:
        if self._hearing.hushed:
            await self._tell(message, "error.stopping")
            return
        said = await self._understood(message)
        if not said.line.strip() and not said.files:
            await self._tell(message, "discord.only")
            return
        about = mentions.are_named_in(said.line)
        heard = Heard(
            text=people.stand_in(said.line) if about else said.line,
            person=mail.person(message, words=said.line),
            place=mail.place(message),
            key=f"message:{message.id}",
            attachments=await self._intake.taken(said.files, event=str(message.id)),
            mentions=mail.mentioned(message) if about else (),
        )
        answer = self._reception.hear if said.completed else self._reception.offer
        await answer(heard, self._show(message, heard.place, said))

    # --- what is meant

    async def _understood(self, message: discord.Message) -> Said:
        """Its words and files, with what it replies to or what was asked before."""
        words, files = await self._words(message), mail.files(message)
        asked = self._questions.answered(message.channel.id)
        above = message.reference.message_id if message.reference is not None else None
        if (on := mail.asked_on(message)) is not None and words and not words.startswith("/"):
            return Said(line=f"{on} {words}", files=files, completed=True)
        if asked is None or words.startswith("/") or above not in (None, asked.message):
            return Said(line=words, files=files or await self._above(message), completed=False)
        line = f"{asked.begun} {words}".rstrip() if asked.begun and words else words
        return Said(line=line, files=files or asked.files, completed=line != words)

    async def _words(self, message: discord.Message) -> str:
        """What is written; a text that is too long for a message comes as a file."""
        said = mail.words(message)
        if (url := mail.pasted(message)) is None:
            return said
        return "\n".join(filter(None, (said, await self._intake.words(url, event=str(message.id)))))

    async def _above(self, message: discord.Message) -> tuple[Sent, ...]:
        """The files of what it replies to, or of what that replies to: our own words below somebody's picture."""
        above = message.reference.resolved if message.reference is not None else None
        if not isinstance(above, discord.Message):
            return ()
        if (found := mail.shown(above)) or above.reference is None or above.reference.message_id is None:
            return found
        try:
            return mail.shown(await self._channels.message(message.channel.id, above.reference.message_id))
        except errors.Refused as refused:
            log.info("what was replied to can't be read", words=str(refused))
            return ()

    # --- answers

    def _show(
        self, message: discord.Message, place: requests.Place, said: Said
    ) -> Callable[[replies.Reply, str], Awaitable[str | None]]:
        async def show(reply: replies.Reply, language: str) -> str | None:
            if reply.shown is not None:  # the same message, heard by an earlier process: it was answered there
                return reply.shown
            shown = await self._outbound.answer(place, _discords(reply), language=language, to=message.id)
            self._expect(message.channel.id, shown, reply, said)
            return str(shown)

        return show

    def _expect(self, channel: int, shown: MessageId, reply: replies.Reply, said: Said) -> None:
        """The next words complete a line, or say what is to be made of files that came without any."""
        begun = "" if reply.kind == "offer" else reply.asks
        if begun or (reply.kind == "offer" and not said.line.strip()):
            self._questions.ask(channel, Question(message=shown.message, begun=begun, files=said.files))

    async def _tell(self, message: discord.Message, key: str) -> None:
        """Say one line, without the core."""
        person = mail.person(message, words=mail.words(message))
        reply = replies.Reply(lines=(replies.text(key),), kind="error")
        language = texts_.spoken(person.language)
        await self._outbound.answer(mail.place(message), reply, language=language, to=message.id)


def _discords(reply: replies.Reply) -> replies.Reply:
    return replace(reply, lines=tuple(OURS.get(line.key, line) for line in reply.lines))
