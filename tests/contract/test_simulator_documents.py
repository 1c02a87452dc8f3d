"""The simulator against the providers' documents: every printed request, and every request that breaks one rule."""

import asyncio
import base64
import io
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image

from bot.simulator.server import PLAYED
from tests.contract.simulator_kit import Client, connect

FOLDER = Path(__file__).parents[3] / "shared" / "contracts"
BLAMED: dict[str, dict[str, list[str]]] = tomllib.loads(Path(__file__).with_name("simulator_blamed.toml").read_text())
"""The fields that may be blamed when a rule is about several; a rule that names its field needs no entry."""
PICTURE = io.BytesIO()
Image.new("RGB", (32, 32)).save(PICTURE, "PNG")
PLACEHOLDERS = {
    r"<模型名>": "qwen3-max",
    r"\{modeName\}": "gemini-3.1-flash-image-preview-512",
    r"\bimage_base64(_\d)?\b": base64.b64encode(PICTURE.getvalue()).decode(),
}
"""What the pages print in the place of something, and something."""

ODD: tuple[object, ...] = (None, [], {}, {"url": 5}, [None], "x", 7)

pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="the providers' documents are not beside this checkout")


def lines(provider: str, name: str) -> list[dict[str, Any]]:
    """The lines of a file about the routes that are played, with something in the place of every placeholder."""
    path = FOLDER / provider / name
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    for placeholder, something in PLACEHOLDERS.items():
        text = re.sub(placeholder, something, text)
    routes = {re.sub(r"\{\w+\}", ".+", door.path) for _, door in PLAYED[provider].doors}
    read = [json.loads(line) for line in text.splitlines()]
    return [one for one in read if any(re.fullmatch(route, one["path"].rstrip("/")) for route in routes)]


def played(line: dict[str, Any]) -> bool:
    """Whether the model that a line asks for is played at all."""
    families = PLAYED[line["provider"]].families
    return any(line["model"] == id or f"/{id}:" in line["path"] for family in families for id in family.ids)


PRINTED = [
    one
    for provider in PLAYED
    for one in lines(provider, "examples.jsonl")
    if one["kind"] == "request" and one["method"] == "POST" and played(one)
    # where one page allows what another forbids, the simulator may take either side
    and one["valid"] is not None and one["valid"] == one["valid_safer"]
]  # fmt: skip
BROKEN = [one for provider in PLAYED for one in lines(provider, "bad_requests.jsonl") if not one.get("facts")]


async def send(client: Client, line: dict[str, Any]) -> tuple[int, Any]:
    """Post a line as it is printed; the answer, or the text of a stream or of a broken house."""
    path, kind = f"/{line['provider']}{line['path']}", line["content_type"]
    data = form(line) if kind == "multipart/form-data" else json.dumps(line["request"])
    headers = {} if kind == "multipart/form-data" else {"Content-Type": kind}
    async with client.http.post(path, data=data, headers=headers) as answer:
        plain = answer.content_type != "application/json"
        return answer.status, await answer.text() if plain else await answer.json()


def form(line: dict[str, Any]) -> aiohttp.FormData:
    """A printed form; a file is a picture, whatever its name."""
    data = aiohttp.FormData(line["request"], default_to_multipart=True)
    for name, files in (line["files"] or {}).items():
        for _ in files if isinstance(files, list) else [files]:
            data.add_field(name, PICTURE.getvalue(), filename="input.png", content_type="image/png")
    return data


def complaint(answer: Any) -> str:
    """What a refusal says, and the field that it names apart from its words, where the provider has a place for it."""
    error = answer["error"]
    return error if isinstance(error, str) else f"{error['param']} {error['message']}"


def blamed(line: dict[str, Any]) -> list[str]:
    """The fields that may be blamed for a line; a model that isn't played is, whatever else is wrong."""
    if not played(line):
        return ["model", "Content-Type"]
    field = line["rule"].partition(":")[0]
    return BLAMED[line["provider"]].get(line["rule"], [field])


def named(answer: Any, fields: list[str]) -> bool:
    """Whether a refusal names one of these fields, as a whole word."""
    return any(re.search(rf"(?<![\w.]){re.escape(field)}(?!\w)", complaint(answer)) for field in fields)


def test_the_documents_are_read_at_all() -> None:
    assert (len(PRINTED) > 120, len(BROKEN) > 250) == (True, True)


async def test_every_printed_request_is_judged_as_its_page_does() -> None:
    async with connect(speed=10_000) as client:
        answers = await asyncio.gather(*(send(client, line) for line in PRINTED))
    misjudged = {
        line["id"]: f"{status}: {answer}"
        for line, (status, answer) in zip(PRINTED, answers, strict=True)
        if status != (200 if line["valid"] else 400)
    }
    assert misjudged == {}


async def test_every_broken_rule_is_named() -> None:
    misjudged: dict[str, str] = {}
    async with connect(speed=10_000) as client:
        for line in BROKEN:
            status, answer = await send(client, line)
            if status != 400 or not named(answer, blamed(line)):
                misjudged[line["id"]] = f"{status}: {answer}"
        assert (misjudged, client.simulator.submits()) == ({}, [])


def spoilt(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A body with each of its fields, and of the fields below, in turn replaced by something odd."""
    for name, value in body.items():
        yield from (body | {name: odd} for odd in ODD)
        if isinstance(value, dict):
            yield from (body | {name: inner} for inner in spoilt(value))


async def test_nothing_that_is_sent_breaks_the_simulator() -> None:
    kinds = {(line["provider"], line["path"], line["model"], line["operation"]): line for line in PRINTED}
    broken: list[tuple[str, dict[str, Any]]] = []
    async with connect(speed=10_000) as client:
        for line in kinds.values():
            for body in spoilt(line["request"]) if line["content_type"] == "application/json" else ():
                status, _ = await send(client, line | {"request": body})
                broken += [(line["id"], body)] if status not in (200, 400) else []
        tasks = [one.task_id for one in client.simulator.submits() if one.provider == "uniall"]
        seen = {(await client.get(f"{path}/{id}"))[0] for id in tasks for path in ("/v1/videos", "/v1/images/tasks")}
    assert (broken, seen) == ([], {200, 404})
