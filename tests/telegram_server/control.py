"""The control API: POST /control/<act> with the act's keywords as JSON; bytes travel as base64."""

import base64
import inspect
from typing import Any

from aiohttp import web

from tests.telegram_server import stage
from tests.telegram_server.refusals import Refused


def routes(played: stage.Stage) -> list[web.RouteDef]:
    """The routes of the control API."""

    async def act(request: web.Request) -> web.Response:
        name = request.match_info["act"]
        if name not in stage.ACTS:
            return web.json_response(
                {"error": f"no act {name!r}; there are {', '.join(sorted(stage.ACTS))}"}, status=404
            )
        keywords = _received(await request.json() if request.can_read_body else {})
        try:
            value = getattr(played, name)(**keywords)
            answer = await value if inspect.isawaitable(value) else value
        except (KeyError, ValueError, TypeError, Refused) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)
        return web.json_response({"result": _sent(answer)})

    return [web.post("/control/{act}", act)]


def _received(value: Any) -> Any:
    """The keywords, with every "data" that is sent with "kind" turned to bytes."""
    if isinstance(value, list):
        return [_received(one) for one in value]
    if not isinstance(value, dict):
        return value
    keywords = {name: _received(one) for name, one in value.items()}
    if "kind" in keywords and isinstance(keywords.get("data"), str):
        keywords["data"] = base64.b64decode(keywords["data"])
    return keywords


def _sent(value: Any) -> Any:
    return {"data": base64.b64encode(value).decode()} if isinstance(value, bytes) else value
