"""Telegram from a command to its result, against a played Bot API server."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests import telegram_stage
from tests.engine_house import House, house
from tests.telegram_stage import MIA, Stage

__all__ = ["house"]


@pytest.fixture
async def stage(house: House, tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage whose app is at work."""
    async with telegram_stage.opened(house, tmp_path) as opened:
        await opened.start()
        yield opened


async def test_a_picture(stage: Stage) -> None:
    stage.say("/image a red fox <in> snow & ice")
    done = await stage.shown("Here's your picture")
    await stage.idle()
    assert [m["kind"] for m in stage.messages()] == ["photo"]
    assert done["message_id"] == stage.messages()[0]["message_id"]
    (job,) = await stage.jobs()
    assert stage.messages()[0]["text"] == f"Here's your picture.\n5 used, 995 left · 1 s · {job.id}"
    assert stage.messages()[0]["buttons"][0][0]["callback_data"] == f"again:{job.id}"


async def test_help(stage: Stage) -> None:
    stage.say("/help")
    await stage.shown("Three things to try")
    assert MIA
