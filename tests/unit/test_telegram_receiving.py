"""How updates reach the bot: polled or posted, kept first, answered once, whatever breaks in between."""

import asyncio
import functools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog.testing

from adapters.telegram import HOOK_PATH, Webhook, options
from adapters.telegram.turns import Turns
from bot import errors, ports
from bot.web.server import Hook, Server
from tests import media_files, telegram_stage
from tests.engine_house import House, house
from tests.scripted import FaultyStore
from tests.telegram_stage import MIA, SOON, Stage

__all__ = ["house"]

SECRET = "a-secret-of-ours_1"


@pytest.fixture
async def stage(house: House, tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage without an app."""
    async with telegram_stage.opened(house, tmp_path) as opened:
        yield opened


class Nothing:
    """Lends nothing."""

    def lent(self, token: str) -> ports.Lent | None:
        return None


@asynccontextmanager
async def posted_to(stage: Stage, **changes: Any) -> AsyncIterator[str]:
    """An app behind the bot's own web server; the hook's address."""
    hooks: dict[str, Hook] = {}
    server = Server(host="127.0.0.1", port=0, version="1", running=dict, lending=Nothing(), hooks=hooks)
    await server.start()
    try:
        app = stage.new_app(webhook=Webhook(public_url=server.url, secret=SECRET), **changes)
        assert app.hook is not None
        hooks[HOOK_PATH] = app.hook
        stage.app = app
        await app.start()
        stage.running = asyncio.create_task(app.run())
        yield f"{server.url}{HOOK_PATH}"
    finally:
        await stage.stop()
        await server.stop()


async def test_what_came_while_the_bot_was_away(stage: Stage) -> None:
    stage.say("/image a red fox")
    await stage.start()
    await stage.shown("Here's your picture.")


async def test_update_that_comes_twice(stage: Stage) -> None:
    await stage.start()
    said = stage.say("/image a red fox")
    helped = stage.say("/help")
    await stage.shown("Here's your picture.")
    await stage.idle()
    for update in (said, helped):
        stage.served.repeat(update_id=update["update_id"])
    await stage.idle()
    await stage.stop()
    for update in (said, helped):
        stage.served.repeat(update_id=update["update_id"])
    await stage.start()
    await stage.idle()
    assert (len(await stage.jobs()), len(stage.messages())) == (1, 2)


async def test_kill_before_the_answer(stage: Stage) -> None:
    await stage.start()
    stage.served.fault(method="sendMessage", hang_s=30.0)
    stage.say("/help")
    await stage.until(lambda: not stage.served.pending())
    await stage.kill()
    assert stage.messages() == []
    await stage.start()
    await stage.shown("Three things to try")


async def test_kill_before_the_answer_was_noted(stage: Stage) -> None:
    stage.say("/image a red fox")
    stage.say("/image a blue fox")
    await stage.start()
    await stage.shown("Here's your picture.", count=2)
    await stage.idle()
    before = stage.messages()
    await stage.stop()
    async with stage.house.store.transaction() as rows:
        await rows.inbox.sweep(datetime.max.replace(tzinfo=UTC))  # as if nothing had been answered
    for update in stage.served.requests(method="getUpdates"):
        for each in (update["answer"] or {}).get("result", []):
            stage.served.repeat(update_id=each["update_id"])
    await stage.start()
    await stage.idle()
    assert (len(await stage.jobs()), stage.messages()) == (2, before)


async def test_kill_in_the_middle_of_an_album(stage: Stage, tmp_path: Path) -> None:
    await stage.start(timing=replace(telegram_stage.SOON, gather_s=30.0, gather_most_s=60.0))
    pictures = [media_files.image(tmp_path / f"{n}.jpg", size=(100 + n, 90)).read_bytes() for n in range(2)]
    items: list[dict[str, Any]] = [{"kind": "photo", "data": data, "name": "a.jpg"} for data in pictures]
    items[0]["caption"] = "/image both of these as one"
    stage.served.album(user_id=MIA, chat_id=MIA, items=items)
    await stage.until(lambda: not stage.served.pending())
    await stage.kill()
    await stage.start()
    await stage.shown("Here's your picture.")
    await stage.idle()
    assert (len(await stage.jobs()), len(stage.files.taken)) == (1, 2)


async def test_storage_that_is_away(stage: Stage) -> None:
    broken = True
    store = FaultyStore(stage.house.store, broken=lambda: broken)
    real, stage.house.store = stage.house.store, store  # type: ignore[assignment]
    app = stage.new_app()
    stage.house.store = real
    with pytest.raises(errors.StorageFault):
        await app.start()
    broken = False
    await app.start()
    stage.app, stage.running = app, asyncio.create_task(app.run())
    broken = True
    stage.say("/help")
    with structlog.testing.capture_logs() as logged:
        await stage.until(lambda: any(entry["event"] == "updates can't be kept" for entry in logged))
    assert stage.served.pending()
    broken = False
    await stage.shown("Three things to try")


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 502, "html": True},
        {"status": 500},
        {"status": 429, "retry_after": 1},
        {"drop": True},
    ],
)
async def test_polling_goes_on(stage: Stage, fault: dict[str, Any]) -> None:
    stage.served.fault(method="getUpdates", times=1, **fault)
    await stage.start()
    stage.say("/help")
    await stage.shown("Three things to try")


async def test_another_poller_is_told_of_once_and_outlasted(stage: Stage) -> None:
    rival = {"status": 409, "description": "Conflict: terminated by other getUpdates request"}
    patient = replace(SOON, conflict_s=600.0)  # that grows up to ten minutes, but starts small
    stage.served.fault(method="getUpdates", times=4, **rival)
    with structlog.testing.capture_logs() as logged:
        await stage.start(timing=patient)
        stage.say("/help")
        await stage.shown("Three things to try")
    said = [entry["event"] for entry in logged if entry["event"] != "telegram"]
    assert said == [
        "another program takes this bot's updates: stop it, or give one of the two a bot of its own "
        "(@BotFather, TELEGRAM_TOKEN)",
        "Telegram hands out updates again",
    ]


async def test_token_that_is_revoked(stage: Stage) -> None:
    await stage.start()
    stage.served.fault(method="getUpdates", status=401, description="Unauthorized", times=5)
    stage.say("/help")
    stage.say("/help")
    assert stage.running is not None
    with pytest.raises(errors.OperatorError, match="TELEGRAM_TOKEN"):
        await asyncio.wait_for(stage.running, 10)
    stage.running = None


@pytest.mark.parametrize("token", ["123456:wrong-wrong-wrong-wrong-wrong", "", "no token at all"])
async def test_bad_token(stage: Stage, token: str) -> None:
    with pytest.raises(errors.OperatorError) as caught:
        await stage.start(token=token)
    assert "TELEGRAM_TOKEN" in str(caught.value)
    assert not token or token not in str(caught.value)


async def test_telegram_that_is_away(stage: Stage) -> None:
    with pytest.raises(errors.OperatorError, match=r"can't be reached at http://127.0.0.1:9"):
        await stage.start(api_url="http://127.0.0.1:9")
    stage.served.fault(method="getMe", times=2, status=502)
    await stage.start()


async def test_posted_updates(stage: Stage) -> None:
    async with posted_to(stage) as url:
        (set_up,) = stage.served.requests(method="setWebhook")
        assert set_up["parameters"]["url"] == url
        assert json.loads(set_up["parameters"]["allowed_updates"]) == list(options.UPDATES)
        stage.say("/image a red fox")
        await stage.shown("Here's your picture.")
        await stage.idle()
    await stage.start()  # polling again
    stage.say("/help")
    await stage.shown("Three things to try")


async def test_hook_refuses_strangers(stage: Stage) -> None:
    update = {"update_id": 1, "message": {}}
    async with posted_to(stage):
        assert stage.app is not None
        assert stage.app.hook is not None
        hook = stage.app.hook
        body = json.dumps(update).encode()
        right = {"x-telegram-bot-api-secret-token": SECRET}
        assert await hook({}, body) == 401
        assert await hook({"X-Telegram-Bot-Api-Secret-Token": SECRET[:-1]}, body) == 401
        assert await hook({"X-Telegram-Bot-Api-Secret-Token": "é"}, body) == 401
        async with stage.house.store.reading() as rows:
            assert await rows.inbox.waiting("telegram") == []
        for wrong in (b"", b"{", b"[]", b"1", b'{"update_id": "1"}', b'{"update_id": true}', b"\xff" * 9):
            assert await hook(right, wrong) == 400, wrong
        assert await hook(right, body) == 200
        await stage.idle_inbox()
        await stage.app.hush()
        assert await hook(right, body) == 503


async def test_updates_that_nobody_understands(stage: Stage) -> None:
    async with posted_to(stage):
        assert stage.app is not None
        assert stage.app.hook is not None
        right = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        odd = [
            {"update_id": 1},
            {"update_id": 2, "message": 7},
            {"update_id": 3, "message": {"message_id": 1, "date": 0, "chat": {"id": MIA, "type": "private"}}},
            {"update_id": 4, "callback_query": {}},
            {"update_id": 5, "something_new": {"a": 1}},
            {"update_id": 6, "channel_post": {"message_id": 1, "date": 0, "chat": {"id": -1001, "type": "channel"}}},
        ]
        for update in odd:
            assert await stage.app.hook(right, json.dumps(update).encode()) == 200
        await stage.idle_inbox()
        stage.say("/help")
        await stage.shown("Three things to try")


async def test_anonymous_admin(stage: Stage) -> None:
    chat = int(stage.served.supergroup(title="Pixel Club", creator_id=MIA)["id"])
    shown = {"id": chat, "type": "supergroup", "title": "Pixel Club"}
    robot = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    said = {"message_id": 900, "date": 0, "chat": shown, "from": robot, "sender_chat": shown, "text": "/credits"}
    async with posted_to(stage):
        assert stage.app is not None
        assert stage.app.hook is not None
        right = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        update = {"update_id": 77, "message": said}
        assert await stage.app.hook(right, json.dumps(update).encode()) == 200
        hint = await stage.shown("for your eyes only", chat=chat)
        assert hint["buttons"][0][0]["url"].endswith("?start=hello")
        robot_only = {k: v for k, v in said.items() if k != "sender_chat"} | {"text": "/help"}
        assert await stage.app.hook(right, json.dumps({"update_id": 78, "message": robot_only}).encode()) == 200
        await stage.idle_inbox()
        assert len(stage.messages(chat)) == 1


async def test_hush_lets_an_answer_finish(stage: Stage) -> None:
    await stage.start()
    stage.served.fault(method="sendMessage", hang_s=0.5)
    stage.say("/help")
    await stage.until(lambda: not stage.served.pending())
    assert stage.app is not None
    await stage.app.hush()
    assert "Three things to try" in stage.texts()[0]
    stage.say("/help")
    await stage.stop()
    assert len(stage.messages()) == 1


async def test_turns_are_bounded_and_in_order() -> None:
    turns = Turns(at_once=2, waiting=4)
    done: list[str] = []
    gate = asyncio.Event()

    async def work(name: str) -> None:
        await gate.wait()
        done.append(name)
        if name == "a1":
            raise ValueError("one update's trouble")

    full = []
    for name in ("a1", "a2", "b1", "c1"):
        turns.put(name[0], functools.partial(work, name))
        full.append(turns.is_full)
    assert full == [False, False, False, True]
    with structlog.testing.capture_logs() as logged:
        gate.set()
        async with asyncio.timeout(5):
            await turns.room()
        await turns.stop(grace_s=5)
    assert [name for name in done if name[0] == "a"] == ["a1", "a2"]
    assert sorted(done) == ["a1", "a2", "b1", "c1"]
    assert [entry["event"] for entry in logged] == ["an update could not be answered"]
