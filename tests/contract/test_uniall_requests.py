"""Every request the provider's pages print: `preview --batch` says the same, or why it differs on purpose."""

import contextlib
import functools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import catalogue
from bot.catalogue import _spec
from bot.cli import _asking, _previewing
from bot.errors import Invalid
from bot.media import Facts
from tests.contract.printed import tell

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = ROOT.parent / "shared" / "contracts" / "uniall"
SAFER_READINGS = ROOT / "docs" / "decisions" / "0002-safer-readings.md"
BASE_URL = "https://provider.example"

needs_contracts = pytest.mark.skipif(not CONTRACTS.is_dir(), reason="the provider's printed requests are not here")

NAMELESS = {
    # endpoints whose requests name no model, because they have one
    "/v1/audio/voices/clone": "minimax-voice-clone",
    "/v1/audio/voices/design": "minimax-voice-design",
}
GEMINI = "gemini-3-pro-image-preview-1k"  # where a page leaves the model in its path open
GIVEN_UP = {"UNI-SEEDANCE-LEGACY", "UNI-VIDU-LEGACY-IDS"}  # contradictions about ids that nobody should send
EDIT_PATHS = ("/v1/images/edits", "/v1/images/edits/")  # naming this endpoint is naming the operation

OTHER_ENDPOINTS = {
    # bad requests whose fault lies in the endpoint, which a caller of ours never names
    "gptimg2.generations-no-image": "a picture sent to the endpoint that takes none",
    "endpoint:wrong": "another endpoint",
}
OTHER_TYPES = {
    # bad requests whose fault is a JSON type that a command can't have: what arrives is always of the right one
    "images:type": "one address where a list belongs",
    "video:type": "a list of one where an address belongs",
    "audio_duration_seconds:type": "a number as text",
    "is_instrumental:type": "yes or no as text",
    "lyrics_optimizer:type": "yes or no as text",
    "subtitle_enable:type": "yes or no as text",
    "extra_body.audio:type": "yes or no as text",
    "extra_body.bgm:type": "yes or no as text",
    "extra_body.draft:type": "yes or no as text",
    "extra_body.generate_audio:type": "yes or no as text",
    "pronunciation_dict:type": "a list where an object belongs",
    "noise_reduction:type": "yes or no as text",
    "need_volume_normalization:type": "yes or no as a number",
}


def lines(name: str) -> list[dict[str, Any]]:
    if not CONTRACTS.is_dir():
        return []
    text = (CONTRACTS / name).read_text("utf-8").replace("{modeName}", GEMINI)
    return [with_model(json.loads(line)) for line in text.splitlines()]


def with_model(line: dict[str, Any]) -> dict[str, Any]:
    """A line, with the model that its path tells."""
    return line | {"model": line["model"] or model_in(line["path"])}


def model_in(path: str) -> str:
    """The model that a path tells; "" where it is in the body."""
    found = re.search(r"/models/([^:]+):", path)
    return found[1] if found else NAMELESS.get(path, "")


@functools.cache
def documents() -> Any:
    """What is known of every model, and where the documents contradict each other."""
    return yaml.safe_load((CONTRACTS / "models.yaml").read_text("utf-8"))


def is_medium(name: str) -> bool:
    return _spec.ALIASES.get(name, name) in _spec.MEDIA


def asked(line: Mapping[str, Any]) -> dict[str, Any]:
    """A printed request as a line of a batch; where it leaves open what it does, its heading says so."""
    body, spelt_out = without_pictures(line["request"])
    media = spelt_out | {name: body.pop(name) for name in list(body) if is_medium(name)} | (line.get("files") or {})
    model = body.pop("model", model_in(line["path"]))
    found = {"model": model, "provider": "uniall", "prompt": body.pop("prompt", "")}
    found |= {"options": body, "media": media}
    if line["path"] in EDIT_PATHS:
        return found | {"operation": "image2image"}
    if "source_video" in json.dumps(body) and "operation" in line:
        return found | {"operation": line["operation"]}
    return found


def without_pictures(body: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """A body without the pictures that Gemini's form spells out, and a file for each, named as its content."""
    if "contents" not in body:
        return dict(body), {}
    parts = [part for message in body["contents"] for part in message["parts"]]
    pictures = [f"{part['inline_data']['data']}.jpg" for part in parts if "inline_data" in part]
    words = [part for part in parts if "inline_data" not in part]
    return {**body, "contents": [{"role": "user", "parts": words}]}, {"images": pictures}


def with_files(body: Mapping[str, Any]) -> dict[str, Any]:
    """A body as a preview prints it, where files that go along are named."""
    return dict(json.loads(re.sub(r'"data": "(\w+)"', r'"data": "<base64 of \1.jpg>"', json.dumps(body))))


def answer(line: Mapping[str, Any]) -> dict[str, Any]:
    text = json.dumps(asked(line))
    return _previewing.answer(functools.partial(_asking.parse, text), base_urls={"uniall": BASE_URL})


@contextlib.contextmanager
def routed(model: str, route: str) -> Iterator[None]:
    """With a model that is reached by another of its ways, as an operator may choose."""
    shelf = catalogue.everything()
    changed = (replace(m, route=route, operations=m.routes[route]) if m.id == model else m for m in shelf)
    catalogue.arrange(changed)
    try:
        yield
    finally:
        catalogue.arrange(shelf)


def difference(line: Mapping[str, Any]) -> str:
    """How our request differs from the printed one: "" when it does not, by whichever way."""
    found = _difference(line)
    for route in catalogue.MODELS[line["model"]].routes if is_known(line) else ():
        if found:
            with routed(line["model"], route):
                found = "" if _difference(line) == "" else found
    return found


def _difference(line: Mapping[str, Any]) -> str:
    ours = answer(line)
    if "error" in ours:
        return f"refused: {ours['error']['field']}"
    theirs, body = with_files(line["request"]), ours.get("body") or ours["fields"]
    found = [] if ours["url"] == BASE_URL + line["path"] else ["url"]
    found += [f"+{name}" for name in body if name not in theirs]
    found += [f"-{name}" for name in theirs if name not in body]
    found += [f"~{name}" for name in body if name in theirs and body[name] != theirs[name]]
    if (ours["content_type"], ours.get("files") or None) != (line["content_type"], line.get("files")):
        found.append("content-type")
    if ours["method"] != line["method"]:
        found.append("method")
    return ", ".join(found)


def is_known(line: Mapping[str, Any]) -> bool:
    found = catalogue.MODELS.get(line["model"])
    return found is not None and found.provider == "uniall"


def is_whole_request(line: Mapping[str, Any]) -> bool:
    return line["kind"] == "request" and line["method"] == "POST" and not line["fragment"] and bool(line["request"])


def printed() -> list[dict[str, Any]]:
    """Those of models that are here, and of those that a newer page gave up."""
    whole = [x for x in lines("examples.jsonl") if is_whole_request(x)]
    return [x for x in whole if is_known(x) or GIVEN_UP.intersection(x["conflicts"])]


def readings() -> Iterator[tuple[str, str, str]]:
    """Example, difference and contradiction, row by row of the decision's table."""
    for row in re.findall(
        r"^\| `(uniall/[^`]+)` \| `([^`]*)` \| ([A-Z0-9-]+) \|", SAFER_READINGS.read_text("utf-8"), re.M
    ):
        yield row[0], row[1], row[2]


@needs_contracts
def test_every_valid_request_is_the_documents_or_differs_on_purpose() -> None:
    found = {x["id"]: difference(x) for x in printed() if x["valid"]}
    assert {id: words for id, words in found.items() if words} == {id: words for id, words, _ in readings()}


@needs_contracts
def test_every_difference_names_a_contradiction_of_the_documents() -> None:
    known = documents()["contradictions"]
    assert {contradiction for *_, contradiction in readings()} <= {entry["id"] for entry in known}


@needs_contracts
def test_every_contradiction_of_the_documents_is_decided() -> None:
    known = documents()["contradictions"]
    decided = set(re.findall(r"UNI-[A-Z0-9-]+", SAFER_READINGS.read_text("utf-8")))
    assert {entry["id"] for entry in known} - decided == set()


@needs_contracts
@pytest.mark.parametrize("line", [x for x in printed() if x["valid"] is False], ids=lambda x: x["id"])
def test_requests_shown_as_wrong_are_refused(line: dict[str, Any]) -> None:
    assert difference(line).startswith("refused: ")


@needs_contracts
def test_tasks_are_asked_after_where_the_pages_do() -> None:
    polls: dict[str, set[str]] = {}
    for x in filter(is_known, printed()):
        polls.setdefault(x["family"], set()).update(cls.poll for cls in catalogue.MODELS[x["model"]].operations)
    asked = {x["id"]: x for x in lines("examples.jsonl") if x["method"] == "GET" and x["family"] in polls}
    found = {id: re.sub(r"(task|gen)_\w+", "{task_id}", x["path"]) for id, x in asked.items()}
    tasks = {id: path for id, path in found.items() if path.endswith("{task_id}")}
    assert len(tasks) > 10
    assert {id: path for id, path in tasks.items() if path not in polls[asked[id]["family"]]} == {}


@needs_contracts
def test_the_items_of_contents_are_sent_as_they_are_printed() -> None:
    items = [x["request"] for x in lines("examples.jsonl") if "fragment-content" in x["id"]]
    line = {"model": "seedance2.0-720p", "request": {"model": "seedance2.0-720p", "duration": 5, "content": items}}
    body = answer({**line, "path": ""})["body"]
    assert (len(items), body["content"], body["prompt"]) == (4, items, items[0]["text"])


# --- requests that break a documented rule ---------------------------------------------------------------------


def bad() -> list[dict[str, Any]]:
    """Those about models that are here, and those about models that nobody has."""
    return [x for x in lines("bad_requests.jsonl") if is_known(x) or x["rule"].startswith("model:unknown")]


def inexpressible(line: Mapping[str, Any]) -> str:
    """Why a caller of ours can't even make this mistake: a type, or an endpoint; "" when they can."""
    return OTHER_TYPES.get(line["rule"]) or OTHER_ENDPOINTS.get(line["rule"], "")


MENDED: dict[str, Callable[[Any], bool]] = {
    # bad requests that lack or spell wrongly what we say ourselves → what our request shows of it
    "seedance.references-need-operation": lambda body: '"role": "reference_' in json.dumps(body["content"]),
    "seedance.video-operation": lambda body: '"role": "reference_video"' in json.dumps(body["content"]),
    "extra_body.operation:enum": lambda body: "extra_body" not in body and '"role": "image"' in json.dumps(body),
    "bad/uniall/wan2.6-video-1080p/size:enum#1": lambda body: body["size"] == "1920*1080",
}


def mend(line: Mapping[str, Any]) -> Callable[[Any], bool] | None:
    return MENDED.get(line["id"]) or (MENDED.get(line["rule"]) if line["model"].startswith("seedance") else None)


IMAGE, IMAGES, VIDEO = {"image"}, {"images"}, {"video"}
MEANT = {
    # a rule of the documents → the field that a refusal may name, where the rule's own name does not say it
    "nano.edit-needs-image": IMAGE,
    "nano.edits-needs-image": IMAGE,
    "nano.one-reference-field": {"images", "image_url"},
    "gptimg2.edit-needs-image": IMAGE,
    "gptimg2.edits-needs-image": IMAGE,
    "grok.duration-1-15": {"duration"},
    "grok.duration-needed": {"duration"},
    "grok.duration-seconds-exclusive": {"seconds", "duration"},
    "grok.edit-needs-video": VIDEO,
    "grok.edit-no-duration": {"duration", "seconds"},
    "grok.extend-2-10": {"duration"},
    "grok.extend-seconds-2-10": {"seconds"},
    "grok.reference-seconds-1-10": {"seconds"},
    "grok.seconds-1-15": {"seconds"},
    "grok.video-needs-operation": {"operation"},
    "grokimg.edit-needs-image": IMAGE,
    "grokimg.edits-needs-image": IMAGE,
    "grokimg.one-reference-field": {"images", "image_url"},
    "grokv15.image-required": IMAGE,
    "grokv15.no-multi-image": {"images", "image_urls", "reference_image_urls"},
    "grokv15.no-operation": {"extra_body.operation"},
    "grokv15.no-video": {"video", "video_url", "videos", "video_urls"},
    "hh.edit-needs-edit-model": VIDEO,
    "hh.image-bytes": IMAGE,
    "hh.image-format": IMAGE,
    "hh.image-geometry": IMAGE,
    "hh.images-format": IMAGES,
    "hh.video-format": VIDEO,
    "hh.video-fps": VIDEO,
    "hh.video-length": VIDEO,
    "hh.video-long-side": VIDEO,
    "hh.video-ratio": VIDEO,
    "hh.video-short-side": VIDEO,
    "kling.prompt-needed": {"prompt"},
    "messages:required": {"prompt"},
    "seedance.audios-each": {"audios"},
    "seedance.content-needs-text": {"content"},
    "seedance.content-role": {"content.role"},
    "seedance.last-needs-image": IMAGE,
    "contents:required": {"prompt"},
    "seedream.edge": {"custom_size"},
    "seedream.pixels": {"custom_size"},
    "seedream.refs-max": {"image_urls"},
    "seedream.url-only": IMAGE,
    "seedance.prompt-or-content": {"prompt"},
    "seedance.video-needs-operation": {"operation"},
    "seedance.videos-each": {"videos"},
    "sora.format-mix": {"messages"},
    "sora.public-url": {"image_url"},
    "voice-design.preview-text": {"preview", "preview_text"},
    "speech.text-input-equal": {"input", "text"},
    "speech.text-or-input": {"prompt", "text"},
    "veo.fast-no-references": IMAGES,
    "vidu.image-vs-references": {"reference_image_urls"},
    "vidu.no-images-array": {"images", "image_urls"},
    "vidu.turbo-no-references": {"reference_image_urls"},
    "wan.i2v-needs-image": IMAGE,
    "wan.public-urls": IMAGE,
    "wan.r2v-fields": {"images", "videos", "extra_body.enable_prompt_expansion"},
    "wan.r2v-needs-reference": IMAGE,
    "wan.silent-no-audio": {"audio"},
}


def fields_meant(rule: str) -> set[str]:
    """Which field a refusal may name, for a rule of the documents."""
    field = rule.partition(":")[0]
    return MEANT.get(rule, {field, _spec.ALIASES.get(field, field)})


def measured(name: str, found: Mapping[str, float]) -> Facts:
    """A usual medium but for what was found of it."""
    short, ratio = found.get("min_side", 720), found.get("ratio", 16 / 9)
    long = found.get("max_side", short * ratio)
    return Facts(
        kind=_spec.MEDIA[name],
        mime="",
        size_bytes=int(found.get("mb", 1) * 1_000_000),
        width=round(long),
        height=round(long / ratio),
        duration_s=found.get("duration", 5),
        fps=found.get("fps", 24),
    )


def judged(line: Mapping[str, Any]) -> dict[str, Any]:
    """What a command says to a line whose media were measured."""
    asking = _asking.parse(json.dumps(asked(line)))
    facts = {n: [measured(n, each) for each in (f if isinstance(f, list) else [f])] for n, f in line["facts"].items()}
    try:
        options = catalogue.prepare(
            catalogue.find(asking.model), asking.said, media=asking.media, operation=asking.operation, facts=facts
        )
    except Invalid as invalid:
        return _previewing.as_error(invalid)
    return {"options": repr(options)}


@needs_contracts
@pytest.mark.parametrize("line", [x for x in bad() if not inexpressible(x) and not mend(x)], ids=lambda x: x["id"])
def test_bad_requests_are_refused_by_the_right_field(line: dict[str, Any]) -> None:
    ours = judged(line) if line["facts"] else answer(line)
    assert "error" in ours, ours
    assert ours["error"]["field"] in fields_meant(line["rule"])
    assert "more" not in ours["error"]  # each line breaks one rule


@needs_contracts
def test_what_we_say_ourselves_cannot_be_left_out_or_misspelt() -> None:
    found = {x["id"]: check(answer(x)["body"]) for x in bad() if (check := mend(x))}
    assert found
    assert found == dict.fromkeys(found, True)


@needs_contracts
def test_what_cannot_be_expressed_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    found = {x["id"]: why for x in bad() if (why := inexpressible(x))}
    tell(capsys, "uniall", cannot_be_said=found, of=len(bad()))
    assert all(answer(x)["content_type"] for x in bad() if x["rule"] in OTHER_TYPES)


# --- requests that one page accepts and another refuses --------------------------------------------------------


def roles(ours: Mapping[str, Any]) -> list[str]:
    return [item["role"] for item in ours["body"]["content"][1:]]


SAFER: dict[str, Callable[[Any], bool]] = {
    # ambiguous request → what our answer shows of the safer choice
    "UNI-NANO-N#1": lambda ours: [ours["body"]["n"], *(x["body"]["n"] for x in ours["then"])] == [1, 1],
    "UNI-NANO-GEMINI-REQUIRED#1": lambda ours: (
        ours["body"]["generationConfig"]["imageConfig"] == {"aspectRatio": "1:1", "outputFormat": "jpeg"}
    ),
    "UNI-GPTIMG2-N#1": lambda ours: ours["body"]["n"] == 1,
    "UNI-GPTIMG2-SIZE-LIST#1": lambda ours: ours["body"]["size"] == "1536x1024",
    "UNI-GPTIMG2-SIZE-REQUIRED#1": lambda ours: ours["error"]["field"] == "size",
    "UNI-NANO-8K#1": lambda ours: ours["url"] == f"{BASE_URL}/v1/images/tasks",
    "UNI-NANO-WEBP#1": lambda ours: ours["error"]["field"] == "output_format",
    "UNI-GROK-DURATION#1": lambda ours: ours["url"] == f"{BASE_URL}/v1/videos",
    "UNI-GROK-ASPECT#1": lambda ours: ours["error"]["field"] == "aspect_ratio",
    "UNI-GROKIMG-COUNT#1": lambda ours: ours["error"]["allowed"] == "1 to 4",
    "UNI-GROKV15-BOTH#1": lambda ours: ours["error"]["field"] == "image_url",
    "UNI-SPEECH-VOICE-ID#1": lambda ours: ours["error"]["field"] == "voice",
    "UNI-VOICE-DESIGN#1": lambda ours: (
        {ours["error"]["field"]} | {x["field"] for x in ours["error"]["more"]} == {"prompt", "preview"}
    ),
    "UNI-SPEECH-TEXT#1": lambda ours: "text" in ours["body"] and "input" not in ours["body"],
    "UNI-KLING-DURATION#1": lambda ours: ours["body"]["duration"] == 5,
    "UNI-KLING-PROMPT#1": lambda ours: "prompt" not in ours["body"],
    "UNI-KLING-PROMPT#2": lambda ours: ours["error"]["field"] == "extra_body.multi_prompt",
    "UNI-SEEDANCE-DURATION#1": lambda ours: ours["error"]["allowed"] == "5 to 15",
    "UNI-SEEDANCE-ASPECT#1": lambda ours: ours["error"]["field"] == "aspect_ratio",
    "UNI-SEEDANCE-ASPECT#2": lambda ours: "aspect_ratio" not in ours["body"],
    "UNI-SEEDANCE-PROMPT#1": lambda ours: ours["body"]["prompt"] == ours["body"]["content"][0]["text"],
    "UNI-SEEDANCE-OPERATION#1": lambda ours: "extra_body" not in ours["body"],
    "UNI-SEEDANCE-OPERATION#2": lambda ours: (
        {x.get("role") for x in ours["body"]["content"][1:]} == {"reference_image"}
    ),
    "UNI-SEEDANCE-OPERATION#3": lambda ours: (
        [x["role"] for x in ours["body"]["content"][1:]] == ["first_frame", "last_frame"]
    ),
    "UNI-SEEDANCE-MODELS#1": lambda ours: "account" in ours["warnings"][0],
    "UNI-SEEDANCE-SUBMIT#1": lambda ours: ours["url"] == f"{BASE_URL}/v1/video/generations",
    "UNI-HH-DURATION#1": lambda ours: ours["error"]["field"] == "duration",
    "UNI-HH-EDIT-REFS#1": lambda ours: ours["error"]["allowed"] == "0 to 5",
    "UNI-HH-REF-ALIAS#1": lambda ours: len(ours["body"]["images"]) == 2,
    "UNI-VIDU-TURBO-REFERENCE#1": lambda ours: ours["error"]["field"] == "reference_image_urls",
    "UNI-VIDU-TURBO-FRAMES#1": lambda ours: ours["error"]["field"] == "last_image",
    "UNI-VIDU-ASPECT#1": lambda ours: ours["error"]["field"] == "aspect_ratio",
    "UNI-SORA-DURATION#1": lambda ours: ours["error"]["allowed"] == "12, model=sora2-portrait-8s",
    "UNI-SORA-IMAGE-URL#1": lambda ours: "image_url" not in ours["body"],
    "UNI-VEO-EXTEND-DURATION#1": lambda ours: ours["error"]["field"] == "duration",
    "UNI-VEO-FAST-REFERENCE#1": lambda ours: ours["error"]["field"] == "images",
    "UNI-VEO-PROMPT#1": lambda ours: ours["error"]["field"] == "prompt",
    "UNI-WAN-R2V-DURATION#1": lambda ours: ours["error"]["allowed"] == "5, 10",
    "UNI-WAN-SIZE#1": lambda ours: ours["body"]["size"] == "1280*720",
    "UNI-ANIMATE-REQUIRED#1": lambda ours: ours["error"]["field"] == "prompt",
}


@needs_contracts
def test_ambiguous_requests_are_read_the_safer_way() -> None:
    every = lines("../ambiguous_requests.jsonl")
    found = {x["id"].partition("/")[2]: answer(x) for x in every if is_known(x)}
    assert {id: SAFER[id](ours) for id, ours in found.items()} == dict.fromkeys(SAFER, True)


# --- the sizes -------------------------------------------------------------------------------------------------


@needs_contracts
def test_the_48_sizes_are_the_documents() -> None:
    from bot.catalogue.uniall import gpt_image

    models = documents()["models"]
    params = next(model for model in models if model["id"] == "gpt-image-2")["params"]
    assert set(gpt_image.TIERS) == set(next(p for p in params if p["name"] == "size")["enum"])
