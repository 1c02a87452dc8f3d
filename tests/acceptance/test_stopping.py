"""The bot is told to stop: while it starts, and once more while it puts things down."""

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance import chat_house
from tests.acceptance.chat_house import ChatHouse

PIPED = {"CONSOLE": "yes"}


def has_its_folder(house: ChatHouse) -> bool:
    """Right after its first line of work."""
    return house.database.parent.exists()


def has_its_database(house: ChatHouse) -> bool:
    """In the middle of it."""
    return "database" in house.log


@pytest.mark.parametrize("moment", [has_its_folder, has_its_database], ids=lambda moment: moment.__name__)
async def test_a_start_can_be_stopped(tmp_path: Path, moment: Callable[[ChatHouse], bool]) -> None:
    async with chat_house.opened(tmp_path, PIPED, embedded=True) as house:
        await house.start()
        await house.until(lambda: moment(house))
        assert await house.stop() == 0
        assert "Traceback" not in house.log
        await house.start(ready="swept")  # nothing of the first is in its way
        assert await house.stop() == 0


async def test_a_second_signal_waits_for_nothing(tmp_path: Path) -> None:
    async with chat_house.opened(tmp_path, PIPED) as house:
        assert house.provider is not None
        await house.provider.fault("timeout", delay_s=60, match={"method": "POST"})
        await house.start()
        assert house.process is not None
        assert house.process.stdin is not None
        house.process.stdin.write(b"/image a fox --model NanoBanana2-1K\n")
        await house.until(house.provider.prompts)
        house.process.send_signal(signal.SIGTERM)
        await house.until(lambda: "goes on" in house.log)
        assert await house.stop(within_s=5.0) == -signal.SIGTERM
        (job,) = await house.jobs()
        assert not job.state.ended
