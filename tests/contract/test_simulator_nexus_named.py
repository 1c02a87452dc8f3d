"""What nexus only names, as the simulator plays it: Doubao, gpt-image-1.5 and the functions of Ideogram."""

import io
import json
from typing import Any

import aiohttp
import pytest
from PIL import Image

from tests.contract.simulator_kit import Client, connect, picture

GENERATIONS = "/v1/images/generations"
PICTURE = "https://example.com/a.png"
GPT = {"model": "gpt-image-1.5", "prompt": "a boat"}
THIRD = {"model": "doubao-seedream-3-0-t2i-250415", "prompt": "a boat"}
EDIT = {"model": "doubao-seededit-3-0-i2i-250628", "prompt": "a boat", "image": PICTURE}
FOURTH = {"model": "doubao-seedream-4-0-250828", "prompt": "a boat"}
LATEST = {"model": "doubao-seedream-4-5-251128", "prompt": "a boat"}

BUFFER = io.BytesIO()
Image.new("RGB", (300, 200), (255, 0, 0)).save(BUFFER, "PNG")
RED = BUFFER.getvalue()


def row(count: int) -> dict[str, Any]:
    return {"sequential_image_generation": "auto", "sequential_image_generation_options": {"max_images": count}}


async def send(client: Client, path: str, body: dict[str, Any], *files: str) -> tuple[int, Any]:
    """As a form with a picture under each of these names, or as JSON where there are none."""
    if not files:
        return await client.post(f"/nexus{path}", body)
    data = aiohttp.FormData(body, default_to_multipart=True)
    for name in files:
        data.add_field(name, RED, filename=f"{name}.png", content_type="image/png")
    async with client.http.post(f"/nexus{path}", data=data) as answer:
        return answer.status, await answer.json()


async def sizes(client: Client, answer: Any) -> list[tuple[int, int]]:
    return [picture((await client.download(one["url"]))[2]).size for one in answer["data"]]


@pytest.mark.parametrize(
    ("body", "operation", "made"),
    [
        (GPT | {"size": "512x256"}, "text2image", [(512, 256)]),
        (THIRD | {"size": "512x512", "seed": 3, "guidance_scale": 2.5}, "text2image", [(512, 512)]),
        (EDIT | {"size": "adaptive", "watermark": False}, "image2image", [(1024, 1024)]),
        (FOURTH | {"size": "1K"} | row(3), "text2image", [(1024, 1024)] * 3),
        (LATEST | {"size": "640x320", "image": [PICTURE] * 2}, "image2image", [(640, 320)]),
    ],
)
async def test_pictures(body: dict[str, Any], operation: str, made: list[tuple[int, int]]) -> None:
    async with connect(speed=1000) as client:
        status, answer = await send(client, GENERATIONS, body)
        assert (status, client.simulator.submits()[0].operation) == (200, operation), answer
        assert await sizes(client, answer) == made


@pytest.mark.parametrize(
    ("path", "body", "files", "operation", "made"),
    [
        ("/v1/images/edits", GPT, ["image", "mask"], "image2image", [(1024, 1024)]),
        ("/v1/ideogram-v3/edit", {"prompt": "sea"}, ["image", "mask"], "edit", [(300, 200)]),
        ("/v1/ideogram-v3/remix", {"prompt": "sea", "num_images": "2"}, ["image"], "remix", [(300, 200)] * 2),
        ("/v1/ideogram-v3/reframe", {"resolution": "512x1536"}, ["image"], "reframe", [(512, 1536)]),
        ("/v1/ideogram-v3/replace-background", {"prompt": "sea"}, ["image"], "replace_background", [(300, 200)]),
        ("/upscale", {"image_request": '{"detail": 80}'}, ["image_file"], "upscale", [(600, 400)]),
    ],
)
async def test_forms(
    path: str, body: dict[str, Any], files: list[str], operation: str, made: list[tuple[int, int]]
) -> None:
    async with connect(speed=1000) as client:
        status, answer = await send(client, path, body, *files)
        assert (status, client.simulator.submits()[0].operation) == (200, operation), answer
        assert await sizes(client, answer) == made


async def test_a_picture_is_described() -> None:
    async with connect(speed=1000) as client:
        status, answer = await send(client, "/describe", {}, "image_file")
        words = "A picture, 300 pixels wide and 200 high."
        assert (status, answer) == (200, {"descriptions": [{"text": words}]})


@pytest.mark.parametrize(
    ("path", "body", "files", "field"),
    [
        (GENERATIONS, THIRD | {"image": PICTURE}, [], "image"),
        (GENERATIONS, THIRD | {"guidance_scale": 11}, [], "guidance_scale"),
        (GENERATIONS, {"model": EDIT["model"], "prompt": "x"}, [], "image"),
        (GENERATIONS, EDIT | {"size": "1K"}, [], "size"),
        (GENERATIONS, LATEST | {"size": "1K"}, [], "size"),
        (GENERATIONS, FOURTH | {"image": [PICTURE] * 11}, [], "image"),
        (GENERATIONS, FOURTH | row(16), [], "sequential_image_generation_options.max_images"),
        (
            GENERATIONS,
            FOURTH | row(6) | {"image": [PICTURE] * 10},
            [],
            "sequential_image_generation_options.max_images",
        ),
        (
            GENERATIONS,
            FOURTH | row(2) | {"sequential_image_generation": "disabled"},
            [],
            "sequential_image_generation",
        ),
        ("/v1/ideogram-v3/edit", {"prompt": "x"}, ["image"], "mask"),
        ("/v1/ideogram-v3/remix", {}, ["image"], "prompt"),
        ("/v1/ideogram-v3/remix", {"prompt": "x", "image_weight": "101"}, ["image"], "image_weight"),
        ("/v1/ideogram-v3/remix", {"prompt": "x", "aspect_ratio": "16:9"}, ["image"], "aspect_ratio"),
        ("/v1/ideogram-v3/reframe", {}, ["image"], "resolution"),
        ("/v1/ideogram-v3/reframe", {"resolution": "512x512", "prompt": "x"}, ["image"], "prompt"),
        ("/v1/ideogram-v3/replace-background", {"prompt": "x", "num_images": "9"}, ["image"], "num_images"),
        ("/upscale", {"image_request": "[]"}, ["image_file"], "image_request"),
        ("/upscale", {"image_request": '{"detail": 0}'}, ["image_file"], "image_request.detail"),
        ("/describe", {}, ["image"], "image"),
        ("/describe", {"image_file": PICTURE}, [], "Content-Type"),
    ],
)
async def test_refusals(path: str, body: dict[str, Any], files: list[str], field: str) -> None:
    async with connect() as client:
        status, answer = await send(client, path, body, *files)
        assert (status, answer["error"]["param"]) == (400, field), json.dumps(answer)
        assert client.simulator.submits() == []
