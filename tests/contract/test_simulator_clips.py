"""The simulator's clips at uniall, by requests of our own: what is taken and refused, and how answers look."""

import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests import media_files
from tests.contract.simulator_kit import Client, connect

GENERATIONS, VIDEOS, CHAT = "/v1/video/generations", "/v1/videos", "/v1/chat/completions"
PICTURE, OTHER = "https://example.com/a.png", "https://example.com/b.jpg"
MOVIE, SOUND = "https://example.com/a.mp4", "https://example.com/a.mp3"
PRIVATE = "http://192.168.1.20/a.png"
SAID = {"role": "user", "content": "a kite"}

HORSE = {"model": "happy-horse-720p", "prompt": "a horse", "duration": 3}
EDIT = {"model": "happy-horse-edit-1080p", "prompt": "a red coat", "duration": 3, "video": MOVIE}
KLING = {"model": "kling-v3-std-silent", "prompt": "a kite", "duration": 3}
SHOTS = {"model": "kling-v3-pro-audio", "image": PICTURE, "extra_body": {"multi_prompt": [{"prompt": "she waves"}]}}
DANCE = {"model": "seedance2.0-mini-480p", "prompt": "a kite", "duration": 5}
SORA = {"model": "sora2-portrait-4s", "prompt": "a kite"}
PRO = {"model": "sora2-pro-1080p", "prompt": "a kite"}
TALK = {"model": "sora2-landscape-4s", "messages": [SAID], "stream": True}
VEO = {"model": "veo3.1-video-720p", "prompt": "a kite", "duration": 4, "size": "720p"}
FAST = VEO | {"model": "veo3.1-fast-video-720p"}


def content(*items: tuple[str, str], text: str = "a kite") -> dict[str, Any]:
    """A Seedance request whose media have roles; their kinds are read off their endings."""
    kinds = {"png": "image_url", "mp4": "video_url", "mp3": "audio_url"}
    media = [{"type": kinds[url[-3:]], "url": url, "role": role} for role, url in items]
    return DANCE | {"content": [{"type": "text", "text": text}, *media]}


TAKEN: list[tuple[dict[str, Any], str]] = [
    (HORSE | {"aspect_ratio": "3:4", "size": "720p", "seed": 0}, "text2video"),
    (HORSE | {"image": "https://example.com/a.bmp?x=1"}, "image2video"),
    (HORSE | {"images": [PICTURE] * 9, "duration": "15"}, "reference2video"),
    (HORSE | {"reference_image_urls": [PICTURE]}, "reference2video"),
    (EDIT | {"reference_image_urls": [PICTURE] * 5, "audio_setting": "origin", "size": "1080p"}, "edit_video"),
    (KLING | {"extra_body": {"cfg_scale": 0.4, "element_list": [{"element_id": 7}]}}, "text2video"),
    (KLING | {"image": PICTURE, "aspect_ratio": "1:1"}, "image2video"),
    (KLING | {"image": PICTURE, "last_image": OTHER}, "first_last_frame"),
    (SHOTS, "image2video"),
    (DANCE | {"aspect_ratio": "auto", "extra_body": {"draft": True, "frames": 30, "seed": -1}}, "text2video"),
    (DANCE | {"image": {"url": PICTURE}}, "image2video"),
    (DANCE | {"image": PICTURE, "last_image": OTHER}, "first_last_frame"),
    (DANCE | {"videos": [MOVIE], "extra_body": {"operation": "reference_to_video"}}, "reference_to_video"),
    (DANCE | {"video": MOVIE, "extra_body": {"operation": "extend_video"}}, "extend_video"),
    (content(), "text2video"),
    (content(("image", PICTURE)), "image2video"),
    (content(("first_frame", PICTURE), ("last_frame", PICTURE)), "first_last_frame"),
    (
        content(("reference_image", PICTURE), ("reference_video", MOVIE), ("reference_audio", SOUND)),
        "reference_to_video",
    ),
    (content(("source_video", MOVIE)) | {"extra_body": {"operation": "extend_video"}}, "edit_video"),
    (SORA | {"image_url": PICTURE, "aspect_ratio": "9:16", "duration": "4"}, "image2video"),
    (PRO | {"duration": 20}, "text2video"),
    (VEO | {"extra_body": {"generate_audio": False, "negative_prompt": "rain", "seed": 7}}, "text2video"),
    (VEO | {"images": [PICTURE, OTHER], "aspect_ratio": "9:16"}, "reference2video"),
    (FAST | {"image": PICTURE, "last_image": OTHER, "duration": "8"}, "first_last_frame"),
    ({"model": "veo3.1-fast-video-4k", "prompt": "on", "video": MOVIE, "size": "4k"}, "extend_video"),
]
REFUSED: list[tuple[dict[str, Any], str]] = [
    (HORSE | {"image": PICTURE, "images": [OTHER]}, "images"),
    (HORSE | {"image": PRIVATE}, "image"),
    (HORSE | {"duration": 3.5}, "duration"),
    (HORSE | {"audio_setting": "auto"}, "audio_setting"),
    (EDIT | {"aspect_ratio": "16:9"}, "aspect_ratio"),
    (EDIT | {"reference_image_urls": [PICTURE] * 6}, "reference_image_urls"),
    (EDIT | {"video": "https://example.com/a.webm"}, "video"),
    (KLING | {"last_image": OTHER}, "image"),
    (KLING | {"duration": 2}, "duration"),
    (KLING | {"extra_body": {"shot_type": "wide"}}, "extra_body.shot_type"),
    (KLING | {"extra_body": {"multi_prompt": ["she waves"]}}, "extra_body.multi_prompt"),
    (SHOTS | {"prompt": "a kite"}, "extra_body.multi_prompt"),
    (DANCE | {"duration": 3}, "duration"),
    (DANCE | {"videos": [MOVIE], "extra_body": {"operation": "edit_video"}}, "extra_body.operation"),
    (DANCE | {"extra_body": {"watermark": "no"}}, "extra_body.watermark"),
    (DANCE | {"size": "720p"}, "size"),
    (content(text=" "), "content"),
    (content(("first_frame", MOVIE)), "content"),
    (content(*[("reference_image", PICTURE)] * 10), "content"),
    (content(*[("reference_video", MOVIE)] * 4), "content"),
    (content(*[("reference_audio", SOUND)] * 4), "content"),
    (SORA | {"aspect_ratio": "16:9"}, "aspect_ratio"),
    (SORA | {"duration": 8}, "duration"),
    (SORA | {"image_url": PRIVATE}, "image_url"),
    (PRO | {"duration": 6}, "duration"),
    (VEO | {"duration": 5}, "duration"),
    (VEO | {"size": "1080p"}, "size"),
    (VEO | {"last_image": OTHER}, "image"),
    (VEO | {"images": [PICTURE]}, "images"),
    (FAST | {"images": [PICTURE, OTHER]}, "images"),
]


async def test_what_the_pages_allow_is_taken_for_what_it_is() -> None:
    async with connect(speed=10_000) as client:
        for body, operation in TAKEN:
            status, answer = await client.post(GENERATIONS, body)
            assert (status, client.simulator.submits()[-1].operation) == (200, operation), (body, answer)


async def test_what_the_pages_forbid_is_refused_by_field() -> None:
    async with connect() as client:
        for body, field in REFUSED:
            status, answer = await client.post(GENERATIONS, body)
            assert (status, answer["error"]["param"]) == (400, field), (body, answer)
        assert client.simulator.submits() == []


TASK = {"id": "<id>", "task_id": "<id>", "object": "video.generation.job", "created_at": "<time>"}
QUEUED = {"status": "queued", "progress": 0}
DONE = {"status": "completed", "progress": 100, "video_url": "<url>"}
RICH_QUEUED = {"raw_status": "PENDING", "video_url": None, "result": None, "error": None}
RICH_DONE = {"raw_status": "COMPLETED", "result": {"outputs": ["<url>"], "video_url": "<url>"}, "error": None}
GEN = {name: value for name, value in TASK.items() if name != "task_id"}

ANSWERS: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    (HORSE, TASK | QUEUED | RICH_QUEUED, TASK | DONE | RICH_DONE),
    (DANCE, TASK | QUEUED | RICH_QUEUED, TASK | DONE | RICH_DONE),
    (KLING, TASK | QUEUED, TASK | DONE),
    (VEO, TASK | QUEUED, TASK | DONE),
    (SORA, GEN | QUEUED | {"model": "sora2", "seconds": "4"}, GEN | DONE | {"seconds": "4"}),
]


def plain(answer: Any, base: str) -> Any:
    """An answer with what differs from run to run replaced by words."""
    match answer:
        case dict():
            return {name: plain(value, base) for name, value in answer.items()}
        case list():
            return [plain(value, base) for value in answer]
        case str() if answer.startswith(("task_", "gen_")):
            return "<id>"
        case str() if answer.startswith(f"{base}/media/"):
            return "<url>"
        case int() if answer > 1_700_000_000:
            return "<time>"
        case _:
            return answer


@pytest.mark.parametrize(("body", "queued", "done"), ANSWERS, ids=[str(body["model"]) for body, *_ in ANSWERS])
async def test_a_task_is_answered_as_printed(
    body: dict[str, Any], queued: dict[str, Any], done: dict[str, Any]
) -> None:
    async with connect(speed=1, sketches=True) as slow, connect(speed=1000, sketches=True) as client:
        _, first = await slow.post(GENERATIONS, body)
        assert plain(first, slow.simulator.url) == {"model": body["model"]} | queued
        _, taken = await client.post(GENERATIONS, body)
        answer = await client.follow(VIDEOS, taken["id"])
        assert plain(answer, client.simulator.url) == {"model": body["model"]} | done
        assert (await client.download(answer["video_url"]))[:2] == (200, "video/mp4")


async def said_by(client: Client, body: dict[str, Any]) -> list[str]:
    """What a streamed answer says, piece by piece."""
    async with client.http.post(CHAT, json=body) as answer:
        *events, end, rest = (await answer.text()).split("\n\n")
    assert (end, rest) == ("data: [DONE]", "")
    chunks = [json.loads(event.removeprefix("data: ")) for event in events]
    assert {(chunk["object"], chunk["model"]) for chunk in chunks} == {("chat.completion.chunk", "sora2")}
    return [chunk["choices"][0]["delta"]["content"] for chunk in chunks]


async def test_a_chat_says_how_far_its_clip_is_and_then_where_it_lies() -> None:
    async with connect(speed=50, sketches=True) as client:
        half, whole = await said_by(client, TALK)
        assert "(50%)" in half
        url = whole.partition("**视频链接**: ")[2].partition("\n")[0]
        assert (await client.download(url))[:2] == (200, "video/mp4")
        status, answer = await client.post(CHAT, TALK | {"prompt": "a kite"})
        assert (status, answer["error"]["param"]) == (400, "prompt")
        status, answer = await client.post(CHAT, TALK | {"model": "sora2-pro-720p"})
        assert (status, answer["error"]["param"]) == (400, "model")


# --- media that are looked at ------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def lent(folder: Path) -> AsyncIterator[str]:
    """An address below which the files of a folder lie."""
    app = web.Application()
    app.router.add_static("/", folder)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def made_media(folder: Path) -> None:
    """Files that are within every limit, and some that are beyond one."""
    media_files.image(folder / "good.png", size=(400, 400))
    media_files.image(folder / "small.png", size=(500, 299))
    media_files.image(folder / "wide.png", size=(1200, 401))
    media_files.image(folder / "heavy.bmp", size=(2000, 1700))
    media_files.video(folder / "good.mp4", size=(320, 320), seconds=3)
    media_files.video(folder / "short.mp4", size=(320, 320), seconds=1.5)
    media_files.video(folder / "low.mp4", size=(480, 318), seconds=3)
    media_files.video(folder / "huge.mp4", size=(2176, 336), seconds=3)
    for seconds in (1, 8, 15):
        media_files.audio(folder / f"{seconds}s.wav", seconds=seconds)


INSPECTED: list[tuple[dict[str, Any], dict[str, list[str]], str]] = [
    (HORSE, {"image": ["good.png"]}, ""),
    (HORSE, {"image": ["small.png"]}, "`image` must have at least 300 pixels on each side."),
    (HORSE, {"image": ["wide.png"]}, "`image` must have a ratio from 1:2.5 to 2.5:1."),
    (HORSE, {"image": ["heavy.bmp"]}, "`image` must have at most 10 MB."),
    (HORSE, {"images": ["wide.png"]}, ""),
    (HORSE, {"images": ["good.png", "small.png"]}, "`images` must have at least 400 pixels on each side."),
    (EDIT, {"video": ["good.mp4"]}, ""),
    (EDIT, {"video": ["short.mp4"]}, "`video` must last from 3 to 60 seconds."),
    (EDIT, {"video": ["low.mp4"]}, "`video` must have at least 320 pixels on each side."),
    (EDIT, {"video": ["huge.mp4"]}, "`video` must have at most 2160 pixels on each side."),
    (DANCE, {"audios": ["15s.wav"], "videos": ["good.mp4"]}, ""),
    (DANCE, {"audios": ["1s.wav"]}, "`audios` must last from 2 to 15 seconds."),
    (DANCE, {"audios": ["8s.wav", "8s.wav"]}, "`audios` must last at most 15 seconds together."),
    (DANCE, {"videos": ["short.mp4"]}, "`videos` must last from 2 to 15 seconds."),
]


async def test_media_that_break_a_rule_fail_their_task_by_it(tmp_path: Path) -> None:
    made_media(tmp_path)
    found = []
    async with lent(tmp_path) as address, connect(speed=1000, sketches=True) as client:
        for body, named, _ in INSPECTED:
            media = {name: [f"{address}/{file}" for file in files] for name, files in named.items()}
            single = {name: urls[0] if name in ("image", "video") else urls for name, urls in media.items()}
            extra = {"extra_body": {"operation": "reference_to_video"}} if body is DANCE else {}
            _, taken = await client.post(GENERATIONS, body | single | extra)
            task = await client.follow(VIDEOS, taken["id"])
            found.append((body, named, task["error"]["message"] if task["status"] == "failed" else ""))
    assert found == INSPECTED
