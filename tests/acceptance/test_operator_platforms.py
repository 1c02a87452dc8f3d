"""`check` on the platforms and on PUBLIC_URL: played servers in processes of their own, the bot in its own."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web

from tests import discord_server, telegram_server
from tests.acceptance import chat_house
from tests.acceptance.house import House, traceback_in
from tests.discord_server import remote as discord_remote
from tests.telegram_server import remote as telegram_remote

DISCORD_TOKEN = "MTEw.played.token-of-the-bot"
WRONG = "4242424242:AAanotherTokenThatNobodyGaveOut_012"
RIGHTS = 1 << 10 | 1 << 11 | 1 << 15 | 1 << 16 | 1 << 38
"""VIEW_CHANNEL, SEND_MESSAGES, ATTACH_FILES, READ_MESSAGE_HISTORY, SEND_MESSAGES_IN_THREADS, by Discord's page
"Permissions"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What `check` printed."""

    code: int
    text: str

    def of(self, word: str) -> list[str]:
        """The lines about one subject."""
        return [line for line in self.text.splitlines() if line.partition(" ")[2].startswith(word)]


async def checked(folder: Path, settings: Mapping[str, str]) -> Report:
    """`python -m bot check` with these settings; no secret is in what it prints."""
    ended = await asyncio.to_thread(House(folder=folder, settings=settings).bot, "check")
    assert not traceback_in(ended.stderr), ended.stderr
    secrets = [value for name, value in settings.items() if name.endswith(("TOKEN", "KEY"))]
    assert not any(secret in ended.stdout + ended.stderr for secret in secrets)
    return Report(code=ended.returncode, text=ended.stdout)


@pytest.fixture
async def telegram() -> AsyncIterator[telegram_remote.Remote]:
    async with telegram_remote.started() as played:
        yield played


@pytest.fixture
async def discord() -> AsyncIterator[discord_remote.Remote]:
    async with discord_remote.spawned(DISCORD_TOKEN) as played:
        yield played


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def on_telegram(played: telegram_remote.Remote, **more: str) -> dict[str, str]:
    return {"TELEGRAM_TOKEN": played.token, "TELEGRAM_API_URL": played.url, **more}


def on_discord(played: discord_remote.Remote, **more: str) -> dict[str, str]:
    urls = {"API": played.api, "GATEWAY": played.gateway, "CDN": played.cdn}
    return {"DISCORD_TOKEN": DISCORD_TOKEN, **{f"DISCORD_{name}_URL": url for name, url in urls.items()}, **more}


async def lived(folder: Path, settings: Mapping[str, str], *, ready: str) -> None:
    """A bot runs there until it is there, and is stopped."""
    async with chat_house.opened(folder, settings, embedded=True) as house:
        await house.start(ready=ready)
        await house.stop()


# --- Telegram


async def test_telegram_before_the_first_start_and_after_it(telegram: telegram_remote.Remote, tmp_path: Path) -> None:
    settings = on_telegram(telegram)
    before = await checked(tmp_path, settings)
    await lived(tmp_path, settings, ready="menus=")
    after = await checked(tmp_path, settings)
    assert (before.code, before.of("telegram")) == (
        0,
        [
            "ok telegram token: @atelier_bot",
            "ok telegram updates: polling, 0 waiting",
            "later telegram menus: 8 command menus are not up to date — Start the bot: it sets them itself.",
        ],
    )
    assert (after.code, after.of("telegram")) == (
        0,
        [
            "ok telegram token: @atelier_bot",
            "ok telegram updates: polling, 0 waiting",
            "ok telegram menus: command menus are up to date",
        ],
    )


async def test_a_webhook_that_is_set_elsewhere(
    telegram: telegram_remote.Remote, tmp_path: Path, free_port: int
) -> None:
    url = f"http://127.0.0.1:{free_port}"
    hooked = {"TELEGRAM_WEBHOOK": "true", "PUBLIC_URL": url, "WEB_PORT": str(free_port)}
    settings = on_telegram(telegram, **hooked)
    (before,) = (await checked(tmp_path, settings)).of("telegram updates")
    assert before == (
        "later telegram updates: updates go to whoever asks for them, 0 waiting — Start the bot: it sets this itself."
    )
    await lived(tmp_path, settings, ready="menus=")
    (hooked_line,) = (await checked(tmp_path, settings)).of("telegram updates")
    assert hooked_line == f"ok telegram updates: webhook {url}/telegram, 0 waiting"
    (polled,) = (await checked(tmp_path, on_telegram(telegram))).of("telegram updates")
    assert polled.startswith(f"later telegram updates: updates go to {url}/telegram, 0 waiting")


async def test_a_webhook_without_an_address(telegram: telegram_remote.Remote, tmp_path: Path) -> None:
    report = await checked(tmp_path, on_telegram(telegram, TELEGRAM_WEBHOOK="true"))
    (line,) = report.of("telegram")
    assert line.startswith("bad telegram settings: TELEGRAM_WEBHOOK=true needs PUBLIC_URL")


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "https://bot.example:8080"])
async def test_a_webhook_where_telegram_sends_nothing(tmp_path: Path, url: str) -> None:
    settings = {"TELEGRAM_TOKEN": telegram_server.TOKEN, "TELEGRAM_WEBHOOK": "true", "PUBLIC_URL": url, "WEB_PORT": "0"}
    (line,) = (await checked(tmp_path, settings)).of("telegram")
    assert line.startswith("bad telegram settings: TELEGRAM_WEBHOOK=true needs a PUBLIC_URL that starts with https://")
    assert f"Telegram sends nothing to {url}." in line


async def test_a_token_that_telegram_does_not_know(telegram: telegram_remote.Remote, tmp_path: Path) -> None:
    report = await checked(tmp_path, on_telegram(telegram, TELEGRAM_TOKEN=WRONG))
    (line,) = report.of("telegram")
    assert report.code == 1
    assert line.startswith("bad telegram token: ")
    assert "TELEGRAM_TOKEN" in line


async def test_a_telegram_that_is_not_there(tmp_path: Path, free_port: int) -> None:
    nowhere = {"TELEGRAM_TOKEN": telegram_server.TOKEN, "TELEGRAM_API_URL": f"http://127.0.0.1:{free_port}"}
    (line,) = (await checked(tmp_path, nowhere)).of("telegram")
    assert line.startswith("bad telegram token: ")
    assert "TELEGRAM_API_URL" in line


# --- Discord


async def test_discord_before_the_first_start_and_after_it(discord: discord_remote.Remote, tmp_path: Path) -> None:
    settings = on_discord(discord)
    application = discord_server.Options(token="").application_id
    ids = f"client_id={application}&scope=bot+applications.commands&permissions={RIGHTS}"
    before = await checked(tmp_path, settings)
    await lived(tmp_path, settings, ready="the commands were sent to Discord")
    after = await checked(tmp_path, settings)
    token, intents, commands, invitation = before.of("discord")
    assert before.code == 0
    assert token.startswith("ok discord token: The bot is atelier")
    assert intents == "ok discord intents: No privileged intent is needed"
    assert commands == (
        "later discord commands: Discord has other commands than this version of Atelier — "
        "Start the bot: it sends them by itself."
    )
    assert invitation == f"ok discord invitation: https://discord.com/oauth2/authorize?{ids}"
    said = "ok discord commands: Discord has all commands as they are"
    assert (after.code, after.of("discord")) == (0, [token, intents, said, invitation])


async def test_commands_that_a_start_would_not_send_again(discord: discord_remote.Remote, tmp_path: Path) -> None:
    settings = on_discord(discord)
    await lived(tmp_path, settings, ready="the commands were sent to Discord")
    listed = f"{discord.api}/applications/{discord_server.Options(token='').application_id}/commands"
    as_the_bot = {"Authorization": f"Bot {DISCORD_TOKEN}"}
    async with discord.http.put(listed, json=[], headers=as_the_bot) as answer:
        assert answer.status == 200
    report = await checked(tmp_path, settings)
    (line,) = report.of("discord commands")
    assert report.code == 1
    assert line.startswith("bad discord commands: Discord has other commands than this version of Atelier — Delete ")


async def test_a_token_that_discord_does_not_know(discord: discord_remote.Remote, tmp_path: Path) -> None:
    report = await checked(tmp_path, on_discord(discord, DISCORD_TOKEN="MTEw.another.token-of-nobody"))
    (line,) = report.of("discord")
    assert report.code == 1
    assert line.startswith("bad discord token: Discord does not accept DISCORD_TOKEN — Copy ")


async def test_a_discord_that_is_not_there(tmp_path: Path, free_port: int) -> None:
    urls = {f"DISCORD_{name}_URL": f"http://127.0.0.1:{free_port}" for name in ("API", "GATEWAY", "CDN")}
    (line,) = (await checked(tmp_path, {"DISCORD_TOKEN": DISCORD_TOKEN, **urls})).of("discord")
    assert line.startswith(f"bad discord token: Discord can't be reached at http://127.0.0.1:{free_port}")


# --- PUBLIC_URL


async def test_the_public_address_is_proved_though_no_bot_runs(tmp_path: Path, free_port: int) -> None:
    url = f"http://127.0.0.1:{free_port}"
    (line,) = (await checked(tmp_path, {"PUBLIC_URL": url, "WEB_PORT": str(free_port)})).of("public url")
    assert line == (
        f"ok public url: {url}/health leads to us; but it is not https, which Telegram's webhooks need and its address "
        "is private, so providers and Telegram can't reach it"
    )
    with socket.create_server(("127.0.0.1", free_port)):  # it was let go again
        pass


async def test_the_public_address_is_proved_while_a_bot_runs(tmp_path: Path, free_port: int) -> None:
    url = f"http://localhost:{free_port}"
    settings = {"PUBLIC_URL": url, "WEB_PORT": str(free_port), "CONSOLE": "yes"}
    async with chat_house.opened(tmp_path, settings, embedded=True) as house:
        await house.start(ready="database")
        await house.until(lambda: _listens(free_port))
        report = await checked(tmp_path, settings)
    assert report.of("public url")[0].startswith(f"ok public url: {url}/health leads to us")
    assert report.of("web port") == ["skipped web port: the running bot has it"]


async def test_a_public_address_that_leads_elsewhere(tmp_path: Path, free_port: int) -> None:
    async def health(_: web.Request) -> web.Response:
        return web.json_response({"ok": True, "version": "0.1.0"})

    other = web.Application()
    other.router.add_get("/health", health)
    runner = web.AppRunner(other, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        elsewhere = await checked(tmp_path, {"PUBLIC_URL": url, "WEB_PORT": str(free_port)})
        missing = await checked(tmp_path, {"PUBLIC_URL": f"{url}/atelier", "WEB_PORT": str(free_port)})
        changing = await checked(tmp_path, {"PUBLIC_URL": url, "WEB_PORT": "0"})
    finally:
        await runner.cleanup()
    cure = f"See that {url} leads to 127.0.0.1:{free_port} of this machine."
    assert elsewhere.of("public url") == [f"bad public url: {url}/health is answered by something else — {cure}"]
    assert missing.of("public url")[0].startswith(f"bad public url: {url}/atelier/health answers 404 — ")
    assert changing.of("public url")[0].startswith(f"bad public url: {url} can't lead to a port that changes — ")


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False
