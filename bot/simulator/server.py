"""The server: routes, and the life of a simulator from its first socket to its last."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web

from bot.simulator import control, faults, llmage, nexus, polls, pxz, results, stage, taking, uniall
from bot.simulator.calling import Call
from bot.simulator.faults import Fault
from bot.simulator.options import Options
from bot.simulator.stage import Stage
from bot.simulator.submits import Submit
from bot.simulator.workshop import Workshop

LARGEST_BODY = 256 * 1024 * 1024
PLAYED = {provider.name: provider for provider in (uniall.PROVIDER, nexus.PROVIDER, pxz.PROVIDER, llmage.PROVIDER)}
AT_THE_ROOT = uniall.PROVIDER  # is served without its name as well: the bare address was its own before others came
PATIENCE_S = 0.05  # how long requests that are still held may go on when the simulator stops


class Simulator:
    """A running simulator."""

    def __init__(self, url: str, workshop: Workshop) -> None:
        self.url = url  # without a slash at the end
        self._workshop = workshop

    @property
    def addresses(self) -> dict[str, str]:
        """The base URL of each provider that is played, by its name."""
        return {name: f"{self.url}/{name}" for name in self._workshop.providers}

    def submits(self) -> list[Submit]:
        """Every submission that was taken, by any provider, oldest first."""
        return self._workshop.log.all()

    def calls(self) -> list[Call]:
        """Every try to call somebody back, oldest first."""
        return self._workshop.calls.all()

    def fault(
        self,
        name: str,
        times: int = 1,
        *,
        provider: str = "",
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
            provider=provider,
            path=path,
            model=model,
            method=method,
            retry_after_s=retry_after_s,
            delay_s=delay_s,
        )
        self._workshop.faults.plan(fault)


@contextlib.asynccontextmanager
async def serve(options: Options) -> AsyncIterator[Simulator]:
    """Run a simulator; raises OSError when its port is taken, ValueError when a fault is unknown."""
    unknown = sorted(set(options.faults) - faults.NAMES)
    if unknown:
        raise ValueError(f"unknown faults: {', '.join(unknown)}")
    with contextlib.ExitStack() as stack:
        folder = options.state_dir or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="simulator-")))
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        workshop = Workshop(options, folder, PLAYED)
        runner = web.AppRunner(application(workshop), access_log=None, shutdown_timeout=PATIENCE_S)
        await runner.setup()
        try:
            await web.TCPSite(runner, options.host, options.port).start()
            host, port = runner.addresses[0][:2]
            url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
            workshop.open(url)
            yield Simulator(url, workshop)
        finally:
            await runner.cleanup()
            await workshop.close()


def application(workshop: Workshop) -> web.Application:
    """All routes of all providers, and those that are the simulator's own."""
    app = web.Application(client_max_size=LARGEST_BODY)
    app[stage.WORKSHOP] = workshop
    for name, provider in workshop.providers.items():
        _open(app.router, Stage(provider=provider, workshop=workshop), f"/{name}")
    _open(app.router, Stage(provider=AT_THE_ROOT, workshop=workshop), "")
    app.router.add_get("/media/{name}", results.media)
    app.router.add_get("/samples/{name}", results.sample)
    app.router.add_post("/_simulator/faults", control.plan)
    app.router.add_get("/_simulator/faults", control.planned)
    app.router.add_delete("/_simulator/faults", control.clear)
    app.router.add_get("/_simulator/submits", control.submits)
    app.router.add_get("/_simulator/calls", control.calls)
    app.router.add_get("/", control.landing)
    return app


def _open(router: web.UrlDispatcher, played: Stage, at: str) -> None:
    """A provider's routes; the documents print some with a slash at the end, so both forms are served."""
    doors = [door for _, door in played.provider.doors]
    for path in dict.fromkeys(door.path for door in doors):
        router.add_post(at + path, taking.door(played, path))
        router.add_post(f"{at}{path}/", taking.door(played, path))
    for template in dict.fromkeys(one for door in doors for one in door.polls):
        router.add_get(at + polls.place(template)[0], polls.answering(played, template))
    for template in dict.fromkeys(one for door in doors for one in door.downloads):
        router.add_get(at + template, results.download(played, template))
    for route in played.provider.routes:
        router.add_route(route.method, at + route.path, route.answer)
