"""Results: the files themselves, by signed URL or by a route that gives them, and the samples."""

import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from bot.simulator import faults, made, maker, polls, refusals
from bot.simulator.providers import Task
from bot.simulator.stage import WORKSHOP, Stage

TOO_LARGE = 600 * 1024 * 1024  # what `result-too-large` blows a file up to
PIECE = bytes(1024 * 1024)


async def media(request: web.Request) -> web.StreamResponse:
    """A result by its signed URL; the URL is all the permission that is needed."""
    workshop = request.app[WORKSHOP]
    signed, _, _ = request.match_info["name"].rpartition(".")
    link = workshop.links.check(signed, time.time())
    submit = workshop.log.find(link[0]) if link else None
    task = workshop.task(submit) if submit else None
    if link is None or task is None:
        return web.Response(status=404, text="Not found.")
    if not link[2]:
        return web.Response(status=403, text="This URL has expired.")
    stage = Stage(provider=workshop.providers[task.submit.provider], workshop=workshop)
    return await _file(stage, request, task, link[1])


def download(stage: Stage, template: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """What gives the first file of a task on one of a provider's routes, with the key."""

    async def content(request: web.Request) -> web.StreamResponse:
        try:
            stage.authorize(request)
            task = polls.find(stage, request, template)
            if template not in task.door.downloads:
                raise polls.not_found()
            if stage.workshop.state(task).phase != "done" or "no-result" in task.submit.faults:
                raise refusals.Refused("The video is not ready.", code="task_not_completed")
        except refusals.Refused as refusal:
            return await stage.refuse(request, refusal)
        return await _file(stage, request, task, 0)

    return content


async def sample(request: web.Request) -> web.StreamResponse:
    """One of the media that people can try the bot with."""
    name = request.match_info["name"]
    if name not in maker.SAMPLES:
        return web.Response(status=404, text=f"There are {', '.join(maker.SAMPLES)}.")
    return _served(await request.app[WORKSHOP].sample(name))


async def _file(stage: Stage, request: web.Request, task: Task, index: int) -> web.StreamResponse:
    sticky = faults.DOWNLOADING & frozenset(task.submit.faults)
    fault = stage.workshop.faults.draw(faults.DOWNLOADING, stage.facts(request, task.submit.model), sticky)
    if fault and fault.name == "wrong-type":
        return web.Response(text="<!doctype html><title>Sign in</title><p>Please sign in.", content_type="text/html")
    path = await stage.workshop.file(task, index)
    return await _swollen(request, path) if fault else _served(path)


def _served(path: Path) -> web.FileResponse:
    return web.FileResponse(path, headers={"Content-Type": made.TYPES[path.suffix.removeprefix(".")]})


async def _swollen(request: web.Request, path: Path) -> web.StreamResponse:
    """The real file, followed by zeros until nobody wants it any more."""
    response = web.StreamResponse(headers={"Content-Type": made.TYPES[path.suffix.removeprefix(".")]})
    try:
        await response.prepare(request)
        await response.write(path.read_bytes())
        for _ in range(TOO_LARGE // len(PIECE)):
            await response.write(PIECE)
        await response.write_eof()
    except ConnectionError:
        pass  # who asked has had enough
    return response
