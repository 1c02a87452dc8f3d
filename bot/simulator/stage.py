"""The stage: one provider at its own address, as the routes see it."""

import dataclasses

from aiohttp import web

from bot.simulator import faults, refusals, wire
from bot.simulator.faults import Fault
from bot.simulator.providers import Provider
from bot.simulator.wire import Answer
from bot.simulator.workshop import Workshop

WORKSHOP = web.AppKey("workshop", Workshop)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What a route of a provider works with."""

    provider: Provider
    workshop: Workshop

    def facts(self, request: web.Request, model: str = "") -> faults.Request:
        """What the choice of a fault depends on."""
        return faults.Request(method=request.method, path=request.path, provider=self.provider.name, model=model)

    def authorize(self, request: web.Request) -> None:
        """Refuse whoever doesn't bring the key."""
        wire.authorize(request, self.workshop.options.key)

    async def refuse(self, request: web.Request, refusal: refusals.Refused) -> web.StreamResponse:
        """Say no in the provider's way."""
        return (await wire.send(request, self.provider.refused(refusal)))[0]

    async def spoil(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        """Say no, or nothing, as a fault asks for."""
        if fault.name == "drop-before":
            return wire.drop(request, rudely=True)
        return (await wire.send(request, self.spoiled(fault)))[0]

    def spoiled(self, fault: Fault) -> Answer:
        """The answer of a fault that takes nothing."""
        return wire.gateway_page() if fault.name == "502" else self.provider.refused(refusals.by_fault(fault))


def base(request: web.Request) -> str:
    """Where results are fetched: the address this very request was sent to."""
    return f"{request.scheme}://{request.host}"
