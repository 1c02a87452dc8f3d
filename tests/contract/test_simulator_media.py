"""The simulator's media: real files, of exactly the asked size, length and format."""

import asyncio
import io
import time
from typing import Any

import aiohttp
import av
import pytest
from aiohttp import test_utils, web
from PIL import Image, ImageChops

from bot.simulator import inputs
from bot.simulator.media import texts
from tests.contract.simulator_kit import CLIP, CUBE, HEAD, LINE, SONG, SPHERE, Film, connect, film, picture, sound, url


@pytest.mark.parametrize(
    ("body", "size", "format"),
    [
        (CUBE, (512, 512), "PNG"),
        (CUBE | {"aspect_ratio": "16:9", "output_format": "jpeg"}, (688, 384), "JPEG"),
        (CUBE | {"model": "NanoBanana", "output_format": "webp"}, (1024, 1024), "WEBP"),
        (CUBE | {"model": "NanoBanana2-2K", "aspect_ratio": "9:16"}, (1536, 2736), "PNG"),
        (CUBE | {"model": "NanoBananaPro-4K", "aspect_ratio": "21:9", "output_format": "jpeg"}, (6256, 2688), "JPEG"),
        (SPHERE, (1024, 768), "PNG"),
        (SPHERE | {"size": "864x2016", "output_format": "webp"}, (864, 2016), "WEBP"),
    ],
)
async def test_pictures_have_the_asked_size_and_format(
    body: dict[str, Any], size: tuple[int, int], format: str
) -> None:
    async with connect(speed=1000) as client:
        status, answer = await client.post("/v1/images/tasks", body)
        assert status == 200
        task = (await client.follow("/v1/images/tasks", answer["task_id"]))["data"]
        _, kind, data = await client.download(url(task))
        with Image.open(io.BytesIO(data)) as image:
            assert (image.size, image.format, kind) == (size, format, f"image/{format.lower()}")


async def test_pictures_differ_with_every_difference_asked_for() -> None:
    async with connect(speed=1000) as client:
        portrait = f"{client.simulator.url}/samples/portrait.png"
        bodies = [
            CUBE,
            CUBE | {"prompt": "a paper boat on a lake"},
            CUBE | {"prompt": "一只纸船漂在水洼里"},
            CUBE | {"prompt": "一只纸船漂在湖水里"},
            CUBE | {"aspect_ratio": "4:3"},
            CUBE | {"image": portrait},
            CUBE | {"image": "https://example.com/other.png"},
        ]
        made = [await client.result(body) for body in bodies]
        assert len(set(made)) == len(made)
        assert await client.result(CUBE) == made[0]


async def test_chinese_letters_are_drawn_and_differ() -> None:
    drawn = [texts.panel("", letter, width=400, height=300).tobytes() for letter in "暴雪體國。"]
    missing = texts.panel("", "\U0010fffd", width=400, height=300).tobytes()
    assert len({*drawn, missing}) == 6


async def test_an_edit_shows_its_input() -> None:
    async with connect(speed=1000) as client:
        buffer = io.BytesIO()
        Image.new("RGB", (300, 200), (255, 0, 0)).save(buffer, "PNG")
        form = aiohttp.FormData({"model": "gpt-image-2", "prompt": "keep it red", "size": "1024x1024", "n": "1"})
        form.add_field("image", buffer.getvalue(), filename="red.png", content_type="image/png")
        form.add_field("image", buffer.getvalue(), filename="again.png", content_type="image/png")
        async with client.http.post("/v1/images/tasks", data=form) as answer:
            task_id = (await answer.json())["task_id"]
        task = (await client.follow("/v1/images/tasks", task_id))["data"]
        image = picture((await client.download(url(task)))[2])
        red = image.getcolors(1 << 21)
        assert task["metadata"]["task_type"] == "image2image"
        assert sum(count for count, colour in red or [] if colour == (255, 0, 0)) > 100_000
        assert client.simulator.submits()[0].body["image"][1]["name"] == "again.png"


@pytest.mark.parametrize(
    ("more", "size", "seconds"),
    [
        ({"duration": 3, "size": "720p", "aspect_ratio": "16:9"}, (1280, 720), 3),
        ({"duration": "1", "aspect_ratio": "9:16"}, (480, 854), 1),
        ({"aspect_ratio": "4:3"}, (640, 480), 2),
        ({"image": "SAMPLES/portrait.png", "aspect_ratio": "auto"}, (480, 600), 2),
        ({"video": "SAMPLES/clip.mp4", "extra_body": {"operation": "video_extend"}}, (854, 480), 4 + 2),
        (
            {
                "video": "https://example.com/a.mp4",
                "extra_body": {"operation": "video_extend", "input_video_seconds": 1},
            },
            (854, 480),
            1 + 2,
        ),
        ({"video": "https://example.com/a.mp4", "extra_body": {"operation": "video_extend"}}, (854, 480), 5 + 2),
        ({"video": "SAMPLES/clip.mp4", "duration": None, "extra_body": {"operation": "edit_video"}}, (854, 480), 4),
    ],
)
async def test_videos_have_the_asked_size_and_length(more: dict[str, Any], size: tuple[int, int], seconds: int) -> None:
    async with connect(speed=1000) as client:
        samples = f"{client.simulator.url}/samples"
        body = {
            name: value.replace("SAMPLES", samples) if isinstance(value, str) else value
            for name, value in (CLIP | more).items()
            if value is not None
        }
        made = film(await client.result(body))
        expected = Film(codec="h264", pixels="yuv420p", size=size, frames=seconds * 24, seconds=seconds, sound="aac")
        assert made == expected


async def test_six_seconds_of_720p_are_made_quickly_and_move() -> None:
    async with connect(speed=1000) as client:
        task = await client.run(CLIP | {"duration": 6, "size": "720p"})
        start_s = time.process_time()  # not the clock on the wall, which others' work slows too
        data = (await client.download(url(task)))[2]
        assert time.process_time() - start_s < 5
        async with client.http.get(f"/v1/videos/{task['id']}/content") as answer:
            assert (answer.content_type, await answer.read()) == ("video/mp4", data)
        with av.open(io.BytesIO(data), "r") as container:
            frames = [frame.to_image() for frame in container.decode(video=0)]  # type: ignore[no-untyped-call]
        assert ImageChops.difference(frames[0], frames[72]).getbbox() is not None


async def test_the_content_route_asks_for_the_key_and_for_patience() -> None:
    async with connect(speed=1) as client, aiohttp.ClientSession() as stranger:
        path = f"/v1/videos/{await client.submit(CLIP)}/content"
        assert (await client.get(path))[0] == 400
        async with stranger.get(client.simulator.url + path) as answer:
            assert answer.status == 401


async def test_a_talking_head_is_as_long_as_said_and_speaks_the_given_voice() -> None:
    async with connect(speed=1000) as client:
        samples = f"{client.simulator.url}/samples"
        given = {"image_url": f"{samples}/portrait.png", "audio_url": f"{samples}/voice.mp3"}
        with_voice = await client.result(HEAD | given)
        without = await client.result(HEAD | given | {"audio_url": "https://example.com/v.mp3"})
        expected = Film(codec="h264", pixels="yuv420p", size=(480, 600), frames=50, seconds=2.5, sound="aac")
        assert (film(with_voice), film(without)) == (expected, expected)
        assert with_voice != without


async def test_music_is_as_long_as_its_prompt_says() -> None:
    async with connect(speed=1000) as client:
        for prompt, low, high in (("a tune of 5 seconds", 5, 5.2), ("a 7-second jingle", 7, 7.2), ("a tune", 20, 30.2)):
            format, rate, seconds = sound(await client.result(SONG | {"prompt": prompt}))
            assert (format, rate, low <= seconds <= high) == ("mp3", 44100, True)


async def test_speech_is_as_long_as_its_text_and_differs_by_voice() -> None:
    async with connect(speed=1000) as client:
        wav = LINE | {"format": "wav", "sample_rate": 16000}
        short = sound(await client.result(wav))
        paused = sound(await client.result(wav | {"text": LINE["text"] + "<#1.5#>"}))
        fast = sound(await client.result(wav | {"speed": 2}))
        assert (short[:2], round(paused[2] - short[2], 2), fast[2] < short[2]) == (("wav", 16000), 1.5, True)
        assert sound(await client.result(LINE | {"sample_rate": 44100}))[:2] == ("mp3", 44100)
        assert await client.result(wav) != await client.result(wav | {"voice_id": "Abbess"})


async def test_urls_are_fresh_unguessable_and_expire() -> None:
    async with connect(speed=1000, url_ttl_s=0.3) as client:
        task = await client.run(CUBE)
        first = url(task)
        assert (await client.download(first))[0] == 200
        await asyncio.sleep(0.35)
        assert (await client.download(first))[0] == 403
        again = url((await client.get(f"/v1/images/tasks/{task['task_id']}"))[1]["data"])
        assert (again != first, (await client.download(again))[0]) == (True, 200)
        assert (await client.download(again.replace(f"{task['task_id']}.0.", f"{task['task_id']}.1.")))[0] == 404


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (CUBE | {"image": "URL/nothing.png"}, "`image` could not be downloaded: HTTP 404."),
        (CUBE | {"images": ["URL/samples/portrait.png", "URL/"]}, "`images` is not a readable image."),
        (CUBE | {"image": "http://127.0.0.1:1/a.png"}, "`image` could not be downloaded: ClientConnectorError."),
        (HEAD | {"audio_url": "URL/samples/clip.mp4"}, "`audio_url` is not a readable audio."),
        (
            CLIP | {"video": "URL/samples/voice.mp3", "extra_body": {"operation": "video_extend"}},
            "`video` is not a readable video.",
        ),
    ],
)
async def test_an_input_that_cannot_be_read_fails_the_task(body: dict[str, Any], problem: str) -> None:
    async with connect(speed=100) as client:
        base = client.simulator.url
        body = {
            name: [one.replace("URL", base) for one in value]
            if isinstance(value, list)
            else value.replace("URL", base)
            if isinstance(value, str)
            else value
            for name, value in body.items()
        }
        task = await client.run(body)
        assert (task["status"], task["error"]) == ("failed", {"code": "invalid_input", "message": problem})


async def test_a_redirect_away_from_this_machine_is_not_followed() -> None:
    async def elsewhere(request: web.Request) -> web.Response:
        raise web.HTTPFound("http://192.0.2.1/face.png")

    app = web.Application()
    app.router.add_get("/face.png", elsewhere)
    async with test_utils.TestServer(app) as server, connect(speed=100) as client:
        task = await client.run(CUBE | {"image": str(server.make_url("/face.png"))})
        assert task["error"]["message"] == "`image` could not be downloaded: HTTP 302."


@pytest.mark.parametrize(
    ("address", "near"),
    [
        ("http://127.0.0.1/a.png", True),
        ("http://127.8.8.8:81/a.png", True),
        ("http://[::1]:81/a.png", True),
        ("http://localhost/a.png", True),
        ("http://localhost.example.com/a.png", False),
        ("http://127.0.0.1.example.com/a.png", False),
        ("http://127.0.0.1@example.com/a.png", False),
        ("http://10.0.0.1/a.png", False),
        ("http://0.0.0.0/a.png", False),
        ("http://169.254.169.254/a.png", False),
        ("http://[2001:db8::1]/a.png", False),
    ],
)
def test_only_this_machine_is_ever_asked_for_an_input(address: str, near: bool) -> None:
    assert inputs.loopback(address) is near


async def test_the_samples_are_real() -> None:
    async with connect() as client:
        base = f"{client.simulator.url}/samples"
        _, kind, data = await client.download(f"{base}/portrait.png")
        assert (kind, picture(data).size) == ("image/png", (640, 800))
        _, kind, data = await client.download(f"{base}/voice.mp3")
        assert (kind, sound(data)[0], 2 < sound(data)[2] < 8) == ("audio/mpeg", "mp3", True)
        _, kind, data = await client.download(f"{base}/clip.mp4")
        assert (kind, film(data).seconds) == ("video/mp4", 4.0)
        assert (await client.download(f"{base}/other.png"))[0] == 404
