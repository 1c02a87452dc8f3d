"""The doors over HTTP: POST /control/<door> with its arguments as a JSON object, answered with its result."""

from __future__ import annotations

import base64
import inspect
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import pydantic
from aiohttp import web

from tests.discord_server.attachments import File
from tests.discord_server.refusals import Refused

if TYPE_CHECKING:
    from tests.discord_server.server import Discord

PYTHON_ONLY = {"until"}
_ANYTHING: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(Any)


class Control:
    """Calls the doors of one server."""

    def __init__(self, served: Discord) -> None:
        self._doors: dict[str, Callable[..., Awaitable[Any]]] = {
            name: pydantic.validate_call(door)
            for name, door in inspect.getmembers(served, inspect.iscoroutinefunction)
            if not name.startswith("_") and name not in PYTHON_ONLY
        }

    async def take(self, request: web.Request) -> web.Response:
        """200 with the result; 400 what was asked can't be, 404 no such door, 408 waited in vain."""
        door = self._doors.get(request.match_info["door"])
        if door is None:
            return _answer(404, {"error": f"no such door; there are {', '.join(sorted(self._doors))}"})
        try:
            given = await request.json() if request.can_read_body else {}
            return _answer(200, await door(**{name: _decoded(value) for name, value in given.items()}))
        except TimeoutError as error:
            return _answer(408, {"error": str(error)})
        except (Refused, KeyError, TypeError, ValueError) as error:
            return _answer(400, {"error": f"{type(error).__name__}: {error}"})


def _decoded(value: Any) -> Any:
    """Files stand in JSON as {"name": …, "base64": …} with an optional content_type and description."""
    if isinstance(value, list):
        return [_decoded(one) for one in value]
    if isinstance(value, dict) and "base64" in value:
        rest = {key: one for key, one in value.items() if key != "base64"}
        return File(data=base64.b64decode(value["base64"]), **rest)
    if isinstance(value, dict):
        return {key: _decoded(one) for key, one in value.items()}
    return value


def _answer(status: int, body: Any) -> web.Response:
    text = _ANYTHING.dump_json(body)
    return web.Response(status=status, body=text, headers={"Content-Type": "application/json"})
