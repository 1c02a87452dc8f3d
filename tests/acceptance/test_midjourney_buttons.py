"""Midjourney's own buttons: kept with a result, and pressed from the studio to the picture that they make."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot import catalogue, jobs
from bot.catalogue.nexus import midjourney
from bot.jobs import JobState
from tests.acceptance.combining import Case
from tests.acceptance.works import Made, Works, open_works


@pytest.fixture
async def works(tmp_path: Path, database: Path) -> AsyncIterator[Works]:
    async with open_works(tmp_path, database, sketches=True) as opened:
        yield opened


async def make(works: Works, cls: type[midjourney.Task], said: dict[str, Any], *sources: str) -> Made:
    media = {"images": sources} if sources else {}
    (made,) = await works.make([Case(model=catalogue.find("midjourney"), cls=cls, said=said, media=media)])
    assert (made.job.state, made.job.charge, len(made.files)) == (JobState.DONE, 8, 1)
    return made


def buttons(made: Made) -> dict[str, jobs.Action]:
    """By what Midjourney calls them."""
    return {action.label: action for output in made.outputs for action in output.actions}


async def test_a_button_makes_a_picture_with_buttons_of_its_own(works: Works) -> None:
    sheet = await make(works, midjourney.Image, {"prompt": "a boat", "ratio": "16:9"}, "file", "sample")
    first = buttons(sheet)
    assert list(first) == [*(f"{letter}{n}" for letter in "UV" for n in range(1, 5)), "🔄"]
    larger = await make(works, midjourney.Action, {"task": first["U2"].task_id, "button": first["U2"].id})
    second = buttons(larger)
    assert list(second) == ["Vary (Subtle)", "Vary (Strong)"]
    assert {action.task_id for action in second.values()} == {larger.calls[0].task_id}
    varied = second["Vary (Strong)"]
    await make(works, midjourney.Action, {"task": varied.task_id, "button": varied.id})
    sent = [(submit.path, submit.operation) for submit in works.simulator.submits()]
    assert sent == [("/mj/submit/imagine", "image2image"), *[("/mj/submit/action", "action")] * 2]


async def test_a_button_that_its_task_lacks_costs_nothing(works: Works) -> None:
    said = {"task": "17", "button": "MJ::JOB::upsample::1::x"}
    case = Case(model=catalogue.find("midjourney"), cls=midjourney.Action, said=said, media={})
    (made,) = await works.make([case])
    assert made.job.state is JobState.FAILED
    assert made.job.failure is not None
    assert (made.job.failure.kind, made.files) == (jobs.FailureKind.PARAMETER, [])
    assert works.simulator.submits() == []
