"""Polls: what a GET on a task answers."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.simulator import faults, refusals, wire
from bot.simulator.families import Json
from bot.simulator.providers import Task
from bot.simulator.stage import Stage, base

TASK_ID = "{task_id}"


def place(template: str) -> tuple[str, str]:
    """The path of a poll route, and the query parameter that names the task; "" where the path does."""
    path, _, query = template.partition("?")
    return path, query.removesuffix(f"={TASK_ID}")


def answering(stage: Stage, template: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """What answers on one of a provider's poll routes."""

    async def poll(request: web.Request) -> web.StreamResponse:
        return await _poll(stage, template, request)

    return poll


async def _poll(stage: Stage, template: str, request: web.Request) -> web.StreamResponse:
    try:
        stage.authorize(request)
        task = find(stage, request, template)
        if template not in task.door.polls:
            raise not_found()
    except refusals.Refused as refusal:
        return await stage.refuse(request, refusal)
    facts = stage.facts(request, task.submit.model)
    sticky = faults.POLLING & frozenset(task.submit.faults)
    fault = stage.workshop.faults.draw(faults.POLLING | faults.REFUSING | faults.ANSWERING, facts, sticky)
    if fault and (fault.name in faults.REFUSING or fault.name in ("poll-404", "poll-500")):
        return await stage.spoil(request, fault)
    return (await wire.send(request, wire.json_answer(await _answer(stage, request, task)), fault))[0]


def find(stage: Stage, request: web.Request, template: str) -> Task:
    """The task that a request names; refused when this provider has none of that name."""
    _, parameter = place(template)
    task_id = request.query.get(parameter, "") if parameter else request.match_info["task_id"]
    if parameter and not task_id:
        raise refusals.Refused(f"`{parameter}` is required.", param=parameter, missing=True)
    task = stage.workshop.find(stage.provider, task_id)
    if task is None:
        raise not_found()
    return task


def not_found() -> refusals.Refused:
    """Nothing of that name is there."""
    return refusals.Refused("Task not found.", code="task_not_found", param="task_id", status=404)


async def _answer(stage: Stage, request: web.Request, task: Task) -> Json:
    shape = task.door.polled or task.door.answer
    if stage.workshop.state(task).phase != "done":
        return shape(await stage.workshop.report(task, base(request)))
    expired = stage.workshop.faults.draw(faults.LINKING, stage.facts(request, task.submit.model)) is not None
    return shape(await stage.workshop.report(task, base(request), expired=expired))
