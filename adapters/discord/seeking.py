"""Messages that nobody remembers: a process was killed after it had told of a job and before it could note where."""

from datetime import datetime, timedelta

import structlog

from adapters.discord import hooks, tapped
from adapters.discord.channels import Channels
from adapters.discord.errors import Refused
from adapters.discord.ids import MessageId
from bot import requests

log = structlog.get_logger(__name__)

BEFORE = timedelta(minutes=1)  # that our clock may be ahead of Discord's
LOOKED_AT = 50  # messages of a channel, the first ones after the command


class Seeker:
    """Finds a job's message by the button that cancels it, and the announcement that waits for it."""

    def __init__(self, channels: Channels) -> None:
        self._channels = channels

    async def find(
        self, place: requests.Place, job: str, *, since: datetime, hook: hooks.Hook | None
    ) -> MessageId | None:
        """By the interaction's token while it lives, else among what was written there since. Never raises."""
        channel = int(place.thread or place.channel or 0)
        try:
            if hook is not None and (made := await self._by_token(hook, place, job)) is not None:
                return MessageId(channel=channel, message=made, by_token=True)
            if channel and not place.private:
                return await self._in_channel(channel, job, since=since)
        except Refused as refused:
            log.info("a job's first message can't be looked for", job=job, words=str(refused))
        return None

    async def _by_token(self, hook: hooks.Hook, place: requests.Place, job: str) -> int | None:
        try:
            first = await hook.original()
        except Refused as refused:  # there was no first answer, or it is gone
            log.info("a first answer can't be looked at", job=job, words=str(refused))
            return None
        if tapped.shows(first, job):
            return first.id
        if not first.flags.loading:
            return None
        if first.flags.ephemeral == place.private:
            return first.id
        await hook.delete_original()  # it would go on announcing what is said elsewhere
        return None

    async def _in_channel(self, channel: int, job: str, *, since: datetime) -> MessageId | None:
        for message in await self._channels.since(channel, since - BEFORE, most=LOOKED_AT):
            if self._channels.is_ours(message) and tapped.shows(message, job):
                return MessageId(channel=channel, message=message.id)
        return None
