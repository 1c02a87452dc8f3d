"""What a job cost the operator: as its provider reported it, else at the model's own price for what was made."""

from dataclasses import dataclass

from bot import errors, ports
from bot.engine import wiring
from bot.jobs import CallState, Output

PAID = frozenset({CallState.RUNNING, CallState.SUCCEEDED, CallState.UNKNOWN})
"""Calls that count as charged by their provider: also those of which nobody knows, for they may be on the bill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one job cost."""

    credits: float  # at the models' own prices of today, whatever a community charges
    reported: float | None  # the provider's own credits, as it reported them; None where it said nothing


def cost(record: ports.Record) -> Cost:
    """What an ended job cost, whether anybody was charged for it or not; a call that failed cost nothing."""
    steps = {call.step for call in record.calls if call.state in PAID}
    if not steps:
        return Cost(credits=0, reported=None)
    return Cost(credits=_at_own_price(record, steps), reported=_reported(record))


def _at_own_price(record: ports.Record, steps: set[int]) -> float:
    """For what was made; the most that it may cost where a call was paid and nothing of it was seen."""
    produced: dict[int, tuple[Output, ...]] = {}
    for output in record.outputs:
        produced[output.step] = (*produced.get(output.step, ()), output)
    try:
        options, rate = wiring.options_of(record.job.request), wiring.model_of(record.job.request).rate
        return options.settle(rate, produced) if steps <= produced.keys() else options.quote(rate)
    except errors.Invalid:  # the model has left the catalogue, or what was asked for was erased: as it was priced then
        return (record.used or record.job.price) * 100 / record.job.percent


def _reported(record: ports.Record) -> float | None:
    """In the provider's own credits: what it said with the result, else what it said beforehand."""
    said: dict[int, float] = {}
    for call in record.calls:
        if call.state in PAID and call.usage is not None and call.usage.credits is not None:
            said[call.step] = call.usage.credits
    for output in record.outputs:
        if output.usage is not None and output.usage.credits is not None:
            said[output.step] = output.usage.credits
    return sum(said.values()) if said else None
