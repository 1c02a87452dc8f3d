"""The answer to one interaction: in time, once, and no more public than it may be.

Discord wants a first answer within 3 s. What takes longer is announced (deferred), and shown when it is there. Whether
an announcement was public decides who sees what is put in its place; so an answer that is more private than its
announcement is sent by itself, and the announcement taken back. What settles a tapped message takes its place.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum

import discord
import structlog

from adapters.discord import errors, hooks, limits
from adapters.discord.errors import Refused, Verdict
from adapters.discord.ids import MessageId
from adapters.discord.letters import Letter, Writer
from adapters.discord.tapped import Fate, Tapped
from bot import replies, requests

log = structlog.get_logger(__name__)

STARTS = frozenset({"queued", "given"})  # kinds that begin something of their own, wherever they were asked for
ASKED = frozenset(
    {"question", "offer", "error"}
)  # kinds whose buttons go on with what was asked, no more private than that


class State(StrEnum):
    """How far an interaction is answered."""

    OPEN = "open"  # not at all
    ANNOUNCED = "announced"  # a message says that something comes
    ANSWERED = "answered"  # whatever comes is a message of its own


class Answer:
    """Shows replies to one interaction."""

    def __init__(
        self,
        interaction: discord.Interaction,
        *,
        place: requests.Place,
        writer: Writer,
        late: bool,
        discreet: bool = False,
        tapped: Tapped | None = None,
    ) -> None:
        self._interaction = interaction
        self._place = place
        self._writer = writer
        self._late = late  # it may be that Discord waits no more, and has told the member so
        self._discreet = discreet or place.private  # what is not said to everybody, but for a job that starts
        self._tapped = tapped  # the message whose button it was
        self._hook = hooks.Hook(interaction.client, interaction.token)
        self._turn = asyncio.Lock()
        self._state = State.OPEN
        self._announced_private = False

    @asynccontextmanager
    async def in_time(self) -> AsyncIterator[None]:
        """Around the making of an answer: it is announced when it takes long.

        Raises Refused before anything is made where Discord waits no more: the member was told that nothing happened.
        """
        if self._late:
            await self._claim()
        timer = asyncio.create_task(self._announce_late())
        try:
            yield
        finally:
            timer.cancel()
            await asyncio.gather(timer, return_exceptions=True)

    async def show(self, reply: replies.Reply, language: str) -> str | None:
        """Show a reply; its message's id. Raises Undelivered."""
        if reply.shown is not None:  # the same event, heard by an earlier process: it was answered there
            return reply.shown
        private = reply.private or self._place.private or (self._discreet and reply.kind not in STARTS)
        place = self._place.model_copy(update={"private": self._place.private or (private and reply.kind not in ASKED)})
        fate = self._tapped.fate(reply, private=private) if self._tapped is not None else Fate.KEPT
        async with self._turn:
            if fate is Fate.BARED:
                await self._bare()
            if reply.media and self._state is State.OPEN:
                await self._announce(private=private)  # an upload may take longer than Discord waits

            async def send(letters: Sequence[Letter]) -> int:
                return await self._send(letters, private=private, replacing=fate is Fate.REPLACED)

            made = await self._writer.sent(place, reply, language, send)
        return str(MessageId(channel=self._interaction.channel_id or 0, message=made, by_token=True))

    async def _send(self, letters: Sequence[Letter], *, private: bool, replacing: bool) -> int:
        """All letters, the first of them as what Discord waits for; the id of the one that is edited later."""
        first = self._instead if replacing else self._first
        sent = [await first(letters[0], private=private)]
        sent += [await self._hook.send(letter, private=private) for letter in letters[1:]]
        main = next((n for n, letter in enumerate(letters) if letter.taps or letter.files), len(letters) - 1)
        return sent[main]

    async def _first(self, letter: Letter, *, private: bool) -> int:
        match self._state:
            case State.OPEN:
                return await self._respond(letter, private=private)
            case State.ANNOUNCED if self._announced_private == private:
                made = await self._put_in_original(letter, "an announced answer")
                self._state = State.ANSWERED
                return made
            case State.ANNOUNCED:
                await self._take_back()
                return await self._hook.send(letter, private=private)
            case State.ANSWERED:
                return await self._hook.send(letter, private=private)

    async def _instead(self, letter: Letter, *, private: bool) -> int:
        """In the place of the tapped message; where that is gone, as a message of its own."""
        try:
            if self._state is State.OPEN:
                return await self._as_first(letter, lambda: self._changed(letter))
            return await self._put_in_original(letter, "a tapped message replaced")
        except Refused as refused:
            if refused.verdict not in (Verdict.GONE, Verdict.SHUT):
                raise
        return await self._first(letter, private=private)

    async def _changed(self, letter: Letter) -> int:
        async with errors.mapped("a tapped message replaced", timeout_s=limits.FIRST_S):
            await self._interaction.response.edit_message(
                content=letter.content,
                attachments=letter.opened(),
                view=letter.view(),
                allowed_mentions=letter.mentions,
            )
        return self._tapped.message if self._tapped is not None else 0

    async def _bare(self) -> None:
        """Take the tapped message's buttons away; where that fails they stay, and say that it is settled."""
        try:
            if self._state is State.OPEN:
                await self._bare_first()
            else:
                await self._bare_original()
        except Refused as refused:
            log.info("a tapped message keeps its buttons", words=str(refused))

    async def _bare_first(self) -> None:
        """As the first answer; where nobody can tell whether it arrived, the second time tells."""
        try:
            async with errors.mapped("a tapped message bared", timeout_s=limits.FIRST_S):
                await self._interaction.response.edit_message(view=None)
        except Refused as refused:
            if refused.verdict is not Verdict.LATER:
                raise
            await self._bare_original()
        self._state = State.ANSWERED

    async def _bare_original(self) -> None:
        async with errors.mapped("a tapped message bared", timeout_s=limits.request_s(0)):
            await self._interaction.edit_original_response(view=None)

    async def _respond(self, letter: Letter, *, private: bool) -> int:
        return await self._as_first(letter, lambda: self._sent(letter, private=private))

    async def _as_first(self, letter: Letter, send: Callable[[], Awaitable[int]]) -> int:
        """As the first answer. Where nobody can tell whether it arrived, it is put in its own place: that shows."""
        try:
            made = await send()
        except Refused as refused:
            if refused.verdict not in (Verdict.LATER, Verdict.ANSWERED):
                raise
            made = await self._mended(letter, send, was=refused)
        self._state = State.ANSWERED
        return made

    async def _sent(self, letter: Letter, *, private: bool) -> int:
        missing = discord.utils.MISSING
        async with errors.mapped("an answer", timeout_s=limits.FIRST_S):
            made = await self._interaction.response.send_message(
                letter.content or None,
                ephemeral=private,
                files=letter.opened() or missing,
                view=letter.view() or missing,
                allowed_mentions=letter.mentions,
            )
        return made.message_id or 0

    async def _mended(self, letter: Letter, send: Callable[[], Awaitable[int]], *, was: Refused) -> int:
        """Edit what may have arrived; where nothing did, there may still be time to send it once more."""
        try:
            return await self._put_in_original(letter, "an answer looked after")
        except Refused as refused:
            if was.verdict is Verdict.ANSWERED or refused.verdict not in (Verdict.GONE, Verdict.SPENT):
                raise
        return await send()

    async def _take_back(self) -> None:
        """Remove the announcement: what comes is seen by others than that is.

        Until an announcement says something, whatever is sent next is put into it, and nothing can be once it is
        deleted: so it says something first. Raises Refused where that can't be, for else everybody might see it.
        """
        filler = Letter(content="…", mentions=discord.AllowedMentions.none())
        await self._put_in_original(filler, "an announcement ended")
        self._state = State.ANSWERED
        try:
            async with errors.mapped("an announcement taken back", timeout_s=limits.request_s(0)):
                await self._interaction.delete_original_response()
        except Refused as refused:
            log.info("an announcement was not taken back", words=str(refused))

    async def _put_in_original(self, letter: Letter, what: str) -> int:
        """Make the first answer say this; its id."""
        async with errors.mapped(what, timeout_s=limits.request_s(letter.size_bytes)):
            made = await self._interaction.edit_original_response(
                content=letter.content,
                attachments=letter.opened(),
                view=letter.view(),
                allowed_mentions=letter.mentions,
            )
        return made.id

    async def _claim(self) -> None:
        """Whether Discord still waits; an announcement tells. Where our clock is wrong, that is all it costs."""
        async with self._turn:
            try:
                await self._announce(private=self._discreet)
            except Refused as refused:
                if answered_elsewhere(refused):
                    raise
                log.warning("an answer could not be announced", words=str(refused))

    async def _announce_late(self) -> None:
        await asyncio.sleep(limits.ANSWER_S)
        async with self._turn:
            if self._state is State.OPEN:
                try:
                    await self._announce(private=self._discreet)
                except Refused as refused:  # too late, or answered: what there is to show will tell
                    log.warning("an answer could not be announced", words=str(refused))

    async def _announce(self, *, private: bool) -> None:
        """Say that something comes. A tap needs no message for that, and so nothing to take back."""
        thinking = not _stands_on_message(self._interaction)
        async with errors.mapped("an announcement", timeout_s=limits.FIRST_S):
            await self._interaction.response.defer(ephemeral=private, thinking=thinking)
        self._state = State.ANNOUNCED if thinking else State.ANSWERED
        self._announced_private = private


def _stands_on_message(interaction: discord.Interaction) -> bool:
    """Whether it came from a button or from its form: then there is a message that stays as it is."""
    return interaction.message is not None and interaction.type is not discord.InteractionType.application_command


def answered_elsewhere(refused: Refused) -> bool:
    """Whether there is nothing to be done about it: the interaction is answered, or Discord waits no more."""
    return refused.verdict in (Verdict.ANSWERED, Verdict.SPENT)
