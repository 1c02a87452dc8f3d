"""`preview`: as JSON, in batches, and for eyes."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.cli import _wording
from bot.cli.preview import preview
from bot.errors import Problem

app = typer.Typer()
app.command()(preview)


@pytest.fixture(autouse=True)
def an_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # no .env of the machine
    monkeypatch.setenv("UNIALL_BASE_URL", "https://provider.example/")


def run(*args: str, input: str | bytes | None = None) -> Result:
    return CliRunner().invoke(app, args, input=input)


def answers(*lines: dict[str, Any] | str) -> list[Any]:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    result = run("--batch", input=text)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_one_request_as_json() -> None:
    result = run("--model", "grok", "--set", "duration=4", "--set", "size=480p", "--json", "a kite over dunes")
    assert (result.exit_code, json.loads(result.stdout)) == (
        0,
        {
            "provider": "uniall",
            "model": "grok-imagine",
            "operation": "text-to-video",
            "method": "POST",
            "url": "https://provider.example/v1/videos",
            "content_type": "application/json",
            "body": {"model": "grok-imagine", "prompt": "a kite over dunes", "size": "480p", "duration": 4},
            "price_credits": 16,
        },
    )


def test_a_file_becomes_a_part() -> None:
    result = run("--model", "nano", "--media", "image=./kite.png", "--json", "at night")
    shown = json.loads(result.stdout)
    assert (shown["content_type"], shown["fields"]["n"], shown["files"]) == (
        "multipart/form-data",
        "1",
        {"image": "./kite.png"},
    )
    assert "body" not in shown


def test_another_way_to_the_model() -> None:
    words = {"model": "NanoBanana2-1K", "prompt": "a kite"}
    chat = {"model": "NanoBanana2-1K", "options": {"messages": [{"role": "user", "content": "a kite"}]}}
    shown = answers(words, words | {"route": "openai"}, chat, words | {"route": "post"})
    assert [each.get("url", "").removeprefix("https://provider.example") for each in shown] == [
        "/v1/images/tasks",
        "/v1/images/generations",
        "/v1/chat/completions",
        "",
    ]
    refused = shown[3]["error"]
    assert (refused["field"], refused["value"], refused["allowed"]) == ("route", "post", "tasks, openai, chat")


def test_several_requests_follow_each_other() -> None:
    (shown,) = answers(
        {
            "model": "avatar",
            "prompt": "Good morning",
            "options": {"voice": "v", "style": "calm"},
            "media": {"image": "https://pictures.example/a.png"},
        }
    )
    (then,) = shown["then"]
    assert shown["body"] == {
        "model": "minimax-speech-2.8-hd",
        "text": "Good morning",
        "voice_id": "v",
        "output_format": "url",
    }
    assert (then["operation"], then["url"], then["body"]["image_url"], then["body"]["prompt"]) == (
        "image-and-audio",
        "https://provider.example/v1/video/generations",
        "https://pictures.example/a.png",
        "calm",
    )
    assert len(shown["warnings"]) == 2


def test_what_is_wrong_is_said_as_json() -> None:
    result = run("--model", "grok", "--set", "seconds=16", "--set", "hue=red", "--json", "a kite")
    assert (result.exit_code, json.loads(result.stdout)) == (
        2,
        {
            "error": {
                "field": "hue",
                "value": "red",
                "message": "hue 'red' is not known; allowed: prompt, resolution, ratio, duration.",
                "allowed": "prompt, resolution, ratio, duration",
                "more": [
                    {
                        "field": "seconds",
                        "value": "16",
                        "message": "seconds '16' is out of range: 1 to 15.",
                        "allowed": "1 to 15",
                    }
                ],
            }
        },
    )


def test_what_is_wrong_is_said_in_sentences() -> None:
    result = run("--model", "grok", "a kite")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", "duration is missing; allowed: 1 to 15.\n")


@pytest.mark.parametrize(
    ("args", "field"),
    [
        (["a kite"], "model"),
        (["--model", "kites", "a kite"], "model"),
        (["--model", "nano", "--set", "ratio", "a kite"], "--set"),
        (["--model", "nano", "--media", "image=ftp://x/a.png", "a kite"], "image"),
        (["--model", "nano", "--set", "ratio=1:1", "--set", "ratio=4:3", "a kite"], "ratio"),
        (["--model", "nano", "--provider", "nobody", "a kite"], "provider"),
        (["--model", "nano", "--operation", "dance", "a kite"], "operation"),
        (["--model", "nano"], "prompt"),
    ],
)
def test_the_command_line_is_checked_too(args: list[str], field: str) -> None:
    result = run("--json", *args)
    assert (result.exit_code, json.loads(result.stdout)["error"]["field"]) == (2, field)


def test_a_batch_answers_each_line_in_order() -> None:
    nano = {"model": "nano", "prompt": "a kite"}
    found = answers(
        nano,
        "",
        "{broken",
        "[1]",
        '{"model": "nano", "options": {"n": NaN}}',
        {**nano, "colour": "red"},
        {**nano, "options": []},
        {**nano, "model": 7},
        {**nano, "options": {"image": {"url": "https://pictures.example/a.png"}}},
        {**nano, "options": {"image": "https://a.example"}, "media": {"image": "https://b.example"}},
        {**nano, "options": {"prompt": "another"}},
        {**nano, "prompt": None, "options": {"text": "a kite"}},
        {**nano, "media": {"image": [3]}},
        '{"model": "nano", "prompt": "\\ud800"}',
    )
    assert [answer.get("operation") or answer["error"]["field"] for answer in found] == [
        "text-to-image",
        "line",
        "line",
        "line",
        "colour",
        "options",
        "model",
        "image-to-image",
        "image",
        "prompt",
        "text-to-image",
        "image",
        "prompt",
    ]


def test_a_batch_survives_bytes_that_are_no_text() -> None:
    result = run("--batch", input=b'\xff\n{"model": "nano", "prompt": "\xe5\xb8\xbd"}\n')
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert (first["error"]["field"], second["body"]["prompt"]) == ("line", "帽")


def test_for_eyes_there_is_everything_too() -> None:
    result = run("--model", "NanoBananaPro-8K", "--set", "count=2", "--media", "image=./a.png", "a [red] kite")
    assert result.exit_code == 0
    for words in (
        "Request 2 of 2",
        "POST https://provider.example/v1/images/tasks",
        "prompt=a [red] kite",
        "image=@./a.png",
        "Price: 48 credits at most",
        "Note: NanoBananaPro-8K works only when",
    ):
        assert words in result.stdout


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (Problem(field="count", rule="count", value=3, allowed="1"), "count: 3 given, 1 allowed."),
        (Problem(field="image", rule="missing"), "image is missing."),
        (Problem(field="a", rule="conflict", value="b", allowed="a or c"), "a 'b' does not go with the rest: a or c."),
        (
            Problem(field="a", rule="length", value="b", allowed="3 characters at most"),
            "a has the wrong length: 3 characters at most.",
        ),
        (Problem(field="a", rule="not_for", value=1, allowed="b"), "a 1 does not belong here; allowed: b."),
        (Problem(field="a", rule="choice", value="x" * 99, allowed="b"), f"a '{'x' * 58}… can't be used; allowed: b."),
    ],
)
def test_sentences(problem: Problem, words: str) -> None:
    assert _wording.sentence(problem) == words


def test_a_body_in_geminis_form_is_unpacked() -> None:
    config = {"responseModalities": ["IMAGE"], "imageConfig": {"aspectRatio": "9:16", "imageSize": "2K"}}
    asked = {
        "model": "gemini-3-pro-image-preview-2k",
        "options": {"contents": [{"role": "user", "parts": [{"text": "a kite"}]}], "generationConfig": config},
    }
    wrong: list[dict[str, Any]] = [{"generationConfig": "wide"}, {"contents": "a kite"}, {"contents": [{"parts": [5]}]}]
    shown, *errors = answers(
        {**asked, "media": {"image": "kite.png"}},
        *({**asked, "options": {**asked["options"], **each}} for each in wrong),  # type: ignore[dict-item]
        {**asked, "prompt": "a kite"},
    )
    picture = {"inline_data": {"mime_type": "image/png", "data": "<base64 of kite.png>"}}
    assert shown["url"] == "https://provider.example/v1beta/models/gemini-3-pro-image-preview-2k:generateContent"
    assert shown["body"] == {
        "contents": [{"role": "user", "parts": [{"text": "a kite"}, picture]}],
        "generationConfig": {
            "responseModalities": ["IMAGE"],
            "imageConfig": {"aspectRatio": "9:16", "outputFormat": "jpeg"},
        },
    }
    fields = [each["error"]["field"] for each in errors]
    assert fields == ["generationConfig", "contents", "contents", "contents"]
