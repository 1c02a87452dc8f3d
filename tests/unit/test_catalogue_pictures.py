"""What each family of pictures sends by each of its ways, what it refuses and what it costs, in requests of our own."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from bot import catalogue
from bot.errors import Invalid
from bot.jobs import Output
from bot.media import Facts, MediaKind
from bot.requests import Encoded, Wire

PICTURE, OTHER = "https://pictures.example/a.png", "https://pictures.example/b.png"
ONE, TWO = {"image": [PICTURE]}, {"images": [PICTURE, OTHER]}
FILES = {"images": ["file:/kept/a.png", "file:/kept/b.jpg"]}
TEN = {"images": [f"https://pictures.example/{n}.png" for n in range(10)]}

MAKE, EDIT, CHAT = "/v1/images/generations", "/v1/images/edits", "/v1/chat/completions"

Media = Mapping[str, Sequence[str]]


@contextmanager
def reached(id: str, route: str) -> Iterator[catalogue.Model]:
    """A model that the operator reaches by this way; "" for its own."""
    shelf = catalogue.everything()
    if route:
        catalogue.arrange(replace(m, route=route, operations=m.routes[route]) if m.id == id else m for m in shelf)
    try:
        yield catalogue.find(id)
    finally:
        catalogue.arrange(shelf)


def wire(id: str, route: str, media: Media, **said: Any) -> Wire:
    with reached(id, route) as model:
        return catalogue.prepare(model, {"prompt": "rain", **said}, media=media).wire(model.id)


def problem(id: str, media: Media, **said: Any) -> tuple[str, str]:
    """The one field that is refused, and what may be said there."""
    with pytest.raises(Invalid) as invalid:
        wire(id, "", media, **said)
    (only,) = invalid.value.problems
    return only.field, only.allowed


def picture(width: int | None, height: int | None) -> Output:
    facts = Facts(kind=MediaKind.IMAGE, mime="image/png", size_bytes=1, width=width, height=height)
    return Output(job="K7Q2", step=0, index=0, path="x", facts=facts)


@pytest.mark.parametrize(
    ("id", "route", "media", "said", "path", "sent"),
    [
        (
            "gpt-image-2",
            "openai",
            {},
            {"ratio": "16:9", "count": 2},
            MAKE,
            {"prompt": "rain", "size": "1536x864", "n": 2, "response_format": "url"},
        ),
        (
            "gpt-image-2",
            "openai",
            TWO,
            {"size": "1024x1024", "quality": "low"},
            EDIT,
            {
                "prompt": "rain",
                "images": [PICTURE, OTHER],
                "size": "1024x1024",
                "quality": "low",
                "n": 1,
                "response_format": "url",
            },
        ),
        ("gpt-image-2-origin", "", ONE, {"size": "1024x768"}, EDIT, {"image": PICTURE, "size": "1024x768", "n": 1}),
        (
            "gpt-image-2-auto",
            "",
            {},
            {"size": "auto", "format": "webp"},
            MAKE,
            {"size": "auto", "output_format": "webp"},
        ),
        (
            "NanoBanana",
            "openai",
            {},
            {"format": "webp", "ratio": "21:9"},
            MAKE,
            {"prompt": "rain", "aspect_ratio": "21:9", "output_format": "webp", "n": 1, "response_format": "url"},
        ),
        ("NanoBanana2-1K", "openai", ONE, {}, EDIT, {"prompt": "rain", "image": PICTURE, "n": 1}),
        (
            "NanoBanana2-1K",
            "chat",
            {},
            {"format": "png"},
            CHAT,
            {"messages": [{"role": "user", "content": "rain"}], "--output_format": "png", "stream": True},
        ),
        (
            "NanoBananaPro-4K",
            "chat",
            TWO,
            {"ratio": "9:16"},
            CHAT,
            {
                "messages": [
                    {
                        "role": "user",
                        "content": [
                            {"type": "text", "text": "rain"},
                            {"type": "image_url", "image_url": {"url": PICTURE}},
                            {"type": "image_url", "image_url": {"url": OTHER}},
                        ],
                    }
                ],
                "extra_body": {"google": {"image_config": {"aspect_ratio": "9:16"}}},
                "stream": True,
            },
        ),
        (
            "gemini-3.1-flash-image-preview-512",
            "",
            FILES,
            {"aspectRatio": "4:5", "outputFormat": "png", "imageSize": "512"},
            "/v1beta/models/gemini-3.1-flash-image-preview-512:generateContent",
            {
                "contents": [
                    {
                        "role": "user",
                        "parts": [
                            {"text": "rain"},
                            {"inline_data": {"mime_type": "image/png", "data": Encoded("/kept/a.png")}},
                            {"inline_data": {"mime_type": "image/jpeg", "data": Encoded("/kept/b.jpg")}},
                        ],
                    }
                ],
                "generationConfig": {
                    "responseModalities": ["IMAGE"],
                    "imageConfig": {"aspectRatio": "4:5", "outputFormat": "png"},
                },
            },
        ),
        ("seedream-4.0", "", {}, {}, MAKE, {"prompt": "rain"}),
        (
            "seedream-4.0",
            "",
            {},
            {"size": "1280 × 720"},
            MAKE,
            {"prompt": "rain", "custom_size": {"width": 1280, "height": 720}},
        ),
        (
            "seedream",
            "",
            TWO,
            {"ratio": "3:4", "num_images": 3},
            EDIT,
            {
                "prompt": "rain",
                "image_urls": [PICTURE, OTHER],
                "n": 3,
                "custom_size": {"width": 1728, "height": 2304},
            },
        ),
    ],
)
def test_what_is_sent(id: str, route: str, media: Media, said: dict[str, Any], path: str, sent: dict[str, Any]) -> None:
    found = wire(id, route, media, **said)
    whole = "prompt" in sent or "messages" in sent or "contents" in sent
    assert (found.path, found.poll_path) == (path, "")
    assert {name: found.body[name] for name in sent} == sent
    assert not whole or found.body.keys() - sent.keys() <= {"model", "response_format"}


@pytest.mark.parametrize(
    ("id", "media", "said", "field", "allowed"),
    [
        ("gpt-image-2-origin", {}, {}, "size", ""),
        ("gpt-image-2-auto", {}, {"size": "auto", "ratio": "1:1"}, "ratio", "not beside size auto"),
        ("gpt-image-2-auto", {"image": ["file:/kept/a.png"]}, {"size": "auto"}, "image", "https://…"),
        ("gemini-pro-image", ONE, {}, "image", "a file"),
        ("gemini-pro-image", {}, {"resolution": "4k"}, "resolution", "1k, model=gemini-3-pro-image-preview-4k"),
        ("gemini-pro-image", {}, {"format": "webp"}, "format", "jpeg, png"),
        ("seedream", {}, {"size": "960x960"}, "size", "1920x1920 or more"),
        ("seedream", {}, {"size": "1280*720"}, "size", "2560x1440 or more"),
        ("seedream", {}, {"size": "100x4096"}, "size", "900x4096 or more"),
        ("seedream-4.0", {}, {"custom_size": {"width": 4100, "height": 1000}}, "custom_size", "4096x1000 at most"),
        ("seedream", {}, {"size": "2048x2048", "ratio": "1:1"}, "ratio", "not beside size 2048x2048"),
        ("seedream", {}, {"count": 7}, "count", "1 to 6"),
        ("seedream", {}, {"n": 2, "num_images": 3}, "num_images", "n or num_images, one of them"),
        ("seedream", TEN, {"num_images": 6}, "num_images", "1 to 5"),
        ("seedream", {"images": [*TEN["images"], PICTURE]}, {}, "images", "1 to 10"),
        ("seedream", {"image": ["file:/kept/a.png"]}, {}, "image", "https://…"),
    ],
)
def test_what_is_refused(id: str, media: Media, said: dict[str, Any], field: str, allowed: str) -> None:
    found = problem(id, media, **said)
    assert (found[0], found[1] if allowed else "") == (field, allowed)


@pytest.mark.parametrize(
    ("id", "said", "allowed"),
    [
        ("gpt-image-2", {"size": "1000x1000"}, "1024x1024, 1280x1024, 1024x1280"),
        ("gpt-image-2", {"size": "1900*1000"}, "1920x1080, 2048x1024, 2016x864"),
        ("gpt-image-2", {"size": "1080x1350"}, "1024x1344, 1024x1280, 1024x1536"),
        ("gpt-image-2-auto", {"size": "autom"}, "auto"),
        ("NanoBanana2-1K", {"resolution": "2k"}, "1k, model=NanoBanana2-2K"),
        ("NanoBananaPro-2K", {"resolution": "4K"}, "2k, model=NanoBananaPro-4K"),
    ],
)
def test_what_is_near_is_offered(id: str, said: dict[str, Any], allowed: str) -> None:
    assert problem(id, {}, **said) == (next(iter(said)), allowed)


def test_a_size_is_no_tier() -> None:
    field, allowed = problem("seedream-4.0", {}, size="2K")
    assert (field, "1280x720" in allowed) == ("size", True)


@pytest.mark.parametrize(
    ("said", "came", "held", "charged"),
    [
        ({"size": "auto"}, (1024, 1024), 9, 4),
        ({"size": "auto", "quality": "high"}, (2000, 1500), 27, 18),
        ({"size": "auto", "quality": "low"}, (3840, 2160), 3, 3),
        ({"size": "auto"}, (None, None), 9, 9),
        ({"size": "1920x1080"}, (1024, 1024), 6, 6),
        ({"resolution": "1k"}, (3840, 2160), 4, 4),
    ],
)
def test_what_the_model_chooses_is_charged_as_what_came(
    said: dict[str, Any], came: tuple[int | None, int | None], held: int, charged: int
) -> None:
    model = catalogue.find("gpt-image-2-auto")
    options = catalogue.prepare(model, {"prompt": "rain", **said}, media={})
    assert (options.quote(model.rate), options.settle(model.rate, {0: (picture(*came),)})) == (held, charged)


def test_commands_let_the_model_choose_where_nothing_is_said() -> None:
    model = catalogue.find("gpt-image-2-auto")
    sizes = [
        catalogue.prepare(model, {"prompt": "rain", **said}, media={}, presets=True).wire(model.id).body["size"]
        for said in ({}, {"resolution": "2k"}, {"ratio": "16:9"}, {"size": "1024x768"})
    ]
    assert sizes == ["auto", "1536x1536", "1536x864", "1024x768"]


def test_pictures_that_a_page_knows_one_by_one_are_requests_of_their_own() -> None:
    for id, route in (("NanoBanana", "chat"), ("gemini-flash-image", "")):
        with reached(id, route) as model:
            options = catalogue.prepare(model, {"prompt": "rain", "count": 3}, media={})
            assert [step.said for step in options.steps(model.id)] == [{"prompt": "rain"}] * 3
            assert (
                options.settle(model.rate, {0: (picture(8, 8),), 2: (picture(8, 8),)})
                == 2 * options.quote(model.rate) / 3
            )


def test_the_finest_nano_is_a_task_alone() -> None:
    assert {model.id: tuple(model.routes) for model in catalogue.MODELS.values() if model.id.startswith("Nano")} == {
        **dict.fromkeys(
            ("NanoBanana", "NanoBanana2-0.5K", "NanoBanana2-1K", "NanoBanana2-2K"), ("tasks", "openai", "chat")
        ),
        **dict.fromkeys(("NanoBanana2-4K", "NanoBananaPro-1K", "NanoBananaPro-2K"), ("tasks", "openai", "chat")),
        "NanoBananaPro-4K": ("tasks", "openai", "chat"),
        "NanoBananaPro-8K": ("tasks",),
    }
