"""The bot that is photographed: a process with a played provider beside it; dear requests are asked about."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from tests.acceptance import chat_house
from tests.acceptance.chat_house import ChatHouse

SETTINGS = {
    "COMMUNITY_POOL": "5000",
    "HOUSE_POOL": "5000",
    "COMMUNITY_FIRST_DAY": "400",
    "COMMUNITY_SAVED": "400",
    "COMMUNITY_ASK_ABOVE": "50",
    "COMMUNITY_PER_REQUEST": "60",
    "COMMUNITY_AT_ONCE": "0",
    "COMMUNITY_CLIPS_AT_ONCE": "0",
    "COMMUNITY_ALL_AT_ONCE": "0",
    "COMMUNITY_COOLDOWN_S": "0",
    "COMMUNITY_DAY": "0",
    "COMMUNITY_MONTH": "0",
    "LIMIT_MEMBER_RUNNING": "3",
}
POOR = {"COMMUNITY_FIRST_DAY": "12", "COMMUNITY_SAVED": "60", "COMMUNITY_MEMBER_HOURS": "24"}


CALM_S = 90.0  # for the slowest of what was begun


@asynccontextmanager
async def opened(folder: Path, settings: dict[str, str]) -> AsyncIterator[ChatHouse]:
    """A house whose bot is not started yet; its provider works as fast as its figures say."""
    async with chat_house.opened(folder, {**SETTINGS, **settings}, speed=1.0) as house:
        yield house


async def fault(house: ChatHouse, name: str, *, model: str, **more: object) -> None:
    """Let the next request to a model go wrong, without a word of it in the prompt."""
    assert house.provider is not None
    await house.provider.fault(name, match={"model": model}, **more)


async def calm(house: ChatHouse) -> None:
    """Wait until nothing is being made, and let nothing more go wrong."""
    assert house.provider is not None
    await house.provider.clear_faults()
    await house.settled(timeout_s=CALM_S)


async def portrait(house: ChatHouse) -> bytes:
    """The provider's own sample of a face."""
    assert house.provider is not None
    async with httpx.AsyncClient(base_url=house.provider.url) as client:
        return (await client.get("/samples/portrait.png")).raise_for_status().content
