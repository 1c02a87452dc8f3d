"""What nexus's models of pictures send: DALL·E 3, FLUX, GPT Image, Doubao and Ideogram."""

from dataclasses import replace
from typing import Any

import pytest

from bot import catalogue
from bot.catalogue import _spec
from bot.cli import _previewing
from bot.errors import Invalid
from bot.requests import Wire

PICTURE, OTHER = "https://pictures.example/a.png", "https://pictures.example/b.png"
FILE, MASK = f"{_spec.UPLOAD}/tmp/a.png", f"{_spec.UPLOAD}/tmp/mask.png"


def wire(name: str, media: dict[str, list[str]] | None = None, /, **said: Any) -> Wire:
    model = catalogue.find(name, provider="nexus")
    return catalogue.prepare(model, said, media=media or {}).wire(model.id)


def body(name: str, media: dict[str, list[str]] | None = None, /, **said: Any) -> Any:
    return _previewing.shown(wire(name, media, **said).body)


def refused(name: str, media: dict[str, list[str]] | None = None, /, **said: Any) -> list[tuple[str, str, str]]:
    with pytest.raises(Invalid) as invalid:
        wire(name, media, **said)
    return [(p.field, p.rule, p.allowed) for p in invalid.value.problems]


@pytest.mark.parametrize(
    ("model", "said", "expected"),
    [
        ("dall-e-3", {}, {"n": 1, "quality": "standard"}),
        ("dall-e-3", {"ratio": "9:16", "style": "natural"}, {"size": "1024x1792", "style": "natural"}),
        ("dall-e-3", {"size": "1792x1024", "response_format": "url"}, {"size": "1792x1024"}),
        ("flux", {"ratio": "3:2"}, {"size": "1248x832"}),
        ("flux-schnell", {}, {"model": "flux-schnell"}),
        ("gpt-image-1", {"ratio": "2:3"}, {"size": "1024x1536"}),
        ("gpt-image-1.5", {"size": "1024x1024"}, {"model": "gpt-image-1.5", "size": "1024x1024"}),
        ("doubao-seedream-3-0-t2i-250415", {"ratio": "16:9", "guidance": 3}, {"size": "1280x720", "guidance_scale": 3}),
        ("doubao-seedream-4-0-250828", {"watermark": False}, {"size": "2K", "watermark": False}),
    ],
)
def test_pictures_are_asked_for_at_one_address(model: str, said: dict[str, Any], expected: dict[str, Any]) -> None:
    sent = wire(model, prompt="waves", **said)
    assert (sent.path, sent.poll_path, sent.body["prompt"]) == ("/v1/images/generations", "", "waves")
    assert {name: sent.body[name] for name in expected} == expected


def test_a_shape_is_not_said_beside_a_size() -> None:
    for model in ("dall-e-3", "flux-dev", "gpt-image-1"):
        assert refused(model, prompt="x", ratio="1:1", size="1024x1024") == [
            ("ratio", "conflict", "not beside size 1024x1024")
        ]


def test_gpt_image_edits_in_a_form_with_or_without_a_mask() -> None:
    sent = wire("gpt-image-1", {"image": [FILE], "mask": [MASK]}, prompt="red", size="1536x1024")
    assert (sent.path, sent.content_type) == ("/v1/images/edits", "multipart/form-data")
    assert sent.body == {"model": "gpt-image-1", "prompt": "red", "size": "1536x1024"}
    assert [(upload.part, upload.path) for upload in sent.uploads] == [
        ("image", "/tmp/a.png"),
        ("mask", "/tmp/mask.png"),
    ]
    assert len(wire("gpt-image-1", {"image": [FILE]}, prompt="red").uploads) == 1
    assert refused("gpt-image-1", {"mask": [MASK]}, prompt="red")[0][:2] == ("image", "missing")


def test_flux_predicts_by_another_way() -> None:
    usual = catalogue.find("flux-dev")
    model = replace(usual, operations=usual.routes["replicate"], route="replicate")
    sent = catalogue.prepare(model, {"prompt": "waves", "ratio": "16:9", "seed": 3}, media={}).wire(model.id)
    assert sent == Wire(
        path="/v1/predictions",
        body={"model": "flux-dev", "input": {"prompt": "waves", "aspect_ratio": "16:9", "seed": 3}},
        poll_path="/v1/predictions/{task_id}",
    )


def test_doubao_changes_pictures_and_makes_rows() -> None:
    edit = body("doubao-seededit-3-0-i2i-250628", {"image": [PICTURE]}, prompt="red")
    assert (edit["image"], edit["size"]) == (PICTURE, "adaptive")
    several = body("doubao-seedream-4-5-251128", {"images": [PICTURE, OTHER]}, prompt="red", count=3, resolution="4K")
    assert several["image"] == [PICTURE, OTHER]
    assert several["sequential_image_generation_options"] == {"max_images": 3}
    assert body("doubao-seedream-4-0-250828", {"image": [PICTURE]}, prompt="red")["image"] == PICTURE


@pytest.mark.parametrize(
    ("name", "said", "path", "fields", "parts"),
    [
        ("edit", {"prompt": "red", "expand": True}, "/v1/ideogram-v3/edit", {"magic_prompt": "ON"}, ["image", "mask"]),
        (
            "remix",
            {"prompt": "red", "weight": 60, "ratio": "16:9", "negative": "cars", "count": 2, "seed": 4},
            "/v1/ideogram-v3/remix",
            {
                "image_weight": "60",
                "aspect_ratio": "16x9",
                "negative_prompt": "cars",
                "num_images": "2",
                "seed": "4",
            },
            ["image"],
        ),
        ("reframe", {"ratio": "9:16"}, "/v1/ideogram-v3/reframe", {"resolution": "768x1344"}, ["image"]),
        ("replace-background", {"prompt": "sea"}, "/v1/ideogram-v3/replace-background", {"prompt": "sea"}, ["image"]),
        (
            "upscale",
            {"detail": 80, "resemblance": 20},
            "/upscale",
            {"image_request": '{"resemblance": 20, "detail": 80, "num_images": 1}'},
            ["image_file"],
        ),
        ("describe", {}, "/describe", {}, ["image_file"]),
    ],
)
def test_ideogram_works_on_a_picture_in_forms(
    name: str, said: dict[str, Any], path: str, fields: dict[str, str], parts: list[str]
) -> None:
    media = {"image": [FILE]} | ({"mask": [MASK]} if name == "edit" else {})
    sent = wire(f"ideogram-{name}", media, **said)
    assert (sent.path, sent.content_type, sent.poll_path) == (path, "multipart/form-data", "")
    assert [upload.part for upload in sent.uploads] == parts
    assert {key: sent.body[key] for key in fields} == fields
    assert catalogue.find(f"ideogram-{name}").off


@pytest.mark.parametrize("model", ["gpt-image-1", "ideogram-describe", "mj"])
def test_pictures_are_jpeg_png_or_webp(model: str) -> None:
    said = {} if model == "ideogram-describe" else {"prompt": "x"}
    odd = {"image": [f"{_spec.UPLOAD}/tmp/a.gif"]}
    ((field, *problem),) = refused(model, odd, **said)
    assert (field, problem) == ("image", ["type", "JPEG, PNG, WebP"])
    for kind in ("jpeg", "JPG", "webp"):
        assert wire(model, {"image": [f"{_spec.UPLOAD}/tmp/a.{kind}"]}, **said).method == "POST"
    assert refused("luma", {"image": [f"{PICTURE}.bmp?size=2"]}, prompt="x") == [("image", "type", "JPEG, PNG, WebP")]


def test_ideogram_generates_by_its_printed_box() -> None:
    assert wire("ideogram", prompt="waves", ratio="16:9", version="V_3") == Wire(
        path="/generate",
        body={"image_request": {"prompt": "waves", "aspect_ratio": "ASPECT_16_9", "model": "V_3"}},
    )
