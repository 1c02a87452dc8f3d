"""Telegram from a command to its result, against a played Bot API server."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests import telegram_stage
from tests.engine_house import House, house
from tests.telegram_stage import BEN, Stage

__all__ = ["house"]


@pytest.fixture
async def stage(house: House, tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage whose app is at work."""
    async with telegram_stage.opened(house, tmp_path) as opened:
        await opened.start()
        yield opened


async def test_a_picture(stage: Stage) -> None:
    stage.say("/image a red fox <in> snow & ice")
    shown = await stage.shown("Here's your picture")
    await stage.idle()
    assert [m["kind"] for m in stage.messages()] == ["photo"]
    assert shown["message_id"] == stage.messages()[0]["message_id"]
    (job,) = await stage.jobs()
    assert stage.messages()[0]["text"] == f"Here's your picture.\n5 of your own used, 995 left · 1 s · {job.id}"
    assert stage.messages()[0]["buttons"][0][0]["callback_data"] == f"again:{job.id}"


FAULTS: dict[str, dict[str, Any]] = {
    "refused": {"status": 502, "html": True},
    "flood": {"status": 429, "retry_after": 1},
    "lost before": {"drop": True},
    "lost after": {"drop": True, "after": True},
    "cut off": {"truncate": True},
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("method", ["sendMessage", "editMessageText", "editMessageMedia", "getUpdates"])
async def test_faults_at_every_call(stage: Stage, method: str, fault: str) -> None:
    stage.served.fault(method=method, **FAULTS[fault])
    stage.say("/image a red fox")
    await stage.shown("Here's your picture.")
    await stage.idle()
    assert [m["kind"] for m in stage.messages() if "Here's" in m["text"]] == ["photo"]
    assert len(await stage.jobs()) == 1
    assert await stage.house.faults() == []


async def test_two_pictures_are_an_album(stage: Stage) -> None:
    stage.say("/image a red fox --count 2")
    await stage.shown("used")
    await stage.idle()
    assert [m["kind"] for m in stage.messages()] == ["text", "photo", "photo"]


async def test_chinese(stage: Stage) -> None:
    stage.say("/help", chat=BEN, user=BEN)
    await stage.until(lambda: BEN in stage.served.world.chats and stage.messages(BEN))
    assert "用文字画图，也可以加上图片。" in stage.texts(BEN)[0]
