"""Telegram refuses, stumbles and breaks off, at every method that the bot uses: results arrive all the same."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from bot import requests
from bot.jobs import Job, JobState
from tests import media_files
from tests.acceptance import telegram_house
from tests.acceptance.telegram_house import Message, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

TROUBLES: dict[str, dict[str, Any]] = {
    "400": {"status": 400},
    "403": {"status": 403},
    "404": {"status": 404, "description": "Not Found"},
    "409": {"status": 409, "description": "Conflict: terminated by other getUpdates request"},
    "413": {"status": 413, "description": "Request Entity Too Large"},
    "429": {"status": 429, "retry_after": 1},
    "500": {"status": 500},
    "502 page": {"status": 502, "html": True},
    "dropped": {"drop": True},
    "lost": {"after": True},
}
SAYING = ("sendMessage", "editMessageMedia", "sendMediaGroup", "editMessageText")
HEARING = ("getUpdates", "getFile", "download", "answerCallbackQuery")
_numbers = itertools.count(1)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for all that follows; each test has people of its own."""
    async with telegram_house.opened(tmp_path_factory.mktemp("trouble")) as opened:
        await opened.start()
        yield opened
        opened.house.check_log()


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A photo."""
    return media_files.image(tmp_path_factory.mktemp("media") / "a.png", size=(640, 480)).read_bytes()


async def _asked(stage: Stage, user: int, method: str, picture: bytes) -> None:
    """Ask for something that needs the method."""
    words = f"trouble {next(_numbers)}"
    match method:
        case "sendMediaGroup":
            await stage.say(user, f"/image {words} --count 2 --model gpt-image-2")
        case "getFile" | "download":
            await stage.send(user, "photo", picture, caption=f"/edit {words}")
        case "editMessageText":
            await stage.say(user, f"/image [sim:fail] {words}")
        case "answerCallbackQuery":
            offer = await stage.answer(user, await stage.say(user, f"a lantern of {words}"))
            await stage.press(user, offer, "start")
        case _:
            await stage.say(user, f"/image {words}")


async def _jobs(stage: Stage, user: int) -> list[Job]:
    """The person's jobs."""
    account = await _account(stage, user)
    return [job for job in await stage.house.jobs() if job.account == account]


async def _account(stage: Stage, user: int) -> Any:
    async with stage.house.reading() as rows:
        account = await rows.accounts.of(requests.Person(platform="telegram", user=str(user), name="Mia"))
    return account.id if account else None


async def _ended(stage: Stage, user: int, *, timeout_s: float = 30.0) -> list[Any]:
    """Wait until the person's requests have come to their end."""

    async def over() -> Any:
        if await stage.act("pending"):
            return None
        async with stage.house.reading() as rows:
            if list(await rows.inbox.waiting("telegram")) or list(await rows.jobs.untold()):
                return None
        found = await _jobs(stage, user)
        return [found] if all(job.state.ended for job in found) else None

    (found,) = await stage.house.true(over, timeout_s=timeout_s)
    return list(found)


async def test_every_method_of_a_chat_in_every_trouble(stage: Stage, picture: bytes) -> None:
    await _all_in_trouble(stage, picture, times=1)


@pytest.mark.parametrize("trouble", ["404", "lost"])
async def test_hearing_in_trouble(stage: Stage, picture: bytes, trouble: str) -> None:
    await _hearing_in_trouble(stage, picture, trouble, times=1)


@pytest.mark.chaos
@pytest.mark.parametrize("times", [2, 3])
async def test_every_method_of_a_chat_in_long_trouble(stage: Stage, picture: bytes, times: int) -> None:
    await _all_in_trouble(stage, picture, times=times)


@pytest.mark.chaos
@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("trouble", TROUBLES)
async def test_hearing_in_every_trouble(stage: Stage, picture: bytes, trouble: str, times: int) -> None:
    await _hearing_in_trouble(stage, picture, trouble, times=times)


async def _all_in_trouble(stage: Stage, picture: bytes, *, times: int) -> None:
    """All methods in all troubles at once: only their own chat is in trouble."""

    async def begun(method: str, trouble: str) -> tuple[str, str, int]:
        mia = await stage.person()
        await stage.act("fault", method=method, chat_id=mia, times=times, **TROUBLES[trouble])
        await _asked(stage, mia, method, picture)
        return method, trouble, mia

    cases = await asyncio.gather(*(begun(*case) for case in itertools.product(SAYING, TROUBLES)))
    for _, _, mia in cases:
        await _ended(stage, mia)
    await stage.act("clear_faults")
    await asyncio.gather(*(_check(stage, *case) for case in cases))
    await stage.quiet()
    await stage.house.check_books()


async def _hearing_in_trouble(stage: Stage, picture: bytes, trouble: str, *, times: int) -> None:
    """Methods that name no chat, one after the other."""
    for method in HEARING:
        mia = await stage.person()
        await stage.act("fault", method=method, times=times, **TROUBLES[trouble])
        await _asked(stage, mia, method, picture)
        await _ended(stage, mia)
        await stage.act("clear_faults")
        await _check(stage, method, trouble, mia)


async def _check(stage: Stage, method: str, trouble: str, user: int) -> None:
    """The result is there, or can be had by /jobs."""
    jobs = await _jobs(stage, user)
    seen = await stage.messages(user)
    told = f"{method} {trouble}: {[telegram_house.plain(m) for m in seen]}"
    if not jobs:  # the member's picture could not be fetched, and that is said
        assert method in {"getFile", "download"}, told
        assert len(seen) == 1, told
        return
    (job,) = jobs
    assert job.state is (JobState.FAILED if method == "editMessageText" else JobState.DONE), told
    assert len([m for m in seen if m["media"] and not m["media_group_id"]]) <= 1, told
    before = await stage.say(user, f"show {job.id}")
    shown: list[Message] = await stage.seen(
        user, lambda found: found if _whole(found, job) else None, after=before, timeout_s=30
    )
    assert any(job.id in m["text"] for m in shown), told


def _whole(found: list[Message], job: Any) -> bool:
    return bool(found) and (job.state is JobState.FAILED or any(m["media"] for m in found))
