"""Control: what isn't part of the provider, under /_simulator, and the page that says what this is."""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.simulator.faults import NAMES, Fault
from bot.simulator.stage import WORKSHOP

LANDING = """This is a simulator. It plays the documented HTTP interfaces of providers of media, each under its name,
makes real but meaningless media, and costs nothing.

{providers}

Samples:  /samples/portrait.png  /samples/voice.mp3  /samples/clip.mp4
Log:      GET /_simulator/submits, and /_simulator/calls for who was called back
Faults:   GET, POST and DELETE /_simulator/faults, or write [sim:NAME] into a prompt
          {{"fault": "429", "times": 1, "match": {{"provider": "uniall", "path": "/v1/videos"}}, "retry_after_s": 3}}
          {faults}
"""


async def landing(request: web.Request) -> web.Response:
    """One page of text."""
    played = [
        f"/{name}: {', '.join(id for family in provider.families for id in family.ids)}"
        for name, provider in request.app[WORKSHOP].providers.items()
    ]
    return web.Response(text=LANDING.format(providers="\n".join(played), faults=", ".join(sorted(NAMES))))


async def submits(request: web.Request) -> web.Response:
    """Everything that was taken, as logged, `answered` brought up to date."""
    return web.json_response([dataclasses.asdict(one) for one in request.app[WORKSHOP].log.all()])


async def calls(request: web.Request) -> web.Response:
    """Every try to call somebody back."""
    return web.json_response([dataclasses.asdict(one) for one in request.app[WORKSHOP].calls.all()])


async def plan(request: web.Request) -> web.Response:
    """Plan a fault: {"fault": NAME, "times", "match": {"provider", "path", "model", "method"}, "retry_after_s", …}."""
    try:
        fault = _fault(json.loads(await request.read()))
    except (ValueError, TypeError, AttributeError) as problem:
        return web.json_response({"error": str(problem)}, status=400)
    request.app[WORKSHOP].faults.plan(fault)
    return web.json_response(dataclasses.asdict(fault), status=201)


async def planned(request: web.Request) -> web.Response:
    """The faults still waiting."""
    return web.json_response([dataclasses.asdict(fault) for fault in request.app[WORKSHOP].faults.planned()])


async def clear(request: web.Request) -> web.Response:
    """Forget them."""
    request.app[WORKSHOP].faults.clear()
    return web.Response(status=204)


def _fault(body: Mapping[str, Any]) -> Fault:
    given = dict(body)
    name, match = given.pop("fault", None), given.pop("match", {})
    if not isinstance(name, str):
        raise ValueError("fault: the name of a fault is missing")
    return Fault(name=name, **given, **match)
