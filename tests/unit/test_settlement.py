"""Settlement: what is really produced is what is charged, at a community's prices, and never above the hold."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import catalogue, jobs, media, requests
from bot.catalogue import _spec
from bot.credits import settlement
from bot.credits.rules import Rules
from bot.engine.limits import Communities
from bot.jobs import JobState
from bot.media import MediaKind
from bot.ports import Inline, Status, Submitted, TaskState
from bot.studio import Accepted
from tests import factories
from tests.acceptance import combining
from tests.engine_house import House, house
from tests.made_up import shelf
from tests.scripted import done, failed

__all__ = ["house", "shelf"]

OPERATIONS = [(way, cls) for model in catalogue.everything() for way in combining.ways(model) for cls in way.operations]
MIME = {
    MediaKind.IMAGE: "image/png",
    MediaKind.VIDEO: "video/mp4",
    MediaKind.AUDIO: "audio/mpeg",
    MediaKind.TEXT: "text/plain",
}


def options(model: catalogue.Model, cls: type[catalogue.Options], **said: Any) -> catalogue.Options:
    case = combining.least_of(model, cls)
    return replace(case, said={**case.said, **said}).prepare()


def most(cls: type[catalogue.Options], name: str) -> int:
    """The most that may be said of it; 0 where there is no choice."""
    if (info := cls.model_fields.get(name)) is None or name in cls.measured():
        return 0
    return max([each for each in _spec.values_of(info) if isinstance(each, int)], default=0) or int(
        _spec.bounds_of(info).high or 0
    )


def made(step: int, kind: MediaKind, seconds: float) -> jobs.Output:
    """One file of that length."""
    sized = {"width": 1280, "height": 720} if kind in {MediaKind.IMAGE, MediaKind.VIDEO} else {}
    lasts = {"duration_s": seconds} if kind in {MediaKind.AUDIO, MediaKind.VIDEO} else {}
    facts = media.Facts.model_validate({"kind": kind, "mime": MIME[kind], "size_bytes": 2048, **sized, **lasts})
    return factories.output(step=step, facts=facts)


def produced(asked: catalogue.Options, model: str, *, seconds: float, files: int = 99) -> _spec.Produced:
    """A file of each call whose result is shown, at most so many."""
    shown = [(number, step.kind) for number, step in enumerate(asked.steps(model)) if step.shown]
    return {number: (made(number, kind, seconds),) for number, kind in shown[:files]}


@pytest.mark.parametrize("percent", [100, 150])
def test_one_of_many_costs_no_more_than_one(percent: int) -> None:
    """For every model of which several are made at once."""
    tried = 0
    for model, cls in OPERATIONS:
        if most(cls, "count") > 1:
            asked, alone = (options(model, cls, count=count) for count in (most(cls, "count"), 1))
            price = settlement.price(asked, rate=model.rate, percent=percent)
            one = produced(asked, model.id, seconds=5, files=1)
            charge = settlement.charge(asked, rate=model.rate, produced=one, price=price, percent=percent)
            assert 0 < charge <= settlement.price(alone, rate=model.rate, percent=percent) < price, model.id
            tried += 1
    assert tried > 20


def test_a_clip_is_charged_by_the_seconds_that_it_has() -> None:
    """For every model whose clips may be of several lengths; a longer file than was asked for costs nothing more."""
    tried = 0
    for model, cls in OPERATIONS:
        if (longest := most(cls, "duration")) > 1:
            asked = options(model, cls, duration=longest)
            price = settlement.price(asked, rate=model.rate, percent=100)
            charges = [
                settlement.charge(
                    asked, rate=model.rate, produced=produced(asked, model.id, seconds=s), price=price, percent=100
                )
                for s in (longest / 3, longest, longest * 3)
            ]
            assert 0 < charges[0] <= charges[1] == charges[2] <= price, model.id
            tried += charges[0] < price
    assert tried > 20


@given(
    quote=st.integers(min_value=1, max_value=5000),
    share=st.floats(min_value=0, max_value=3),
    percent=st.integers(min_value=1, max_value=1000),
)
def test_no_price_and_no_share_charges_more_than_the_hold(quote: int, share: float, percent: int) -> None:
    """Whatever a community charges: nothing for nothing, all for all, and more never comes cheaper than less."""
    asked, rate, price = _Some(units_asked=quote), _spec.Flat(1), settlement.priced(quote, percent=percent)
    charges = [
        settlement.charge(asked, rate=rate, produced=_so_many(each), price=price, percent=percent)
        for each in (0, int(quote * share), quote, 3 * quote)
    ]
    assert (charges[0], charges[2], charges[3]) == (0, price, price)
    assert 0 <= charges[1] <= price
    assert price >= 1


class _Some(_spec.Options):
    """An operation that is charged by the bytes that came."""

    operation = "text-to-image"
    makes = MediaKind.IMAGE
    units_asked: int

    def units(self) -> float:
        return self.units_asked

    def used(self, outputs: tuple[jobs.Output, ...]) -> float:
        return sum(output.facts.size_bytes for output in outputs)


def _so_many(bytes_: int) -> _spec.Produced:
    return {0: (factories.output(facts=factories.facts(size_bytes=bytes_)),)} if bytes_ else {}


# --- through the engine, at 150 % ----------------------------------------------------------------------------------

CLIP = media.Facts(kind=MediaKind.VIDEO, mime="video/mp4", size_bytes=9, duration_s=3.2, width=1280, height=720)


@pytest.fixture
async def dear(house: House) -> House:
    """A house where communities charge half as much again, from their members' own credits."""
    house.communities = Communities(rules=Rules(saved=0, percent=150), pool=0)
    await house.restart()
    return house


async def submitted(house: House, request: requests.Request) -> jobs.Job:
    """A job of Anna's in a group."""
    community = await house.studio.community(
        requests.CommunitySeen(platform="telegram", native="-1", title="Pixel Club")
    )
    place = factories.place(platform="telegram", channel="-1", community="-1")
    accepted = await house.studio.submit(request, asked=replace(house.asked(), place=place, community=community))
    assert isinstance(accepted, Accepted)
    return accepted.job


async def settled(house: House, request: requests.Request) -> tuple[int, int | None, int]:
    """What was set aside, what was charged, and what Anna has then."""
    job = await submitted(house, request)
    await house.settled()
    assert await house.faults() == []
    return job.price, (await house.job(job.id)).charge, await house.balance()


async def test_pictures_that_did_not_come_are_returned(dear: House) -> None:
    answers = [done("http://a/0"), failed(), failed()]
    dear.provider.tasks = {f"task-{n}": [answer] for n, answer in enumerate(answers, start=1)}
    assert await settled(dear, dear.request("NanoBanana2-1K", count=3)) == (23, 8, 92)


async def test_seconds_are_read_from_the_file(dear: House) -> None:
    dear.files.answers = [CLIP]
    price, charge, left = await settled(dear, dear.request("grok-imagine", duration=6))
    assert (price, charge, left) == (54, 27, 73)


@pytest.mark.usefixtures("shelf")
async def test_tokens_are_the_providers_own(dear: House) -> None:
    status = Status(
        state=TaskState.SUCCEEDED,
        outputs=((Inline(content=b"a fox"),),),
        usage=jobs.Usage(total_tokens=3000),
    )
    dear.provider.submits = [Submitted(status=status)]
    price, charge, left = await settled(dear, dear.request("made-up-chat"))
    assert (price, charge, left) == (30, 9, 91)


async def test_a_job_that_is_no_longer_shown_costs_only_what_came(dear: House) -> None:
    """Its member stopped it after it was sent: kept and charged, unless its provider says that nothing came of it."""
    for sent, (end, state, left) in enumerate(
        ((done("http://a/0"), JobState.DONE, 92), (failed(), JobState.FAILED, 92)), start=1
    ):
        dear.provider.polls, dear.provider.gate = [end], asyncio.Event()
        job = await submitted(dear, dear.request("NanoBanana2-1K"))
        await dear.until(lambda sent=sent: len(dear.provider.sent) == sent)  # type: ignore[misc]
        assert not (await dear.studio.cancel(job.id, asked=dear.asked())).free
        dear.provider.gate.set()
        await dear.settled()
        assert ((await dear.job(job.id)).state, await dear.balance()) == (state, left)
    assert await dear.faults() == []
