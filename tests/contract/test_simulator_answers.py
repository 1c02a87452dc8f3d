"""The simulator's answers: whole objects, in the shapes the pages print."""

import asyncio
import json
from typing import Any

import pytest

from bot.simulator import uniall
from tests.contract.simulator_kit import ALL, CLIP, CUBE, HEAD, LINE, ROUTES, SONG, SPHERE, connect

SOME_URL = "<url>"


def plain(answer: Any, task_id: str, base: str) -> Any:
    """An answer with what differs from run to run replaced by words."""
    if isinstance(answer, dict):
        return {name: plain(value, task_id, base) for name, value in answer.items()}
    if isinstance(answer, list):
        return [plain(value, task_id, base) for value in answer]
    if answer == task_id:
        return "<id>"
    if isinstance(answer, str) and answer.startswith(f"{base}/media/"):
        return SOME_URL
    return "<time>" if isinstance(answer, int) and answer > 1_700_000_000 else answer


SUBMITTED = [
    (
        CUBE,
        {
            "task_id": "<id>",
            "status": "queued",
            "progress": "0%",
            "result_url": "",
            "metadata": {"task_type": "text2image"},
            "error": None,
        },
    ),
    (
        CLIP,
        {
            "id": "<id>",
            "task_id": "<id>",
            "object": "video",
            "model": "grok-imagine",
            "status": "queued",
            "progress": 0,
            "created_at": "<time>",
            "seconds": "2",
        },
    ),
    (HEAD, {"id": "<id>", "task_id": "<id>", "object": "video.generation.job", "status": "queued"}),
    (SONG, {"id": "<id>", "task_id": "<id>", "object": "audio.generation.job", "status": "queued"}),
    (
        LINE,
        {
            "id": "<id>",
            "task_id": "<id>",
            "object": "audio.generation.job",
            "status": "queued",
            "raw_status": "SUBMITTED",
            "progress": "0%",
            "audio_url": None,
            "result": None,
            "error": None,
        },
    ),
]
FINISHED = [
    (
        CUBE,
        {
            "code": "success",
            "message": "",
            "data": {
                "task_id": "<id>",
                "status": "succeeded",
                "progress": "100%",
                "result_url": SOME_URL,
                "metadata": {"task_type": "text2image", "result_count": 1},
                "error": None,
            },
        },
    ),
    (
        SPHERE | {"n": 3},
        {
            "code": "success",
            "message": "",
            "data": {
                "task_id": "<id>",
                "status": "succeeded",
                "progress": "100%",
                "result_url": SOME_URL,
                "metadata": {"task_type": "text2image", "result_count": 3, "result_urls": [SOME_URL] * 3},
                "error": None,
            },
        },
    ),
    (
        CLIP,
        {
            "id": "<id>",
            "task_id": "<id>",
            "object": "video",
            "model": "grok-imagine",
            "status": "completed",
            "progress": 100,
            "created_at": "<time>",
            "completed_at": "<time>",
            "seconds": "2",
            "size": "480p",
            "metadata": {"url": SOME_URL},
        },
    ),
    (
        HEAD,
        {
            "id": "<id>",
            "task_id": "<id>",
            "object": "video.generation.job",
            "status": "completed",
            "video_url": SOME_URL,
            "result": {"outputs": [SOME_URL]},
        },
    ),
    (
        SONG,
        {
            "id": "<id>",
            "task_id": "<id>",
            "object": "audio.generation.job",
            "status": "completed",
            "audio_url": SOME_URL,
            "result": {"outputs": [SOME_URL], "audios": [{"url": SOME_URL}]},
        },
    ),
    (
        LINE,
        {
            "id": "<id>",
            "task_id": "<id>",
            "object": "audio.generation.job",
            "status": "completed",
            "raw_status": "SUCCESS",
            "progress": "100%",
            "audio_url": SOME_URL,
            "result": {"audio_url": SOME_URL, "outputs": [SOME_URL], "audios": [{"url": SOME_URL}]},
            "error": None,
        },
    ),
]
FAILED = [
    (CUBE, {"status": "failed", "error": {"code": "task_failed", "message": "image task failed"}}),
    (CLIP, {"status": "failed", "error": {"code": "task_failed", "message": "request rejected"}}),
    (HEAD, {"status": "failed", "error": {"code": "task_failed", "message": "request rejected"}}),
    (SONG, {"status": "failed", "error": {"message": "audio task failed"}}),
    (LINE, {"status": "failed", "raw_status": "FAILURE", "error": {"message": "audio task failed"}}),
]


@pytest.mark.parametrize(("body", "expected"), SUBMITTED)
async def test_a_submission_is_answered_as_printed(body: dict[str, Any], expected: dict[str, Any]) -> None:
    async with connect(speed=1) as client:
        status, answer = await client.post(ROUTES[body["model"]], body)
        assert (status, plain(answer, answer["task_id"], client.simulator.url)) == (200, expected)


@pytest.mark.parametrize(("body", "expected"), FINISHED)
async def test_a_finished_task_is_answered_as_printed(body: dict[str, Any], expected: dict[str, Any]) -> None:
    async with connect(speed=1000) as client:
        task_id = await client.submit(body)
        answer = await client.follow(ROUTES[body["model"]], task_id)
        assert plain(answer, task_id, client.simulator.url) == expected


@pytest.mark.parametrize(("body", "expected"), FAILED)
async def test_a_failed_task_says_why(body: dict[str, Any], expected: dict[str, Any]) -> None:
    async with connect(speed=1000) as client:
        client.simulator.fault("fail")
        task = await client.run(body)
        assert {name: task[name] for name in expected} == expected


async def test_progress_grows_through_the_documented_words() -> None:
    async with connect(speed=20) as client:
        for body, words in (
            (CUBE, ["queued", "processing", "succeeded"]),
            (CLIP, ["queued", "in_progress", "completed"]),
            (LINE, ["queued", "in_progress", "completed"]),
            (SONG, ["queued", "processing", "completed"]),
        ):
            _, taken = await client.post(ROUTES[str(body["model"])], body)
            task_id, seen = taken["task_id"], [taken["status"]]
            progress = [0]
            while "succeeded" not in seen and "completed" not in seen:
                _, answer = await client.get(f"{ROUTES[str(body['model'])]}/{task_id}")
                task = answer.get("data", answer)
                progress.append(int(str(task.get("progress", progress[-1])).rstrip("%")))
                seen += [task["status"]] if task["status"] not in seen else []
                await asyncio.sleep(0.003)
            assert (seen, progress) == (words, sorted(progress))


async def test_a_family_is_polled_on_its_own_routes_only() -> None:
    homes = {
        "/v1/images/tasks": {"NanoBanana2-0.5K", "gpt-image-2"},
        "/v1/audio/tasks": {"minimax-music-2.6", "minimax-speech-2.8-hd"},
        "/v1/videos": {"grok-imagine"},
        "/v1/videos/generations": {"grok-imagine"},
        "/v1/video/generations": {"grok-imagine", "kling-avatar-v2-standard"},
    }
    async with connect() as client:
        ids = {str(body["model"]): await client.submit(body) for body in ALL}
        for path, models in homes.items():
            found = {model for model, id in ids.items() if (await client.get(f"{path}/{id}"))[0] == 200}
            assert (path, found) == (path, models)
        status, answer = await client.get("/v1/videos/task_unknown")
        assert (status, answer["error"]["code"]) == (404, "task_not_found")


async def test_synchronous_pictures_come_with_the_answer() -> None:
    async with connect() as client:
        status, answer = await client.post("/v1/images/generations", SPHERE | {"n": 2})
        assert status == 200
        assert plain(answer, "", client.simulator.url) == {"created": "<time>", "data": [{"url": SOME_URL}] * 2}
        status, answer = await client.post("/v1/images/edits", CUBE | {"image": "https://example.com/a.png"})
        assert (status, len(answer["data"])) == (200, 1)
        assert (await client.get(f"/v1/images/tasks/{client.simulator.submits()[0].task_id}"))[0] == 404


async def test_chat_streams_one_chunk_with_the_url() -> None:
    body = {"model": "NanoBananaPro-1K", "messages": [{"role": "user", "content": "a kite"}], "stream": True}
    async with connect() as client, client.http.post("/v1/chat/completions", json=body) as answer:
        events = (await answer.text()).split("\n\n")
        assert (answer.content_type, events[1:]) == ("text/event-stream", ["data: [DONE]", ""])
        chunk = json.loads(events[0].removeprefix("data: "))
        url = chunk["media"]["outputs"][0]
        assert plain(chunk, chunk["id"], "") == {
            "id": "<id>",
            "object": "chat.completion.chunk",
            "created": "<time>",
            "model": "NanoBananaPro-1K",
            "choices": [{"index": 0, "delta": {"role": "assistant", "content": url}, "finish_reason": "stop"}],
            "media": {"outputs": [url]},
        }
        assert (await client.download(url))[:2] == (200, "image/png")


async def test_the_account_is_answered_as_printed() -> None:
    async with connect() as client:
        _, before = await client.get("/api/usage/balance")
        await client.submit(CLIP)
        _, after = await client.get("/api/usage/balance")
        assert (set(before), before["success"], set(before["data"])) == (
            {"success", "message", "data"},
            True,
            {"object", "user_id", "balance", "token"},
        )
        assert before["data"]["balance"]["display_amount"] == "¥14.60"
        assert after["data"]["balance"]["quota"] < before["data"]["balance"]["quota"]
        assert after["data"]["token"]["total_quota"] == before["data"]["token"]["total_quota"]


async def test_models_and_voices_are_listed() -> None:
    async with connect() as client:
        _, models = await client.get("/v1/models")
        assert {"id": "grok-imagine", "object": "model", "created": 0, "owned_by": "uniall"} in models["data"]
        assert len(models["data"]) == sum(len(family.ids) for family in uniall.PROVIDER.families)
        _, voices = await client.get("/v1/audio/voices?model=minimax-speech-02-hd")
        assert (voices["object"], voices["model"]) == ("audio.voice.list", "minimax-speech-02-hd")
        assert "Wise_Woman" in {voice["voice_id"] for voice in voices["data"]}
        assert (await client.get("/v1/audio/voices?model=grok-imagine"))[0] == 400


async def test_the_landing_page_says_what_this_is() -> None:
    async with connect() as client, client.http.get("/") as answer:
        text = await answer.text()
        assert (answer.status, "simulator" in text, "/samples/portrait.png" in text) == (200, True, True)
