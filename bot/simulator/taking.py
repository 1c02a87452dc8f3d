"""Taking submissions: everything that happens to a POST."""

import dataclasses
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.simulator import drafts, faults, judging, log, refusals, streaming, wire
from bot.simulator.faults import Fault
from bot.simulator.providers import Task
from bot.simulator.stage import Stage, base
from bot.simulator.wire import Answer


def door(stage: Stage, route: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """What answers on one of a provider's submit routes."""

    async def submit(request: web.Request) -> web.StreamResponse:
        return await _submit(stage, route, request)

    return submit


async def _submit(stage: Stage, route: str, request: web.Request) -> web.StreamResponse:
    received_at = log.now()
    if stage.workshop.faults.draw(frozenset({"drop-before"}), stage.facts(request)):
        return wire.drop(request, rudely=True)
    try:
        stage.authorize(request)
        draft = await _read(stage, route, request)
        written = faults.directives(draft.texts)
        facts = stage.facts(request, draft.model)
        if fault := stage.workshop.faults.draw(faults.REFUSING, facts, written):
            return await stage.spoil(request, fault)
        verdict = judging.judge(stage.provider, route, draft)
    except refusals.Refused as refusal:
        return await stage.refuse(request, refusal)
    spoiled = stage.workshop.faults.draw(faults.ANSWERING, facts, written)
    taken = await stage.workshop.take(stage.provider, verdict, received_at, _wrong(stage, facts, written))
    return await _answer(stage, request, taken, spoiled)


async def _read(stage: Stage, route: str, request: web.Request) -> drafts.Draft:
    like = stage.workshop.options.like
    in_path = request.match_info.get("model", "")
    in_path = like.get(in_path, in_path)
    draft = await drafts.read(request, route.replace("{model}", in_path))
    if isinstance(sent := draft.body.get("model"), str) and sent in like:
        draft = dataclasses.replace(draft, body={**draft.body, "model": like[sent]})
    return judging.named(stage.provider, route, draft, in_path, stage.workshop.taken(stage.provider))


def _wrong(stage: Stage, facts: faults.Request, written: frozenset[str]) -> tuple[str, ...]:
    """What goes wrong with the task that is about to be taken."""
    chosen = stage.workshop.faults.draw(faults.TASK, facts)
    return tuple(sorted({chosen.name} if chosen else set()) + sorted(written & faults.STICKY))


async def _answer(stage: Stage, request: web.Request, taken: Task, spoiled: Fault | None) -> web.StreamResponse:
    if spoiled and spoiled.name == "drop-after":
        return wire.drop(request)
    if taken.door.events is not None and taken.submit.body.get("stream") is True:
        stream = streaming.Stream(stage, request, taken, spoiled)
        response, whole = await stream.run(), stream.whole
    elif taken.door.direct:
        response, whole = await wire.send(request, await _result(stage, request, taken), spoiled)
    else:
        answer = wire.json_answer(taken.door.answer(stage.workshop.begun(taken)))
        response, whole = await wire.send(request, answer, spoiled)
    if whole:
        await stage.workshop.log.answered(taken.submit.task_id)
    return response


async def _result(stage: Stage, request: web.Request, taken: Task) -> Answer:
    """The answer of a door that waits for the result."""
    state = await stage.workshop.finish(taken, lambda: request.transport is None)
    if state.failure:
        return stage.provider.refused(refusals.by_failure(state.failure))
    expired = stage.workshop.faults.draw(faults.LINKING, stage.facts(request, taken.submit.model)) is not None
    return wire.json_answer(taken.door.answer(await stage.workshop.report(taken, base(request), expired=expired)))
