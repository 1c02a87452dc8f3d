"""Everything that runs in one process, from its start to its graceful stop."""

import asyncio
import gc
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress

import structlog

from bot.app import _house
from bot.app._fronts import ConsoleOptions, Front
from bot.engine.dispatch import Dispatch
from bot.settings import Settings
from bot.web.server import Server

STOP_GRACE_S = 130.0  # above the longest a provider may take to answer a submit: a stop leaves nothing unknown
FRONT_STOP_S = 30.0  # for answers that a platform is still being given

# Python's collector looks at everything that is alive whenever some hundred objects are new: with a thousand jobs under
# way a fifth of the processor's time (measured). What is loaded by now stays for good.
COLLECT_AFTER = (50_000, 25, 50)

log = structlog.get_logger(__name__)


def _spare_the_collector() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


class App:
    """The platforms, the engine and the web server of one bot."""

    def __init__(self, *, fronts: Sequence[Front], dispatch: Dispatch, server: Server, stack: AsyncExitStack) -> None:
        self._fronts = fronts
        self._dispatch = dispatch
        self._server = server
        self._stack = stack

    @classmethod
    async def start(cls, settings: Settings, *, console: ConsoleOptions | None = None) -> "App":
        """Build and start everything; what was left unfinished goes on. Raises OperatorError."""
        async with AsyncExitStack() as stack:  # closes what was opened when a later part fails
            house = await _house.build(settings, options=console or ConsoleOptions(), stack=stack)
            for front in house.fronts:
                stack.push_async_callback(front.stop)
                await front.start()
            await house.dispatch.start()  # only now: results that waited can be delivered
            _spare_the_collector()
            return cls(fronts=house.fronts, dispatch=house.dispatch, server=house.server, stack=stack.pop_all())

    @classmethod
    async def start_unless(
        cls, stop: asyncio.Event, settings: Settings, *, console: ConsoleOptions | None = None
    ) -> "App | None":
        """The same; None where the stop is set before everything is started, and what was opened is closed again."""
        starting = asyncio.create_task(cls.start(settings, console=console))
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
            if not starting.done():
                starting.cancel()
            with suppress(asyncio.CancelledError):
                return await starting
            return None
        finally:
            stopped.cancel()

    @property
    def platforms(self) -> tuple[str, ...]:
        """Where it is."""
        return tuple(front.platform.name for front in self._fronts)

    async def run(self, stop: asyncio.Event) -> int:
        """Serve until the stop is set, or the console's input ends where there is nothing but the console.

        Answers the exit code. Raises OperatorError when a platform lets us in no more.
        """
        serving = [asyncio.create_task(front.run(), name=front.platform.name) for front in self._fronts]
        stopped = asyncio.create_task(stop.wait())
        try:
            return await self._serve(serving, stopped)
        finally:
            for task in (*serving, stopped):
                task.cancel()
            await asyncio.gather(*serving, stopped, return_exceptions=True)

    async def _serve(self, serving: "list[asyncio.Task[int]]", stopped: "asyncio.Task[bool]") -> int:
        """Until all platforms have ended, one has failed, or the stop is asked for."""
        running: set[asyncio.Task[int] | asyncio.Task[bool]] = {*serving, stopped}
        while running - {stopped}:
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            if stopped in done:
                return 0
            for task in done:
                task.result()
        return max((task.result() for task in serving), default=0)

    async def stop(self) -> None:
        """Stop gracefully: nothing new is heard, then begun; what is not finished goes on at the next start."""
        self._server.stopping()
        await asyncio.gather(*(self._still(front) for front in self._fronts))
        await self._dispatch.stop(grace_s=STOP_GRACE_S)
        await self._stack.aclose()

    async def _still(self, front: Front) -> None:
        """A platform that can't end must not keep the rest from being put down."""
        try:
            async with asyncio.timeout(FRONT_STOP_S):
                await front.hush()
        except Exception:
            log.exception("a platform did not fall silent in time", platform=front.platform.name)
