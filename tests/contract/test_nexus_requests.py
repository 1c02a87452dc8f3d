"""What nexus's models send: the printed requests, those that break a rule, and some of our own."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import catalogue
from bot.catalogue import _spec
from bot.cli import _previewing
from bot.errors import Invalid
from bot.requests import Upload, Wire
from tests.contract import printed

PICTURE, OTHER = "https://pictures.example/a.png", "https://pictures.example/b.png"
FILE, MASK = f"{_spec.UPLOAD}/tmp/a.png", f"{_spec.UPLOAD}/tmp/mask.png"
DECISION = Path(__file__).resolve().parents[2] / "docs" / "decisions" / "0007-what-nexus-only-names.md"

CANNOT_BE_SAID = {
    # a JSON type that a command can't have, what arrives is always of the right one; and an endpoint's content type
    "bad/nexus/dall-e-3/n:type#1": "a number as text",
    "bad/nexus/luma/loop:type#1": "yes or no as text",
    "bad/nexus/sora-2-all/images:type#1": "one address where a list belongs",
    "bad/nexus/veo3.1-fast/enable_upsample:type#1": "yes or no as text",
    "bad/nexus/veo3.1-fast/enhance_prompt:type#1": "yes or no as text",
    "bad/nexus/veo_3_1-fast-4K/endpoint:content-type#1": "JSON where a form belongs",
}
MENDED = {
    # what is understood, and said as the page spells it
    "bad/nexus/sora-2-pro-all/orientation:enum#1": ("orientation", "landscape"),
}


def flat(request: Mapping[str, Any]) -> dict[str, Any]:
    """A body by our own options: without Ideogram's box, and with the pictures of frames as first and last."""
    body = {**request, **request.get("image_request", {})}
    body.pop("image_request", None)
    if "image_request" in request and "aspect_ratio" in body:
        body["aspect_ratio"] = body["aspect_ratio"].replace("x", ":")
    if body.get("model") == "veo2-fast-frames" and len(body["images"]) == 2:
        body["image"], body["last"] = body.pop("images")
    return body


NEXUS = printed.Printed(provider="nexus", flat=flat)


def wire(name: str, media: dict[str, list[str]] | None = None, /, *, op: str | None = None, **said: Any) -> Wire:
    model = catalogue.find(name, provider="nexus")
    return catalogue.prepare(model, said, media=media or {}, operation=op).wire(model.id)


def body(name: str, media: dict[str, list[str]] | None = None, /, *, op: str | None = None, **said: Any) -> Any:
    return _previewing.shown(wire(name, media, op=op, **said).body)


def by(route: str, name: str) -> catalogue.Model:
    """A model reached by another of its ways."""
    model = catalogue.find(name)
    return replace(model, operations=model.routes[route], route=route)


def refused(name: str, media: dict[str, list[str]] | None = None, /, **said: Any) -> list[tuple[str, str, str]]:
    with pytest.raises(Invalid) as invalid:
        wire(name, media, **said)
    return [(p.field, p.rule, p.allowed) for p in invalid.value.problems]


# --- printed requests --------------------------------------------------------------------------------------------


@printed.needed
def test_every_printed_request_is_ours_or_differs_on_purpose() -> None:
    found = {x["id"]: NEXUS.difference(x) for x in NEXUS.requests()}
    rows = re.findall(r"^\| `(nexus/[^`]+)` \| `([^`]*)` \| NEX-", DECISION.read_text("utf-8"), re.M)
    assert len(found) == 5
    assert {id: words for id, words in found.items() if words} == dict(rows)


@printed.needed
def test_the_decision_knows_every_contradiction() -> None:
    known = yaml.safe_load((printed.CONTRACTS / "nexus" / "models.yaml").read_text("utf-8"))["contradictions"]
    assert set(re.findall(r"NEX-[A-Z0-9-]+", DECISION.read_text("utf-8"))) == {entry["id"] for entry in known}


@printed.needed
@pytest.mark.parametrize(
    "line", [x for x in NEXUS.bad() if x["id"] not in {*CANNOT_BE_SAID, *MENDED}], ids=lambda x: x["id"]
)
def test_bad_requests_are_refused_by_the_right_field(line: dict[str, Any]) -> None:
    fields = {"prompt"} if line["rule"] == "nexus.veo-english" else printed.fields_of(line["rule"])
    assert printed.tells_so_much(NEXUS.answer(line), *fields), NEXUS.answer(line)


@printed.needed
def test_what_cannot_be_said_is_right_however_it_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    printed.tell(capsys, "nexus", cannot_be_said=CANNOT_BE_SAID, of=len(NEXUS.bad()))
    lines = {x["id"]: x for x in NEXUS.bad() if x["id"] in {*CANNOT_BE_SAID, *MENDED}}
    assert len(lines) == len(CANNOT_BE_SAID) + len(MENDED)
    answers = {id: NEXUS.answer(line) for id, line in lines.items()}
    assert [id for id, ours in answers.items() if "error" in ours] == []
    assert {id: answers[id]["body"][name] for id, (name, _) in MENDED.items()} == {
        id: value for id, (_, value) in MENDED.items()
    }
    form = answers["bad/nexus/veo_3_1-fast-4K/endpoint:content-type#1"]
    assert (form["content_type"], form["fields"]["seconds"]) == ("multipart/form-data", "8")


@printed.needed
def test_ambiguous_requests_are_read_the_safer_way() -> None:
    lines = NEXUS.ambiguous()
    assert set(lines) == {"NEX-VEO-ASPECT", "NEX-VEO-ENUM"}
    assert printed.tells_so_much(NEXUS.answer(lines["NEX-VEO-ASPECT"]), "aspect_ratio")
    assert catalogue.find(lines["NEX-VEO-ENUM"]["model"]).off


OPERATIONS = {
    # how the collection calls what we have other words for
    "action": "action",
    "image2image": "image-to-image",
    "image2video": "image-to-video",
    "text2image": "text-to-image",
    "text2video": "text-to-video",
    "reference2video": "reference-to-video",
    "first_last_frame": "first-last-frame",
}


@printed.needed
def test_every_model_of_the_document_is_here_with_its_operations() -> None:
    known = yaml.safe_load((printed.CONTRACTS / "nexus" / "models.yaml").read_text("utf-8"))["models"]
    for entry in known:
        if entry["state"] == "response_only":
            assert entry["id"] not in catalogue.MODELS
            continue
        model = catalogue.find(entry["id"], provider="nexus")
        have = {cls.operation for cls in (*model.operations, *model.pressed)}
        assert {OPERATIONS[name] for name in entry["operations"]} <= have, entry["id"]
        assert model.unverified == (entry["state"] != "current"), entry["id"]


# --- clips -------------------------------------------------------------------------------------------------------


def test_veo_says_what_the_table_has() -> None:
    sent = wire("veo3.1-pro", prompt="waves", ratio="9:16", duration=7, upsample=True, expand=False)
    assert sent == Wire(
        path="/v1/video/create",
        body={
            "model": "veo3.1-pro",
            "prompt": "waves",
            "aspect_ratio": "9:16",
            "duration": 7,
            "enable_upsample": True,
            "enhance_prompt": False,
        },
        poll_path="/v1/video/query?id={task_id}",
    )


@pytest.mark.parametrize(
    ("model", "media", "expected"),
    [
        ("veo2-fast-frames", {"image": [PICTURE]}, [PICTURE]),
        ("veo3-frames", {"image": [PICTURE], "last": [OTHER]}, [PICTURE, OTHER]),
        ("veo3-pro-frames", {"image": [PICTURE]}, [PICTURE]),
        ("veo2-pro-components", {"images": [PICTURE, OTHER]}, [PICTURE, OTHER]),
        ("veo3.1-fast-components", {"image": [PICTURE]}, [PICTURE]),
    ],
)
def test_what_a_veo_id_takes_is_in_its_name(model: str, media: dict[str, list[str]], expected: list[str]) -> None:
    assert body(model, media, prompt="waves")["images"] == expected


def test_veo_does_not_take_what_its_name_does_not_say() -> None:
    assert refused("veo3", {"image": [PICTURE]}, prompt="x")[0][:2] == ("image", "not_for")
    assert refused("veo3-pro-frames", {"image": [PICTURE], "last": [OTHER]}, prompt="x")[0][:2] == ("last", "not_for")
    assert refused("veo2-pro", prompt="x", ratio="16:9")[0][:2] == ("ratio", "not_for")
    assert refused("veo3.1", prompt="x", duration=11) == [("duration", "range", "5 to 10")]


@pytest.mark.parametrize("words", ["一只猫在海边散步", "Кот на берегу", "a cat 在 the beach"])
def test_veo_understands_english_or_translates(words: str) -> None:
    for said in ({}, {"expand": False}):
        assert refused("veo3", prompt=words, **said) == [("prompt", "conflict", "English words, or expand=yes")]
    assert body("veo3", prompt=words, expand=True)["enhance_prompt"] is True
    assert "enhance_prompt" not in body("veo3", prompt="Ein Café, 3 € — “ça va”")


def test_commands_have_words_translated() -> None:
    model = catalogue.find("veo3")
    options = catalogue.prepare(model, {"prompt": "一只猫"}, media={}, presets=True)
    assert options.wire(model.id).body["enhance_prompt"] is True


def test_the_openai_form_is_a_form_with_and_without_a_picture() -> None:
    assert wire("veo_3_1-fast-4K", prompt="waves", ratio="9:16", duration=6) == Wire(
        path="/v1/videos",
        body={"model": "veo_3_1-fast-4K", "prompt": "waves", "size": "9x16", "seconds": "6"},
        poll_path="/v1/videos/{task_id}",
        form=True,
    )
    sent = wire("veo_3_1-fast-4K", {"image": [FILE]}, prompt="waves")
    assert sent.uploads == (Upload(part="image", path="/tmp/a.png", mime="image/png"),)
    assert refused("veo_3_1-fast-4K", {"image": [PICTURE]}, prompt="x") == [("image", "pattern", "a file")]


@pytest.mark.parametrize(("word", "orientation"), [("16:9", "landscape"), ("portrait", "portrait")])
def test_sora_has_words_for_shapes_and_sizes(word: str, orientation: str) -> None:
    sent = body("sora-2-pro-all", {"images": [PICTURE]}, prompt="waves", ratio=word, resolution="small", duration=20)
    assert sent == {
        "model": "sora-2-pro-all",
        "prompt": "waves",
        "orientation": orientation,
        "size": "small",
        "duration": 20,
        "images": [PICTURE],
    }


def test_sora_goes_by_openai_s_form_and_by_chat_too() -> None:
    form, chat = by("openai", "sora-2-all"), by("chat", "sora-2-all")
    said = {"prompt": "waves"}
    sent = catalogue.prepare(form, said | {"ratio": "9:16", "duration": 12}, media={"image": [FILE]}).wire(form.id)
    assert (sent.path, sent.content_type, sent.poll_path) == (
        "/v1/videos",
        "multipart/form-data",
        "/v1/videos/{task_id}",
    )
    assert sent.body == {"model": "sora-2-all", "prompt": "waves", "size": "720x1280", "seconds": "12"}
    assert [upload.part for upload in sent.uploads] == ["input_reference"]
    talk = catalogue.prepare(chat, said, media={"image": [PICTURE]}).wire(chat.id)
    assert (talk.path, talk.poll_path, talk.body["stream"]) == ("/v1/chat/completions", "", True)
    assert talk.body["messages"][0]["content"] == [
        {"type": "text", "text": "waves"},
        {"type": "image_url", "image_url": {"url": PICTURE}},
    ]
    (plain,) = catalogue.prepare(chat, said, media={}).wire(chat.id).body["messages"]
    assert plain == {"role": "user", "content": "waves"}


def test_luma_names_no_model() -> None:
    media = {"image": [PICTURE], "last": [OTHER]}
    assert wire("luma", media, prompt="waves", ratio="21:9", loop=True) == Wire(
        path="/v1/generations",
        body={
            "prompt": "waves",
            "aspect_ratio": "21:9",
            "loop": True,
            "keyframes": {"frame0": {"type": "image", "url": PICTURE}, "frame1": {"type": "image", "url": OTHER}},
        },
        poll_path="/v1/generations/{task_id}",
    )
    assert body("luma", prompt="waves") == {"prompt": "waves"}


# --- Midjourney --------------------------------------------------------------------------------------------------


def test_midjourney_is_told_behind_the_words() -> None:
    assert wire("mj", prompt="a boat", ratio="16:9", negative="cars", seed=7, chaos=10, v="6.1", s=250) == Wire(
        path="/mj/submit/imagine",
        body={"prompt": "a boat --ar 16:9 --no cars --seed 7 --stylize 250 --chaos 10 --v 6.1"},
        poll_path="/mj/task/{task_id}/fetch",
    )
    assert body("mj", prompt="a boat --ar 3:2 --tile", state="mine") == {
        "prompt": "a boat --ar 3:2 --tile",
        "state": "mine",
    }
    assert refused("mj", prompt="a boat --ar 3:2", ratio="16:9") == [
        ("ratio", "conflict", "--ar is in the words already")
    ]


def test_midjourney_takes_pictures_as_base64() -> None:
    sent = body("mj", {"images": [FILE, MASK]}, prompt="a boat")
    assert sent["base64Array"] == [f"data:image/png;base64,<base64 of /tmp/{name}.png>" for name in ("a", "mask")]
    assert refused("mj", {"image": [PICTURE]}, prompt="x") == [("image", "pattern", "a file")]


def test_a_button_is_pressed_and_never_guessed() -> None:
    pressed = wire("mj", op="action", taskId="17", customId="MJ::JOB::upsample::1::x", state="mine")
    assert pressed == Wire(
        path="/mj/submit/action",
        body={"taskId": "17", "customId": "MJ::JOB::upsample::1::x", "state": "mine"},
        poll_path="/mj/task/{task_id}/fetch",
    )
    assert wire("mj", op="action", task="17", button="MJ::1").body == {"taskId": "17", "customId": "MJ::1"}
    assert [cls.operation for cls in catalogue.find("mj").operations] == ["text-to-image", "image-to-image"]
    assert wire("mj", prompt="a boat").path == "/mj/submit/imagine"
    with pytest.raises(Invalid) as invalid:
        wire("mj", op="action")
    assert {(p.field, p.rule) for p in invalid.value.problems} == {("task", "missing"), ("button", "missing")}


# --- prices ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "said", "credits"),
    [
        ("veo3.1-fast", {"duration": 5}, 30),
        ("veo3.1-fast", {}, 48),
        ("veo3.1-pro", {"duration": 10}, 300),
        ("sora-2-all", {"duration": 5, "resolution": "medium"}, 30),
        ("sora-2-all", {"duration": 5, "resolution": "large"}, 40),
        ("luma", {}, 40),
        ("dall-e-3", {}, 6),
        ("dall-e-3", {"quality": "hd", "count": 3}, 30),
        ("flux-schnell", {}, 2),
        ("flux-pro", {}, 5),
        ("gpt-image-1", {}, 15),
        ("midjourney", {}, 8),
        ("doubao-seedream-4-0-250828", {"count": 4, "resolution": "4K"}, 24),
    ],
)
def test_prices(model: str, said: dict[str, Any], credits: int) -> None:
    found = catalogue.find(model)
    assert catalogue.prepare(found, {"prompt": "waves", **said}, media={}).quote(found.rate) == credits
