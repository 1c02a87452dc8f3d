"""Every request the provider's pages print: `preview --batch` says the same, or why it differs on purpose."""

import functools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import catalogue
from bot.catalogue import _spec
from bot.cli import _asking, _previewing

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = ROOT.parent / "shared" / "contracts" / "uniall"
SAFER_READINGS = ROOT / "docs" / "decisions" / "0002-safer-readings.md"
BASE_URL = "https://provider.example"

needs_contracts = pytest.mark.skipif(not CONTRACTS.is_dir(), reason="the provider's printed requests are not here")

EDIT_PATH = "/v1/images/edits"  # naming this endpoint is naming the operation
CHAT_PATH = "/v1/chat/completions"

OTHER_ENDPOINTS = {
    # bad requests whose fault lies in the endpoint, which a caller of ours never names
    "gptimg2.generations-no-image": "a picture sent to the endpoint that takes none",
}
OTHER_TYPES = {
    # bad requests whose fault is a JSON type that a command can't have: what arrives is always of the right one
    "images:type": "one address where a list belongs",
    "audio_duration_seconds:type": "a number as text",
    "is_instrumental:type": "yes or no as text",
    "lyrics_optimizer:type": "yes or no as text",
    "subtitle_enable:type": "yes or no as text",
    "pronunciation_dict:type": "a list where an object belongs",
}


def lines(name: str) -> list[dict[str, Any]]:
    if not CONTRACTS.is_dir():
        return []
    return [json.loads(line) for line in (CONTRACTS / name).read_text("utf-8").splitlines()]


def is_medium(name: str) -> bool:
    return _spec.ALIASES.get(name, name) in _spec.MEDIA


def asked(line: Mapping[str, Any]) -> dict[str, Any]:
    """A printed request as a line of a batch."""
    body = from_chat(line["request"]) if line["path"] == CHAT_PATH else dict(line["request"])
    media = {name: body.pop(name) for name in list(body) if is_medium(name)} | (line.get("files") or {})
    found = {"model": body.pop("model", ""), "prompt": body.pop("prompt", ""), "options": body, "media": media}
    return found | ({"operation": "image2image"} if line["path"] == EDIT_PATH else {})


def from_chat(request: Mapping[str, Any]) -> dict[str, Any]:
    """What a chat says, in the fields of a picture's task."""
    content = request["messages"][0]["content"]
    items: list[Any] = [{"type": "text", "text": content}] if isinstance(content, str) else content
    body = {"model": request["model"], **request["extra_body"]["google"]["image_config"]}
    for item in items:
        body |= {"prompt": item["text"]} if item["type"] == "text" else {"image": item["image_url"]["url"]}
    return body


def answer(line: Mapping[str, Any]) -> dict[str, Any]:
    text = json.dumps(asked(line))
    return _previewing.answer(functools.partial(_asking.parse, text), base_urls={"uniall": BASE_URL})


def difference(line: Mapping[str, Any]) -> str:
    """How our request differs from the printed one: `` when it does not."""
    ours = answer(line)
    if "error" in ours:
        return f"refused: {ours['error']['field']}"
    theirs, body = dict(line["request"]), ours.get("body") or ours["fields"]
    found = [] if ours["url"] == BASE_URL + line["path"] else ["url"]
    found += [f"+{name}" for name in body if name not in theirs]
    found += [f"-{name}" for name in theirs if name not in body]
    found += [f"~{name}" for name in body if name in theirs and body[name] != theirs[name]]
    if (ours["content_type"], ours.get("files") or None) != (line["content_type"], line.get("files")):
        found.append("content-type")
    if ours["method"] != line["method"]:
        found.append("method")
    return ", ".join(found)


def is_whole_request(line: Mapping[str, Any]) -> bool:
    return line["kind"] == "request" and line["method"] == "POST" and not line["fragment"] and bool(line["request"])


def printed() -> list[dict[str, Any]]:
    return [x for x in lines("examples.jsonl") if is_whole_request(x) and x["model"] in catalogue.MODELS]


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
    known = yaml.safe_load((CONTRACTS / "models.yaml").read_text("utf-8"))["contradictions"]
    assert {contradiction for *_, contradiction in readings()} <= {entry["id"] for entry in known}


@needs_contracts
@pytest.mark.parametrize("line", [x for x in printed() if x["valid"] is False], ids=lambda x: x["id"])
def test_requests_shown_as_wrong_are_refused(line: dict[str, Any]) -> None:
    assert difference(line).startswith("refused: ")


# --- requests that break a documented rule ---------------------------------------------------------------------


def bad() -> list[dict[str, Any]]:
    """Those about models that are here, and those about models that nobody has."""
    return [
        x
        for x in lines("bad_requests.jsonl")
        if x["model"] in catalogue.MODELS or x["rule"].startswith("model:unknown")
    ]


def inexpressible(line: Mapping[str, Any]) -> str:
    """Why a caller of ours can't even make this mistake: a type, or an endpoint; "" when they can."""
    if line["path"] == CHAT_PATH:
        return "another endpoint's body"
    return OTHER_TYPES.get(line["rule"]) or OTHER_ENDPOINTS.get(line["rule"], "")


def fields_meant(rule: str) -> set[str]:
    """Which field a refusal may name, for a rule of the documents."""
    named = {
        "nano.edit-needs-image": {"image"},
        "nano.edits-needs-image": {"image"},
        "nano.one-reference-field": {"images", "image_url"},
        "gptimg2.edit-needs-image": {"image"},
        "gptimg2.edits-needs-image": {"image"},
        "grok.duration-1-15": {"duration"},
        "grok.duration-needed": {"duration"},
        "grok.duration-seconds-exclusive": {"seconds", "duration"},
        "grok.edit-needs-video": {"video"},
        "grok.edit-no-duration": {"duration", "seconds"},
        "grok.extend-2-10": {"duration"},
        "grok.extend-seconds-2-10": {"seconds"},
        "grok.reference-seconds-1-10": {"seconds"},
        "grok.seconds-1-15": {"seconds"},
        "grok.video-needs-operation": {"operation"},
        "speech.text-input-equal": {"input", "text"},
        "speech.text-or-input": {"prompt", "text"},
    }
    field = rule.partition(":")[0]
    return named.get(rule, {field, _spec.ALIASES.get(field, field)})


@needs_contracts
@pytest.mark.parametrize("line", [x for x in bad() if not inexpressible(x)], ids=lambda x: x["id"])
def test_bad_requests_are_refused_by_the_right_field(line: dict[str, Any]) -> None:
    ours = answer(line)
    assert "error" in ours, ours
    assert ours["error"]["field"] in fields_meant(line["rule"])
    assert "more" not in ours["error"]  # each line breaks one rule


@needs_contracts
def test_what_cannot_be_expressed_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    found = {x["id"]: why for x in bad() if (why := inexpressible(x))}
    with capsys.disabled():
        print(f"\n{len(found)} of {len(bad())} bad requests cannot be expressed:")
        for id, why in found.items():
            print(f"  {id}: {why}")
    assert all(answer(x)["content_type"] for x in bad() if x["rule"] in OTHER_TYPES)


# --- requests that one page accepts and another refuses --------------------------------------------------------

SAFER: dict[str, Callable[[Any], bool]] = {
    # contradiction → what our answer shows of the safer choice
    "UNI-NANO-N": lambda ours: [ours["body"]["n"], *(x["body"]["n"] for x in ours["then"])] == [1, 1],
    "UNI-GROK-DURATION": lambda ours: ours["url"] == f"{BASE_URL}/v1/videos",
    "UNI-GROK-ASPECT": lambda ours: ours["error"]["field"] == "aspect_ratio",
    "UNI-SPEECH-VOICE-ID": lambda ours: ours["error"]["field"] == "voice",
    "UNI-SPEECH-TEXT": lambda ours: "text" in ours["body"] and "input" not in ours["body"],
}


@needs_contracts
def test_ambiguous_requests_are_read_the_safer_way() -> None:
    found = {
        x["contradiction"]: answer(x)
        for x in lines("../ambiguous_requests.jsonl")
        if x["model"] in catalogue.MODELS and x["path"] != CHAT_PATH
    }
    assert {id: SAFER[id](ours) for id, ours in found.items()} == dict.fromkeys(SAFER, True)


# --- the sizes -------------------------------------------------------------------------------------------------


@needs_contracts
def test_the_48_sizes_are_the_documents() -> None:
    from bot.catalogue.uniall import gpt_image

    models = yaml.safe_load((CONTRACTS / "models.yaml").read_text("utf-8"))["models"]
    params = next(model for model in models if model["id"] == "gpt-image-2")["params"]
    assert set(gpt_image.TIERS) == set(next(p for p in params if p["name"] == "size")["enum"])
