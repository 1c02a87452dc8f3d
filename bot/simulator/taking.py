"""Taking submissions: everything that happens to a POST."""

import json

from aiohttp import web

from bot.simulator import answers, drafts, faults, log, models, refusals, rules, wire
from bot.simulator.faults import Fault
from bot.simulator.provider import Provider
from bot.simulator.submits import Submit
from bot.simulator.wire import Answer

PROVIDER = web.AppKey("provider", Provider)


async def submit(request: web.Request) -> web.StreamResponse:
    """Any of the submit routes."""
    provider, received_at = request.app[PROVIDER], log.now()
    if provider.faults.draw(frozenset({"drop-before"}), _facts(request)):
        return wire.drop(request, rudely=True)
    try:
        wire.authorize(request, provider.options.key)
        draft = await drafts.read(request)
        written = faults.directives(draft.texts)
        facts = _facts(request, draft.model)
        if fault := provider.faults.draw(faults.REFUSING, facts, written):
            return await _refuse(request, fault)
        operation = rules.judge(draft)
    except refusals.Refused as refusal:
        return (await wire.send(request, wire.refused(refusal)))[0]
    spoiled = provider.faults.draw(faults.ANSWERING, facts, written)
    chosen = provider.faults.draw(faults.TASK, facts)
    wrong = sorted({chosen.name} if chosen else set()) + sorted(written & faults.STICKY)
    taken = await provider.take(draft, operation, received_at, tuple(wrong))
    return await _answer(request, provider, taken, spoiled)


async def _refuse(request: web.Request, fault: Fault) -> web.StreamResponse:
    if fault.name == "drop-before":
        return wire.drop(request, rudely=True)
    return (await wire.send(request, wire.spoil(fault)))[0]


async def _answer(request: web.Request, provider: Provider, taken: Submit, spoiled: Fault | None) -> web.StreamResponse:
    if taken.synchronous and not (spoiled and spoiled.name == "drop-after"):
        answer = await _result(request, provider, taken)
    else:
        answer = wire.json_answer(answers.submitted(taken, provider.state(taken)))
    response, whole = await wire.send(request, answer, spoiled)
    if whole:
        await provider.log.answered(taken.task_id)
    return response


async def _result(request: web.Request, provider: Provider, taken: Submit) -> Answer:
    """The answer of the routes that wait for the result; a failure's shape isn't printed and follows 059."""
    state = await provider.finish(taken, lambda: request.transport is None)
    if state.failure:
        status = 500 if state.failure.code == "task_failed" else 400
        return wire.refused(refusals.Refused(state.failure.message, code=state.failure.code, status=status))
    expired = provider.faults.draw(faults.LINKING, _facts(request, taken.model)) is not None
    urls = provider.urls(taken, base(request), expired=expired)
    if taken.path != models.CHAT:
        return wire.json_answer(answers.pictures(taken.at_s, urls))
    if not taken.body.get("stream", False):
        return wire.json_answer(answers.completion(taken, urls))
    chunk = json.dumps(answers.chunk(taken, urls), ensure_ascii=False)
    return Answer(body=f"data: {chunk}\n\ndata: [DONE]\n\n".encode(), content_type="text/event-stream")


def base(request: web.Request) -> str:
    """Where results are fetched: the address this very request was sent to."""
    return f"{request.scheme}://{request.host}"


def _facts(request: web.Request, model: str = "") -> faults.Request:
    return faults.Request(method=request.method, path=request.path, model=model)
