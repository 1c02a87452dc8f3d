"""What each family sends and what it costs, in requests of our own."""

from typing import Any

import pytest

from bot import catalogue
from bot.catalogue.uniall import _spoken, gpt_image
from bot.errors import Invalid
from bot.jobs import Output
from bot.media import Facts, MediaKind
from bot.requests import Upload, Wire

PICTURE = "https://pictures.example/a.png"
CLIP = "https://clips.example/a.mp4"
SOUND = "https://sounds.example/a.mp3"


def prepared(name: str, *, media: dict[str, list[str]] | None = None, **said: Any) -> catalogue.Options:
    return catalogue.prepare(catalogue.find(name), said, media=media or {})


def body(name: str, *, media: dict[str, list[str]] | None = None, **said: Any) -> dict[str, Any]:
    model = catalogue.find(name)
    return dict(catalogue.prepare(model, said, media=media or {}).wire(model.id).body)


def quote(name: str, *, media: dict[str, list[str]] | None = None, **said: Any) -> int:
    return prepared(name, media=media, **said).quote(catalogue.find(name).rate)


def output(seconds: float | None = None, *, side: int | None = None, step: int = 0, index: int = 0) -> Output:
    kind = MediaKind.VIDEO if side else MediaKind.AUDIO if seconds else MediaKind.IMAGE
    facts = Facts(kind=kind, mime="x/x", size_bytes=1, duration_s=seconds, width=side, height=side)
    return Output(job="K7Q2", step=step, index=index, path="x", facts=facts)


# --- pictures --------------------------------------------------------------------------------------------------


def test_nano_sends_one_picture_as_image_and_several_as_images() -> None:
    one = body("nano", media={"images": [PICTURE]}, prompt="a hat on it")
    two = body("nano", media={"image": [PICTURE, CLIP]}, prompt="both")
    assert (one["image"], "images" in one) == (PICTURE, False)
    assert (two["images"], "image" in two) == ([PICTURE, CLIP], False)


def test_nano_asks_for_each_picture_by_itself() -> None:
    options = prepared("nano2", prompt="a hat", count=3)
    steps = options.steps("NanoBanana2-1K")
    assert [(step.model, step.operation, step.said) for step in steps] == [
        ("NanoBanana2-1K", "text-to-image", {"prompt": "a hat"})
    ] * 3
    assert options.wire("NanoBanana2-1K").body["n"] == 1


def test_a_file_makes_a_multipart() -> None:
    wire = prepared("gpt-image", media={"image": ["file:/kept/a.png"]}, prompt="a hat", size="1024x1024").wire(
        "gpt-image-2"
    )
    assert wire == Wire(
        path="/v1/images/tasks",
        body={
            "model": "gpt-image-2",
            "task_type": "image2image",
            "prompt": "a hat",
            "size": "1024x1024",
            "n": "1",
            "response_format": "url",
        },
        uploads=(Upload(part="image", path="/kept/a.png", mime="image/png"),),
        poll_path="/v1/images/tasks/{task_id}",
    )


@pytest.mark.parametrize("media", [{}, {"image": ["file:/kept/a.png"]}])
def test_words_that_look_like_a_file_are_words(media: dict[str, list[str]]) -> None:
    secret = "file:/etc/passwd"
    wire = prepared("gpt-image", media=media, prompt=secret, size="1024x1024").wire("gpt-image-2")
    assert wire.body["prompt"] == secret
    assert [upload.path for upload in wire.uploads] == [path.removeprefix("file:") for path in media.get("image", [])]


@pytest.mark.parametrize(
    ("said", "size"),
    [
        ({"ratio": "1:1", "resolution": "1k"}, "1024x1024"),
        ({"ratio": "16:9"}, "1536x864"),
        ({"resolution": "4k"}, "2880x2880"),
        ({"ratio": "21:9", "resolution": "4k"}, "3840x1648"),
        ({"ratio": "9:16", "resolution": "2K"}, "1440x2560"),
        ({"size": "2048x1360"}, "2048x1360"),
    ],
)
def test_a_shape_and_a_resolution_have_a_size(said: dict[str, Any], size: str) -> None:
    assert body("gpt-image", prompt="x", **said)["size"] == size


@pytest.mark.parametrize(
    ("said", "field", "rule"),
    [
        ({"size": "1024x1024", "aspect_ratio": "1:1"}, "aspect_ratio", "conflict"),
        ({"size": "1024x1024", "resolution": "1k"}, "resolution", "conflict"),
        ({"ratio": "5:4", "resolution": "4k"}, "resolution", "choice"),
        ({"size": "1000x1000"}, "size", "choice"),
    ],
)
def test_a_size_that_cannot_be_is_refused(said: dict[str, Any], field: str, rule: str) -> None:
    with pytest.raises(Invalid) as invalid:
        prepared("gpt-image", prompt="x", **said)
    (problem,) = invalid.value.problems
    assert (problem.field, problem.rule) == (field, rule)


def test_all_sizes_but_the_nearly_square_pairs_are_reached_or_named() -> None:
    assert len(gpt_image.TIERS) == 48
    assert set(gpt_image.SIZES.values()) <= set(gpt_image.TIERS)
    assert len(gpt_image.SIZES) == 37  # 13 shapes in 3 tiers, but for 5:4 and 4:5 in 4k


@pytest.mark.parametrize(
    ("model", "said", "credits"),
    [
        ("nano", {}, 3),
        ("NanoBanana2-0.5K", {}, 2),
        ("NanoBanana2-1K", {"count": 4}, 20),
        ("NanoBananaPro-4K", {}, 15),
        ("gpt-image", {"size": "1024x1024"}, 4),
        ("gpt-image", {"size": "1024x1024", "quality": "low", "count": 8}, 8),
        ("gpt-image", {"resolution": "4k", "quality": "high"}, 27),
        ("grok", {"duration": 5, "resolution": "480p"}, 20),
        ("grok", {"duration": 5}, 30),
        ("minimax-music", {}, 15),
        ("speech-02", {"voice": "v"}, 1),
        ("speech-02", {"voice": "v", "prompt": "x" * 101}, 2),
    ],
)
def test_prices(model: str, said: dict[str, Any], credits: int) -> None:
    assert quote(model, **{"prompt": "x", **said}) == credits


def test_only_pictures_that_came_are_charged() -> None:
    rate = catalogue.find("nano2").rate
    options = prepared("nano2", prompt="x", count=3)
    assert options.settle(rate, {0: (output(),), 2: (output(step=2),)}) == 10
    assert options.settle(rate, {}) == 0


# --- sound -----------------------------------------------------------------------------------------------------


def test_a_song_says_what_was_said() -> None:
    assert body("minimax-music", prompt="a shanty", lyrics="Heave\nho", polish=True, instrumental=False) == {
        "model": "minimax-music-2.6",
        "prompt": "a shanty",
        "lyrics": "Heave\nho",
        "lyrics_optimizer": True,
        "is_instrumental": False,
    }


def test_a_spoken_text_is_asked_for_as_a_url() -> None:
    said: dict[str, Any] = {
        "speed": 1.0,
        "volume": 2.5,
        "pitch": -3,
        "emotion": "sad",
        "language": "English",
        "format": "wav",
    }
    more: dict[str, Any] = {"sample_rate": 32000, "pronunciation": ["lead/(l)(e)(d)"], "subtitles": True}
    assert body("speech-2.8", prompt="Ahoy", voice="Wise_Woman", **said, **more) == {
        "model": "minimax-speech-2.8-hd",
        "text": "Ahoy",
        "voice_id": "Wise_Woman",
        "speed": 1,
        "volume": 2.5,
        "pitch": -3,
        "emotion": "sad",
        "language": "English",
        "output_format": "url",
        "format": "wav",
        "sample_rate": 32000,
        "pronunciation_dict": {"tone_list": ["lead/(l)(e)(d)"]},
        "subtitle_enable": True,
    }


# --- clips -----------------------------------------------------------------------------------------------------


def test_extending_says_what_the_page_says() -> None:
    options = prepared(
        "grok", media={"video": [CLIP]}, prompt="on and on", duration=4, operation="extend", input_video_seconds=9
    )
    assert options.wire("grok-imagine") == Wire(
        path="/v1/videos",
        body={
            "model": "grok-imagine",
            "prompt": "on and on",
            "video": CLIP,
            "duration": 4,
            "extra_body": {"operation": "video_extend", "input_video_seconds": 9},
        },
        poll_path="/v1/videos/{task_id}",
    )


def test_editing_counts_both_ways_and_the_longest_where_nothing_was_measured() -> None:
    media = {"video": [CLIP]}
    assert quote("grok", media=media, prompt="x", operation="edit", resolution="480p", video_s=8) == 64
    assert quote("grok", media=media, prompt="x", operation="edit", resolution="480p") == 120
    assert quote("grok", media=media, prompt="x", operation="extend", duration=5) == 120


def test_a_clip_is_charged_by_what_came() -> None:
    rate = catalogue.find("grok").rate
    options = prepared("grok", prompt="x", duration=6)
    assert options.quote(rate) == 36
    assert options.settle(rate, {0: (output(6.04, side=720),)}) == 36
    assert options.settle(rate, {0: (output(6.04, side=480),)}) == 24
    assert options.settle(rate, {0: (output(4.9, side=720),)}) == 30


# --- talking pictures ------------------------------------------------------------------------------------------


def test_a_recording_says_its_seconds() -> None:
    given = {"image": [PICTURE], "audio": [SOUND]}
    assert body("avatar", media=given, audio_duration_seconds=12.0) == {
        "model": "kling-avatar-v2-standard",
        "image_url": PICTURE,
        "audio_url": SOUND,
        "audio_duration_seconds": 12,
    }
    assert quote("avatar", media=given, audio_duration_seconds=12.5) == 78


def test_a_text_is_spoken_first() -> None:
    options = prepared(
        "avatar-pro",
        media={"image": [PICTURE]},
        prompt="Good evening!",
        voice="v",
        speed=1.5,
        style="calm",
        speech="minimax-speech-02-hd",
    )
    speech, avatar = options.steps("kling-avatar-v2-pro")
    assert (speech.model, speech.operation, speech.said, speech.shown) == (
        "minimax-speech-02-hd",
        "text-to-speech",
        {"prompt": "Good evening!", "voice": "v", "speed": 1.5},
        False,
    )
    assert (avatar.model, avatar.operation, avatar.said, avatar.media, avatar.feeds) == (
        "kling-avatar-v2-pro",
        "image-and-audio",
        {"prompt": "calm"},
        ("image",),
        {"audio": 0},
    )


def test_a_spoken_text_is_charged_by_its_real_seconds() -> None:
    rate = catalogue.find("avatar").rate
    options = prepared("avatar", media={"image": [PICTURE]}, prompt="x" * 120, voice="v")
    spoken = {0: (output(8.2),)}
    assert options.settle(rate, {**spoken, 1: (output(8.2, side=700, step=1),)}) == 2 + 8 * 6
    assert options.settle(rate, {**spoken, 1: (output(step=1),)}) == 2 + 8 * 6  # a clip nobody could measure
    assert options.settle(rate, spoken) == 0  # no clip, no charge


def test_a_text_too_long_for_a_clip_is_refused() -> None:
    with pytest.raises(Invalid) as invalid:
        prepared("avatar", media={"image": [PICTURE]}, text="字" * 1000, voice="v")
    (problem,) = invalid.value.problems
    assert (problem.field, problem.rule) == ("text", "length")


@pytest.mark.parametrize(
    ("text", "speed", "slow_s"),
    [
        # what slow readers were reckoned to take: 100 words, or 200 Chinese characters, a minute
        ("The lighthouse keeper walked slowly down to the quiet harbour before sunrise.", 1, 7.2),
        ("夜深了，街上只剩下一盏灯，照着回家的路。", 1, 6.0),
        ("夜深了，街上只剩下一盏灯，照着回家的路。", 0.5, 12.0),
        ("Wait.<#12.5#>Now.", 2, 13.3),
        ("Call 0800 123456", 1, 6.0),
        ("ABC, USA, HTTP", 1, 5.5),
        ("(laughs) (sighs)", 1, 4.0),
        ("100 % & 50 €", 1, 5.0),
    ],
)
def test_the_bound_of_a_spoken_text_is_above_slow_speech(text: str, speed: float, slow_s: float) -> None:
    assert slow_s <= _spoken.longest_s(text, speed=speed) <= 4 * slow_s
