"""Mia on Discord: what she types, taps and right-clicks is answered, with the real library against a played Discord."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.discord_desk import DiscordDesk, opened
from tests.engine_house import House, house

__all__ = ["house"]


@pytest.fixture
async def desk(house: House, tmp_path: Path) -> AsyncIterator[DiscordDesk]:
    """Mia, and a bot at work."""
    async with opened(house, tmp_path) as desk, desk.working():
        yield desk


async def test_a_picture_is_asked_for_and_shown_in_one_message(desk: DiscordDesk) -> None:
    interaction = await desk.slash("image", {"prompt": "a red fox in snow"})
    await desk.seen(interaction)
    job = await desk.job()
    (message,) = await desk.messages()
    assert message.content == f"Mia, here it is.\n5 used, 95 left · 1 s · `{job.id}`"
    assert [file.name for file in message.files] == [f"{job.id}.bin"]
    assert await desk.served.refusals() == []
