"""Polls: what a GET on a task answers."""

from aiohttp import web

from bot.simulator import answers, faults, refusals, wire
from bot.simulator.provider import Provider
from bot.simulator.submits import Submit
from bot.simulator.taking import PROVIDER, base


async def poll(request: web.Request) -> web.StreamResponse:
    """Any of the poll routes."""
    provider = request.app[PROVIDER]
    try:
        wire.authorize(request, provider.options.key)
        submit = find(request, provider)
    except refusals.Refused as refusal:
        return (await wire.send(request, wire.refused(refusal)))[0]
    facts = faults.Request(method=request.method, path=request.path, model=submit.model)
    sticky = faults.POLLING & frozenset(submit.faults)
    fault = provider.faults.draw(faults.POLLING | faults.REFUSING | faults.ANSWERING, facts, sticky)
    if fault and fault.name == "drop-before":
        return wire.drop(request, rudely=True)
    if fault and (fault.name in faults.REFUSING or fault.name in ("poll-404", "poll-500")):
        return (await wire.send(request, wire.spoil(fault)))[0]
    return (await wire.send(request, wire.json_answer(_answer(request, provider, submit, facts)), fault))[0]


def find(request: web.Request, provider: Provider) -> Submit:
    """The task that a path names, if its family is polled there; refused otherwise."""
    submit = provider.log.find(request.match_info["task_id"])
    route = request.match_info.route.resource
    path = route.canonical.split("/{")[0] if route else ""
    if submit is None or submit.synchronous or path not in submit.family.polls:
        raise refusals.Refused("Task not found.", code="task_not_found", param="task_id", status=404)
    return submit


def _answer(request: web.Request, provider: Provider, submit: Submit, facts: faults.Request) -> answers.Json:
    state = provider.state(submit)
    if state.phase != "done":
        return answers.polled(submit, state, [])
    expired = provider.faults.draw(faults.LINKING, facts) is not None
    return answers.polled(submit, state, provider.urls(submit, base(request), expired=expired))
