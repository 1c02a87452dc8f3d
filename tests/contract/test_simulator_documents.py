"""The simulator against the provider's documents: every printed request, and every request that breaks one rule."""

import json
import tomllib
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.simulator import uniall
from tests.contract.simulator_kit import Client, connect

FOLDER = Path(__file__).parents[3] / "shared" / "contracts" / "uniall"
MODELS = frozenset(model for family in uniall.PROVIDER.families for model in family.ids)
ROUTES = tuple(door.path for _, door in uniall.PROVIDER.doors)
BLAMED: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("simulator_blamed.toml").read_text())["uniall"]
"""The fields that may be blamed when a rule is about several; a rule that names its field needs no entry."""


def lines(name: str) -> list[dict[str, Any]]:
    path = FOLDER / name
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


PRINTED = [
    one
    for one in lines("examples.jsonl")
    if one["kind"] == "request" and one["method"] == "POST" and one["model"] in MODELS and one["valid"] is not None
]
BROKEN = [
    one
    for one in lines("bad_requests.jsonl")
    if not one.get("facts")
    and one["path"].rstrip("/") in ROUTES
    and (one["model"] in MODELS or one["rule"] in ("model:unknown", "endpoint:wrong") or "/gpt-image-2-" in one["id"])
]

pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="the provider's documents are not beside this checkout")


async def send(client: Client, line: dict[str, Any]) -> tuple[int, Any]:
    if line["content_type"] != "multipart/form-data":
        async with client.http.post(
            line["path"], data=json.dumps(line["request"]), headers={"Content-Type": line["content_type"]}
        ) as answer:
            return answer.status, await answer.json(content_type=None)
    form = aiohttp.FormData()
    for name, value in line["request"].items():
        form.add_field(name, value)
    for name in line["files"]:
        form.add_field(name, b"not really a picture", filename="input.png", content_type="image/png")
    async with client.http.post(line["path"], data=form) as answer:
        return answer.status, await answer.json(content_type=None)


def test_the_documents_are_read_at_all() -> None:
    assert (len(PRINTED) > 50, len(BROKEN) > 70) == (True, True)


async def test_every_printed_request_is_judged_as_its_page_does() -> None:
    async with connect(speed=10_000) as client:
        for line in PRINTED:
            if line["stream"] or line["path"] == "/v1/chat/completions":
                async with client.http.post(line["path"], json=line["request"]) as streamed:
                    assert (line["id"], streamed.status) == (line["id"], 200)
                    continue
            status, answer = await send(client, line)
            assert (line["id"], status) == (line["id"], 200 if line["valid"] else 400), answer


@pytest.mark.parametrize("line", [pytest.param(one, id=one["id"]) for one in BROKEN])
async def test_every_broken_rule_is_named(line: dict[str, Any]) -> None:
    async with connect(speed=10_000) as client:
        status, answer = await send(client, line)
        error = answer["error"]
        field = line["rule"].partition(":")[0]
        foreign = line["model"] not in MODELS  # models of other families and days aren't played, whatever their fault
        blamed = ["model"] if foreign else BLAMED.get(line["rule"], [field])
        assert (status, error["type"], set(error)) == (
            400,
            "invalid_request_error",
            {"message", "type", "code", "param"},
        )
        assert error["param"] in blamed
        assert error["param"] in error["message"] or line["model"] in error["message"]
        assert client.simulator.submits() == []
