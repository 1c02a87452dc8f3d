"""Balances: kept day by day, and an alert once a day while somebody must fill one up."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot import errors
from bot.credits import lasting
from bot.engine.balances import Balances
from bot.engine.chores import Chores
from bot.ports import Balance, Reading
from tests.engine_house import House, house
from tests.factories import NOON
from tests.scripted import ScriptedProvider

__all__ = ["house"]
ALERT = "a provider's balance runs low: fill it up"


@dataclass
class Purse(ScriptedProvider):
    """Says what is left, the last figure again and again; None: it does not tell."""

    left: list[float | errors.ProviderError | None] = field(default_factory=list)

    async def balance(self) -> Balance | None:
        amount = self.left.pop(0) if len(self.left) > 1 else self.left[0]
        if isinstance(amount, errors.ProviderError):
            raise amount
        return None if amount is None else Balance(words=f"¥{amount:.2f}", amount=amount)


async def look(
    house: House, *left: float | errors.ProviderError | None, every_h: float = 24.0, below: float = 0
) -> list[object]:
    """One look after another: what was alerted at each, by the days it lasts."""
    provider = Purse(left=list(left))
    balances = Balances(world=house.world, alert_below={provider.name: below})
    alerts: list[object] = []
    for _ in left:
        with capture_logs() as lines:
            await balances.look(provider)
        found = [line["lasts_days"] for line in lines if line["event"] == ALERT]
        alerts.append(found or ("low" if balances.low else "fine"))
        house.clock.advance(every_h * 3600)
    return alerts


async def readings(house: House) -> list[Reading]:
    async with house.store.reading() as rows:
        return list(await rows.reports.readings(since=NOON))


async def test_each_days_last_balance_is_kept(house: House) -> None:
    await look(house, 30.0, 29.0, 28.0, every_h=8)
    assert await readings(house) == [
        Reading(provider="uniall", at=NOON + timedelta(hours=8), balance=Balance(words="¥29.00", amount=29.0)),
        Reading(provider="uniall", at=NOON + timedelta(hours=16), balance=Balance(words="¥28.00", amount=28.0)),
    ]


async def test_a_running_bot_looks_at_once(house: House) -> None:
    provider = Purse(left=[30.0])
    world = replace(house.world, providers={provider.name: provider})
    work = Chores(world, listed=lambda *_: None, keep=timedelta(days=30), balances=Balances(world=world))
    await work.start()
    async with asyncio.timeout(10):
        while not await readings(house):  # noqa: ASYNC110  # rows have no event of their own
            await asyncio.sleep(0.001)
    await work.stop()
    assert [reading.balance.words for reading in await readings(house)] == ["¥30.00"]


async def test_below_the_setting_somebody_is_told_once_a_day(house: House) -> None:
    told = await look(house, 21.0, 19.0, 18.9, 18.8, 25.0, 19.0, every_h=8, below=20)
    assert told == ["fine", [None], [None], "low", "fine", [4.2]]


async def test_what_would_not_last_is_told_without_a_setting(house: House) -> None:
    assert await look(house, 100.0, 80.0, 55.0, 200.0) == ["fine", "fine", [2.4], "fine"]


async def test_an_empty_balance_is_told_without_a_setting(house: House) -> None:
    assert await look(house, 0.0) == [[None]]


async def test_what_is_not_told_is_not_kept(house: House) -> None:
    assert await look(house, None, errors.Unreachable("no line"), 5.0) == ["fine", "fine", "fine"]
    assert [reading.balance.amount for reading in await readings(house)] == [5.0]


@pytest.mark.parametrize(
    ("left", "spent", "days"),
    [
        ([], 0, None),
        ([10], 0, None),
        ([10, 10], 0, None),
        ([10, 6], 4, 1.5),
        ([10, 6, 20], 4, 10),
        ([10, 6, 20, 14], 10, 4.2),
        ([3, 0], 3, 0),
        ([3, -1], 4, 0),
    ],
)
def test_what_was_paid_in_is_not_spent(left: list[float], spent: float, days: float | None) -> None:
    points = [(NOON + timedelta(days=number), amount) for number, amount in enumerate(left)]
    assert lasting.spent(points) == spent
    assert lasting.days(points) == (None if days is None else pytest.approx(days))


def test_an_hour_says_nothing_about_a_day() -> None:
    assert lasting.days([(NOON, 10.0), (NOON + timedelta(hours=1), 9.0)]) is None
