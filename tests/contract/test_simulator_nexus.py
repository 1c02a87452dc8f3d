"""nexus as the simulator plays it: rules by requests of our own, and answers of every form."""

import base64
import io
import json
import re
from typing import Any

import aiohttp
import pytest
from aiohttp import test_utils, web
from PIL import Image

from tests.contract.simulator_kit import Client, connect, film, picture, until

VEO = {"model": "veo3.1-fast", "prompt": "a paper boat drifts", "duration": 5}
SORA = {"model": "sora-2-all", "prompt": "waves", "size": "small", "duration": 5}
FORM = {"model": "veo_3_1-fast-4K", "prompt": "a paper boat", "seconds": "1", "size": "16x9"}
DALL_E = {"model": "dall-e-3", "prompt": "a paper boat"}
FLUX = {"model": "flux-schnell", "prompt": "a paper boat", "size": "512x256"}
TALK = {"model": "sora-2-all", "messages": [{"role": "user", "content": "waves at night"}]}
PICTURE = "https://example.com/a.png"

BUFFER = io.BytesIO()
Image.new("RGB", (300, 200), (255, 0, 0)).save(BUFFER, "PNG")
RED = BUFFER.getvalue()


def form(body: dict[str, Any], **files: bytes) -> aiohttp.FormData:
    data = aiohttp.FormData(body, default_to_multipart=True)
    for name, content in files.items():
        data.add_field(name, content, filename=f"{name}.png", content_type="image/png")
    return data


async def post(client: Client, path: str, data: aiohttp.FormData) -> tuple[int, Any]:
    async with client.http.post(f"/nexus{path}", data=data) as answer:
        return answer.status, await answer.json()


async def ended(client: Client, path: str, *words: str) -> Any:
    """The answer of a poll once its status, or its state, is one of these words."""
    seen: list[Any] = []

    async def over() -> bool:
        status, answer = await client.get(f"/nexus{path}")
        assert status == 200, answer
        seen.append(answer)
        return answer.get("status", answer.get("state")) in words

    await until(over)
    return seen[-1]


async def test_a_unified_task_ends_with_a_url() -> None:
    async with connect(speed=1000) as client:
        status, taken = await client.post("/nexus/v1/video/create", VEO | {"enhance_prompt": True})
        assert (status, taken) == (
            200,
            {
                "id": taken["id"],
                "status": "pending",
                "status_update_time": taken["status_update_time"],
                "enhanced_prompt": "a paper boat drifts, cinematic",
            },
        )
        assert re.fullmatch(r"veo3\.1-fast:\d{10}-\w{10}", taken["id"])
        task = await ended(client, f"/v1/video/query?id={taken['id']}", "completed")
        assert task == taken | {
            "status": "completed",
            "status_update_time": task["status_update_time"],
            "video_url": task["video_url"],
        }
        made = film((await client.download(task["video_url"]))[2])
        assert (made.size, made.seconds) == ((1280, 720), 5)
        async with client.http.get(f"/nexus/v1/videos/{taken['id']}/download") as answer:
            assert (answer.status, answer.content_type) == (200, "video/mp4")


async def test_what_failed_and_what_broke_have_words_of_their_own() -> None:
    async with connect(speed=1000) as client:
        for fault, word, reason in (
            ("fail", "error", "timeout"),
            ("refuse-late", "failed", "content policy violation"),
        ):
            client.simulator.fault(fault)
            _, taken = await client.post("/nexus/v1/video/create", SORA)
            task = await ended(client, f"/v1/video/query?id={taken['id']}", "error", "failed")
            assert (task["status"], task["error"]) == (word, reason)


async def test_an_openai_task_is_a_form_and_its_file_is_downloaded() -> None:
    async with connect(speed=1000) as client:
        status, taken = await post(client, "/v1/videos", form(FORM, image=RED))
        assert (status, taken) == (
            200,
            {
                "id": taken["id"],
                "object": "video",
                "model": "veo_3_1",
                "status": "queued",
                "progress": 0,
                "created_at": taken["created_at"],
                "seconds": "1",
                "size": "16x9",
            },
        )
        task = await ended(client, f"/v1/videos/{taken['id']}", "completed")
        finished = {"status": "completed", "progress": 100, "completed_at": task["completed_at"]}
        assert task == taken | finished
        async with client.http.get(f"/nexus/v1/videos/{taken['id']}/download") as answer:
            assert film(await answer.read()).size == (1280, 720)
        assert client.simulator.submits()[0].operation == "image2video"


async def test_a_download_waits_for_its_task() -> None:
    async with connect(speed=1) as client:
        _, taken = await post(client, "/v1/videos", form(FORM))
        status, answer = await client.get(f"/nexus/v1/videos/{taken['id']}/download")
        assert (status, answer["error"]["code"]) == (400, "task_not_completed")
        assert (await client.get("/nexus/v1/videos/video_x/download"))[0] == 404


async def test_pictures_come_with_the_answer_as_urls_or_bytes() -> None:
    async with connect(speed=1000) as client:
        status, answer = await client.post("/nexus/v1/images/generations", DALL_E | {"n": 2, "size": "1792x1024"})
        assert (status, set(answer), len(answer["data"])) == (200, {"created", "data"}, 2)
        assert set(answer["data"][0]) == {"url", "revised_prompt"}
        assert picture((await client.download(answer["data"][0]["url"]))[2]).size == (1792, 1024)
        _, answer = await client.post("/nexus/v1/images/generations", DALL_E | {"response_format": "b64_json"})
        assert set(answer["data"][0]) == {"b64_json", "revised_prompt"}
        assert picture(base64.b64decode(answer["data"][0]["b64_json"])).size == (1024, 1024)
        _, answer = await client.post("/nexus/v1/images/generations", FLUX)
        assert picture((await client.download(answer["data"][0]["url"]))[2]).size == (512, 256)


async def test_an_edit_is_a_form_with_a_picture_and_a_mask() -> None:
    async with connect(speed=1000) as client:
        body = {"model": "gpt-image-1", "prompt": "keep it red", "size": "512x512"}
        status, answer = await post(client, "/v1/images/edits", form(body, image=RED, mask=RED))
        image = picture((await client.download(answer["data"][0]["url"]))[2])
        red = sum(count for count, colour in image.getcolors(1 << 21) or [] if colour == (255, 0, 0))
        assert (status, image.size, red > 20_000) == (200, (512, 512), True)
        status, answer = await post(client, "/v1/images/edits", form(body, mask=RED))
        assert (status, answer["error"]["param"]) == (400, "image")


async def test_luma_dreams() -> None:
    async with connect(speed=1000) as client:
        body = {"prompt": "waves", "keyframes": {"frame0": {"type": "image", "url": PICTURE}}, "loop": True}
        _, taken = await client.post("/nexus/v1/generations", body)
        assert (taken["state"], taken["assets"], taken["request"]) == ("queued", None, body)
        task = await ended(client, f"/v1/generations/{taken['id']}", "completed", "failed")
        assert film((await client.download(task["assets"]["video"]))[2]).seconds == 5
        submit = client.simulator.submits()[0]
        assert (submit.model, submit.operation) == ("luma", "image2video")


async def test_replicate_predicts() -> None:
    async with connect(speed=1000) as client:
        body = {"model": "flux-dev", "input": {"prompt": "a boat", "aspect_ratio": "16:9", "seed": 3}}
        _, taken = await client.post("/nexus/v1/predictions", body)
        assert (taken["status"], taken["output"], taken["input"]) == ("starting", None, body["input"])
        task = await ended(client, f"/v1/predictions/{taken['id']}", "succeeded", "failed")
        assert picture((await client.download(task["output"][0]))[2]).size == (1360, 768)


async def test_ideogram_answers_at_once() -> None:
    async with connect(speed=1000) as client:
        body = {"image_request": {"prompt": "a boat", "aspect_ratio": "ASPECT_16_9", "model": "V_3"}}
        status, answer = await client.post("/nexus/generate", body)
        assert (status, answer["data"][0]["resolution"]) == (200, "1360x768")
        assert picture((await client.download(answer["data"][0]["url"]))[2]).size == (1360, 768)


async def test_midjourney_is_imagined_fetched_and_pressed() -> None:
    async with connect(speed=1000) as client:
        body = {"prompt": "a boat --ar 16:9", "base64Array": [base64.b64encode(RED).decode()], "state": "mine"}
        status, taken = await client.post("/nexus/mj/submit/imagine", body)
        assert (status, taken["code"], taken["description"]) == (200, 1, "提交成功")
        fetch = f"/mj/task/{taken['result']}/fetch"
        task = await ended(client, fetch, "SUCCESS", "FAILURE")
        assert (task["action"], task["progress"], task["state"]) == ("IMAGINE", "100%", "mine")
        assert [button["label"] for button in task["buttons"]] == [
            *(f"{letter}{n}" for letter in "UV" for n in range(1, 5)),
            "🔄",
        ]
        image = picture((await client.download(task["imageUrl"]))[2])
        assert (image.size, client.simulator.submits()[0].operation) == ((1360, 768), "image2image")
        press = {"taskId": taken["result"], "customId": task["buttons"][0]["customId"]}
        _, pressed = await client.post("/nexus/mj/submit/action", press)
        larger = await ended(client, f"/mj/task/{pressed['result']}/fetch", "SUCCESS", "FAILURE")
        assert (larger["action"], len(larger["buttons"])) == ("UPSCALE", 2)
        for wrong, param in (
            (press | {"customId": "MJ::JOB::upsample::9::x"}, "customId"),
            ({"taskId": "1"}, "customId"),
        ):
            status, answer = await client.post("/nexus/mj/submit/action", wrong)
            assert (status, answer["error"]["param"]) == (400, param)


async def test_a_base64_picture_is_kept_out_of_the_log_and_must_be_one() -> None:
    async with connect(speed=1000) as client:
        body = {"prompt": "a boat", "base64Array": [f"data:image/png;base64,{base64.b64encode(RED).decode()}"]}
        await client.post("/nexus/mj/submit/imagine", body)
        kept = client.simulator.submits()[0].body["base64Array"][0]
        assert (kept["size"], set(kept)) == (len(RED), {"name", "size", "sha256"})
        nonsense = {"prompt": "a boat", "base64Array": [base64.b64encode(b"no picture at all " * 9).decode()]}
        _, taken = await client.post("/nexus/mj/submit/imagine", nonsense)
        task = await ended(client, f"/mj/task/{taken['result']}/fetch", "SUCCESS", "FAILURE")
        assert task["failReason"] == "`base64Array` is not a readable image."


async def test_midjourney_calls_its_hook() -> None:
    heard: list[Any] = []

    async def hear(request: web.Request) -> web.Response:
        heard.append(await request.json())
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", hear)
    async with test_utils.TestServer(app) as server, connect(speed=1000) as client:
        hook = {"notifyHook": str(server.make_url("/hook"))}
        _, taken = await client.post("/nexus/mj/submit/imagine", {"prompt": "a boat"} | hook)
        await until(lambda: heard)
        task = await ended(client, f"/mj/task/{taken['result']}/fetch", "SUCCESS", "FAILURE")
        assert heard[0] | {"imageUrl": ""} == task | {"imageUrl": ""}
        assert (await client.download(heard[0]["imageUrl"]))[0] == 200


async def test_sora_talks_while_it_films() -> None:
    async with connect(speed=100) as client:
        async with client.http.post("/nexus/v1/chat/completions", json=TALK | {"stream": True}) as answer:
            said = [line.removeprefix("data: ") for line in (await answer.text()).split("\n\n") if line]
        chunks = [json.loads(line)["choices"][0] for line in said[:-1]]
        words = [chunk["delta"]["content"] for chunk in chunks]
        assert (said[-1], words[:4]) == ("[DONE]", ["> 25%\n", "> 50%\n", "> 75%\n", "> 100%\n"])
        assert [chunk["finish_reason"] for chunk in chunks] == [None] * 5 + ["stop"]
        link = re.search(r"\[video\]\((\S+)\)", words[4])
        assert link is not None
        assert (await client.download(link[1]))[:2] == (200, "video/mp4")
        _, whole = await client.post("/nexus/v1/chat/completions", TALK)
        assert whole["choices"][0]["message"]["content"].startswith("[video](http://")


ACCEPTED: list[tuple[str, dict[str, Any], str]] = [
    ("/v1/video/create", VEO | {"model": "veo2-fast-frames", "images": [PICTURE] * 2}, "first_last_frame"),
    ("/v1/video/create", VEO | {"model": "veo2-fast-components", "images": [PICTURE] * 3}, "reference2video"),
    ("/v1/video/create", VEO | {"model": "veo3-pro-frames", "images": [PICTURE]}, "image2video"),
    ("/v1/video/create", VEO | {"model": "veo3.1-4k", "aspect_ratio": "9:16"}, "text2video"),
    ("/v1/video/create", VEO | {"prompt": "一只纸船", "enhance_prompt": True}, "text2video"),
    ("/v1/video/create", {"model": "sora-2-pro-all", "prompt": "x", "duration": 25}, "text2video"),
    ("/v1/video/create", SORA | {"images": [PICTURE], "orientation": "portrait"}, "image2video"),
    ("/v1/generations", {"prompt": "x", "aspect_ratio": "21:9"}, "text2video"),
    ("/v1/images/generations", DALL_E | {"style": "vivid", "quality": "hd"}, "text2image"),
    ("/v1/images/generations", {"model": "gpt-image-1", "prompt": "x"}, "text2image"),
    ("/generate", {"image_request": {"prompt": "x", "aspect_ratio": "1x1"}}, "text2image"),
]
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("/v1/video/create", VEO | {"model": "veo4"}, "model"),
    ("/v1/video/create", FORM, "model"),
    ("/v1/video/create", VEO | {"prompt": "一只纸船"}, "prompt"),
    ("/v1/video/create", VEO | {"duration": 11}, "duration"),
    ("/v1/video/create", VEO | {"model": "veo3-pro-frames", "images": [PICTURE] * 2}, "images"),
    ("/v1/video/create", SORA | {"aspect_ratio": "16:9"}, "aspect_ratio"),
    ("/v1/video/create", SORA | {"size": "720p"}, "size"),
    ("/v1/videos", FORM, "Content-Type"),
    ("/v1/chat/completions", TALK | {"messages": []}, "messages"),
    ("/v1/chat/completions", VEO, "model"),
    ("/v1/generations", {"prompt": "x", "keyframes": {"frame1": {"url": PICTURE}}}, "keyframes.frame0"),
    ("/v1/generations", {"prompt": "x", "model": "luma"}, "model"),
    ("/v1/images/generations", DALL_E | {"n": 11}, "n"),
    ("/v1/images/generations", FLUX | {"size": "huge"}, "size"),
    ("/v1/predictions", {"model": "flux-dev", "input": {}}, "input.prompt"),
    ("/mj/submit/imagine", {"prompt": "x", "base64Array": ["not base64!"]}, "base64Array"),
    ("/mj/submit/imagine", {"prompt": "x", "notifyHook": "here"}, "notifyHook"),
    ("/generate", {"image_request": {"prompt": "x", "aspect_ratio": "wide"}}, "image_request.aspect_ratio"),
    ("/generate", {"prompt": "x"}, "prompt"),
]


async def test_what_the_page_allows_is_taken() -> None:
    async with connect(speed=10_000) as client:
        for path, body, operation in ACCEPTED:
            status, answer = await client.post(f"/nexus{path}", body)
            assert (body, status) == (body, 200), answer
            assert (body, client.simulator.submits()[-1].operation) == (body, operation)


@pytest.mark.parametrize(("path", "body", "field"), REFUSED)
async def test_what_the_page_forbids_is_refused_by_field(path: str, body: dict[str, Any], field: str) -> None:
    async with connect() as client:
        status, answer = await client.post(f"/nexus{path}", body)
        assert (status, answer["error"]["param"]) == (400, field), answer
        assert client.simulator.submits() == []


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        ("429", 429, "当前分组上游负载已饱和，请稍后再试"),
        ("500", 500, "HTTP 500 Internal Server Error"),
        ("refuse", 400, "content policy violation"),
    ],
)
async def test_errors_are_said_in_the_words_of_the_table(fault: str, status: int, words: str) -> None:
    async with connect() as client:
        client.simulator.fault(fault)
        refused, answer = await client.post("/nexus/v1/video/create", VEO)
        assert (refused, answer["error"]["message"]) == (status, words)
        assert (await client.post("/nexus/v1/video/create", VEO | {"model": "veo4"}))[1]["error"]["message"] == (
            "model not found"
        )
