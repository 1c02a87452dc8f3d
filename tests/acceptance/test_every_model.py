"""Every operation of every model of every provider, by every way, from the studio to what is delivered.

One bot, one simulator and all jobs at once, with few pictures a second: what options do is tried elsewhere.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import catalogue, money
from bot.jobs import JobState
from tests import factories
from tests.acceptance import combining
from tests.acceptance.works import CREDITS, Made, Works, open_works

FPS = 2  # of clips
AT_ONCE = 12  # jobs: more would wait for each other


@pytest.fixture
async def works(tmp_path: Path, database: Path) -> AsyncIterator[Works]:
    async with open_works(tmp_path, database, sketches=FPS, at_once=AT_ONCE) as opened:
        yield opened


async def made_by(works: Works, way: int) -> list[Made]:
    """What all models make by their nth route."""
    routed = {model.id: each[way] for model in catalogue.everything() if len(each := list(combining.ways(model))) > way}
    before = catalogue.everything()
    catalogue.arrange(routed.get(model.id, model) for model in before)
    try:
        return await works.make(
            [combining.least_of(model, cls) for model in routed.values() for cls in model.operations]
        )
    finally:
        catalogue.arrange(before)


@pytest.mark.timeout(600)
async def test_every_operation_of_every_model_is_delivered_by_every_way(works: Works) -> None:
    made: list[Made] = []
    for way in range(max(len(list(combining.ways(model))) for model in catalogue.everything())):
        made += await made_by(works, way)
    assert {name(one): trouble for one in made if (trouble := what_is_wrong(one))} == {}
    wanted = {
        (m.id, m.route, cls) for each in catalogue.everything() for m in combining.ways(each) for cls in m.operations
    }
    assert {(one.case.model.id, one.case.model.route, one.case.cls) for one in made} == wanted
    await check_books(works, made)


def name(made: Made) -> str:
    """What a job was, for whoever reads a failure."""
    model = made.case.model
    return " ".join(filter(None, (model.provider, model.id, made.case.cls.operation, model.route)))


def what_is_wrong(made: Made) -> str:
    """Why a job isn't what it should be; "" when it is."""
    if made.job.state is not JobState.DONE:
        return f"{made.job.state}: {[call.failure for call in made.calls if call.failure]}"
    kinds = {output.facts.kind for output in made.shown}
    if kinds != {made.case.cls.makes}:
        return f"made {kinds}"
    if not all(path.is_file() and path.stat().st_size for path in made.files):
        return f"files {made.files}"
    if [(receipt.held, receipt.used) for receipt in made.receipts] != [(made.job.price, made.job.charge)]:
        return f"receipts {made.receipts} of {made.job.price}, {made.job.charge}"
    if not 0 < (made.job.charge or 0) <= made.job.price:
        return f"charged {made.job.charge} of {made.job.price}"
    return ""


async def check_books(works: Works, made: list[Made]) -> None:
    """Nothing stays set aside, nothing is charged beside the jobs, nothing was sent twice."""
    async with works.store.reading() as rows:
        assert await rows.ledger.faults() == []
        assert await rows.ledger.balance(money.HELD) == 0
        assert await rows.ledger.balance(factories.ANNA) == CREDITS - sum(one.job.charge or 0 for one in made)
    assert len(works.simulator.submits()) == sum(len(one.calls) for one in made)
