"""Streaming: an answer in events, each sent when the task has come so far."""

import asyncio
import json
from collections.abc import Sequence

from aiohttp import web

from bot.simulator import faults, refusals
from bot.simulator.families import Json
from bot.simulator.faults import Fault
from bot.simulator.providers import Task
from bot.simulator.reports import Report
from bot.simulator.stage import Stage, base

TICKS = 20  # how often a task is looked at while it runs
SHORTEST_TICK_S = 0.01
CUT_AT = 50  # per cent of progress at which `drop-during` cuts the line
DONE = b"data: [DONE]\n\n"


class Stream:
    """One streamed answer: `whole` says at its end whether all of it was written."""

    def __init__(self, stage: Stage, request: web.Request, task: Task, spoiled: Fault | None) -> None:
        self.whole = False
        self._stage = stage
        self._request = request
        self._task = task
        self._spoiled = spoiled.name if spoiled else ""
        self._delay_s = (faults.HOLD_S if spoiled.delay_s is None else spoiled.delay_s) if spoiled else 0.0
        self._response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        self._sent = 0

    async def run(self) -> web.StreamResponse:
        """Send every event in its time; a task that fails before the first one is refused instead."""
        if self._spoiled == "timeout":
            await asyncio.sleep(self._delay_s)
        try:
            return await self._run()
        except ConnectionError:
            return self._response

    async def _run(self) -> web.StreamResponse:
        tick_s = max(self._task.submit.length_s / TICKS, SHORTEST_TICK_S)
        while self._request.transport is not None:
            report = await self._stage.workshop.report(self._task, base(self._request))
            if report.state.failure and not self._sent:
                return await self._stage.refuse(self._request, refusals.by_failure(report.state.failure))
            await self._send(self._news(report))
            if self._spoiled == "drop-during" and self._sent and report.state.progress >= CUT_AT:
                self._request.transport.close()
                return self._response
            if report.state.phase in ("done", "failed"):
                await self._end(report)
                return self._response
            await asyncio.sleep(tick_s)
        return self._response

    def _news(self, report: Report) -> Sequence[Json]:
        assert self._task.door.events is not None
        return self._task.door.events(report)[self._sent :]

    async def _send(self, events: Sequence[Json]) -> None:
        for event in events:
            if not self._response.prepared:
                await self._response.prepare(self._request)
            data = f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode()
            if self._spoiled == "broken-json":
                data = data[: len(data) // 2] + b"\n\n"
            await self._response.write(data)
            self._sent += 1

    async def _end(self, report: Report) -> None:
        """A stream that breaks off says why, and doesn't say that it is done."""
        if not self._response.prepared:
            await self._response.prepare(self._request)
        if report.state.failure:
            refusal = self._stage.provider.refused(refusals.by_failure(report.state.failure))
            await self._response.write(b"data: " + refusal.body + b"\n\n")
        else:
            await self._response.write(DONE)
        await self._response.write_eof()
        self.whole = True
