"""From what was said to options, or to every problem, each under the name that was used."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from bot import catalogue
from bot.errors import Invalid, Problem
from bot.media import Facts, MediaKind

PICTURE = "https://pictures.example/a.png"
OTHER = "https://pictures.example/b.png"
CLIP = "https://clips.example/a.mp4"
SOUND = "https://sounds.example/a.mp3"


def facts(kind: MediaKind, seconds: float | None = None) -> Facts:
    return Facts(kind=kind, mime=f"{kind}/x", size_bytes=1, duration_s=seconds)


def prepared(model: str, *, media: Mapping[str, Sequence[str]] | None = None, **said: Any) -> catalogue.Options:
    return catalogue.prepare(catalogue.find(model), said, media=media or {})


def problems(model: str, *, media: Mapping[str, Sequence[str]] | None = None, **said: Any) -> list[Problem]:
    with pytest.raises(Invalid) as invalid:
        prepared(model, media=media, **said)
    return list(invalid.value.problems)


def said(options: catalogue.Options) -> dict[str, Any]:
    return options.model_dump(exclude_unset=True)


# --- names -----------------------------------------------------------------------------------------------------


def test_the_pages_words_are_ours_too() -> None:
    ours = prepared("nano", prompt="a hat", ratio="4:3", format="png", count=2)
    theirs = prepared(
        "nano",
        prompt="a hat",
        aspect_ratio="4:3",
        output_format="png",
        n=2,
        task_type="text2image",
        response_format="url",
    )
    assert ours == theirs


def test_what_lies_in_extra_body_counts_as_said() -> None:
    options = prepared(
        "grok", media={"video": [CLIP]}, prompt="dusk", extra_body={"operation": "edit_video", "input_video_seconds": 7}
    )
    assert (options.operation, said(options)) == ("edit", {"prompt": "dusk", "video_s": 7, "video": CLIP})


def test_a_page_may_use_a_word_in_its_own_way() -> None:
    assert said(prepared("grok", prompt="rain", duration=3, size="480p"))["resolution"] == "480p"


@pytest.mark.parametrize(
    ("model", "given", "field", "other"),
    [
        ("grok", {"duration": 6, "seconds": "6"}, "seconds", "duration"),
        ("nano", {"ratio": "1:1", "ar": "1:1"}, "ar", "ratio"),
    ],
)
def test_two_names_for_one_thing_clash(model: str, given: dict[str, Any], field: str, other: str) -> None:
    (problem,) = problems(model, prompt="x", **given)
    assert problem == Problem(
        field=field, rule="conflict", value=given[field], allowed=f"{other} or {field}, one of them"
    )


def test_the_same_prompt_twice_is_one_prompt() -> None:
    assert prepared("speech-02", prompt="Good day", text="Good day", voice="v") == prepared(
        "speech-02", input="Good day", voice_id="v"
    )


def test_different_prompts_clash() -> None:
    (problem,) = problems("speech-02", text="Good day", input="Good night", voice="v")
    assert (problem.field, problem.rule) == ("input", "conflict")


# --- values ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "name", "text", "value"),
    [
        ("grok", "duration", " 5 ", 5),
        ("grok", "duration", "１０", 10),
        ("nano", "format", "PNG", "png"),
        ("nano", "ratio", "１６：９", "16:9"),
        ("minimax-music", "instrumental", "yes", True),
        ("minimax-music", "polish", "false", False),
        ("speech-02", "speed", "1.5", 1.5),
        ("speech-02", "emotion", "Happy", "happy"),
        ("speech-02", "emotion", "dreamy", "dreamy"),
        ("speech-02", "pronunciation", {"tone_list": ["lead/(l)(e)(d)"]}, ("lead/(l)(e)(d)",)),
        ("speech-02", "pronunciation", "lead/(l)(e)(d)", ("lead/(l)(e)(d)",)),
    ],
)
def test_values_are_read_from_text(model: str, name: str, text: Any, value: object) -> None:
    needs: dict[str, dict[str, Any]] = {"grok": {"duration": 2}, "speech-02": {"voice": "v"}}
    needed = needs.get(model, {})
    assert said(prepared(model, **{"prompt": "x", **needed, name: text}))[name] == value


@pytest.mark.parametrize(
    ("model", "given", "problem"),
    [
        ("grok", {"duration": 16}, Problem(field="duration", rule="range", value=16, allowed="1 to 15")),
        ("grok", {"seconds": "0"}, Problem(field="seconds", rule="range", value="0", allowed="1 to 15")),
        ("grok", {}, Problem(field="duration", rule="missing", allowed="1 to 15")),
        ("nano", {"n": 5}, Problem(field="n", rule="range", value=5, allowed="1 to 4")),
        ("nano", {"n": True}, Problem(field="n", rule="type", value="true", allowed="a whole number, 1 to 4")),
        ("minimax-music", {"lyrics": True}, Problem(field="lyrics", rule="type", value=True)),
        ("nano", {"n": 1.5}, Problem(field="n", rule="type", value=1.5, allowed="a whole number, 1 to 4")),
        (
            "nano-pro",
            {"output_format": "webp"},
            Problem(field="output_format", rule="choice", value="webp", allowed="png, jpeg"),
        ),
        (
            "minimax-music",
            {"instrumental": "perhaps"},
            Problem(field="instrumental", rule="type", value="perhaps", allowed="yes, no"),
        ),
        (
            "minimax-music",
            {"lyrics": "la" * 2000},
            Problem(field="lyrics", rule="length", value="la" * 2000, allowed="3500 characters at most"),
        ),
        (
            "minimax-music",
            {"lyrcs": "la"},
            Problem(field="lyrcs", rule="unknown", value="la", allowed="lyrics"),
        ),
        (
            "minimax-music",
            {"duration": 9},
            Problem(
                field="duration",
                rule="not_for",
                value=9,
                allowed="prompt, lyrics, polish, instrumental, format, sample_rate, bitrate",
            ),
        ),
        (
            "nano",
            {"response_format": "b64_json"},
            Problem(field="response_format", rule="choice", value="b64_json", allowed="url"),
        ),
    ],
)
def test_a_broken_rule_names_field_value_and_what_is_allowed(
    model: str, given: dict[str, Any], problem: Problem
) -> None:
    assert problems(model, prompt="x", **given) == [problem]


def test_all_problems_come_at_once() -> None:
    found = problems("speech-02", text=" ", speed="fast", vol=0, pitsch=3)
    assert {(p.field, p.rule) for p in found} == {
        ("text", "missing"),
        ("voice", "missing"),
        ("speed", "type"),
        ("vol", "range"),
        ("pitsch", "unknown"),
    }


def test_nothing_said_is_nothing_wrong_with_null() -> None:
    assert prepared("nano", prompt="x", ratio=None) == prepared("nano", prompt="x")


# --- media and operations --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "media", "operation"),
    [
        ("grok", {}, "text-to-video"),
        ("grok", {"image": [PICTURE]}, "image-to-video"),
        ("grok", {"images": [PICTURE]}, "image-to-video"),
        ("grok", {"image": [PICTURE, OTHER]}, "reference-to-video"),
        ("grok", {"image_urls": [PICTURE, OTHER]}, "reference-to-video"),
        ("nano", {"image_url": [PICTURE]}, "image-to-image"),
    ],
)
def test_the_operation_follows_from_the_media(model: str, media: dict[str, list[str]], operation: str) -> None:
    needed = {"duration": 3} if model == "grok" else {}
    assert prepared(model, media=media, prompt="x", **needed).operation == operation


@pytest.mark.parametrize(
    ("word", "operation"),
    [
        ("extend", "extend"),
        ("video_extend", "extend"),
        ("extend_video", "extend"),
        ("text2video", "text-to-video"),
        ("Text_To_Video", "text-to-video"),
        ("reference2video", "reference-to-video"),
    ],
)
def test_an_operation_goes_by_many_names(word: str, operation: str) -> None:
    media = {"extend": {"video": [CLIP]}, "reference-to-video": {"images": [PICTURE, OTHER]}}.get(operation)
    assert prepared("grok", media=media, prompt="x", duration=4, operation=word).operation == operation


def test_a_clip_alone_is_asked_about() -> None:
    assert problems("grok", media={"video": [CLIP]}, prompt="x", duration=5) == [
        Problem(field="operation", rule="missing", allowed="edit, extend")
    ]


def test_a_length_speaks_of_its_medium() -> None:
    assert problems("avatar", media={"image": [PICTURE]}, audio_duration_seconds=9) == [
        Problem(field="audio", rule="missing")
    ]


@pytest.mark.parametrize(
    ("model", "media", "given", "found"),
    [
        ("grok", {}, {"operation": "edit"}, [("video", "missing")]),
        ("grok", {}, {"operation": "extend", "duration": 5}, [("video", "missing")]),
        ("grok", {"video": [CLIP]}, {"operation": "edit", "duration": 5}, [("duration", "not_for")]),
        ("grok", {}, {"operation": "colorize"}, [("operation", "choice")]),
        ("grok", {}, {"operation": "edit", "task_type": "text2video"}, [("task_type", "conflict")]),
        ("grok", {"image": [PICTURE]}, {"operation": "reference-to-video", "duration": 5}, [("image", "count")]),
        ("grok", {"image": [PICTURE], "video": [CLIP]}, {"duration": 5}, [("video", "conflict")]),
        ("nano", {}, {"task_type": "image2image"}, [("image", "missing")]),
        ("nano", {"image": [PICTURE], "images": [OTHER]}, {}, [("images", "conflict")]),
        ("nano", {"image": [PICTURE], "image_url": [PICTURE]}, {}, [("image_url", "conflict")]),
        ("nano", {"audio": [SOUND]}, {}, [("audio", "not_for")]),
        ("nano", {"picture": [PICTURE]}, {}, [("picture", "unknown")]),
        ("nano", {"images": ["file:/a.png", OTHER]}, {}, [("images", "conflict")]),
        ("grok", {"image": ["file:/a.png"]}, {"duration": 5}, [("image", "pattern")]),
        ("avatar", {"image": [PICTURE], "audio": [SOUND]}, {}, [("audio_duration_seconds", "missing")]),
        ("avatar", {"audio_url": [SOUND]}, {"audio_duration_seconds": 3}, [("image", "missing")]),
    ],
)
def test_media_that_do_not_fit_are_named(
    model: str, media: dict[str, list[str]], given: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    assert [(p.field, p.rule) for p in problems(model, media=media, prompt="x", **given)] == found


def test_media_are_what_they_were_measured_to_be() -> None:
    with pytest.raises(Invalid) as invalid:
        catalogue.prepare(
            catalogue.find("nano"), {"prompt": "x"}, media={"image": ["h"]}, facts={"image": [facts(MediaKind.VIDEO)]}
        )
    assert invalid.value.problems == (Problem(field="image", rule="type", value="video/x", allowed="image"),)


def test_what_is_measured_counts_more_than_what_is_said() -> None:
    options = catalogue.prepare(
        catalogue.find("avatar"),
        {"audio_duration_seconds": 1},
        media={"image": ["i"], "audio_url": ["a"]},
        facts={"audio_url": [facts(MediaKind.AUDIO, 12.34)]},
    )
    assert said(options)["audio_s"] == 12.34


def test_whole_seconds_are_rounded_up() -> None:
    options = catalogue.prepare(
        catalogue.find("grok"),
        {"prompt": "x"},
        media={"video": ["v"]},
        operation="edit",
        facts={"video": [facts(MediaKind.VIDEO, 7.1)]},
    )
    assert said(options)["video_s"] == 8


# --- presets ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "given", "filled"),
    [
        ("grok", {}, {"duration": 6}),
        ("grok", {"seconds": 3}, {"duration": 3}),
        ("speech-02", {}, {"voice": "Wise_Woman"}),
        ("gpt-image", {}, {"ratio": "1:1", "resolution": "1k"}),
        ("gpt-image", {"ratio": "16:9"}, {"ratio": "16:9", "resolution": "1k"}),
        ("gpt-image", {"size": "2048x2048"}, {"size": "2048x2048"}),
        ("nano", {}, {}),
    ],
)
def test_presets_fill_what_the_page_requires(model: str, given: dict[str, Any], filled: dict[str, Any]) -> None:
    options = catalogue.prepare(catalogue.find(model), {"prompt": "x", **given}, media={}, presets=True)
    assert said(options) == {"prompt": "x", **filled}


def test_without_presets_a_size_is_asked_for() -> None:
    (problem,) = problems("gpt-image", prompt="x")
    assert (problem.field, problem.rule) == ("size", "missing")
