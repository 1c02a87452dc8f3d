"""The simulator against the providers' documents: every printed request, and every request that breaks one rule."""

import asyncio
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.simulator.server import PLAYED
from tests.contract.simulator_kit import Client, connect

FOLDER = Path(__file__).parents[3] / "shared" / "contracts"
BLAMED: dict[str, dict[str, list[str]]] = tomllib.loads(Path(__file__).with_name("simulator_blamed.toml").read_text())
"""The fields that may be blamed when a rule is about several; a rule that names its field needs no entry."""
PLACEHOLDERS = {"<模型名>": "qwen3-max"}
"""What the pages print where a name belongs, and a name."""

pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="the providers' documents are not beside this checkout")


def lines(provider: str, name: str) -> list[dict[str, Any]]:
    path = FOLDER / provider / name
    read = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    return [one for one in read if any(door.path == one["path"].rstrip("/") for _, door in PLAYED[provider].doors)]


def played(line: dict[str, Any]) -> bool:
    """Whether the model that a line asks for is played at all."""
    model = PLACEHOLDERS.get(line["model"], line["model"])
    return PLAYED[line["provider"]].family(model) is not None


PRINTED = [
    one
    for provider in PLAYED
    for one in lines(provider, "examples.jsonl")
    if one["kind"] == "request" and one["method"] == "POST" and one["valid"] is not None and played(one)
]
BROKEN = [one for provider in PLAYED for one in lines(provider, "bad_requests.jsonl") if not one.get("facts")]


async def send(client: Client, line: dict[str, Any]) -> tuple[int, Any]:
    """Post a line as it is printed; the answer, or the text of a stream."""
    path = f"/{line['provider']}{line['path']}"
    if line["content_type"] == "multipart/form-data":
        form = aiohttp.FormData(default_to_multipart=True)
        for name, value in line["request"].items():
            form.add_field(name, value)
        for name, files in (line["files"] or {}).items():
            for _ in files if isinstance(files, list) else [files]:
                form.add_field(name, b"not really a picture", filename="input.png", content_type="image/png")
        async with client.http.post(path, data=form) as answer:
            return answer.status, await answer.json(content_type=None)
    body = line["request"] | {
        name: PLACEHOLDERS.get(str(line["request"].get(name)), line["request"][name])
        for name in ("model",)
        if name in line["request"]
    }
    headers = {"Content-Type": line["content_type"]}
    async with client.http.post(path, data=json.dumps(body), headers=headers) as answer:
        streamed = answer.content_type == "text/event-stream"
        return answer.status, await answer.text() if streamed else await answer.json(content_type=None)


def complaint(answer: Any) -> str:
    """What a refusal says, and the field that it names apart from its words, where the provider has a place for it."""
    error = answer["error"]
    return error if isinstance(error, str) else f"{error['param']} {error['message']}"


def test_the_documents_are_read_at_all() -> None:
    assert (len(PRINTED) > 50, len(BROKEN) > 70) == (True, True)


async def test_every_printed_request_is_judged_as_its_page_does() -> None:
    async with connect(speed=10_000) as client:
        answers = await asyncio.gather(*(send(client, line) for line in PRINTED))
    judged = {line["id"]: status for line, (status, _) in zip(PRINTED, answers, strict=True)}
    assert judged == {line["id"]: 200 if line["valid"] else 400 for line in PRINTED}


def blamed(line: dict[str, Any]) -> list[str]:
    """The fields that may be blamed for a line; a model that isn't played is, whatever else is wrong."""
    if not played(line):
        return ["model", "Content-Type"]
    field = line["rule"].partition(":")[0]
    return BLAMED[line["provider"]].get(line["rule"], [field])


def named(answer: Any, fields: list[str]) -> bool:
    """Whether a refusal names one of these fields, as a whole word."""
    return any(re.search(rf"(?<![\w.]){re.escape(field)}(?!\w)", complaint(answer)) for field in fields)


async def test_every_broken_rule_is_named() -> None:
    misjudged: dict[str, str] = {}
    async with connect(speed=10_000) as client:
        for line in BROKEN:
            status, answer = await send(client, line)
            if status != 400 or not named(answer, blamed(line)):
                misjudged[line["id"]] = f"{status}: {answer}"
        assert (misjudged, client.simulator.submits()) == ({}, [])
