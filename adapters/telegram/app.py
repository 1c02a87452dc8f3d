"""The Telegram app: connects, hears, answers, stops."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol, TypeVar

import structlog
from telegram import User

from adapters.telegram import errors, menu
from adapters.telegram.batches import Batches
from adapters.telegram.brought import Brought
from adapters.telegram.cards import Renderer
from adapters.telegram.connection import Connection
from adapters.telegram.downloads import Downloads
from adapters.telegram.errors import Refused, Trouble
from adapters.telegram.inbound import Inbound
from adapters.telegram.lines import Lines
from adapters.telegram.options import HOOK_PATH, NAME, UPDATES, Options
from adapters.telegram.outbound import Outbound
from adapters.telegram.pacing import Pacer
from adapters.telegram.received import Inbox
from adapters.telegram.sending import Sender
from adapters.telegram.stewards import Stewards
from adapters.telegram.taps import Taps
from adapters.telegram.turns import Turns
from adapters.telegram.updates import Poller
from adapters.telegram.webhook import Hook
from bot import errors as errors_
from bot import ports
from bot.commands import Reception, Texts

T = TypeVar("T")

log = structlog.get_logger(__name__)

TRIES = 3  # to reach Telegram at the start


class Movable(Protocol):
    """What the app needs of the studio."""

    async def moved(self, platform: str, old: str, new: str) -> object:
        """A group has another id now."""


class TelegramApp:
    """One bot. `start`, then `run` until it is cancelled; `hush` hears nothing new, `stop` lets connections go.

    Between `hush` and `stop` results can still be posted. `hook` is for the web server, below HOOK_PATH; None while
    the bot asks for updates itself.
    """

    def __init__(
        self,
        *,
        reception: Reception,
        studio: Movable,
        store: ports.Store,
        texts: Texts,
        fitting: ports.Fitting,
        clock: ports.Clock,
        options: Options,
    ) -> None:
        self._options = options
        self._texts = texts
        self._studio = studio
        self._connection = Connection.open(options)
        bot = self._connection.bot
        self._pacer = Pacer(options.timing)
        renderer = Renderer(texts, now=clock.now)
        sender = Sender(bot, pacer=self._pacer, moved=self._moved)
        self._sender = sender
        self._batches = Batches(store, clock)
        self._brought = Brought(store, clock)
        self.platform = Outbound(
            sender,
            pacer=self._pacer,
            renderer=renderer,
            fitting=fitting,
            batches=self._batches,
            file_bytes=options.file_bytes,
        )
        self._turns = Turns()
        self._inbox = Inbox(store, clock)
        self._downloads = Downloads(bot, folder=Path(options.scratch))
        stewards = Stewards(bot, clock)
        taps = Taps(
            bot,
            reception=reception,
            out=self.platform,
            sender=sender,
            renderer=renderer,
            stewards=stewards,
            options=options,
        )
        self._inbound = Inbound(
            bot,
            reception=reception,
            inbox=self._inbox,
            turns=self._turns,
            taps=taps,
            out=self.platform,
            downloads=self._downloads,
            brought=self._brought,
            moved=sender.move,
            stewards=stewards,
            options=options,
        )
        self._hushed = asyncio.Event()
        self._polling: asyncio.Task[None] | None = None
        self._poller = Poller(bot, inbox=self._inbox, inbound=self._inbound, turns=self._turns, options=options)
        self.hook = (
            Hook(options.webhook, inbox=self._inbox, inbound=self._inbound, turns=self._turns)
            if options.webhook
            else None
        )

    async def start(self) -> None:
        """Greet Telegram, say where updates go, set the menus, answer what waits. Raises OperatorError."""
        me = await self._needed(lambda: self._connection.bot.get_me())
        self._introduce(me)
        self._prepare_folder()
        await self._batches.load()
        await self._brought.load()
        await self._direct_updates()
        try:
            log.info("telegram", bot=me.username, menus=await menu.publish(self._connection.bot, self._texts))
        except Refused as refusal:  # a menu is a comfort
            log.warning("command menus could not be set", words=str(refusal))
        self._inbound.take(await self._inbox.waiting())

    async def run(self) -> int:
        """Hear until cancelled or hushed; the exit code. Raises OperatorError when the token was revoked."""
        if self.hook is not None:
            await self._hushed.wait()  # the web server hears
            return 0
        polling = self._polling = asyncio.create_task(self._poller.run())
        try:
            await polling
        except asyncio.CancelledError:
            if not polling.cancelled():
                raise
        finally:
            polling.cancel()
        return 0

    async def hush(self) -> None:
        """Hear nothing new; what is being answered is finished within a bound, the rest at the next start."""
        self._hushed.set()
        if self.hook is not None:
            self.hook.closed = True
        if self._polling is not None:
            self._polling.cancel()
            await asyncio.gather(self._polling, return_exceptions=True)
        await self._turns.stop(grace_s=self._options.timing.grace_s)

    async def stop(self) -> None:
        """Say nothing more; more than once is fine."""
        await self._pacer.close()
        await self._connection.close()

    def _introduce(self, me: User) -> None:
        self.platform.username = me.username or ""
        self.platform.bot_id = me.id
        self.platform.performer = me.first_name
        self._inbound.lines, self._inbound.me = Lines(username=me.username or ""), me

    def _prepare_folder(self) -> None:
        try:
            self._downloads.begin()
        except OSError as error:
            raise errors_.OperatorError(
                f"The folder {self._options.scratch} can't be used: {error.strerror}. Set DATA_DIR to a folder that "
                "this user may write."
            ) from error

    async def _direct_updates(self) -> None:
        bot, webhook = self._connection.bot, self._options.webhook
        if webhook is None:
            await self._needed(lambda: bot.delete_webhook(drop_pending_updates=False))
            return
        url = f"{webhook.public_url.rstrip('/')}{HOOK_PATH}"
        await self._needed(lambda: bot.set_webhook(url, secret_token=webhook.secret, allowed_updates=UPDATES))

    async def _needed(self, call: Callable[[], Awaitable[T]]) -> T:
        """A call without which the bot can't work, tried a few times while the network is away."""
        wait_s = self._options.timing.retry_s
        for tried in range(1, TRIES + 1):
            try:
                return await errors.told(call())
            except Refused as refusal:
                away = refusal.trouble in {Trouble.UNSENT, Trouble.UNSURE, Trouble.FLOOD}
                if not away or tried == TRIES:
                    raise errors.operator_error(refusal, api_url=self._options.api_url) from None
                await asyncio.sleep(refusal.retry_after_s or wait_s * tried)
        raise AssertionError("unreachable")

    async def _moved(self, old: int, new: int) -> None:
        log.info("a group has another id", old=old, new=new)
        await self._studio.moved(NAME, str(old), str(new))
