"""Balances: what is left with each provider, kept day by day, with an alert before it runs out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import structlog

from bot import errors, ports
from bot.credits import lasting
from bot.engine.world import World

FEW_DAYS: Final = 3.0  # a balance that lasts less than this at the present pace is an alert

log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Balances:
    """Looks at them, once an hour; `low` names the providers whose balance needs somebody."""

    world: World
    alert_below: Mapping[str, float] = field(default_factory=dict)  # provider → in its own currency
    _low: set[str] = field(default_factory=set)
    _alerted: dict[str, date] = field(default_factory=dict)  # provider → the day of the last alert (UTC)

    @property
    def low(self) -> tuple[str, ...]:
        """The providers whose balance needs somebody, by name."""
        return tuple(sorted(self._low))

    async def look(self, provider: ports.Provider) -> None:
        """Ask, keep and judge; what can't be had now is asked for again in its turn."""
        try:
            await self._look(provider)
        except (errors.ProviderError, errors.StorageFault) as error:
            log.warning("no balance", provider=provider.name, words=str(error))

    async def _look(self, provider: ports.Provider) -> None:
        balance = await provider.balance()
        if balance is None:
            return
        reading = ports.Reading(provider=provider.name, at=self.world.clock.now(), balance=balance)
        async with self.world.store.transaction() as rows:
            await rows.reports.read(reading)
            readings = await rows.reports.readings(since=reading.at - lasting.PACE, provider=provider.name)
        self._judge(reading, days=lasting.days([(each.at, each.balance.amount) for each in readings]))

    def _judge(self, reading: ports.Reading, *, days: float | None) -> None:
        below = self.alert_below.get(reading.provider)
        scarce = reading.balance.amount <= 0 or (below is not None and reading.balance.amount < below)
        if not scarce and (days is None or days >= FEW_DAYS):
            self._low.discard(reading.provider)
            self._alerted.pop(reading.provider, None)
            return
        self._low.add(reading.provider)
        if self._alerted.get(reading.provider) != reading.at.date():  # once a day is enough to be heard
            self._alerted[reading.provider] = reading.at.date()
            log.error(
                "a provider's balance runs low: fill it up",
                provider=reading.provider,
                left=reading.balance.words,
                alert_below=below,
                lasts_days=None if days is None else round(days, 1),
            )
