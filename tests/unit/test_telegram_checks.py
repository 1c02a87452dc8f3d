"""Menus and what an operator is told of the bot's standing with Telegram."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.telegram import Finding, Webhook, checks
from bot.commands import commands
from tests import telegram_stage
from tests.engine_house import House, house
from tests.telegram_stage import BEN, MIA, Stage

__all__ = ["house"]


@pytest.fixture
async def stage(house: House, tmp_path: Path) -> AsyncIterator[Stage]:
    async with telegram_stage.opened(house, tmp_path) as opened:
        yield opened


async def test_menus(stage: Stage) -> None:
    await stage.start()
    mine = stage.served.menu(user_id=MIA, chat_id=MIA)
    assert [entry["command"] for entry in mine] == [
        name for name, command in commands().items() if not command.stewards
    ]
    stage.served.private(user_id=BEN)
    assert stage.served.menu(user_id=BEN, chat_id=BEN)[0]["description"].startswith("用文字画图")
    group = stage.served.supergroup(title="Pixel Club", creator_id=MIA)["id"]
    assert "settings" not in [entry["command"] for entry in stage.served.menu(user_id=MIA, chat_id=group)]
    theirs = {name for name, command in commands().items() if command.stewards}
    for user, shown in ((MIA, theirs), (BEN, set())):  # Mia made the group
        stage.served.join(chat_id=group, user_id=user, status="creator" if user == MIA else "member")
        assert theirs & {one["command"] for one in stage.served.menu(user_id=user, chat_id=group)} == shown
    assert len(stage.served.requests(method="setMyCommands")) == 8
    await stage.stop()
    await stage.start()
    assert len(stage.served.requests(method="setMyCommands")) == 8


async def test_a_menu_is_a_comfort(stage: Stage) -> None:
    stage.served.fault(method="setMyCommands", times=9, status=500)
    await stage.start()
    stage.say("/help")
    await stage.shown("Three things to try")


async def test_findings(stage: Stage) -> None:
    before = await checks.findings(stage.options)
    assert [(f.name, f.ok) for f in before] == [("token", True), ("updates", True), ("menus", False)]
    await stage.start()
    after = await checks.findings(stage.options)
    assert after == (
        Finding(name="token", ok=True, what="@atelier_bot"),
        Finding(name="updates", ok=True, what="polling, 0 waiting"),
        Finding(name="menus", ok=True, what="command menus are up to date"),
    )
    posted = replace(stage.options, webhook=Webhook(public_url="https://studio.example", secret="s"))
    (_, updates, _) = await checks.findings(posted)
    assert (updates.ok, updates.cure) == (False, "Start the bot: it sets this itself.")


async def test_findings_without_a_token(stage: Stage) -> None:
    (found,) = await checks.findings(replace(stage.options, token="123456:wrong-wrong-wrong-wrong"))
    assert (found.name, found.ok, "TELEGRAM_TOKEN" in found.cure) == ("token", False, True)
    assert "wrong-wrong" not in repr(found)
    (found,) = await checks.findings(replace(stage.options, token=""))
    assert not found.ok
