"""Results: the files themselves, by signed URL or by the content route of videos, and the samples."""

import time
from pathlib import Path

from aiohttp import web

from bot.simulator import faults, maker, polls, refusals, wire
from bot.simulator.provider import Provider
from bot.simulator.submits import Submit
from bot.simulator.taking import PROVIDER

TOO_LARGE = 600 * 1024 * 1024  # what `result-too-large` blows a file up to
PIECE = bytes(1024 * 1024)


async def media(request: web.Request) -> web.StreamResponse:
    """A result by its signed URL; the URL is all the permission that is needed."""
    provider = request.app[PROVIDER]
    signed, _, _ = request.match_info["name"].rpartition(".")
    link = provider.links.check(signed, time.time())
    submit = provider.log.find(link[0]) if link else None
    if link is None or submit is None:
        return web.Response(status=404, text="Not found.")
    if not link[2]:
        return web.Response(status=403, text="This URL has expired.")
    return await _file(request, provider, submit, link[1])


async def content(request: web.Request) -> web.StreamResponse:
    """071 chapter 8.2: the video file, with the key."""
    provider = request.app[PROVIDER]
    try:
        wire.authorize(request, provider.options.key)
        submit = polls.find(request, provider)
        if provider.state(submit).phase != "done" or "no-result" in submit.faults:
            raise refusals.Refused("The video is not ready.", code="task_not_completed")
    except refusals.Refused as refusal:
        return (await wire.send(request, wire.refused(refusal)))[0]
    return await _file(request, provider, submit, 0)


async def sample(request: web.Request) -> web.StreamResponse:
    """One of the media that people can try the bot with."""
    name = request.match_info["name"]
    if name not in maker.SAMPLES:
        return web.Response(status=404, text=f"There are {', '.join(maker.SAMPLES)}.")
    return _served(await request.app[PROVIDER].maker.sample(name))


async def _file(request: web.Request, provider: Provider, submit: Submit, index: int) -> web.StreamResponse:
    facts = faults.Request(method=request.method, path=request.path, model=submit.model)
    sticky = faults.DOWNLOADING & frozenset(submit.faults)
    fault = provider.faults.draw(faults.DOWNLOADING, facts, sticky)
    if fault and fault.name == "wrong-type":
        return web.Response(text="<!doctype html><title>Sign in</title><p>Please sign in.", content_type="text/html")
    path = await provider.file(submit, index)
    return await _swollen(request, path) if fault else _served(path)


def _served(path: Path) -> web.FileResponse:
    return web.FileResponse(path, headers={"Content-Type": maker.TYPES[path.suffix.removeprefix(".")]})


async def _swollen(request: web.Request, path: Path) -> web.StreamResponse:
    """The real file, followed by zeros until nobody wants it any more."""
    response = web.StreamResponse(headers={"Content-Type": maker.TYPES[path.suffix.removeprefix(".")]})
    try:
        await response.prepare(request)
        await response.write(path.read_bytes())
        for _ in range(TOO_LARGE // len(PIECE)):
            await response.write(PIECE)
        await response.write_eof()
    except ConnectionError:
        pass  # who asked has had enough
    return response
