"""The one door of pxz: everything is submitted there, and the result is posted to `callback_url` (概述).

PXZ-QUERY: the page speaks of querying a result and names no route. One is served at /api/openapi/tasks/{task_id}, for a
client that can be told where to ask; its answer has the shape of the callback.
"""

from collections.abc import Mapping

from bot.simulator.families import Door
from bot.simulator.pxz import answers


def _called_at(body: Mapping[str, object]) -> str:
    return str(body.get("callback_url", ""))


SUBMIT = Door(
    path="/api/openapi/submit",
    answer=answers.submitted,
    polls=("/api/openapi/tasks/{task_id}",),
    polled=answers.result,
    callback=_called_at,
    called=answers.result,
)
