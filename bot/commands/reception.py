"""The reception: what an adapter heard is answered and shown, and the job's message is remembered.

Adapters that post messages go through here: the order of a job's messages, and that an event which comes twice is
shown once, are no platform's business.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias

import structlog

from bot import errors, replies
from bot.commands.declaration import Heard
from bot.commands.door import Commands
from bot.commands.openings import Openings

log = structlog.get_logger(__name__)

Show: TypeAlias = Callable[[replies.Reply, str], Awaitable[str | None]]
"""Show a reply in a language, by editing `reply.shown` where that is set; answers the message's id. Raises Undelivered.
"""


class Shown(Protocol):
    """What the reception needs of the studio."""

    async def shown(self, job_id: str, message: str) -> None:
        """Remember which message shows the job."""


class Tells(Protocol):
    """What the reception needs of the presenter."""

    async def still(self, id: str) -> None:
        """Return when nothing more is said of a job that was cancelled."""

    async def elsewhere(self, told: replies.Elsewhere) -> None:
        """Say something in another place. Never raises."""

    async def cancelled(self, id: str, reply: replies.Reply, *, shown: str | None) -> None:
        """Let the job's own message say it too."""


class Reception:
    """Answers lines and taps of every platform that has messages."""

    def __init__(self, commands: Commands, *, studio: Shown, openings: Openings, presenter: Tells) -> None:
        self._commands = commands
        self._studio = studio
        self._openings = openings
        self._presenter = presenter

    async def hear(self, heard: Heard, show: Show) -> replies.Reply:
        """Answer a line, show the answer. Never raises but what breaks this process."""
        return await self._serve(heard, self._commands.answer(heard), show)

    async def press(self, action: str, subject: str, heard: Heard, show: Show) -> replies.Reply:
        """Answer a tap, show the answer."""
        return await self._serve(heard, self._commands.press(action, subject, heard), show)

    async def offer(self, heard: Heard, show: Show) -> replies.Reply:
        """Answer a bare sentence or bare media of a private chat: with what could be made of it."""
        return await self._serve(heard, self._commands.offer(heard), show)

    async def language(self, heard: Heard) -> str:
        """What this person reads where nobody else does. Raises StorageFault."""
        return await self._commands.language(heard)

    async def _serve(self, heard: Heard, answer: Awaitable[replies.Reply], show: Show) -> replies.Reply:
        with self._openings.begin(heard.place.platform, heard.key) as opening:
            reply = await answer
            cancelled = reply.job if reply.kind == "cancelled" else None
            if cancelled is not None:
                await self._presenter.still(cancelled)
            opening.message = await self._shown(heard, reply, show)
            if reply.kind == "queued" and reply.job is not None and opening.message is not None:
                await self._remember(reply.job, opening.message)
        if cancelled is not None:
            await self._presenter.cancelled(cancelled, reply, shown=opening.message)
        for told in reply.elsewhere:
            await self._presenter.elsewhere(told)
        return reply

    async def _shown(self, heard: Heard, reply: replies.Reply, show: Show) -> str | None:
        try:
            language = await self._commands.language(heard, public=not (reply.private or heard.place.private))
            return await show(reply, language)
        except errors.AtelierError as error:  # a job goes on: its result is posted anew
            log.warning("an answer could not be shown", kind=reply.kind, job=reply.job, words=str(error))
            return None

    async def _remember(self, job: str, message: str) -> None:
        try:
            await self._studio.shown(job, message)
        except errors.StorageFault as fault:  # this process knows it all the same
            log.error("a job's message is not remembered", job=job, words=str(fault))
