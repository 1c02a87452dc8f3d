"""Stewards: who administers a group, as Telegram says at this moment; never as an update said that waited."""

import asyncio
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

import structlog
from telegram import Message

from adapters.telegram import errors
from adapters.telegram.connection import Bot
from adapters.telegram.errors import Refused
from bot import ports

log = structlog.get_logger(__name__)

KNOWN_S: Final = 30.0  # how long an answer holds; for so long somebody who was dismissed may still act
ASKED_S: Final = 5.0  # for the answer; without one nobody is an administrator
GROUPS: Final = 1_000  # whose administrators are remembered
FRESH: Final = timedelta(minutes=2)  # of what an anonymous administrator says: older, and they may be none any more


class Stewards:
    """Knows the administrators of the groups where somebody spoke a moment ago."""

    def __init__(self, bot: Bot, clock: ports.Clock) -> None:
        self._bot = bot
        self._clock = clock
        self._asked: OrderedDict[int, tuple[float, asyncio.Task[frozenset[int]]]] = OrderedDict()

    async def wrote(self, message: Message) -> bool:
        """Whether a message in a group is an administrator's.

        Who writes as the group itself is one who stays anonymous (Message, sender_chat); another chat is not.
        """
        if message.chat.type == message.chat.PRIVATE:
            return False
        if (behind := message.sender_chat) is not None:
            return behind.id == message.chat.id and self._is_fresh(message.date)
        return message.from_user is not None and await self.has(message.chat.id, message.from_user.id)

    async def has(self, group: int, user: int) -> bool:
        """Whether somebody administers a group. Asked once for everybody there, and once for all who wait for it."""
        return user in await asyncio.shield(self._administrators(group))

    def _administrators(self, group: int) -> "asyncio.Task[frozenset[int]]":
        now = asyncio.get_running_loop().time()
        asked_at, asking = self._asked.get(group, (0.0, None))
        if asking is None or now - asked_at > KNOWN_S:
            asking = asyncio.create_task(self._ask(group))
            self._asked[group] = now, asking
            self._asked.move_to_end(group)
            while len(self._asked) > GROUPS:
                self._asked.popitem(last=False)
        return asking

    async def _ask(self, group: int) -> frozenset[int]:
        try:
            async with asyncio.timeout(ASKED_S):
                found = await errors.told(self._bot.get_chat_administrators(group))
            return frozenset(each.user.id for each in found)
        except (Refused, TimeoutError) as refusal:
            log.warning("a group's administrators can't be asked for", words=str(refusal))
            self._asked.pop(group, None)  # asked again with the next message
            return frozenset()

    def _is_fresh(self, said_at: datetime) -> bool:
        return said_at > self._clock.now() - FRESH
