"""The server: routes, and the life of a simulator from its first socket to its last."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web

from bot.simulator import account, control, faults, models, polls, results, taking
from bot.simulator.faults import Fault
from bot.simulator.options import Options
from bot.simulator.provider import Provider
from bot.simulator.submits import Submit

LARGEST_BODY = 256 * 1024 * 1024
PATIENCE_S = 0.05  # how long requests that are still held may go on when the simulator stops


class Simulator:
    """A running simulator."""

    def __init__(self, url: str, provider: Provider) -> None:
        self.url = url  # without a slash at the end
        self._provider = provider

    def submits(self) -> list[Submit]:
        """Every submission that was taken, oldest first."""
        return self._provider.log.all()

    def fault(
        self,
        name: str,
        times: int = 1,
        *,
        path: str = "",
        model: str = "",
        method: str = "",
        retry_after_s: float | None = None,
        delay_s: float | None = None,
    ) -> None:
        """Let something go wrong with the next requests that fit; see faults.NAMES."""
        fault = Fault(
            name=name,
            times=times,
            path=path,
            model=model,
            method=method,
            retry_after_s=retry_after_s,
            delay_s=delay_s,
        )
        self._provider.faults.plan(fault)


@contextlib.asynccontextmanager
async def serve(options: Options) -> AsyncIterator[Simulator]:
    """Run a simulator; raises OSError when its port is taken, ValueError when a fault is unknown."""
    unknown = sorted(set(options.faults) - faults.NAMES)
    if unknown:
        raise ValueError(f"unknown faults: {', '.join(unknown)}")
    with contextlib.ExitStack() as stack:
        folder = options.state_dir or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="simulator-")))
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        provider = Provider(options, folder)
        runner = web.AppRunner(application(provider), access_log=None, shutdown_timeout=PATIENCE_S)
        await runner.setup()
        try:
            await web.TCPSite(runner, options.host, options.port).start()
            provider.resume()
            host, port = runner.addresses[0][:2]
            yield Simulator(f"http://{f'[{host}]' if ':' in host else host}:{port}", provider)
        finally:
            await runner.cleanup()
            await provider.close()


def application(provider: Provider) -> web.Application:
    """All routes; the documents print some with a slash at the end, so both forms are served."""
    app = web.Application(client_max_size=LARGEST_BODY)
    app[taking.PROVIDER] = provider
    for path in models.SUBMIT_PATHS:
        app.router.add_post(path, taking.submit)
        app.router.add_post(f"{path}/", taking.submit)
    for path in models.POLL_PATHS:
        app.router.add_get(f"{path}/{{task_id}}", polls.poll)
    app.router.add_get(f"{models.VIDEOS}/{{task_id}}/content", results.content)
    app.router.add_get("/media/{name}", results.media)
    app.router.add_get("/samples/{name}", results.sample)
    app.router.add_get("/v1/models", account.list_models)
    app.router.add_get("/api/usage/balance", account.balance)
    app.router.add_get("/v1/audio/voices", account.list_voices)
    app.router.add_post("/_simulator/faults", control.plan)
    app.router.add_get("/_simulator/faults", control.planned)
    app.router.add_delete("/_simulator/faults", control.clear)
    app.router.add_get("/_simulator/submits", control.submits)
    app.router.add_get("/", control.landing)
    return app
