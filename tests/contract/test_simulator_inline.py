"""What uniall answers at once and in ways of its own: pictures as base64, and voices."""

import base64
import io
from typing import Any

import pytest
from PIL import Image

from tests.contract.simulator_kit import LINE, connect, picture, sound

GEMINI = "/uniall/v1beta/models/gemini-3.1-flash-image-preview-512:generateContent"
PAINT = {"contents": [{"role": "user", "parts": [{"text": "a kite"}]}]}
CLONE = {
    "audio_url": "https://example.com/a.mp3",
    "text": "Hello there.",
    "display_name": "mine",
    "language": "English",
}
DESIGN = {"prompt": "a warm voice", "preview_text": "你好。"}
DREAM = {"model": "seedream-4.5", "prompt": "a kite"}
ADDRESSES = [f"https://example.com/{n}.png" for n in range(11)]
OTTER = {"model": "gpt-image-2-origin", "prompt": "an otter", "size": "1024x1536"}

BUFFER = io.BytesIO()
Image.new("RGB", (300, 200), (255, 0, 0)).save(BUFFER, "PNG")
RED = {"inline_data": {"mime_type": "image/png", "data": base64.b64encode(BUFFER.getvalue()).decode()}}


def configured(**config: str) -> dict[str, Any]:
    return PAINT | {"generationConfig": {"responseModalities": ["IMAGE"], "imageConfig": config}}


async def test_gemini_answers_with_the_picture_itself() -> None:
    async with connect(speed=1000) as client:
        status, answer = await client.post(GEMINI, configured(aspectRatio="16:9", imageSize="1K"))
        part = answer["candidates"][0]["content"]["parts"][0]
        data = part["inlineData"]["data"]
        assert (status, answer) == (
            200,
            {
                "candidates": [
                    {
                        "content": {
                            "role": "model",
                            "parts": [{"inlineData": {"mimeType": "image/jpeg", "data": data}}],
                        },
                        "finishReason": "STOP",
                        "safetyRatings": [],
                    }
                ],
                "usageMetadata": {"promptTokenCount": 0, "candidatesTokenCount": 0, "totalTokenCount": 0},
            },
        )
        image = picture(base64.b64decode(data))
        assert (image.size, image.format) == ((688, 384), "JPEG")
        submit = client.simulator.submits()[0]
        assert (submit.model, submit.path) == ("gemini-3.1-flash-image-preview-512", GEMINI.removeprefix("/uniall"))


async def test_gemini_takes_pictures_as_base64() -> None:
    async with connect(speed=1000) as client:
        body = {"contents": [{"role": "user", "parts": [{"text": "keep it red"}, RED]}]}
        _, answer = await client.post(GEMINI, body)
        image = picture(base64.b64decode(answer["candidates"][0]["content"]["parts"][0]["inlineData"]["data"]))
        assert image.size == (624, 416)  # 3:2, as the picture is
        assert client.simulator.submits()[0].operation == "image2image"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (GEMINI, {}, "contents"),
        (GEMINI, {"contents": []}, "contents"),
        (GEMINI, {"contents": [{"parts": [RED]}]}, "contents"),
        (GEMINI, {"contents": [{"parts": [{"image_url": {"url": "https://example.com/a.png"}}]}]}, "contents"),
        (GEMINI, configured(aspectRatio="2:1"), "generationConfig.imageConfig.aspectRatio"),
        (GEMINI, configured(outputFormat="webp"), "generationConfig.imageConfig.outputFormat"),
        (GEMINI, PAINT | {"model": "x"}, "model"),
        (GEMINI.replace("512", "8k"), PAINT, "model"),
        ("/v1/audio/voices/clone", {"text": "x"}, "audio_url"),
        ("/v1/audio/voices/clone", CLONE | {"noise_reduction": "yes"}, "noise_reduction"),
        ("/v1/audio/voices/design", {"preview_text": "x"}, "prompt"),
        ("/v1/audio/voices/design", {"prompt": "x"}, "preview_text"),
        ("/v1/images/generations/", OTTER | {"size": "auto"}, "size"),
        ("/v1/images/generations", OTTER | {"aspect_ratio": "1:1"}, "aspect_ratio"),
        ("/v1/images/edits/", OTTER, "image"),
        ("/v1/images/tasks", OTTER, "model"),
        ("/v1/images/generations", DREAM | {"custom_size": {"width": 2048}}, "custom_size.height"),
        ("/v1/images/generations", DREAM | {"custom_size": {"width": 1919, "height": 1920}}, "custom_size"),
        ("/v1/images/generations", DREAM | {"custom_size": {"width": 4097, "height": 4096}}, "custom_size.width"),
        ("/v1/images/generations", DREAM | {"n": 2, "num_images": 3}, "num_images"),
        ("/v1/images/generations", DREAM | {"n": 7}, "n"),
        ("/v1/images/generations", DREAM | {"image": ADDRESSES[0]}, "image"),
        ("/v1/images/edits", DREAM, "image"),
        ("/v1/images/edits", DREAM | {"images": ADDRESSES}, "images"),
        ("/v1/images/edits", DREAM | {"images": ADDRESSES[:10], "num_images": 6}, "num_images"),
        ("/v1/images/edits", DREAM | {"image": ADDRESSES[0], "images": ADDRESSES[1:3]}, "images"),
        ("/v1/images/edits", DREAM | {"image": "data:image/png;base64,iVBORw0KGgo="}, "image"),
        ("/v1/images/tasks", DREAM, "model"),
    ],
)
async def test_what_the_pages_forbid_is_refused_by_field(path: str, body: dict[str, Any], field: str) -> None:
    async with connect() as client:
        status, answer = await client.post(path, body)
        assert (status, answer["error"]["param"]) == (400, field), answer
        assert client.simulator.submits() == []


@pytest.mark.parametrize(
    ("path", "body", "facts"),
    [
        ("/v1/audio/voices/clone", CLONE, {"voice_clones": 1, "preview_characters": 12}),
        ("/v1/audio/voices/design", DESIGN | {"name": "mine"}, {"voice_designs": 1, "preview_characters": 3}),
    ],
)
async def test_a_voice_is_made_heard_listed_and_spoken_with(path: str, body: dict[str, Any], facts: object) -> None:
    async with connect(speed=1000) as client:
        status, answer = await client.post(path, body)
        kind = "voice_" + path.rpartition("/")[2]
        url, id = answer["preview_audio_url"], answer["voice_id"]
        assert (status, answer) == (
            200,
            {
                "object": "audio.voice",
                "model": f"minimax-{kind.replace('_', '-')}",
                "task_id": answer["task_id"],
                "voice_id": id,
                "preview_audio_url": url,
                "voice": {
                    "voice_id": id,
                    "display_name": "mine",
                    "language": body.get("language", ""),
                    "description": "",
                    "source_type": kind,
                    "visibility": "private",
                    "status": "active",
                    "compatible_models": ["minimax-speech-2.8-hd", "minimax-speech-02-hd"],
                    "preview_audio_url": url,
                    "created_at": answer["voice"]["created_at"],
                },
                "billing_contract": {
                    "billing_version": "media-v1",
                    "public_model": f"minimax-{kind.replace('_', '-')}",
                    "operation": f"audio.{kind}",
                    "settlement_policy": "fixed_at_estimate",
                    "billing_stage": "final",
                    "facts": facts,
                },
                "outputs": [{"url": url, "type": "audio"}],
            },
        )
        assert sound((await client.download(url))[2])[0] == "mp3"
        _, listed = await client.get("/v1/audio/voices")
        mine = listed["data"][-1]
        assert (mine["voice_id"], mine["display_name"], (await client.download(mine["preview_audio_url"]))[0]) == (
            id,
            "mine",
            200,
        )
        assert (await client.run(LINE | {"voice_id": id}))["status"] == "completed"


async def test_a_voice_that_failed_is_nobodys() -> None:
    async with connect(speed=1000) as client:
        client.simulator.fault("fail")
        status, answer = await client.post("/v1/audio/voices/clone", CLONE)
        assert (status, answer["error"]["message"]) == (500, "audio task failed")
        _, listed = await client.get("/v1/audio/voices")
        assert [voice for voice in listed["data"] if voice["display_name"] == "mine"] == []


async def test_the_open_sizes_are_drawn_with_a_slash_and_without() -> None:
    async with connect(speed=1000) as client:
        for path in ("/v1/images/generations/", "/v1/images/generations"):
            _, answer = await client.post(path, OTTER)
            assert picture((await client.download(answer["data"][0]["url"]))[2]).size == (1024, 1536)
        auto = OTTER | {"model": "gpt-image-2-auto", "size": "auto"}
        body = auto | {"image": f"{client.simulator.url}/samples/portrait.png"}
        _, answer = await client.post("/v1/images/edits/", body)
        assert picture((await client.download(answer["data"][0]["url"]))[2]).size == (912, 1152)


async def test_seedream_draws_any_size_and_all_that_are_asked_for() -> None:
    async with connect(speed=1000) as client:
        small = {"model": "seedream-4.0", "prompt": "a kite", "custom_size": {"width": 1000, "height": 930}}
        _, answer = await client.post("/v1/images/generations", small | {"num_images": 2})
        drawn = [picture((await client.download(one["url"]))[2]) for one in answer["data"]]
        assert [(image.size, image.format) for image in drawn] == [((1000, 930), "PNG")] * 2
        sample = f"{client.simulator.url}/samples/portrait.png"
        body = DREAM | {"images": [{"url": sample}, {"image_url": sample}]}
        _, answer = await client.post("/v1/images/edits", body)
        (one,) = answer["data"]
        width, height = picture((await client.download(one["url"]))[2]).size
        assert (width < height, width * height > 3_686_400) == (True, True)
        assert client.simulator.submits()[-1].operation == "image2image"
