"""pxz as the simulator plays it: rules by requests of our own, and results that are called back."""

import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import test_utils, web

from bot.simulator import calling
from tests.contract.simulator_kit import Client, connect, film, picture, until

SUBMIT = "/pxz/api/openapi/submit"
SUNSET = {"prompt": "a sunset by the sea"}


class Ear:
    """Somebody who is called back."""

    def __init__(self) -> None:
        self.heard: list[Any] = []
        self.answers: list[int] = []  # the statuses to answer with; then 200
        self.url = ""

    async def hear(self, request: web.Request) -> web.Response:
        self.heard.append(await request.json())
        return web.Response(status=self.answers.pop(0) if self.answers else 200)


@contextlib.asynccontextmanager
async def listening() -> AsyncIterator[Ear]:
    ear, app = Ear(), web.Application()
    app.router.add_post("/hook", ear.hear)
    async with test_utils.TestServer(app) as server:
        ear.url = str(server.make_url("/hook"))
        yield ear


async def submit(client: Client, model: str, params: dict[str, Any], **more: Any) -> Any:
    status, answer = await client.post(SUBMIT, {"model": model, "params": SUNSET | params, **more})
    assert status == 200, answer
    return answer


async def ended(client: Client, task_id: str) -> Any:
    """The last answer about a task, asked for where the page names no place."""
    seen: list[Any] = []

    async def over() -> bool:
        status, answer = await client.get(f"/pxz/api/openapi/tasks/{task_id}")
        assert status == 200, answer
        seen.append(answer)
        return answer["status"] in ("completed", "failed")

    await until(over)
    return seen[-1]


async def test_a_result_is_called_back_with_what_was_sent_along() -> None:
    async with connect(speed=1000) as client, listening() as ear:
        metadata = {"order": [1, {"a": None}], "token": "0123456789abcdef" * 8}
        taken = await submit(client, "seedream_v4", {"output_n": "2"}, callback_url=ear.url, metadata=metadata)
        assert taken == {
            "task_id": taken["task_id"],
            "status": "pending",
            "estimated_credits": 20,
            "created_at": taken["created_at"],
        }
        await until(lambda: ear.heard)
        said = ear.heard[0]
        assert said == {
            "task_id": taken["task_id"],
            "status": "completed",
            "metadata": metadata,
            "results": [{"url": result["url"], "type": "image"} for result in said["results"]],
            "created_at": taken["created_at"],
            "completed_at": said["completed_at"],
        }
        files = [(await client.download(result["url"]))[2] for result in said["results"]]
        assert ([picture(data).size for data in files], files[0] != files[1]) == ([(1024, 1024)] * 2, True)
        await until(client.simulator.calls)
        assert [(one.number, one.status, one.last) for one in client.simulator.calls()] == [(1, 200, True)]
        assert [one["task_id"] for one in (await client.get("/_simulator/calls"))[1]] == [taken["task_id"]]
        assert (await ended(client, taken["task_id"]))["results"][0]["type"] == "image"


async def test_whoever_does_not_answer_is_called_again() -> None:
    async with connect(speed=1000) as client, listening() as ear:
        ear.answers = [500, 404]
        await submit(client, "gpt_4o", {}, callback_url=ear.url)
        await until(lambda: [one for one in client.simulator.calls() if one.last])
        assert [(one.number, one.status) for one in client.simulator.calls()] == [(1, 500), (2, 404), (3, 200)]
        assert [one["results"][0]["url"] for one in ear.heard] == [ear.heard[0]["results"][0]["url"]] * 3


async def test_the_simulator_gives_up_in_the_end_and_calls_nobody_elsewhere() -> None:
    async with connect(speed=10_000) as client:
        await submit(client, "gpt_4o", {}, callback_url="http://127.0.0.1:1/nobody")
        await until(lambda: len(client.simulator.calls()) == calling.TRIES)
        assert {(one.status, one.problem) for one in client.simulator.calls()} == {(0, "ClientConnectorError")}
        await submit(client, "gpt_4o", {}, callback_url="https://example.com/hook")
        await until(lambda: len(client.simulator.calls()) == calling.TRIES + 1)
        assert client.simulator.calls()[-1].problem == calling.ELSEWHERE


async def test_a_call_that_was_owed_is_made_after_a_restart(tmp_path: Path) -> None:
    async with listening() as ear:
        async with connect(speed=1, state_dir=tmp_path) as client:
            taken = await submit(client, "sora2", {}, callback_url=ear.url)
            assert (await client.get(f"/pxz/api/openapi/tasks/{taken['task_id']}"))[1]["status"] == "pending"
        assert ear.heard == []
        log = tmp_path / "submits.jsonl"
        log.write_text(json.dumps(json.loads(log.read_text()) | {"length_s": 0.001}) + "\n")  # as if it had been long
        async with connect(speed=1, state_dir=tmp_path) as client:
            await until(lambda: ear.heard)
            assert ear.heard[0]["task_id"] == taken["task_id"]
            await until(client.simulator.calls)
        async with connect(speed=1000, state_dir=tmp_path) as client:
            later = await submit(client, "gpt_4o", {}, callback_url=ear.url)
            await until(lambda: len(ear.heard) > 1)
            assert [one["task_id"] for one in ear.heard] == [taken["task_id"], later["task_id"]]


async def test_calls_may_be_lost_or_come_twice() -> None:
    async with connect(speed=1000) as client, listening() as ear:
        client.simulator.fault("callback-lost")
        lost = await submit(client, "gpt_4o", {}, callback_url=ear.url)
        client.simulator.fault("callback-twice")
        twice = await submit(client, "gpt_4o", {}, callback_url=ear.url)
        await until(lambda: len(ear.heard) == 2)
        assert [one["task_id"] for one in ear.heard] == [twice["task_id"]] * 2
        assert (await ended(client, lost["task_id"]))["status"] == "completed"


async def test_a_failure_is_called_back_too() -> None:
    async with connect(speed=1000) as client, listening() as ear:
        client.simulator.fault("fail")
        await submit(client, "sora2_pro", {}, callback_url=ear.url)
        await until(lambda: ear.heard)
        assert (ear.heard[0]["status"], ear.heard[0]["results"], ear.heard[0]["error"]) == ("failed", [], "task failed")


@pytest.mark.parametrize(
    ("model", "params", "size"),
    [
        ("seedream_v4", {"resolution": "2K", "aspect_ratio": "16:9"}, (2736, 1536)),
        ("seedream_v4_5", {"resolution": "high", "aspect_ratio": "1:1"}, (2048, 2048)),
        ("nano_banana", {"image_url": ["SAMPLES/portrait.png"], "format": "jpeg"}, (912, 1152)),
        ("nano_banana_pro", {"aspect_ratio": "1:1", "format": "jpg"}, (1024, 1024)),
        ("gpt_4o", {"aspect_ratio": "3:2", "image_url": "https://example.com/a.png"}, (1536, 1024)),
    ],
)
async def test_pictures_have_the_asked_size(model: str, params: dict[str, Any], size: tuple[int, int]) -> None:
    async with connect(speed=1000) as client:
        samples = f"{client.simulator.url}/samples"
        if isinstance(params.get("image_url"), list):
            params = params | {"image_url": [one.replace("SAMPLES", samples) for one in params["image_url"]]}
        task = await ended(client, (await submit(client, model, params))["task_id"])
        assert picture((await client.download(task["results"][0]["url"]))[2]).size == size


async def test_clips_have_the_asked_length() -> None:
    async with connect(speed=1000) as client:
        task = await ended(client, (await submit(client, "sora2", {"aspect_ratio": "9:16"}))["task_id"])
        made = film((await client.download(task["results"][0]["url"]))[2])
        assert (made.size, made.seconds, task["results"][0]["type"]) == ((720, 1280), 10, "video")


ACCEPTED: list[tuple[str, dict[str, Any], str]] = [
    ("seedream_v4", {"image_url": ["https://example.com/a.png"] * 9}, "image2image"),
    ("seedream_v4_5", {"aspect_ratio": "21:9", "resolution": "basic"}, "text2image"),
    ("nano_banana", {"aspect_ratio": "auto"}, "text2image"),
    ("sora2_pro", {"resolution": "std", "video_length": "15"}, "text2video"),
    ("veo3_1", {"image_url": "https://example.com/a.png"}, "image2video"),
    ("veo3_1_fast", {"end_image_url": "https://example.com/a.png"}, "first_last_frame"),
]
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, "Missing required field: model"),
    ({"model": "seedream_v9", "params": SUNSET}, "Invalid model"),
    ({"model": "seedream_v4", "params": []}, "Missing or invalid field: params"),
    ({"model": "seedream_v4", **SUNSET}, "Missing or invalid field: params"),
    ({"model": "seedream_v4", "params": {}}, "Missing required field: prompt"),
    ({"model": "seedream_v4", "params": SUNSET | {"output_n": "3"}}, "Invalid parameter: output_n"),
    ({"model": "seedream_v4", "params": SUNSET | {"format": "png"}}, "Invalid parameter: format"),
    ({"model": "sora2", "params": SUNSET | {"resolution": "high"}}, "Invalid parameter: resolution"),
    ({"model": "gpt_4o", "params": SUNSET | {"image_url": ["https://x.example/a"]}}, "Invalid parameter: image_url"),
    ({"model": "gpt_4o", "params": SUNSET, "callback_url": "here"}, "Invalid parameter: callback_url"),
    ({"model": "gpt_4o", "params": SUNSET, "prompt": "x"}, "Invalid parameter: prompt"),
]


async def test_what_the_page_allows_is_taken() -> None:
    async with connect(speed=10_000) as client:
        for model, params, operation in ACCEPTED:
            await submit(client, model, params)
            assert (model, client.simulator.submits()[-1].operation) == (model, operation)


@pytest.mark.parametrize(("body", "words"), REFUSED)
async def test_what_the_page_forbids_is_refused_in_its_words(body: dict[str, Any], words: str) -> None:
    async with connect() as client:
        assert await client.post(SUBMIT, body) == (400, {"error": words})
        assert client.simulator.submits() == []


async def test_a_wrong_key_and_a_broken_house() -> None:
    async with connect() as client, aiohttp.ClientSession(client.simulator.url) as stranger:
        body = {"model": "gpt_4o", "params": SUNSET}
        for headers in ({}, {"Authorization": "Bearer sk-other"}):
            async with stranger.post(SUBMIT, json=body, headers=headers) as answer:
                assert (answer.status, await answer.json()) == (401, {"error": "Unauthorized"})
        client.simulator.fault("500")
        assert await client.post(SUBMIT, body) == (500, {"error": "Internal Server Error"})
