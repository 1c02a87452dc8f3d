"""Secrets: a life of the bot on both platforms, with everything recorded, in which none is found where it shouldn't be.

The tokens, the provider's key and the data folder's secret are planted; what is recorded are both platforms' traffic,
the provider's, the bot's own output and that of the operator's commands, and every byte that was written to disk.
"""

import asyncio
import base64
import contextlib
import hashlib
import json
import os
import re
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests import media_files
from tests.acceptance import chat_house, leaks, listening_proxy
from tests.acceptance.chat_house import ChatHouse
from tests.acceptance.house import House
from tests.discord_server import File
from tests.discord_server import remote as discord_remote
from tests.telegram_server import remote as telegram_remote

TELEGRAM_ID, TELEGRAM_TAIL = "4242424242", "AAPlantedTelegramTokenOfTheBot_0123"
DISCORD_ID, DISCORD_TAIL = "MTEwMDAwMDAwMDAwMDAwMDAwMQ", "GPlant.PlantedDiscordTokenOfTheBot-0123456789"
KEY = "sk-PlantedKeyOfTheProvider0123456789abcdef"
SECRET = "PlantedSecretOfTheDataFolder-0123456789_abc"
TELEGRAM, DISCORD = f"{TELEGRAM_ID}:{TELEGRAM_TAIL}", f"{DISCORD_ID}.{DISCORD_TAIL}"
HOOK = hashlib.sha256(f"telegram webhook {SECRET}".encode()).hexdigest()  # what Telegram proves itself with
SECRETS = {
    "Telegram's token": TELEGRAM,
    "the secret part of Telegram's token": TELEGRAM_TAIL,
    "Discord's token": DISCORD,
    "the secret part of Discord's token": DISCORD_TAIL,
    "the provider's key": KEY,
    "the data folder's secret": SECRET,
    "the webhook's secret": HOOK,
    "an address of Telegram's files": "/file/bot",
}
MIA = 4711


@dataclass(slots=True, kw_only=True)
class Life:
    """One bot, where it lives, and what it leaves behind."""

    house: ChatHouse
    telegram: telegram_remote.Remote
    discord: discord_remote.Remote
    proxy: listening_proxy.Proxy
    provider: chat_house.Provider
    root: Path
    mia: int = 0  # on Discord
    channel: int = 0
    printed: dict[str, bytes] = field(default_factory=dict)  # by operators' commands

    async def say(self, text: str) -> None:
        """Mia writes on Telegram, and is answered."""
        said = await self.telegram.act("say", user_id=MIA, chat_id=MIA, text=text)
        await self.answered(int(said["message_id"]))

    async def send(self, kind: str, data: bytes, caption: str) -> None:
        """Mia sends something on Telegram, and is answered."""
        said = await self.telegram.act("send", user_id=MIA, chat_id=MIA, kind=kind, data=data, caption=caption)
        await self.answered(int(said["message_id"]))

    async def answered(self, after: int) -> None:
        def newer(view: Mapping[str, Any]) -> bool:
            return any(one["from_bot"] and one["message_id"] > after for one in view["messages"])

        await self.telegram.until(MIA, newer)

    async def slash(self, name: str, **options: Any) -> None:
        """Mia gives a command on Discord, and is answered."""
        asked = await self.discord("slash", user=self.mia, channel=self.channel, name=name, options=options)
        await self.discord("answered", interaction=asked)

    async def operate(self, *command: str) -> str:
        """An operator's command; what it prints is kept."""
        settings = {**self.house.environment(), "NO_COLOR": "1"}
        ended = await asyncio.to_thread(House(folder=self.house.folder, settings=settings).bot, *command)
        self.printed[f"{' '.join(command)} ({len(self.printed)})"] = (ended.stdout + ended.stderr).encode(
            errors="surrogateescape"
        )
        return ended.stdout

    def on_disk(self, name: str) -> dict[str, bytes]:
        """Every file of the bot and the simulator as it is now, and every row of the databases."""
        files = {str(path.relative_to(self.root)): path for path in self.root.rglob("*") if path.is_file()}
        kept = {at: path for at, path in files.items() if not at.endswith("/data/secret")}
        texts = {f"{name} {at}": path.read_bytes() for at, path in kept.items()}
        databases = {at: path for at, path in kept.items() if path.name.endswith((".db", ".db.calls"))}
        assert any(path.name == "atelier.db" for path in databases.values())
        return texts | {f"{name} rows of {at}": _rows(path) for at, path in databases.items()}


def _rows(path: Path) -> bytes:
    """A database as text: a value that lies over several pages is in one piece here."""
    with path.open("rb") as file:
        if not file.read(15).startswith(b"SQLite format 3"):
            return path.read_bytes()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return "\n".join(connection.iterdump()).encode(errors="surrogateescape")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextlib.asynccontextmanager
async def simulated(folder: Path) -> AsyncIterator[str]:
    """A simulator that takes the planted key only; what it writes down lies in its folder."""
    folder.mkdir(parents=True)
    command = ("-m", "bot", "simulate", "--speed", "50", "--key", KEY, "--state", str(folder))
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(chat_house.ROOT)}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # its greeting says which key it takes
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(chat_house.START_S):
            line = await process.stdout.readline()
        yield line.decode().strip()
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


@contextlib.asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Life]:
    """Everything but the bot itself at work, Mia on both platforms."""
    root, port = folder / "life", _free_port()
    async with (
        simulated(root / "simulator") as simulator,
        listening_proxy.opened(simulator) as proxy,
        telegram_remote.started("--record", str(folder / "telegram.jsonl"), token=TELEGRAM) as telegram,
        discord_remote.spawned(DISCORD, "--record", str(folder / "discord.jsonl")) as discord,
    ):
        settings = {
            "TELEGRAM_TOKEN": TELEGRAM,
            "TELEGRAM_API_URL": telegram.url,
            "DISCORD_TOKEN": DISCORD,
            "DISCORD_API_URL": discord.api,
            "DISCORD_GATEWAY_URL": discord.gateway,
            "DISCORD_CDN_URL": discord.cdn,
            "UNIALL_KEY": KEY,
            "UNIALL_BASE_URL": proxy.url,
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "WEB_PORT": str(port),
            "LOG_LEVEL": "debug",
        }
        async with chat_house.opened(root / "house", settings, embedded=True) as house:
            (house.folder / "data").mkdir()
            (house.folder / "data" / "secret").write_text(SECRET)
            await telegram.act("create_user", first_name="Mia", id=MIA, language_code="en")
            await telegram.act("private", user_id=MIA)
            provider = chat_house.Provider(url=simulator, folder=root / "simulator")
            life = Life(house=house, telegram=telegram, discord=discord, proxy=proxy, provider=provider, root=root)
            life.mia = await discord("user", name="Mia")
            guild = await discord("guild", name="Pixel Club", members=[life.mia])
            life.channel = await discord("channel", guild=guild, name="art")
            yield life


async def lived(life: Life, folder: Path) -> dict[str, bytes]:
    """The life: on both platforms, with media, errors, a crash and a webhook; what is on disk after the crash."""
    picture = media_files.image(folder / "face.png", size=(640, 640)).read_bytes()
    await life.operate("check")
    await life.house.start(ready="menus=")
    await life.house.until(lambda: "the commands were sent to Discord" in life.house.log)
    await life.house.true(lambda: _connected(life))
    await _works(life, picture)
    await life.house.settled(timeout_s=60)
    await _fails(life, picture)
    await life.say("/image [sim:slow] a fox that outlives the bot")
    await life.house.kill()
    after_crash = life.on_disk("after the crash")
    await life.house.start(ready="menus=", TELEGRAM_WEBHOOK="true")
    await life.house.true(lambda: _connected(life))
    await life.send("photo", picture, "/edit by webhook now")
    await life.telegram.act("fault", method="sendMessage", status=500, times=2)
    await life.telegram.act("say", user_id=MIA, chat_id=MIA, text="/credits")
    await life.house.settled(timeout_s=60)
    await life.operate("check")
    await _looked_at(life)
    await life.house.stop()
    await life.operate("check")
    return after_crash


async def _connected(life: Life) -> bool:
    return bool((await life.discord("gateway_state"))["connected"])


async def _works(life: Life, picture: bytes) -> None:
    """Pictures come in on both platforms, and go to a provider that takes them and to one that wants an address."""
    await life.send("photo", picture, "/edit make it night")
    await life.send("photo", picture, '/talk "Good morning"')
    face = File(name="face.png", data=picture, content_type="image/png")
    await life.slash("image", prompt="a fox", image=face)
    await life.slash("talk", prompt="Good evening", image=face)
    await life.slash("credits")
    await life.say("/jobs")
    await life.say(f"/image a fox --image {life.proxy.url}/nothing-there.png")


async def _fails(life: Life, picture: bytes) -> None:
    """Errors of the provider, of Telegram and of Discord, at several steps."""
    for word in ("429", "poll-500", "poll-broken-json"):  # once: what stays like that is asked for a long time
        await life.provider.fault(word)
    for word in ("fail", "500", "refuse", "no-balance", "drop-before", "drop-after", "broken-json"):
        await life.say(f"/image [sim:{word}] a fox")
    await life.slash("image", prompt="[sim:drop-during] a cat")
    for fault in (
        {"method": "editMessageMedia", "status": 500},
        {"method": "editMessageText", "drop": True},
        {"method": "sendMessage", "status": 400},
        {"method": "getFile", "status": 400},
        {"method": "getUpdates", "status": 502, "html": True},
        {"method": "getUpdates", "drop": True},
        {"method": "sendPhoto", "truncate": True},
    ):
        await life.telegram.act("fault", **fault)
    await life.telegram.act("send", user_id=MIA, chat_id=MIA, kind="photo", data=picture, caption="/edit one")
    await life.telegram.act("fault", method="download", drop=True)
    await life.telegram.act("send", user_id=MIA, chat_id=MIA, kind="photo", data=picture, caption="/edit two")
    await life.telegram.act("fault", method="download", status=404)
    await life.telegram.act("send", user_id=MIA, chat_id=MIA, kind="photo", data=picture, caption="/edit three")
    await life.discord("fault", name="cut", method="PATCH", times=2)
    await life.discord("fault", name="status", method="PATCH", status=500, skip=2)
    await life.discord("fault", name="rate_limit", method="PATCH", retry_after_s=0.1, skip=3)
    await life.slash("image", prompt="a dog")
    await life.discord("gateway_drop")
    await life.house.true(lambda: _connected(life))
    await life.house.settled(timeout_s=60)
    await life.telegram.act("clear_faults")
    await life.discord("clear_faults")


async def _looked_at(life: Life) -> None:
    listed = [json.loads(line) for line in (await life.operate("jobs", "list", "--json")).splitlines()]
    assert {job["state"] for job in listed} == {"done", "failed"}
    for job in (*listed[:3], *[one for one in listed if one["state"] == "failed"][:3]):
        await life.operate("jobs", "show", job["id"])
        await life.operate("jobs", "show", job["id"], "--json")
    await life.operate("credits", "show")
    await life.operate("credits", "audit")


@dataclass(slots=True)
class Recorded:
    """All that was said, without what was said where it belongs; and how often each secret was there."""

    texts: dict[str, bytes] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)

    def belongs(self, name: str, times: int = 1) -> None:
        self.seen[name] = self.seen.get(name, 0) + times

    def telegram(self, line: dict[str, Any]) -> None:
        """The token is in the path and nowhere else; the webhook's secret is told once, when it is set."""
        start = f"/bot{TELEGRAM}/"
        if line["path"].startswith(start):
            line["path"] = line["path"].removeprefix(start)
            self.belongs("Telegram's token")
        if line["method"] == "setWebhook" and line["parameters"].get("secret_token") == HOOK:
            del line["parameters"]["secret_token"]
            self.belongs("the webhook's secret")
        self._keep("Telegram", line)

    def discord(self, line: dict[str, Any]) -> None:
        """The token is in the Authorization and in IDENTIFY and RESUME."""
        if line["kind"] == "request" and line["headers"].get("Authorization") == f"Bot {DISCORD}":
            del line["headers"]["Authorization"]
            self.belongs("Discord's token")
        if line["kind"] == "gateway" and line["payload"]["op"] in (2, 6) and line["payload"]["d"]["token"] == DISCORD:
            del line["payload"]["d"]["token"]
            self.belongs("Discord's token at the gateway")
        self._keep("Discord", line)

    def provider(self, passed: listening_proxy.Passed) -> None:
        """The key is in the Authorization."""
        bearer = f"Bearer {KEY}"
        if ("Authorization", bearer) in [(name.title(), value) for name, value in passed.headers]:
            self.belongs("the provider's key")
        self.texts[f"the provider, request {len(self.texts)}"] = passed.text(without=bearer)

    def _keep(self, where: str, line: dict[str, Any]) -> None:
        self.texts[f"{where}, line {len(self.texts)}"] = json.dumps(line, ensure_ascii=False).encode()


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _tokens(lines: list[dict[str, Any]]) -> dict[str, str]:
    """The interactions' tokens, by which everybody could answer in the bot's name."""
    paths = [line["path"] for line in lines if line["kind"] == "request"]
    found = [re.match(r"/(?:interactions|webhooks)/\d+/([^/]{20,})", path) for path in paths]
    return {f"the token of interaction {number}": one[1] for number, one in enumerate(found) if one}


@pytest.mark.timeout(300)
async def test_no_secret_is_where_it_does_not_belong(tmp_path: Path) -> None:
    async with opened(tmp_path) as life:
        after_crash = await lived(life, tmp_path)
        on_disk = life.on_disk("at the end")
        logs = {"standard error": life.house.log.encode(), "standard output": life.house.out.encode()}
    recorded = Recorded(texts=after_crash | on_disk | logs | life.printed)
    discord = _lines(tmp_path / "discord.jsonl")
    tokens = _tokens(discord)
    for line in _lines(tmp_path / "telegram.jsonl"):
        recorded.telegram(line)
    for line in discord:
        recorded.discord(line)
    for passed in life.proxy.passed:
        recorded.provider(passed)
    assert leaks.found(recorded.texts, SECRETS) == []
    assert leaks.found({**logs, **life.printed}, tokens) == []
    assert recorded.seen["Telegram's token"] > 50
    assert recorded.seen["the webhook's secret"] == 1
    assert recorded.seen["Discord's token"] > 3
    assert recorded.seen["Discord's token at the gateway"] >= 3  # two starts and a lost connection
    assert recorded.seen["the provider's key"] > 20
    assert len(tokens) > 10
    assert any(b"/media/" in passed.body for passed in life.proxy.passed)  # a provider was lent an address
    assert b"[debug" in logs["standard error"]


@pytest.mark.parametrize("form", sorted(leaks.forms(TELEGRAM)))
def test_the_search_finds_what_is_planted(form: str) -> None:
    for name, secret in SECRETS.items():
        text = b'level=debug url="' + leaks.forms(secret)[form] + b'" took=3'
        assert name in {leak.secret for leak in leaks.found({"a log": text}, SECRETS)}


@pytest.mark.parametrize("before", ["", "a", "ab", "abc", "user:"])
def test_the_search_finds_a_secret_within_an_encoded_text(before: str) -> None:
    text = base64.b64encode(f"{before}{KEY}, and more".encode())
    assert {leak.secret for leak in leaks.found({"a log": text}, SECRETS)} == {"the provider's key"}
    assert leaks.found({"a log": base64.b64encode(b"nothing of interest" * 10)}, SECRETS) == []


def test_what_is_said_elsewhere_than_where_it_belongs_is_found() -> None:
    recorded = Recorded()
    path = f"/bot{TELEGRAM}/sendMessage"
    recorded.telegram({"method": "sendMessage", "path": path, "parameters": {"text": f"{TELEGRAM}"}})
    recorded.discord({"kind": "request", "path": f"/x/{DISCORD}", "headers": {"Authorization": f"Bot {DISCORD}"}})
    recorded.discord({"kind": "gateway", "payload": {"op": 3, "d": {"token": DISCORD}}})
    headers = [("authorization", f"Bearer {KEY}"), ("X-Key", KEY)]
    recorded.provider(listening_proxy.Passed(method="GET", path="/v1", headers=headers, body=b"", status=200))
    found = [(leak.secret, leak.place) for leak in leaks.found(recorded.texts, SECRETS) if "part" not in leak.secret]
    assert list(dict.fromkeys(found)) == [
        ("Telegram's token", "Telegram, line 0"),
        ("Discord's token", "Discord, line 1"),
        ("Discord's token", "Discord, line 2"),
        ("the provider's key", "the provider, request 3"),
    ]
