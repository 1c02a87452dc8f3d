"""Messages on their way out. Discord's `ports.Platform`: edited while they can be, posted where somebody reads them."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import discord
import structlog

from adapters.discord import hooks
from adapters.discord.channels import Channels
from adapters.discord.errors import Refused, Verdict
from adapters.discord.ids import MessageId
from adapters.discord.letters import Letter, Writer
from adapters.discord.seeking import Seeker
from bot import errors as core_errors
from bot import ports, replies, requests

log = structlog.get_logger(__name__)

NAME = "discord"
ENDS = frozenset({"done", "failed", "late", "ping"})  # said once of a job: posted twice, they are the same message


class Outbound:
    """Posts and edits by whichever way is open."""

    name = NAME

    def __init__(self, client: discord.Client, *, writer: Writer, clock: ports.Clock) -> None:
        self._client = client
        self._writer = writer
        self._clock = clock
        self._channels = Channels(client)
        self._seeker = Seeker(self._channels)

    async def post(self, place: requests.Place, reply: replies.Reply, *, language: str) -> str | None:
        """A new message, by the first way that takes it; its id. Raises Undelivered, closed when no way is left."""
        self._check_connected()
        for rung in self._rungs(place, reply, language):
            try:
                return str(await rung())
            except Refused as refused:
                if refused.verdict not in (Verdict.SHUT, Verdict.GONE, Verdict.SPENT):
                    raise
                log.info("a way to a member is shut", job=reply.job, words=str(refused))
        raise core_errors.Undelivered("every way to this member is shut", closed=True)

    async def edit(self, place: requests.Place, message: str, reply: replies.Reply, *, language: str) -> None:
        """Replace a message, its files and buttons too. Raises Gone, Undelivered."""
        self._check_connected()
        if (known := MessageId.read(message)) is None:
            raise core_errors.Gone(f"no message of Discord: {message}")
        if known.by_token and await self._edited_by_token(place, known, reply, language):
            return
        if known.by_token and (place.private or not known.channel):
            raise core_errors.Gone("what only its token can edit is gone with the token")
        try:
            await self._writer.sent(place, reply, language, lambda letters: self._replace(place, known, reply, letters))
        except Refused as refused:
            if refused.verdict in (Verdict.SHUT, Verdict.GONE, Verdict.SPENT):
                raise core_errors.Gone(str(refused)) from refused
            raise

    async def answer(self, place: requests.Place, reply: replies.Reply, *, language: str, to: int) -> MessageId:
        """The answer to a direct message, below it and once however often it is given. Raises Refused, StorageFault."""
        self._check_connected()
        channel = int(place.channel)

        async def send(letters: Sequence[Letter]) -> int:
            sent = [await self._surely(channel, letter, to=to, part=n) for n, letter in enumerate(letters)]
            return sent[_main(letters)]

        return MessageId(channel=channel, message=await self._writer.sent(place, reply, language, send, direct=True))

    async def find(self, place: requests.Place, job: str, *, since: datetime) -> str | None:
        """The message that tells of this job already, where nobody remembers it. Never raises."""
        if self._client.application_id is None or self._client.is_closed():
            return None
        found = await self._seeker.find(place, job, since=since, hook=self._hook(place))
        return str(found) if found is not None else None

    # --- the rungs of the ladder

    def _rungs(
        self, place: requests.Place, reply: replies.Reply, language: str
    ) -> "list[Callable[[], Awaitable[MessageId]]]":
        """The ways to the member, the best first."""
        hook = self._hook(place)
        rungs: list[Callable[[], Awaitable[MessageId]]] = []
        if not place.private:
            rungs += [
                lambda target=target: self._in_channel(int(target), place, reply, language)  # type: ignore[misc]
                for target in (place.thread, place.channel)
                if target
            ]
        if hook is not None:
            rungs.append(lambda: self._by_token(hook, place, reply, language))
        if place.user is not None:
            rungs.append(lambda: self._directly(int(place.user or 0), place, reply, language))
        return rungs

    async def _in_channel(
        self, channel: int, place: requests.Place, reply: replies.Reply, language: str, *, direct: bool = False
    ) -> MessageId:
        async def send(letters: Sequence[Letter]) -> int:
            return await self._say(channel, reply, letters)

        return MessageId(channel=channel, message=await self._writer.sent(place, reply, language, send, direct=direct))

    async def _by_token(
        self, hook: hooks.Hook, place: requests.Place, reply: replies.Reply, language: str
    ) -> MessageId:
        async def send(letters: Sequence[Letter]) -> int:
            sent = [await hook.send(letter, private=place.private) for letter in letters]
            return sent[_main(letters)]

        made = await self._writer.sent(place, reply, language, send)
        return MessageId(channel=int(place.thread or place.channel or 0), message=made, by_token=True)

    async def _directly(self, user: int, place: requests.Place, reply: replies.Reply, language: str) -> MessageId:
        return await self._in_channel(await self._channels.direct(user), place, reply, language, direct=True)

    async def _say(self, channel: int, reply: replies.Reply, letters: Sequence[Letter]) -> int:
        """All letters in one channel; the id of the one with the buttons."""
        under = MessageId.read(reply.under) if reply.under else None
        beneath = under.message if under is not None and under.channel == channel else None
        sent = [
            await self._once(channel, letter, nonce=_nonce(channel, reply, n), under=None if n else beneath)
            for n, letter in enumerate(letters)
        ]
        return sent[_main(letters)]

    async def _once(self, channel: int, letter: Letter, *, nonce: str | None, under: int | None) -> int:
        try:
            return await self._channels.send(channel, letter, nonce=nonce, under=under)
        except Refused as refused:
            if nonce is None or refused.verdict is not Verdict.GONE:
                raise
        # a message with this nonce was there and somebody deleted it: what it says is said anew
        return await self._channels.send(channel, letter, nonce=None, under=under)

    async def _surely(self, channel: int, letter: Letter, *, to: int, part: int) -> int:
        """Where nobody can tell whether it arrived it is sent once more: its nonce makes that the same message."""
        nonce, under = _digest(channel, "answer", to, part), None if part else to
        try:
            return await self._once(channel, letter, nonce=nonce, under=under)
        except Refused as refused:
            if refused.verdict is not Verdict.LATER:
                raise
        return await self._once(channel, letter, nonce=nonce, under=under)

    # --- edits

    async def _edited_by_token(
        self, place: requests.Place, known: MessageId, reply: replies.Reply, language: str
    ) -> bool:
        """Whether the interaction's token did it; False where it is dead or knows no such message. Raises Refused."""
        if (hook := self._hook(place)) is None:
            return False

        async def send(letters: Sequence[Letter]) -> None:
            first, *more = letters
            await hook.edit(known.message, first)
            for letter in more:
                await hook.send(letter, private=place.private)

        try:
            await self._writer.sent(place, reply, language, send)
        except Refused as refused:
            if refused.verdict in (Verdict.SHUT, Verdict.GONE, Verdict.SPENT):
                return False
            raise
        return True

    async def _replace(
        self, place: requests.Place, known: MessageId, reply: replies.Reply, letters: Sequence[Letter]
    ) -> None:
        first, *more = letters
        await self._channels.edit(known.channel, known.message, first)
        for n, letter in enumerate(more, start=1):
            await self._once(known.channel, letter, nonce=_nonce(known.channel, reply, n), under=None)

    def _hook(self, place: requests.Place) -> hooks.Hook | None:
        """The interaction's token, while it lives."""
        if place.answering is None or place.answering.until <= self._clock.now():
            return None
        return hooks.Hook(self._client, place.answering.token)

    def _check_connected(self) -> None:
        if self._client.application_id is None or self._client.is_closed():
            raise core_errors.Undelivered("Discord is not connected")


def _main(letters: Sequence[Letter]) -> int:
    """Which of them carries the buttons, or else the first file: the one that is edited later."""
    return next((n for n, letter in enumerate(letters) if letter.taps or letter.files), len(letters) - 1)


def _nonce(channel: int, reply: replies.Reply, part: int) -> str | None:
    """Of what is said once of a job, the same whenever it is said."""
    return None if reply.job is None or reply.kind not in ENDS else _digest(channel, reply.job, reply.kind, part)


def _digest(*about: object) -> str:
    """A nonce; at most 25 characters (resources/message)."""
    return hashlib.sha256(":".join(map(str, about)).encode()).hexdigest()[:24]
