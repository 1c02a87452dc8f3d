"""Control: what isn't part of the provider, under /_simulator, and the page that says what this is."""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.simulator import models
from bot.simulator.faults import NAMES, Fault
from bot.simulator.taking import PROVIDER

LANDING = """This is a simulator of the provider "uniall". It plays the provider's documented HTTP interface,
makes real but meaningless media, and costs nothing.

Models:   {models}
Samples:  /samples/portrait.png  /samples/voice.mp3  /samples/clip.mp4
Log:      GET /_simulator/submits
Faults:   GET, POST and DELETE /_simulator/faults, or write [sim:NAME] into a prompt
          {{"fault": "429", "times": 1, "match": {{"path": "/v1/videos"}}, "retry_after_s": 3}}
          {faults}
"""


async def landing(request: web.Request) -> web.Response:
    """One page of text."""
    return web.Response(text=LANDING.format(models=", ".join(models.BY_ID), faults=", ".join(sorted(NAMES))))


async def submits(request: web.Request) -> web.Response:
    """Everything that was taken, as logged, `answered` brought up to date."""
    return web.json_response([dataclasses.asdict(one) for one in request.app[PROVIDER].log.all()])


async def plan(request: web.Request) -> web.Response:
    """Plan a fault: {"fault": NAME, "times": 1, "match": {"path", "model", "method"}, "retry_after_s", "delay_s"}."""
    try:
        fault = _fault(json.loads(await request.read()))
    except (ValueError, TypeError, AttributeError) as problem:
        return web.json_response({"error": str(problem)}, status=400)
    request.app[PROVIDER].faults.plan(fault)
    return web.json_response(dataclasses.asdict(fault), status=201)


async def planned(request: web.Request) -> web.Response:
    """The faults still waiting."""
    return web.json_response([dataclasses.asdict(fault) for fault in request.app[PROVIDER].faults.planned()])


async def clear(request: web.Request) -> web.Response:
    """Forget them."""
    request.app[PROVIDER].faults.clear()
    return web.Response(status=204)


def _fault(body: Mapping[str, Any]) -> Fault:
    given = dict(body)
    name, match = given.pop("fault", None), given.pop("match", {})
    if not isinstance(name, str):
        raise ValueError("fault: the name of a fault is missing")
    return Fault(name=name, **given, **match)
