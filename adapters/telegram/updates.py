"""Long polling: updates are asked for, kept, and only then confirmed by asking for the next ones."""

import asyncio
import random

import structlog

from adapters.telegram import errors
from adapters.telegram.connection import Bot
from adapters.telegram.errors import Refused, Trouble
from adapters.telegram.inbound import Inbound
from adapters.telegram.options import Options
from adapters.telegram.received import Inbox
from adapters.telegram.turns import Turns
from bot.errors import StorageFault

log = structlog.get_logger(__name__)

TOKEN_TRIES = 5  # "unauthorized" or "not found" in a row before that is believed: proxies say so in passing, too
IDLE_S = 3600.0  # after a quiet hour the offset is forgotten: after a quiet week Telegram numbers updates anew


class Poller:
    """Asks until it is cancelled."""

    def __init__(self, bot: Bot, *, inbox: Inbox, inbound: Inbound, turns: Turns, options: Options) -> None:
        self._bot = bot
        self._inbox = inbox
        self._inbound = inbound
        self._turns = turns
        self._options = options
        self._offset: int | None = None
        self._failures = 0
        self._strange = 0  # answers in a row that spoke against the token

    async def run(self) -> None:
        """Raises OperatorError when the token was revoked."""
        loop = asyncio.get_running_loop()
        heard_at = loop.time()
        while True:
            await self._turns.room()
            if loop.time() - heard_at > IDLE_S:
                self._offset, heard_at = None, loop.time()
            try:
                if await self._poll():
                    heard_at = loop.time()
                self._failures = self._strange = 0
            except Refused as refusal:
                await self._refused(refusal)
            except StorageFault as fault:  # not confirmed: it comes again
                log.error("updates can't be kept", words=str(fault))
                await self._back_off()

    async def _poll(self) -> bool:
        """One batch, kept and taken; says whether there was any."""
        timeout_s = self._options.timing.poll_s
        updates = await errors.told(self._bot.raw_updates(offset=self._offset, timeout_s=timeout_s))
        if not updates:
            return False
        self._inbound.take(await self._inbox.record(updates))
        self._offset = max(update["update_id"] for update in updates) + 1
        return True

    async def _refused(self, refusal: Refused) -> None:
        match refusal.trouble:
            case Trouble.TOKEN:
                self._strange += 1
                if self._strange >= TOKEN_TRIES:
                    raise errors.operator_error(refusal, api_url=self._options.api_url) from None
                await self._back_off()
            case Trouble.CONFLICT:
                log.warning(
                    "another program asks Telegram for this bot's updates; stop it, or give this one a bot of its own",
                    words=str(refusal),
                )
                await asyncio.sleep(self._options.timing.conflict_s)
            case Trouble.FLOOD:
                await asyncio.sleep(refusal.retry_after_s or self._options.timing.retry_s)
            case _:
                log.warning("Telegram can't be asked for updates", words=str(refusal))
                await self._back_off()

    async def _back_off(self) -> None:
        """Longer each time, and never in step with other bots."""
        timing = self._options.timing
        most = min(timing.retry_most_s, timing.retry_s * 2 ** min(self._failures, 10))
        self._failures += 1
        await asyncio.sleep(most * random.uniform(0.5, 1.0))
