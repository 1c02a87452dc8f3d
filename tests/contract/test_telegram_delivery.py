"""The Telegram server of the tests: updates by polling and webhook, faults, the record, and a process of its own."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import telegram
from aiohttp import web
from telegram import error

from tests import media_files, telegram_server
from tests.telegram_server import Fault, limits, remote, spec

ANN, BEN = 42, 43
SECONDS = pytest.mark.filterwarnings("ignore:.*`retry_after` will be")  # the client warns as it makes its RetryAfter


@contextlib.asynccontextmanager
async def connected(**options: Any) -> AsyncIterator[tuple[telegram_server.Served, telegram.Bot]]:
    """A server with two private chats, and the real client."""
    async with telegram_server.serve(telegram_server.Options(**options)) as server:
        for number, name in ((ANN, "Ann"), (BEN, "Ben")):
            server.create_user(first_name=name, id=number)
            server.private(user_id=number)
        async with telegram.Bot(server.token, base_url=server.base_url, base_file_url=server.base_file_url) as bot:
            yield server, bot


def texts_of(updates: tuple[telegram.Update, ...]) -> list[str | None]:
    return [update.message.text for update in updates if update.message]


def seen(served: telegram_server.Served) -> list[str]:
    return served.seen(chat_id=ANN)


async def test_updates_wait_until_they_are_confirmed() -> None:
    async with connected() as (served, bot):
        said = [served.say(user_id=ANN, chat_id=ANN, text=text)["update_id"] for text in ("one", "two")]
        assert texts_of(await bot.get_updates()) == ["one", "two"]
        assert texts_of(await bot.get_updates(limit=1)) == ["one"]
        assert texts_of(await bot.get_updates(offset=said[1])) == ["two"]
        assert await bot.get_updates(offset=said[1] + 1, timeout=0) == ()
        served.repeat(update_id=said[0])
        assert texts_of(await bot.get_updates(offset=said[1] + 1)) == ["one"]
        assert served.pending() == []


async def test_long_poll_ends_with_the_update() -> None:
    async with connected() as (served, bot):
        poll = asyncio.create_task(bot.get_updates(timeout=20))
        await served.until(lambda: served.world.updates.polled)
        served.say(user_id=ANN, chat_id=ANN, text="now")
        async with asyncio.timeout(5):
            assert texts_of(await poll) == ["now"]


async def test_only_wanted_updates_come() -> None:
    async with connected() as (served, bot):
        await bot.get_updates(allowed_updates=["message"], timeout=0)
        served.block(user_id=ANN)
        served.unblock(user_id=ANN)
        served.say(user_id=ANN, chat_id=ANN, text="hi")
        assert texts_of(await bot.get_updates()) == ["hi"]


async def test_second_poll_ends_the_first() -> None:
    async with connected() as (served, bot):
        first = asyncio.create_task(bot.get_updates(timeout=20))
        await served.until(lambda: served.world.updates.polled)
        async with telegram.Bot(served.token, base_url=served.base_url) as other:
            second = asyncio.create_task(other.get_updates(timeout=20))
            with pytest.raises(error.Conflict, match=r"^Conflict: terminated by other getUpdates request"):
                await first
            served.say(user_id=ANN, chat_id=ANN, text="hi")
            assert texts_of(await second) == ["hi"]


@contextlib.asynccontextmanager
async def hook(*refusals: int) -> AsyncIterator[tuple[str, list[tuple[str | None, Any]]]]:
    """A bot's webhook: its URL and what came; it answers with these statuses before it takes anything."""
    came: list[tuple[str | None, Any]] = []
    left = list(refusals)

    async def take(request: web.Request) -> web.Response:
        came.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), await request.json()))
        return web.Response(status=left.pop(0) if left else 200)

    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook", came
    finally:
        await runner.cleanup()


async def test_webhook_gets_updates_in_order() -> None:
    async with hook(500, 503) as (url, came), connected() as (served, bot):
        served.say(user_id=ANN, chat_id=ANN, text="early")
        assert await bot.set_webhook(url, secret_token="s3cret", max_connections=2)
        for text in ("one", "two"):
            served.say(user_id=ANN, chat_id=ANN, text=text)
        await served.until(lambda: not served.pending())
        assert {secret for secret, _ in came} == {"s3cret"}
        assert [update["message"]["text"] for _, update in came] == ["early", "early", "early", "one", "two"]
        info = await bot.get_webhook_info()
        assert (info.url, info.pending_update_count, info.max_connections) == (url, 0, 2)
        assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"
        with pytest.raises(error.Conflict, match=r"while webhook is active"):
            await bot.get_updates()
        assert await bot.delete_webhook()
        served.say(user_id=ANN, chat_id=ANN, text="polled")
        assert texts_of(await bot.get_updates()) == ["polled"]


async def test_one_slow_chat_holds_up_no_other() -> None:
    async with hook(*[500] * 4) as (url, came), connected() as (served, bot):
        served.say(user_id=ANN, chat_id=ANN, text="Ann's")
        await bot.set_webhook(url)
        await served.until(lambda: came)
        served.say(user_id=BEN, chat_id=BEN, text="Ben's")
        await served.until(lambda: not served.pending())
        assert {update["message"]["text"] for _, update in came} == {"Ann's", "Ben's"}


@SECONDS
@pytest.mark.parametrize(
    ("fault", "raised", "done"),
    [
        (Fault(method="sendMessage", status=500), error.NetworkError, False),
        (Fault(method="sendMessage", status=502, html=True), error.NetworkError, False),
        (Fault(method="sendMessage", status=429, retry_after=7), error.RetryAfter, False),
        (Fault(status=403), error.Forbidden, False),
        (Fault(chat_id=ANN, status=400, description="Bad Request: no"), error.BadRequest, False),
        (Fault(method="sendMessage", after=True), error.NetworkError, True),
        (Fault(method="sendMessage", after=True, status=504), error.NetworkError, True),
        (Fault(method="sendMessage", drop=True), error.NetworkError, False),
        (Fault(method="sendMessage", hang_s=30, after=True), error.TimedOut, True),
    ],
    ids=["500", "proxy", "429", "403", "400", "lost", "lost with 504", "dropped", "hangs"],
)
async def test_fault_happens_once(fault: Fault, raised: type[Exception], done: bool) -> None:
    async with connected() as (served, bot):
        served.world.faults.plan(fault)
        with pytest.raises(raised) as caught:
            await bot.send_message(ANN, "one", read_timeout=0.5)
        assert seen(served) == ["one"] * done
        if isinstance(caught.value, error.RetryAfter):
            assert caught.value.retry_after == 7
        await bot.send_message(ANN, "two")
        assert seen(served) == [*["one"] * done, "two"]
        assert served.faults() == []


async def test_fault_may_let_some_pass() -> None:
    async with connected() as (served, bot):
        served.fault(method="sendMessage", status=500, skip=1, times=2)
        results = []
        for text in "abcd":
            try:
                results.append((await bot.send_message(ANN, text)).text)
            except error.NetworkError:
                results.append(None)
        assert results == ["a", None, None, "d"]


async def test_upload_that_breaks_off(tmp_path: Path) -> None:
    data = media_files.image(tmp_path / "noise.png", size=(900, 900), noisy=True).read_bytes()
    async with connected() as (served, bot):
        served.fault(method="sendPhoto", truncate=True)
        with pytest.raises(error.NetworkError):
            await bot.send_photo(ANN, data)
        assert served.view(chat_id=ANN)["messages"] == []
        await bot.send_photo(ANN, data)
        assert [one["kind"] for one in served.view(chat_id=ANN)["messages"]] == ["photo"]


async def test_download_that_fails(tmp_path: Path) -> None:
    async with connected() as (served, bot):
        served.send(user_id=ANN, chat_id=ANN, kind="audio", data=media_files.audio(tmp_path / "a.mp3").read_bytes())
        (update,) = await bot.get_updates()
        assert update.message is not None
        assert update.message.audio is not None
        file = await bot.get_file(update.message.audio)
        served.fault(method="download", status=502)
        with pytest.raises(error.NetworkError):
            await file.download_as_bytearray()
        assert await file.download_as_bytearray() == (tmp_path / "a.mp3").read_bytes()


@SECONDS
async def test_pace() -> None:
    async with connected(paced=True) as (_, bot):
        await bot.send_message(ANN, "one")
        with pytest.raises(error.RetryAfter):
            await bot.send_message(ANN, "two")
        await bot.send_message(BEN, "one")


async def test_strangers_are_turned_away() -> None:
    async with connected() as (served, _), aiohttp.ClientSession() as http:
        for path in ("/bot1:wrong/getMe", "/file/bot1:wrong/photos/file_0.jpg"):
            async with http.get(served.url + path) as answer:
                refusal = {"ok": False, "error_code": 401, "description": "Unauthorized"}
                assert (answer.status, await answer.json()) == (401, refusal)


async def test_every_way_to_pass_parameters() -> None:
    async with connected() as (served, _), aiohttp.ClientSession() as http:
        url, fields = f"{served.base_url}{served.token}/sendmessage", {"chat_id": str(ANN), "text": "hi"}
        form = aiohttp.FormData(fields, default_to_multipart=True)
        for ask in (
            http.get(url, params=fields),
            http.post(url, data=fields),
            http.post(url, data=form),
            http.post(url, json=fields | {"chat_id": ANN}),
        ):
            async with ask as answer:
                assert (answer.status, (await answer.json())["result"]["text"]) == (200, "hi")
        assert seen(served) == ["hi"] * 4


async def test_record_holds_every_request(tmp_path: Path) -> None:
    async with connected(record=tmp_path / "record.jsonl") as (served, bot):
        await bot.send_photo(ANN, media_files.image(tmp_path / "boat.png").read_bytes(), filename="boat.png")
        served.fault(method="sendMessage", after=True)
        with pytest.raises(error.NetworkError):
            await bot.send_message(ANN, "lost")
    lines = [json.loads(line) for line in (tmp_path / "record.jsonl").read_text().splitlines()]
    assert [(one["method"], one["status"]) for one in lines] == [
        ("getMe", 200),
        ("sendPhoto", 200),
        ("sendMessage", None),
    ]
    assert lines[1]["path"] == f"/bot{telegram_server.TOKEN}/sendPhoto"
    size = (tmp_path / "boat.png").stat().st_size
    assert [(one["part"], one["name"], one["size_bytes"]) for one in lines[1]["files"]] == [("photo", "boat.png", size)]
    assert lines[2]["answer"]["result"]["text"] == "lost"


async def test_process_of_its_own(tmp_path: Path) -> None:
    data = media_files.image(tmp_path / "boat.jpg").read_bytes()
    async with remote.started("--no-privacy", token="77:abc") as server:
        await server.act("create_user", first_name="Ann", id=ANN)
        said = await server.act("send", user_id=ANN, chat_id=ANN, kind="photo", data=data, caption="hi")
        assert said == {"chat_id": ANN, "message_id": 1, "update_id": 700000001}
        async with telegram.Bot(server.token, base_url=server.base_url, base_file_url=server.base_file_url) as bot:
            (update,) = await bot.get_updates()
            assert update.message is not None
            assert await (await bot.get_file(update.message.photo[-1])).download_as_bytearray() == data
            waiting = asyncio.create_task(server.until(ANN, lambda view: len(view["messages"]) == 2 and view))
            await bot.send_message(ANN, "hello")
            view = await waiting
        assert [one["text"] for one in view["messages"]] == ["hi", "hello"]
        assert await server.act("file", file_id=view["messages"][0]["media"]["file_id"]) == data
        with pytest.raises(remote.Refusal, match=r"^no act 'dance'"):
            await server.act("dance")
        with pytest.raises(remote.Refusal, match=r"^KeyError: 7$"):
            await server.act("view", chat_id=7)


@pytest.mark.skipif(not spec.PUBLISHED.exists(), reason="the published description isn't beside the repository")
def test_carried_description_agrees_with_the_published() -> None:
    carried, published = spec.carried(), spec.published(spec.PUBLISHED)
    for ours, theirs in ((carried.methods, published.methods), (carried.types, published.types)):
        for name, shape in ours.items():
            whole = theirs[name]
            assert shape.fields == {key: whole.fields[key] for key in shape.fields}
            assert {key for key, field in whole.fields.items() if field.required} <= set(shape.fields)
            assert set(shape.one_of) <= set(whole.one_of)


async def test_carried_description_is_enough() -> None:
    async with connected(spec=spec.CARRIED) as (served, bot):
        markup = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("Go", callback_data="go")]])
        await bot.send_message(ANN, "<b>hi</b>", parse_mode="HTML", reply_markup=markup)
        with pytest.raises(error.BadRequest, match=r"^Message is too long$"):
            await bot.send_message(ANN, "x" * 4097)
        assert seen(served) == ["hi"]


@pytest.mark.parametrize(
    ("types", "prose", "limit"),
    [
        (("String",), "Text, 1-4096 characters after entities parsing", "1-4096 characters parsed"),
        (("String",), "Data to be sent, 1-64 bytes", "1-64 bytes"),
        (("Array of X",), "A JSON-serialized array, must include 2-10 items", "2-10 items"),
        (("Array of X",), "At most 100 commands can be specified.", "0-100 items"),
        (("Integer",), "Values between 1-100 are accepted. Defaults to 100.", "1-100 value"),
        (("Integer",), "Unique identifier of an ISO 639-1 language", "None"),
        (("String",), "A two-letter ISO 639-1 language code", "None"),
    ],
)
def test_limits_are_read_out_of_prose(types: tuple[str, ...], prose: str, limit: str) -> None:
    assert str(limits.read(types, prose)) == limit
