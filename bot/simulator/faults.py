"""Faults: what can be made to go wrong, and who decides when.

A fault is planned (POST /_simulator/faults, Simulator.fault), drawn by chance (Options.faults), or written into a
prompt by hand as ``[sim:NAME]``. At most one fault of each group meets a request.
"""

import dataclasses
import random
import re
from collections.abc import Mapping

REFUSING = frozenset({"429", "500", "502", "503", "drop-before", "refuse", "no-balance"})  # nothing was taken
ANSWERING = frozenset({"drop-during", "drop-after", "timeout", "broken-json"})  # taken, but the answer is spoiled
TASK = frozenset(
    {"fail", "refuse-late", "no-result", "endless", "partial", "slow", "unknown-status"}
    | {"callback-lost", "callback-twice"}  # of a task whose submission asks to be called back
)
POLLING = frozenset({"poll-404", "poll-500", "poll-broken-json", "poll-timeout"})
LINKING = frozenset({"expired-url"})  # when a result's URL is handed out
DOWNLOADING = frozenset({"result-too-large", "wrong-type"})  # when a result is fetched
NAMES = REFUSING | ANSWERING | TASK | POLLING | LINKING | DOWNLOADING

STICKY = TASK | POLLING | LINKING | DOWNLOADING  # written in a prompt, these stay with the task
HOLD_S = 60.0  # how long `timeout` holds a request unless told otherwise

_DIRECTIVE = re.compile(r"\[sim:([a-z0-9-]+)\]")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault that is to happen to the next requests that fit."""

    name: str
    times: int = 1  # how often it is still to happen
    provider: str = ""  # must be the one that is asked; "" fits all
    path: str = ""  # must be part of the request's path
    model: str = ""  # must be the request's model; "" fits all
    method: str = ""  # "" means POST for REFUSING and ANSWERING, and any for the rest
    retry_after_s: float | None = None  # for 429
    delay_s: float | None = None  # for timeout and poll-timeout

    def __post_init__(self) -> None:
        if self.name not in NAMES:
            raise ValueError(f"unknown fault {self.name!r}; there are {', '.join(sorted(NAMES))}")

    def fits(self, request: "Request") -> bool:
        """Whether this fault is meant for that request."""
        method = self.method.upper() or ("POST" if self.name in REFUSING | ANSWERING else request.method)
        named = self.provider in ("", request.provider) and self.model in ("", request.model)
        return named and self.path in request.path and method == request.method


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the choice of a fault depends on."""

    method: str
    path: str
    provider: str = ""
    model: str = ""


def directives(text: str) -> frozenset[str]:
    """The faults a person wrote into a prompt; unknown words are left alone."""
    return frozenset(_DIRECTIVE.findall(text)) & NAMES


class Faults:
    """All faults in waiting."""

    def __init__(self, rates: Mapping[str, float], seed: int) -> None:
        self._rates = [(Fault(name=name), rate) for name, rate in sorted(rates.items())]
        self._random = random.Random(seed)
        self._planned: list[Fault] = []

    def plan(self, fault: Fault) -> None:
        self._planned.append(fault)

    def planned(self) -> list[Fault]:
        return list(self._planned)

    def clear(self) -> None:
        self._planned.clear()

    def draw(self, group: frozenset[str], request: Request, written: frozenset[str] = frozenset()) -> Fault | None:
        """The fault of this group that meets the request: written by hand, planned, or by chance; or None."""
        for name in sorted(group & written):
            return Fault(name=name)
        for place, fault in enumerate(self._planned):
            if fault.name in group and fault.fits(request):
                left = dataclasses.replace(fault, times=fault.times - 1)
                self._planned[place : place + 1] = [left] if left.times > 0 else []
                return fault
        return self._by_chance(group, request)

    def _by_chance(self, group: frozenset[str], request: Request) -> Fault | None:
        met = None
        for fault, rate in self._rates:  # every rate is drawn, so that one fault doesn't shift the luck of the next
            if fault.name in group and fault.fits(request) and self._random.random() < rate:
                met = met or fault
        return met
