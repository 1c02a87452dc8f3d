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
        self._rivals = 0  # answers in a row that told of another program

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
                self._heard()
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

    def _heard(self) -> None:
        if self._rivals:
            log.info("Telegram hands out updates again")
        self._failures = self._strange = self._rivals = 0

    async def _refused(self, refusal: Refused) -> None:
        match refusal.trouble:
            case Trouble.TOKEN:
                self._strange += 1
                if self._strange >= TOKEN_TRIES:
                    raise errors.operator_error(refusal, api_url=self._options.api_url) from None
                await self._back_off()
            case Trouble.CONFLICT:
                await self._beside(refusal)
            case Trouble.FLOOD:
                await asyncio.sleep(refusal.retry_after_s or self._options.timing.retry_s)
            case _:
                log.warning("Telegram can't be asked for updates", words=str(refusal))
                await self._back_off()

    async def _beside(self, refusal: Refused) -> None:
        """Somebody else hears what members say. Once is nothing: it may be this bot's own poll before it was killed."""
        if not self._rivals:
            log.warning(
                "another program takes this bot's updates: stop it, or give one of the two a bot of its own "
                "(@BotFather, TELEGRAM_TOKEN)",
                words=str(refusal),
            )
        self._rivals += 1
        await self._pause(self._rivals, most_s=self._options.timing.conflict_s)

    async def _back_off(self) -> None:
        self._failures += 1
        await self._pause(self._failures, most_s=self._options.timing.retry_most_s)

    async def _pause(self, times: int, *, most_s: float) -> None:
        """Longer each time, and never in step with other bots."""
        longest = min(most_s, self._options.timing.retry_s * 2 ** min(times - 1, 10))
        await asyncio.sleep(longest * random.uniform(0.5, 1.0))
