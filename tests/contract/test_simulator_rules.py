"""The simulator's rules, by requests of our own."""

from typing import Any

import aiohttp
import pytest

from tests.contract.simulator_kit import ALL, CLIP, CUBE, HEAD, LINE, ROUTES, SONG, SPHERE, connect

PICTURE = "https://example.com/a.png"
OTHER = "https://example.com/b.png"
SOURCE = {"model": "grok-imagine", "prompt": "make it rain", "video": "https://example.com/a.mp4"}
CHAT = {"model": "NanoBanana2-1K", "messages": [{"role": "user", "content": "a kite"}]}

ACCEPTED: list[tuple[str, dict[str, Any], str]] = [
    *((ROUTES[body["model"]], body, "") for body in ALL),  # type: ignore[index]
    ("/v1/images/generations/", CUBE, "text2image"),
    ("/v1/images/edits", CUBE | {"images": [PICTURE, OTHER]}, "image2image"),
    ("/v1/images/tasks", CUBE | {"image": {"url": PICTURE}}, "image2image"),
    ("/v1/images/tasks", CUBE | {"model": "NanoBanana", "output_format": "webp", "n": 2}, "text2image"),
    ("/v1/images/tasks", CUBE | {"image": PICTURE, "task_type": "text2image"}, "text2image"),
    ("/v1/chat/completions", CHAT | {"--aspect_ratio": "21:9", "--output_format": "webp"}, "text2image"),
    ("/v1/videos/generations", CLIP | {"duration": "15"}, "text_to_video"),
    ("/v1/video/generations", CLIP | {"image": {"url": PICTURE}, "aspect_ratio": "auto"}, "image_to_video"),
    ("/v1/videos", CLIP | {"images": [PICTURE, OTHER], "duration": 10}, "reference_to_video"),
    ("/v1/videos", CLIP | {"images": [PICTURE], "duration": 15}, "image_to_video"),
    ("/v1/videos", SOURCE | {"extra_body": {"operation": "edit_video"}}, "edit_video"),
    ("/v1/videos", SOURCE | {"seconds": "2", "extra_body": {"operation": "video_extend"}}, "video_extend"),
    ("/v1/audio/tasks", {"model": "minimax-speech-02-hd", "input": "no voice named"}, "text2speech"),
    ("/v1/audio/tasks", LINE | {"input": LINE["text"], "speed": 3}, "text2speech"),
    ("/v1/audio/tasks", SONG | {"lyrics": "la\nla", "is_instrumental": False, "audio_setting": {}}, "text2music"),
]
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("/v1/images/tasks", CUBE | {"aspect_ratio": "7:3"}, "aspect_ratio"),
    ("/v1/images/tasks", CUBE | {"prompt": "  "}, "prompt"),
    ("/v1/images/tasks", CUBE | {"n": True}, "n"),
    ("/v1/images/tasks", CUBE | {"n": "2"}, "n"),
    ("/v1/images/tasks", CUBE | {"ratio": "1:1"}, "ratio"),
    ("/v1/images/tasks", CUBE | {"image": "a.png"}, "image"),
    ("/v1/images/tasks", CUBE | {"images": []}, "images"),
    ("/v1/images/tasks", CUBE | {"image": "http://[a"}, "image"),
    ("/v1/images/tasks", CUBE | {"image": "file:///etc/hosts"}, "image"),
    ("/v1/images/tasks", SPHERE | {"aspect_ratio": "1:1"}, "aspect_ratio"),
    ("/v1/images/tasks", SPHERE | {"size": "640x480"}, "size"),
    ("/v1/images/tasks", SPHERE | {"model": "gpt-image-2-auto"}, "model"),
    ("/v1/images/tasks", CLIP, "model"),
    ("/v1/images/tasks", {}, "model"),
    ("/v1/videos", HEAD, "model"),
    ("/v1/videos", CLIP | {"duration": 6.5}, "duration"),
    ("/v1/videos", CLIP | {"duration": "six"}, "duration"),
    ("/v1/videos", {"model": "grok-imagine", "prompt": "x", "seconds": 6}, "seconds"),
    ("/v1/videos", CLIP | {"images": [PICTURE, OTHER], "duration": 11}, "duration"),
    ("/v1/videos", CLIP | {"size": "1080p"}, "size"),
    ("/v1/videos", CLIP | {"aspect_ratio": "auto"}, "aspect_ratio"),
    ("/v1/videos", CLIP | {"extra_body": {"operation": "extend_video"}}, "extra_body.operation"),
    ("/v1/videos", CLIP | {"extra_body": {"operation": "image_to_video"}}, "image"),
    (
        "/v1/videos",
        SOURCE | {"extra_body": {"operation": "edit_video", "input_video_seconds": 0}},
        "extra_body.input_video_seconds",
    ),
    ("/v1/video/generations", HEAD | {"audio_duration_seconds": 0}, "audio_duration_seconds"),
    ("/v1/video/generations", HEAD | {"image_url": {"url": PICTURE}}, "image_url"),
    ("/v1/audio/tasks", LINE | {"voice_id": "Nobody"}, "voice_id"),
    ("/v1/audio/tasks", LINE | {"format": "ogg"}, "format"),
    ("/v1/audio/tasks", LINE | {"sample_rate": 12345}, "sample_rate"),
    ("/v1/audio/tasks", SONG | {"duration": 30}, "duration"),
    ("/v1/chat/completions", CHAT | {"model": "NanoBananaPro-8K"}, "model"),
    ("/v1/chat/completions", CHAT | {"messages": []}, "messages"),
    ("/v1/chat/completions", CHAT | {"messages": [{"role": "user", "content": [{"type": "audio"}]}]}, "messages"),
    (
        "/v1/chat/completions",
        CHAT | {"extra_body": {"google": {"image_config": {"aspect_ratio": "2:1"}}}},
        "extra_body.google.image_config.aspect_ratio",
    ),
]


async def test_what_the_pages_allow_is_taken() -> None:
    async with connect(speed=10_000) as client:
        for path, body, operation in ACCEPTED:
            async with client.http.post(path, json=body) as answer:
                assert answer.status == 200, (path, body, await answer.text())
            assert operation in ("", client.simulator.submits()[-1].operation)


@pytest.mark.parametrize(("path", "body", "field"), REFUSED)
async def test_what_the_pages_forbid_is_refused_by_field(path: str, body: dict[str, Any], field: str) -> None:
    async with connect() as client:
        status, answer = await client.post(path, body)
        assert (status, answer["error"]["param"], answer["error"]["type"]) == (400, field, "invalid_request_error")
        assert client.simulator.submits() == []


async def test_a_body_must_be_json() -> None:
    async with connect() as client:
        for data, kind, param in (
            (b"model=grok-imagine", "application/x-www-form-urlencoded", "Content-Type"),
            (b"{", "application/json", None),
            (b"[1]", "application/json", None),
            (b"\xff\xfe", "application/json", None),
        ):
            async with client.http.post("/v1/videos", data=data, headers={"Content-Type": kind}) as answer:
                assert (answer.status, (await answer.json())["error"]["param"]) == (400, param)


async def test_multipart_is_for_image_tasks() -> None:
    async with connect() as client:
        form = aiohttp.FormData({"model": "grok-imagine", "prompt": "x"})
        form.add_field("image", b"x", filename="a.png")
        async with client.http.post("/v1/videos", data=form) as answer:
            assert (answer.status, (await answer.json())["error"]["param"]) == (400, "Content-Type")


async def test_a_form_must_be_whole_and_its_files_be_pictures_of_a_request() -> None:
    async with connect() as client:
        for field, data, param in (("images", b"x", "images"), ("image", b"", "image"), ("prompt", b"x", "prompt")):
            form = aiohttp.FormData(SPHERE)
            form.add_field(field, data, filename="a.png")
            async with client.http.post("/v1/images/tasks", data=form) as answer:
                assert (answer.status, (await answer.json())["error"]["param"]) == (400, param)
        for kind, broken in (("multipart/form-data", b"x"), ("multipart/form-data; boundary=y", b"nothing")):
            async with client.http.post("/v1/images/tasks", data=broken, headers={"Content-Type": kind}) as answer:
                assert (answer.status, (await answer.json())["error"]["code"]) == (400, "invalid_multipart")


@pytest.mark.parametrize(
    ("headers", "status", "code", "message"),
    [
        ({}, 401, "api_key_required", "Token not provided"),
        ({"Authorization": "sk-simulator"}, 401, "api_key_required", "Token not provided"),
        ({"Authorization": "Bearer sk-other"}, 401, "invalid_api_key", "Invalid token"),
        ({"Authorization": "Bearer sk-disabled"}, 403, "api_key_disabled", "Token invalid"),
    ],
)
async def test_the_key_is_asked_for_everywhere(headers: dict[str, str], status: int, code: str, message: str) -> None:
    async with connect() as client, aiohttp.ClientSession(client.simulator.url) as stranger:
        for method, path in (("GET", "/v1/models"), ("GET", "/v1/videos/task_1"), ("POST", "/v1/videos")):
            async with stranger.request(method, path, json=CLIP, headers=headers) as answer:
                assert (answer.status, (await answer.json())["error"]["code"]) == (status, code)
        async with stranger.get("/api/usage/balance", headers=headers) as answer:
            assert (answer.status, await answer.json()) == (status, {"success": False, "message": message})
