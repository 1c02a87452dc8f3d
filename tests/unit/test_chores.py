"""What runs on the side: the providers' own lists of models, asked for again every hour."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot import catalogue, errors, ports
from bot.app import _house
from bot.engine.chores import MODELS_EVERY_S, NOTICES_EVERY_S, Chores
from bot.requests import Kind
from tests import factories
from tests.engine_house import House, house
from tests.factories import NOON
from tests.fakes import SetClock
from tests.scripted import ScriptedProvider

__all__ = ["house"]

ALL = frozenset(model.id for model in catalogue.MODELS.values() if model.provider == "uniall")


class HeldClock(SetClock):
    """A clock whose sleepers wait until it is advanced past their time."""

    def __init__(self) -> None:
        super().__init__()
        self._sleepers: list[tuple[datetime, asyncio.Event]] = []

    def advance(self, seconds: float) -> None:
        """Let that much time pass at once, and wake whoever it is time for."""
        super().advance(seconds)
        for until, awake in self._sleepers:
            if until <= self.now():
                awake.set()

    async def sleep(self, seconds: float) -> None:
        """Wait for the clock."""
        awake = asyncio.Event()
        self._sleepers.append((self.now() + timedelta(seconds=seconds), awake))
        await awake.wait()


@dataclass
class ListingProvider(ScriptedProvider):
    """Lists what it is told to, the last list again and again; counts how often it was asked."""

    lists: list[frozenset[str] | errors.ProviderError] = field(default_factory=list)
    asked: int = 0

    async def models(self) -> frozenset[str] | None:
        self.asked += 1
        answer = self.lists.pop(0) if len(self.lists) > 1 else self.lists[0]
        if isinstance(answer, errors.ProviderError):
            raise answer
        return answer


@pytest.fixture(autouse=True)
def _shelf_as_it_was() -> Iterator[None]:
    before = catalogue.everything()
    yield
    catalogue.arrange(before)


async def why(house: House, id: str) -> str:
    return next(offer.why for offer in await house.studio.offers() if offer.model.id == id)


async def test_models_open_and_close_with_their_provider_s_list_every_hour(house: House) -> None:
    usual = catalogue.pick(Kind.IMAGE).id
    trouble = errors.Unreachable("the line is down")
    provider = ListingProvider(lists=[ALL, ALL - {usual}, trouble, ALL])
    clock = HeldClock()
    world = replace(house.world, providers={"uniall": provider}, clock=clock)
    work = Chores(world, listed=_house._listing(house.studio), keep=timedelta(days=30))
    await work.start()
    seen = [(await why(house, usual), catalogue.pick(Kind.IMAGE).id == usual, await why(house, "NanoBananaPro-8K"))]
    for turn in range(2, 5):
        await asked_anew(house, provider, clock, turn)
        closed = await why(house, usual)
        seen.append((closed, catalogue.pick(Kind.IMAGE).id == usual, await why(house, "NanoBananaPro-8K")))
    await work.stop()
    assert seen == [
        ("", True, ""),
        ("not_listed", False, ""),
        ("not_listed", False, ""),  # nobody answered: what was said last holds
        ("", True, ""),
    ]


async def asked_anew(house: House, provider: ListingProvider, clock: HeldClock, turn: int) -> None:
    """An hour passes; not before it is over, give or take the jitter, is the list asked for again."""
    clock.advance(MODELS_EVERY_S / 2)
    await asyncio.sleep(0)
    assert provider.asked == turn - 1
    clock.advance(MODELS_EVERY_S)
    await house.until(lambda: provider.asked == turn)


async def test_what_needs_a_key_a_list_or_leave_is_closed_from_the_start(house: House) -> None:
    _house._listing(house.studio)
    closed = {model.id for model in catalogue.MODELS.values() if not catalogue.is_open(model)}
    assert closed == house.studio.closed() > {"NanoBananaPro-8K", "flux-pro", "minimax-voice-clone"}
    assert {offer.model.id for offer in await house.studio.offers() if offer.why} == closed


async def test_what_owners_are_to_know_of_budgets_is_told_twice_a_minute(house: House) -> None:
    club = factories.community(native="1", platform="discord", rules={"day": 100})
    notice = ports.Notice(
        community=club.id,
        period="2026-01-02",
        share=80,
        at=NOON,
        used=80,
        budget=100,
        place=factories.place(platform="discord", channel="7", community="1"),
    )
    async with house.store.transaction() as rows:
        await rows.communities.add(club)
        await rows.communities.rule(club.id, club.rules)
        await rows.usage.owe(notice)
    clock = HeldClock()
    work = Chores(replace(house.world, clock=clock), listed=lambda *_: None, keep=timedelta(days=30))
    await work.start()
    await asyncio.sleep(0)  # every chore waits for its turn now
    clock.advance(NOTICES_EVERY_S / 2)
    await asyncio.sleep(0)
    assert house.delivery.told == []
    clock.advance(NOTICES_EVERY_S)
    await house.until(lambda: bool(house.delivery.told))
    await work.stop()
    assert [(line[0], line[1].share, line[2]) for line in house.delivery.told] == [("reached", 80, notice.place)]
