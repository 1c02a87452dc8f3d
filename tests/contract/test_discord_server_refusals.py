"""What the played Discord refuses, sent raw; and what it must let pass."""

import contextlib
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from tests import discord_server
from tests.discord_server import Discord, carried, kit
from tests.discord_server.options import CARRIED, MEBIBYTE, PUBLISHED

TOKEN = "MTEw.played.token-of-the-bot"
APP = discord_server.Options(token=TOKEN).application_id
HEADERS = {"Authorization": f"Bot {TOKEN}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """A server with one guild, and a client that sends whatever it is told."""

    served: Discord
    scene: kit.Scene
    http: aiohttp.ClientSession

    async def send(self, method: str, path: str, body: object = None, **more: Any) -> tuple[int, Any]:
        given = more if body is None else {"json": body} | more
        async with self.http.request(method, f"{self.served.api}{path}", **given) as answer:
            return answer.status, await answer.json() if answer.status != 204 else None

    async def post(self, body: object) -> tuple[int, Any]:
        return await self.send("POST", f"/channels/{self.scene.channel}/messages", body)

    async def upload(self, payload: object, *files: bytes) -> tuple[int, Any]:
        if not files:
            return await self.post(payload)
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("payload_json", json.dumps(payload))
        for number, data in enumerate(files):
            form.add_field(
                f"files[{number}]", io.BytesIO(data), filename=f"{number}.png", content_type="application/octet-stream"
            )
        return await self.send("POST", f"/channels/{self.scene.channel}/messages", data=form)


@contextlib.asynccontextmanager
async def connect(**options: Any) -> AsyncIterator[Raw]:
    async with (
        discord_server.serve(discord_server.Options(token=TOKEN, **options)) as served,
        aiohttp.ClientSession(headers=HEADERS) as http,
    ):
        yield Raw(served=served, scene=await kit.scene(served), http=http)


@pytest.fixture
async def raw() -> AsyncIterator[Raw]:
    async with connect() as raw:
        yield raw


def button(custom_id: str | None = "again:K7Q2", **more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Again", "custom_id": custom_id} | more


def link() -> dict[str, Any]:
    return {"type": 2, "style": 5, "label": "Look", "url": "https://example.com/x"}


def rows(*buttons: dict[str, Any], count: int = 1) -> dict[str, Any]:
    return {"content": "x", "components": [{"type": 1, "components": list(buttons)} for _ in range(count)]}


def embeds(*found: dict[str, Any]) -> dict[str, Any]:
    return {"embeds": list(found)}


LONG = {"description": "d" * 4096}
MESSAGES: list[tuple[str, dict[str, Any], str]] = [
    ("content too long", {"content": "x" * 2001}, "content: BASE_TYPE_MAX_LENGTH"),
    ("content of another type", {"content": 5}, "content: BASE_TYPE_BAD_TYPE"),
    ("unknown key", {"content": "x", "colour": 1}, "body: UNKNOWN_KEY"),
    ("eleven embeds", embeds(*[{"title": "t"}] * 11), "embeds: BASE_TYPE_MAX_LENGTH"),
    ("embeds' sum", embeds(LONG, {"description": "d" * 1905}), "embeds: MAX_EMBED_SIZE_EXCEEDED"),
    ("embed's title", embeds({"title": "t" * 257}), "embeds.0.title: BASE_TYPE_MAX_LENGTH"),
    ("embed's description", embeds({"description": "d" * 4097}), "embeds.0.description: BASE_TYPE_MAX_LENGTH"),
    ("embed's footer", embeds({"footer": {"text": "t" * 2049}}), "embeds.0.footer.text: BASE_TYPE_MAX_LENGTH"),
    ("embed's url", embeds({"title": "t", "url": "ftp://a.b/c"}), "embeds.0.url: URL_TYPE_INVALID_SCHEME"),
    ("embed's image", embeds({"image": {"url": "/tmp/a.png"}}), "embeds.0.image.url: URL_TYPE_INVALID_SCHEME"),
    ("embed's host", embeds({"image": {"url": "https://a b/c"}}), "embeds.0.image.url: URL_TYPE_INVALID_URL"),
    ("embed's field", embeds({"fields": [{"name": "", "value": "v"}]}), "embeds.0.fields.0.name: BASE_TYPE_REQUIRED"),
    ("embed's colour", embeds({"title": "t", "color": 0x1000000}), "embeds.0.color: NUMBER_TYPE_MAX"),
    ("26 fields", embeds({"fields": [{"name": "n", "value": "v"}] * 26}), "embeds.0.fields: BASE_TYPE_MAX_LENGTH"),
    ("same custom_id", rows(button("a"), button("a")), "components: COMPONENT_CUSTOM_ID_DUPLICATED"),
    ("six rows", rows(link(), count=6), "components: BASE_TYPE_"),
    ("six buttons", rows(*[button(str(n)) for n in range(6)]), "components.0.components: BASE_TYPE_"),
    ("no button", rows(), "components.0.components: BASE_TYPE_"),
    ("label", rows(button(label="l" * 81)), "components.0.components.0.label: BASE_TYPE_MAX_LENGTH"),
    ("no label", rows(button(label=None)), "components.0.components.0: BUTTON_COMPONENT_INVALID_LABEL"),
    ("custom_id", rows(button("i" * 101)), "components.0.components.0.custom_id: BASE_TYPE_MAX_LENGTH"),
    ("no custom_id", rows(button(custom_id=None)), "components.0.components.0: BUTTON_COMPONENT_CUSTOM_ID_REQUIRED"),
    ("link with custom_id", rows(button(style=5)), "components.0.components.0: BUTTON_COMPONENT_INVALID_URL"),
    ("button's style", rows(button(style=9)), "components.0.components.0.style: UNION_TYPE_CHOICES"),
    ("loose button", {"content": "x", "components": [button()]}, "components.0.type: UNION_TYPE_CHOICES"),
    ("V2 and content", {"content": "x", "flags": 1 << 15}, "content: MESSAGE_CANNOT_USE_LEGACY_FIELDS"),
    (
        "V2's part without the flag",
        {"components": [{"type": 10, "content": "x"}]},
        "components.0.type: UNION_TYPE_CHOICES",
    ),
    (
        "mentions both ways",
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        "allowed_mentions: MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
    ),
    ("reply to nothing", {"content": "x", "message_reference": {"message_id": "1"}}, "message_reference: REPLIES_"),
    ("unlisted file", {"content": "x", "attachments": [{"id": 0}]}, "attachments.0.id: ATTACHMENT_NOT_FOUND"),
    ("nonce", {"content": "x", "nonce": "n" * 26}, "nonce: "),
    ("snowflake", {"content": "x", "message_reference": {"message_id": "abc"}}, "message_reference.message_id: "),
]  # fmt: skip


@pytest.mark.parametrize(("body", "reason"), [row[1:] for row in MESSAGES], ids=[row[0] for row in MESSAGES])
async def test_a_bad_message_is_refused_with_its_reason(raw: Raw, body: dict[str, Any], reason: str) -> None:
    status, answer = await raw.post(body)
    assert (status, answer["code"], answer["message"]) == (400, 50035, "Invalid Form Body")
    (refusal,) = await raw.served.refusals("form")
    assert [one for one in refusal.reasons if one.startswith(reason)], refusal.reasons
    assert await raw.served.messages(raw.scene.channel) == []


GOOD: list[dict[str, Any]] = [
    {"content": "x" * 2000},
    {"content": "猫" * 2000, "tts": False, "nonce": 5, "enforce_nonce": True},
    embeds(LONG, {"description": "d" * 1904}),
    embeds({"image": {"url": "attachment://a.png"}, "url": "https://example.com/a?b=c"}),
    rows(*[button(str(n)) for n in range(5)]),
    rows(link()),
    {"flags": 1 << 15, "components": [{"type": 10, "content": "x"}, {"type": 1, "components": [button()]}]},
    {"content": "x", "allowed_mentions": {"parse": [], "users": [5], "replied_user": False}},
    {"content": "x", "message_reference": {"message_id": 1, "fail_if_not_exists": False}},
]


@pytest.mark.parametrize("body", GOOD)
async def test_a_good_message_is_taken(raw: Raw, body: dict[str, Any]) -> None:
    status, answer = await raw.post(body)
    assert status == 200, answer
    assert await raw.served.refusals() == []


@pytest.mark.parametrize(
    ("payload", "files", "expected"),
    [
        ({}, [], (400, 50006)),
        ({"content": "  \n"}, [], (400, 50006)),
        ({}, [b"x" * 10 * MEBIBYTE], (200, None)),
        ({}, [b"x" * (10 * MEBIBYTE + 1)], (413, 40005)),
        ({}, [b"x" * 9 * MEBIBYTE] * 3, (413, 40005)),
        ({}, [b"x"] * 11, (400, 30015)),
    ],
)
async def test_files_and_emptiness(raw: Raw, payload: Any, files: list[bytes], expected: tuple[int, int]) -> None:
    status, answer = await raw.upload(payload, *files)
    assert (status, answer.get("code")) == expected


def command(name: str = "image", **more: Any) -> dict[str, Any]:
    return {"name": name, "description": "Paints.", "type": 1} | more


def option(name: str = "prompt", **more: Any) -> dict[str, Any]:
    return {"name": name, "description": "What.", "type": 3} | more


COMMANDS: list[tuple[str, list[dict[str, Any]], str]] = [
    ("101 commands", [command(f"c{n}") for n in range(101)], "body: APPLICATION_COMMAND_TOO_MANY"),
    ("16 menus", [{"name": f"Menu {n}", "type": 3} for n in range(16)], "body: APPLICATION_COMMAND_TOO_MANY"),
    ("capital", [command("Image")], "0.name: APPLICATION_COMMAND_INVALID_NAME"),
    ("blank", [command("make image")], "0.name: APPLICATION_COMMAND_INVALID_NAME"),
    ("same name", [command(), command()], "0: APPLICATION_COMMANDS_DUPLICATE_NAME"),
    ("no description", [command(description="")], "0.description: BASE_TYPE_BAD_LENGTH"),
    ("long description", [command(description="d" * 101)], "0.description: BASE_TYPE_"),
    ("menu with description", [{"name": "Edit", "type": 3, "description": "d"}], "0.description: "),
    ("26 options", [command(options=[option(f"o{n}") for n in range(26)])], "0.options: BASE_TYPE_MAX_LENGTH"),
    (
        "required last",
        [command(options=[option("a"), option("b", required=True)])],
        "0.options.1: APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
    ),
    ("same option", [command(options=[option(), option()])], "0.options: APPLICATION_COMMAND_OPTIONS_NAME_INVALID"),
    (
        "same localised option",
        [command(options=[option("a", name_localizations={"de": "b"}), option("b")])],
        "0.options: APPLICATION_COMMAND_OPTIONS_NAME_INVALID",
    ),
    ("locale", [command(name_localizations={"en": "x"})], "0.name_localizations.en: BASE_TYPE_CHOICES"),
    ("choice", [command(options=[option(choices=[{"name": "c" * 101, "value": "c"}])])], "0.options.0.choices.0.name"),
    (
        "26 choices",
        [command(options=[option(choices=[{"name": f"c{n}", "value": f"c{n}"} for n in range(26)])])],
        "0.options.0.choices: BASE_TYPE_MAX_LENGTH",
    ),
    (
        "choices and autocomplete",
        [command(options=[option(autocomplete=True, choices=[{"name": "c", "value": "c"}])])],
        "0.options.0: ",
    ),
    (
        "8000 characters",
        [
            command(
                options=[
                    option(f"o{n}", choices=[{"name": f"{m}{'c' * 90}", "value": "v" * 99} for m in range(10)])
                    for n in range(5)
                ]
            )
        ],
        "0: APPLICATION_COMMAND_TOO_LARGE",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("body", "reason"), [row[1:] for row in COMMANDS], ids=[row[0] for row in COMMANDS])
async def test_bad_commands_are_refused(raw: Raw, body: list[dict[str, Any]], reason: str) -> None:
    status, answer = await raw.send("PUT", f"/applications/{APP}/commands", body)
    assert (status, answer["code"]) == (400, 50035)
    (refusal,) = await raw.served.refusals("form")
    assert [one for one in refusal.reasons if one.startswith(reason)], refusal.reasons
    assert (await raw.served.commands(), await raw.served.command_writes()) == ([], 0)


async def test_commands_keep_their_ids_and_are_listed(raw: Raw) -> None:
    _, before = await raw.send("PUT", f"/applications/{APP}/commands", [command(), command("video")])
    _, after = await raw.send(
        "PUT", f"/applications/{APP}/commands", [command("video", description="New."), command("画")]
    )
    _, listed = await raw.send("GET", f"/applications/{APP}/commands")
    assert listed == after
    assert [one["name"] for one in after] == ["video", "画"]
    assert after[0]["id"] == before[1]["id"]
    assert await raw.served.command_writes() == 2


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/channels/1", (404, 10003)),
        ("GET", "/channels/abc", (400, 50035)),
        ("GET", "/channels/{channel}/messages/1", (404, 10008)),
        ("GET", "/users/1", (404, 10013)),
        ("GET", "/guilds/1", (404, 10004)),
        ("GET", "/nothing", (404, 0)),
        ("GET", "/channels/{channel}/messages?colour=1", (400, 50035)),
        ("GET", "/webhooks/1/abc/messages/@original", (404, 10015)),
        ("GET", "/applications/1/commands", (403, 20012)),
    ],
)
async def test_what_is_not_there(raw: Raw, method: str, path: str, expected: tuple[int, int]) -> None:
    status, answer = await raw.send(method, path.format(channel=raw.scene.channel))
    assert (status, answer["code"]) == expected


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the published description isn't there")
def test_the_carried_description_is_part_of_the_published_one() -> None:
    assert json.loads(CARRIED.read_bytes()) == carried.part(json.loads(PUBLISHED.read_bytes()))


async def test_without_a_description_own_rules_hold() -> None:
    async with connect(spec=None) as raw:
        assert (await raw.post({"content": "x" * 2001}))[0] == 400
        assert (await raw.post({"content": "x"}))[0] == 200


async def test_broken_json_and_a_missing_token(raw: Raw) -> None:
    path = f"/channels/{raw.scene.channel}/messages"
    status, answer = await raw.send("POST", path, data=b"{", headers={"Content-Type": "application/json"})
    assert (status, answer["code"]) == (400, 50109)
    status, answer = await raw.send("POST", path, {"content": "x"}, headers={"Authorization": "Bot wrong"})
    assert (status, answer) == (401, {"message": "401: Unauthorized", "code": 0})
