"""Discord: connected, listening, and put down again."""

import asyncio
import contextlib

import aiohttp
import discord
import structlog
from discord.gateway import DiscordWebSocket

from adapters.discord import errors, limits, sync, tree
from adapters.discord.channels import Channels
from adapters.discord.client import Client
from adapters.discord.direct import Direct
from adapters.discord.hearing import Hearing
from adapters.discord.inbound import Core, Ear, Suggests
from adapters.discord.intake import Cdn, Fetch, Intake
from adapters.discord.letters import Writer
from adapters.discord.options import Options, aim, cdn_hosts
from adapters.discord.outbound import Outbound
from adapters.discord.picks import Picks
from adapters.discord.questions import Questions
from bot import errors as core_errors
from bot import ports
from bot.commands import texts as texts_
from bot.engine import clock as clocks

log = structlog.get_logger(__name__)

PICKS = "discord-picks"  # the file, in the folder of what is remembered
FIRST_TRY_S, LONGEST_TRY_S = 1.0, 60.0  # between attempts at the first connection


class DiscordApp:
    """Everything of one bot on Discord."""

    def __init__(
        self,
        *,
        reception: Core,
        commands: Suggests,
        texts: texts_.Texts,
        fitting: ports.Fitting,
        options: Options,
        clock: ports.Clock | None = None,
        fetch: Fetch | None = None,
    ) -> None:
        now = clock or clocks.SystemClock()
        self.client = Client()
        channels, writer = Channels(self.client), Writer(texts=texts, fitting=fitting)
        self.platform = Outbound(self.client, writer=writer, clock=now)
        self._options = options
        self._texts = texts
        self._fetch = fetch or Cdn(cdn_hosts(options))
        self._intake = Intake(self._fetch, scratch=options.scratch)
        self._picks = Picks(now, file=options.state / PICKS)
        self._hearing = Hearing()
        ear = Ear(
            hearing=self._hearing,
            reception=reception,
            commands=commands,
            texts=texts,
            writer=writer,
            intake=self._intake,
            picks=self._picks,
            channels=channels,
            clock=now,
        )
        direct = Direct(
            hearing=self._hearing,
            reception=reception,
            outbound=self.platform,
            channels=channels,
            intake=self._intake,
            questions=Questions(now),
        )
        self.client.hear, self.client.read = ear.hear, direct.hear
        self.client.logged_in = self._sync

    async def start(self) -> None:
        """Log in and see to the commands; nothing is heard yet. Raises OperatorError."""
        aim(self._options)
        await asyncio.to_thread(self._intake.clear)
        await asyncio.to_thread(self._picks.load)
        try:
            async with asyncio.timeout(limits.LOGIN_S):
                await self.client.login(self._options.token)
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            await self.stop()
            raise errors.login_failed(error, api_url=self._options.api_url) from None  # its cause may quote the token
        log.info("logged in to Discord", bot=str(self.client.user))

    async def run(self) -> int:
        """Listen until the bot is stopped; the exit code. Raises OperatorError when Discord lets us in no more."""
        try:
            await self._connected()
            return 0
        except discord.ConnectionClosed as closed:
            raise errors.closed(closed.code) from closed
        except discord.PrivilegedIntentsRequired as refused:
            raise errors.closed(4014) from refused
        finally:
            await self._disconnect()

    async def hush(self) -> None:
        """Hear nothing new; what is being answered is answered. Results can still be posted."""
        await self._hearing.hush()

    async def stop(self) -> None:
        """Let go of everything; more than once is fine."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limits.CLOSE_S):
                await self.client.close()
                await self._fetch.close()

    async def _sync(self) -> None:
        """Discord's trouble with the commands is no reason to stay away: those it has go on working."""
        try:
            await sync.sync(self.client, tree.tree(self._texts), state=self._options.state)
        except errors.Refused as refused:
            log.error("Discord did not take the commands; the next start tries again", words=str(refused))
        except core_errors.OperatorError as error:
            log.error("it can't be remembered which commands Discord has", words=str(error))

    async def _connected(self) -> None:
        """discord.py comes back from lost connections by itself, but not from a first one that fails.

        It then looks at the last connection, and there is none.
        """
        wait_s = FIRST_TRY_S
        while True:
            try:
                return await self.client.connect()
            except AttributeError:
                if self._gateway is not None:
                    raise
            log.warning("Discord's gateway can't be reached yet", again_in_s=wait_s)
            await asyncio.sleep(wait_s)
            wait_s = min(LONGEST_TRY_S, 2 * wait_s)

    async def _disconnect(self) -> None:
        """Leave the gateway, so that nothing more comes; requests can still be made."""
        with contextlib.suppress(Exception):  # there is nothing left to be done about it
            async with asyncio.timeout(limits.CLOSE_S):
                if self._gateway is not None and self._gateway.open:
                    await self._gateway.close(code=1000)

    @property
    def _gateway(self) -> DiscordWebSocket | None:
        """The connection; the library types it as always there."""
        return self.client.ws
