"""The bot on Discord from its login to its end, its commands, and what its operator is told."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters import discord as adapter
from adapters.discord import checks, tree
from bot import errors
from bot.commands import commands
from tests import factories
from tests.discord_stage import HELLO, TEXTS, TOKEN, Stage, opened


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Mia, and a bot that is not connected yet."""
    async with opened(tmp_path) as stage:
        yield stage


# --- login and gateway


async def test_a_wrong_token_is_said_without_the_token(stage: Stage) -> None:
    app = stage.new_app(stage.core, stage.core, token="MTIz.secret.token")
    with pytest.raises(errors.OperatorError) as raised:
        await app.start()
    assert "DISCORD_TOKEN" in str(raised.value)
    assert "secret" not in repr(raised.value) + repr(raised.value.__cause__)
    assert TOKEN not in repr(stage.options())
    await app.stop()


async def test_a_discord_out_of_reach_is_said_with_its_address(stage: Stage) -> None:
    try:
        app = stage.new_app(stage.core, stage.core, api_url="http://127.0.0.1:9/api/v10")
        with pytest.raises(errors.OperatorError, match=r"can't be reached at http://127\.0\.0\.1:9/api/v10"):
            await app.start()
    finally:
        stage.new_app(stage.core, stage.core)


@pytest.mark.parametrize(("code", "words"), [(4004, "DISCORD_TOKEN"), (4014, "intents"), (4011, "servers")])
async def test_a_gateway_that_closes_for_good_ends_the_run(stage: Stage, code: int, words: str) -> None:
    async with stage.working():
        await stage.served.gateway_close(code)
        with pytest.raises(errors.OperatorError, match=words):
            async with asyncio.timeout(10):
                await stage.running


async def test_a_lost_connection_comes_back_with_no_traceback(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    async with stage.working():
        await stage.served.gateway_reconnect()
        await stage.shown(await stage.slash())
        await stage.served.gateway_refuse(1)
        await stage.served.gateway_drop()
        await stage.shown(await stage.slash())
        assert not stage.running.done()
    assert [record.levelname for record in caplog.records if "econnect in" in record.getMessage()] == ["WARNING"]
    assert [record for record in caplog.records if record.exc_info] == []


async def test_a_gateway_that_is_not_there_at_first_is_tried_again(stage: Stage) -> None:
    await stage.served.gateway_refuse(1)
    async with stage.working():
        (message,) = await stage.shown(await stage.slash())
        assert message.content == "Here's your picture."


async def test_results_are_posted_after_the_run_has_ended(stage: Stage) -> None:
    async with stage.working():
        stage.running.cancel()
        await asyncio.gather(stage.running, return_exceptions=True)
        dm = await stage.served.dm(stage.scene.mia)
        place = factories.place(platform="discord", channel=str(dm))
        assert await stage.app.platform.post(place, HELLO, language="en") is not None
        assert (await stage.served.gateway_state()).connected == 0
    await stage.app.stop()


async def test_no_privileged_intent_is_asked_for(stage: Stage) -> None:
    guilds, direct_messages = 1 << 0, 1 << 12  # by Discord's page "Gateway"
    assert stage.app.client.intents.value == guilds | direct_messages


# --- commands


async def test_commands_are_sent_when_they_are_new_and_not_again(stage: Stage) -> None:
    async with stage.working():
        assert await stage.served.command_writes() == 1
        assert {one["name"] for one in await stage.served.commands()} == {
            *commands(),
            "Use as reference",
            "Edit this",
            "Animate this",
        }
        await stage.restart()
        assert await stage.served.command_writes() == 1
        assert len(await stage.served.requests(contains="/commands")) == 2  # asked for and sent, at the first start
    assert await stage.served.refusals() == []


async def test_without_what_was_remembered_discords_own_list_is_compared(stage: Stage) -> None:
    async with stage.working():
        (remembered,) = (stage.root / "state").iterdir()
        remembered.unlink()
        await stage.restart()
        assert (await stage.served.command_writes(), remembered.is_file()) == (1, True)


async def test_other_commands_than_ours_are_replaced(stage: Stage) -> None:
    async with stage.working():
        (remembered,) = (stage.root / "state").iterdir()
        remembered.unlink()
        (await stage.served.commands())[0]["description"] = "Something else."
        await stage.restart()
        assert await stage.served.command_writes() == 2


async def test_a_discord_that_refuses_the_commands_does_not_keep_the_bot_away(stage: Stage) -> None:
    await stage.served.fault("status", method="PUT", path="/applications/*", status=400, code=30034)
    async with stage.working():
        assert not (stage.root / "state").exists()
        await stage.restart()
        assert await stage.served.command_writes() == 1


def test_every_command_is_there_in_both_languages_for_servers_and_people() -> None:
    made = {one["name"]: one for one in tree.tree(TEXTS)}
    image: dict[str, Any] = dict(made["image"])
    assert {name: image[name] for name in ("type", "name_localizations", "integration_types", "contexts")} == {
        "type": 1,
        "name_localizations": {"zh-CN": "画"},
        "integration_types": [0, 1],
        "contexts": [0, 1, 2],
    }
    options = {one["name"]: one for one in image["options"]}
    for one in (image, *image["options"]):
        assert set(one["name_localizations"]) == {"zh-CN"}  # typed, which takes an input method for Simplified signs
        assert one["description_localizations"]["zh-TW"] == one["description_localizations"]["zh-CN"]  # read
    assert (options["prompt"]["type"], options["prompt"]["required"], options["image"]["type"]) == (3, True, 11)
    assert (options["private"]["type"], options["model"]["autocomplete"]) == (5, True)
    assert made["Edit this"] == {
        "type": 3,
        "name": "Edit this",
        "name_localizations": {"zh-CN": "编辑", "zh-TW": "编辑"},
        "integration_types": [0, 1],
        "contexts": [0, 1, 2],
    }


# --- the operator's check


async def test_the_check_finds_a_bot_whose_commands_are_not_there_yet_and_then_that_all_is_well(stage: Stage) -> None:
    before = await adapter.findings(stage.options())
    async with stage.working():
        pass
    after = await adapter.findings(stage.options())
    assert [(one.name, one.ok) for one in before] == [
        ("token", True),
        ("intents", True),
        ("commands", False),
        ("invitation", True),
    ]
    assert all(one.cure and one.starts for one in before if not one.ok)
    assert after[2] == checks.Finding(name="commands", ok=True, what="Discord has all commands as they are.")
    assert await stage.served.command_writes() == 1


async def test_the_check_says_how_to_send_commands_that_were_taken_away(stage: Stage) -> None:
    async with stage.working():
        pass
    (await stage.served.commands()).pop()
    finding = (await adapter.findings(stage.options()))[2]
    (remembered,) = (stage.root / "state").iterdir()
    assert (finding.ok, finding.starts, str(remembered) in finding.cure) == (False, False, True)
    remembered.unlink()
    stage.app = stage.new_app(stage.core, stage.core)
    async with stage.working():
        assert (await adapter.findings(stage.options()))[2].ok


async def test_the_check_names_a_wrong_token_and_never_shows_it(stage: Stage) -> None:
    (finding,) = await adapter.findings(stage.options(token="MTIz.wrong.token"))
    assert (finding.name, finding.ok, "DISCORD_TOKEN" in finding.what) == ("token", False, True)
    assert "wrong.token" not in repr(finding)


# --- logs


async def test_no_token_reaches_the_logs(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with stage.working():
        stage.core.gate = asyncio.Event()
        id = await stage.slash()
        await stage.served.answered(id)
        stage.core.gate.set()
        await stage.shown(id)
    token = stage.served.world.interactions[id].token
    assert [line for line in caplog.messages if TOKEN in line or token in line] == []
