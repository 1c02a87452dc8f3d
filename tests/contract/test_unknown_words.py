"""Status words that no page lists: the task is asked after again, and the word is logged once."""

from collections.abc import Callable
from typing import Any

import pytest

from bot import ports
from bot.ports import TaskState
from bot.providers.llmage import Llmage
from bot.providers.nexus import Nexus
from bot.providers.pxz import Pxz
from bot.providers.uniall import Uniall
from tests.contract.playing import Played

PROVIDERS = (Uniall, Llmage, Nexus, Pxz)


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
async def test_an_unknown_word_keeps_polling_and_is_logged_once(
    provider: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    async with Played({"id": "t", "status": "pondering"}).served(provider) as opened:
        states = [await opened.poll("/tasks/{task_id}", "t") for _ in range(3)]
    assert states == [ports.Status(state=TaskState.RUNNING)] * 3
    logged = capsys.readouterr()
    assert (logged.out + logged.err).count("pondering") == 1
