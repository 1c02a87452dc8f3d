"""The bot is told to stop: while it starts, and once more while it puts things down."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance import chat_house
from tests.acceptance.chat_house import ChatHouse
from tests.acceptance.house import House

PIPED = {"CONSOLE": "yes"}


def has_its_folder(house: ChatHouse) -> bool:
    """Right after its first line of work."""
    return house.database.parent.exists()


def has_its_database(house: ChatHouse) -> bool:
    """In the middle of it."""
    return "database" in house.log


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("module", ["errno", "typer", "bot.cli.main", "discord", "bot.app"])
def test_it_can_be_stopped_while_it_is_loaded(tmp_path: Path, module: str, name: signal.Signals) -> None:
    """The first of these is there about 20 ms after the process; importtime says each as soon as it is loaded."""
    command = [sys.executable, "-X", "importtime", "-m", "bot", "run"]
    house = House(folder=tmp_path)
    with subprocess.Popen(
        command, cwd=tmp_path, env=house.environment(), stderr=subprocess.PIPE, encoding="utf-8"
    ) as bot:
        assert bot.stderr is not None
        try:
            assert any(line.rpartition("|")[2].strip() == module for line in bot.stderr)
            bot.send_signal(name)
            assert "Traceback" not in bot.communicate(timeout=chat_house.END_S)[1]
            assert bot.returncode == 0
        finally:
            bot.kill()
    assert list(tmp_path.iterdir()) == []  # it had nothing to put down yet


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
