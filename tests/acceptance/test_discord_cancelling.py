"""Mia cancels on Discord: the job's own message says so, from wherever she does it, and no progress undoes that."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.discord_desk import Desk, opened
from tests.discord_server.messages import Seen
from tests.engine_house import House, house

__all__ = ["house"]

ASKED = "> a red fox · Nano Banana 2 · 1K\n"


@pytest.fixture
async def desk(house: House, tmp_path: Path) -> AsyncIterator[Desk]:
    """Mia, and a bot that makes one thing at a time."""
    house.limits = house.limits_with(member_running=1)
    async with opened(house, tmp_path) as desk:
        yield desk
        go_on(desk).set()
        await house.settled()
        assert await desk.stage.served.refusals() == []
        async with house.store.reading() as rows:
            assert list(await rows.ledger.faults()) == []


async def begun(desk: Desk, **form: Any) -> tuple[Seen, Seen]:
    """Mia's messages about a job that is being made, and one that waits for it."""
    desk.house.provider.gate = asyncio.Event()
    said = {"prompt": "a red fox", **form}
    first = await desk.stage.slash("image", said)
    await desk.stage.shown(first)
    (running,) = desk.stage.served.world.interactions[first].posted
    words = desk.stage.served.world.messages[running]
    await desk.stage.until(lambda: "Painting" in words.content and desk.house.provider.sent)
    (waiting,) = await desk.stage.shown(await desk.stage.slash("image", said))
    return await desk.stage.served.message(running), waiting


def job_of(message: Seen) -> str:
    """The job that a message with one button tells of."""
    (button,) = message.buttons
    return button.custom_id.split(":")[1]


def free(job: str) -> str:
    return f"{ASKED}`{job}` is cancelled: 5 credits returned, nothing used."


def hidden(job: str) -> str:
    return (
        f"{ASKED}`{job}` is already being made, and no provider takes that back. I'll stop showing it; it may still "
        f"use up to 5 credits, and `/jobs show {job}` brings up the result."
    )


async def shown(desk: Desk) -> list[tuple[str, int]]:
    """What Mia sees: words, and how many buttons."""
    return [(one.content, len(one.buttons)) for one in await desk.stage.read()]


@pytest.mark.parametrize("private", [False, True])
async def test_by_its_button(desk: Desk, private: bool) -> None:
    running, waiting = await begun(desk, private=private)
    for message in (waiting, running):
        (button,) = message.buttons
        pressed = await desk.stage.served.press(desk.stage.scene.mia, message.id, button.custom_id)
        await desk.stage.served.answered(pressed)
    said = [(hidden(job_of(running)), 0), (free(job_of(waiting)), 0)]
    assert await shown(desk) == said
    go_on(desk).set()
    await desk.house.settled()
    assert await shown(desk) == said  # what came of it is in /jobs
    assert len(await desk.stage.served.requests(method="PATCH")) == 1  # nothing is said twice


async def test_by_a_command(desk: Desk) -> None:
    messages = await begun(desk)
    for message in messages:
        await desk.stage.shown(await desk.stage.slash("jobs", {"job": job_of(message), "action": "cancel"}))
    running, waiting = (job_of(message) for message in messages)
    said = [(hidden(running), 0), (free(waiting), 0)]
    await desk.stage.until(lambda: free(waiting) in contents(desk, messages[1]))
    assert await shown(desk) == [*said, *said]
    assert [one.ephemeral for one in await desk.stage.read()] == [False, False, True, True]


async def test_from_the_list(desk: Desk) -> None:
    running, waiting = await begun(desk)
    (listed,) = await desk.stage.shown(await desk.stage.slash("jobs", {}))
    (button,) = listed.buttons
    assert button.label == f"Cancel {job_of(waiting)}, free"
    await desk.stage.served.press(desk.stage.scene.mia, listed.id, button.custom_id)
    await desk.stage.until(lambda: free(job_of(waiting)) in contents(desk, waiting))
    assert await shown(desk) == [(running.content, 1), (free(job_of(waiting)), 0), (free(job_of(waiting)), 0)]


def contents(desk: Desk, message: Seen) -> str:
    """What a message says now."""
    return desk.stage.served.world.messages[message.id].content


async def test_while_progress_is_on_its_way(desk: Desk) -> None:
    """What says that it's being made reaches Discord late; what was cancelled meanwhile stays cancelled."""
    running, waiting = await begun(desk)
    served, path = desk.stage.served, f"/webhooks/*/{waiting.id}"
    await served.fault("late", method="PATCH", path=path, delay_s=0.5)
    held = go_on(desk)
    await desk.stage.until(lambda: any(one.scripted == "late" for one in served.world.record.requests))
    await served.press(desk.stage.scene.mia, waiting.id, f"cancel:{job_of(waiting)}")
    await desk.stage.until(lambda: "is cancelled" in contents(desk, waiting))
    held.set()
    await desk.house.settled()
    assert contents(desk, waiting) == free(job_of(waiting))
    (late,) = (one for one in served.world.record.requests if one.scripted == "late")
    assert (late.status, late.answer["content"].startswith(f"{ASKED}Painting …")) == (200, True)
    assert "Mia, here" in contents(desk, running)


def go_on(desk: Desk) -> asyncio.Event:
    """Let the provider answer what it has; what comes next waits for the event."""
    before, desk.house.provider.gate = desk.house.provider.gate, asyncio.Event()
    assert before is not None
    before.set()
    return desk.house.provider.gate
