"""What each family of clips sends, what it refuses and what it costs, in requests of our own."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from bot import catalogue
from bot.errors import Invalid
from bot.jobs import Output
from bot.media import Facts, MediaKind

PICTURE, OTHER = "https://pictures.example/a.png", "https://pictures.example/b.png"
CLIP = "https://clips.example/a.mp4"
SOUND = "https://sounds.example/a.mp3"
FROM, TO = {"image": [PICTURE]}, {"image": [PICTURE], "last": [OTHER]}
BOTH = {"images": [PICTURE, OTHER]}

Media = Mapping[str, Sequence[str]]


def prepared(name: str, media: Media, **said: Any) -> catalogue.Options:
    return catalogue.prepare(catalogue.find(name), said, media=media)


def body(name: str, media: Media, **said: Any) -> dict[str, Any]:
    model = catalogue.find(name)
    found = dict(catalogue.prepare(model, said, media=media).wire(model.id).body)
    assert found.pop("model") == model.id
    return found


@contextmanager
def reached(name: str, route: str) -> Iterator[None]:
    """With a model that the operator reaches by another way."""
    shelf, id = catalogue.everything(), catalogue.find(name).id
    catalogue.arrange(replace(m, route=route, operations=m.routes[route]) if m.id == id else m for m in shelf)
    try:
        yield
    finally:
        catalogue.arrange(shelf)


def facts(kind: MediaKind, seconds: float | None = None, **more: Any) -> Facts:
    usual: dict[str, Any] = {"mime": "", "size_bytes": 1, "width": 1280, "height": 720, "duration_s": seconds}
    return Facts(kind=kind, **{**usual, **more})


def problem(
    name: str, media: Media, found: Mapping[str, Sequence[Facts]] | None = None, **said: Any
) -> tuple[str, str]:
    """The one field that is refused, and what may be said there."""
    with pytest.raises(Invalid) as invalid:
        catalogue.prepare(catalogue.find(name), said, media=media, facts=found or {})
    (only,) = invalid.value.problems
    return only.field, only.allowed


@pytest.mark.parametrize(
    ("name", "media", "said", "sent"),
    [
        ("kling", {}, {"prompt": "rain", "sound": True}, {"prompt": "rain", "duration": 5}),
        ("kling-silent", {}, {"prompt": "rain", "sound": "no"}, {"prompt": "rain", "duration": 5}),
        (
            "kling-pro",
            TO,
            {
                "shots": ["he looks up", "he smiles"],
                "shot_type": "intelligent",
                "elements": ["829836"],
                "duration": "8",
            },
            {
                "image": PICTURE,
                "last_image": OTHER,
                "duration": 8,
                "extra_body": {
                    "multi_prompt": [{"prompt": "he looks up"}, {"prompt": "he smiles"}],
                    "element_list": [{"element_id": 829836}],
                    "shot_type": "intelligent",
                },
            },
        ),
        (
            "seedance",
            FROM,
            {"prompt": "rain", "duration": 5, "sound": False, "resolution": "720p"},
            {
                "prompt": "rain",
                "content": [
                    {"type": "text", "text": "rain"},
                    {"type": "image_url", "url": PICTURE, "role": "image"},
                ],
                "duration": 5,
                "extra_body": {"generate_audio": False},
            },
        ),
        (
            "seedance-fast",
            {**BOTH, "video": [CLIP], "audio": [SOUND]},
            {"prompt": "rain", "duration": 6, "last_frame": True},
            {
                "prompt": "rain",
                "content": [
                    {"type": "text", "text": "rain"},
                    {"type": "image_url", "url": PICTURE, "role": "reference_image"},
                    {"type": "image_url", "url": OTHER, "role": "reference_image"},
                    {"type": "video_url", "url": CLIP, "role": "reference_video"},
                    {"type": "audio_url", "url": SOUND, "role": "reference_audio"},
                ],
                "duration": 6,
                "extra_body": {"return_last_frame": True},
            },
        ),
        (
            "seedance",
            {"video": [CLIP]},
            {"prompt": "rain", "duration": 5, "operation": "extend"},
            {"prompt": "rain", "video": CLIP, "duration": 5, "extra_body": {"operation": "extend_video"}},
        ),
        (
            "veo",
            BOTH,
            {"prompt": "rain", "duration": 4, "negative": "fog", "ratio": "9:16"},
            {
                "prompt": "rain",
                "images": [PICTURE, OTHER],
                "size": "720p",
                "aspect_ratio": "9:16",
                "duration": 4,
                "extra_body": {"negative_prompt": "fog"},
            },
        ),
        ("veo-fast", {"video": [CLIP]}, {"prompt": "on"}, {"prompt": "on", "video": CLIP, "size": "720p"}),
        ("sora", FROM, {"prompt": "rain", "ratio": "16:9"}, {"prompt": "rain", "image_url": PICTURE}),
        (
            "sora-pro",
            {},
            {"prompt": "rain", "ratio": "9:16", "duration": 20},
            {"prompt": "rain", "aspect_ratio": "9:16", "duration": 20},
        ),
        (
            "horse",
            {"images": [PICTURE]},
            {"prompt": "character1 runs", "duration": 3, "ratio": "4:3", "seed": 7},
            {"prompt": "character1 runs", "images": [PICTURE], "duration": 3, "aspect_ratio": "4:3", "seed": 7},
        ),
        (
            "horse-edit",
            {"video": [CLIP], "images": [PICTURE]},
            {"prompt": "a red coat", "duration": 4, "soundtrack": "origin", "resolution": "720p"},
            {
                "prompt": "a red coat",
                "video": CLIP,
                "duration": 4,
                "size": "720p",
                "reference_image_urls": [PICTURE],
                "audio_setting": "origin",
            },
        ),
        (
            "vidu",
            {"images": [PICTURE, OTHER, PICTURE]},
            {"prompt": "@Image1 waves", "duration": 16, "sound": True, "music": False},
            {
                "prompt": "@Image1 waves",
                "reference_image_urls": [PICTURE, OTHER, PICTURE],
                "duration": 16,
                "extra_body": {"audio": True, "bgm": False},
            },
        ),
        (
            "wan",
            {"audio": [SOUND]},
            {"prompt": "rain", "duration": 10, "ratio": "9:16", "seed": -1},
            {"prompt": "rain", "duration": 10, "size": "720*1280", "extra_body": {"audio": SOUND, "seed": -1}},
        ),
        (
            "wan-flash",
            FROM,
            {"prompt": "rain", "duration": 7, "shot_type": "multi"},
            {"prompt": "rain", "image": PICTURE, "duration": 7, "extra_body": {"shot_type": "multi"}},
        ),
        (
            "wan2.6-r2v-1080p",
            {"videos": [CLIP], **FROM},
            {"prompt": "the same dog", "duration": 5, "size": "1920x1080", "expand": False},
            {
                "prompt": "the same dog",
                "images": [PICTURE],
                "videos": [CLIP],
                "duration": 5,
                "size": "1920*1080",
                "extra_body": {"enable_prompt_expansion": False},
            },
        ),
        (
            "wan-animate",
            {**FROM, "video": [CLIP]},
            {"prompt": "dance", "duration": 9, "mode": "replace"},
            {"prompt": "dance", "image": PICTURE, "video": CLIP, "duration": 9, "mode": "replace"},
        ),
        (
            "grok-1.5",
            FROM,
            {"prompt": "waves", "size": "1080p"},
            {"prompt": "waves", "image": PICTURE, "duration": 6, "size": "1080p"},
        ),
    ],
)
def test_what_is_sent(name: str, media: Media, said: dict[str, Any], sent: dict[str, Any]) -> None:
    assert body(name, media, **said) == sent


def test_seedance_may_be_asked_in_its_older_fields() -> None:
    with reached("seedance", "fields"):
        assert body("seedance", TO, prompt="rain", duration=5) == {
            "prompt": "rain",
            "image": PICTURE,
            "last_image": OTHER,
            "duration": 5,
            "extra_body": {"operation": "first_last_frame"},
        }
        sent = body("seedance", BOTH, prompt="rain", duration=5)
        assert (sent["images"], sent["extra_body"]) == ([PICTURE, OTHER], {"operation": "reference_to_video"})


def test_sora_may_be_asked_in_a_chat() -> None:
    with reached("sora2-portrait-4s", "chat"):
        wire = prepared("sora2-portrait-4s", FROM, prompt="waves").wire("sora2-portrait-4s")
    words, picture = {"type": "text", "text": "waves"}, {"type": "image_url", "image_url": {"url": PICTURE}}
    assert (wire.path, wire.poll_path, wire.body) == (
        "/v1/chat/completions",
        "",
        {
            "model": "sora2-portrait-4s",
            "messages": [{"role": "user", "content": [words, picture]}],
            "stream": True,
        },
    )


@pytest.mark.parametrize(
    ("name", "media", "said", "field", "allowed"),
    [
        ("kling", {}, {"duration": 2}, "duration", "3 to 15"),
        ("kling", {}, {"shots": ["a"]}, "shots", "prompt, duration, ratio, guidance, shot_type, negative, elements"),
        ("kling", FROM, {"shots": ["a"]}, "shots", "prompt or shots, one of them"),
        ("kling", {"last": [OTHER]}, {}, "image", ""),
        ("kling", BOTH, {}, "images", "1, image+last"),
        ("sora", BOTH, {}, "images", "1"),
        ("veo", {}, {"duration": 7}, "duration", "4, 6, 8"),
        ("veo", {}, {"duration": 4, "resolution": "1080p"}, "resolution", "720p, model=veo3.1-video-1080p"),
        ("veo-fast", {}, {"duration": 4, "size": "４K"}, "size", "720p, model=veo3.1-fast-video-4k"),
        ("veo", {}, {"duration": 4, "resolution": "480p"}, "resolution", "720p"),
        ("veo", {"images": [PICTURE]}, {"duration": 4}, "images", "2 to 3"),
        ("veo-fast", BOTH, {"duration": 4}, "images", "image, last, video"),
        ("seedance", {"video": [CLIP]}, {"duration": 5}, "operation", "edit, extend"),
        ("seedance", {}, {"duration": 5, "operation": "reference_to_video"}, "image", ""),
        ("seedance", {}, {"duration": 5, "resolution": "4k"}, "resolution", "720p"),  # not everybody may use that one
        ("sora", {}, {"ratio": "9:16"}, "ratio", "16:9, model=sora2-portrait-8s"),
        ("sora-portrait", {}, {"duration": 4}, "duration", "8, model=sora2-portrait-4s"),
        ("sora", {}, {"duration": 20}, "duration", "8"),
        ("sora-pro", {}, {"duration": 7}, "duration", "4, 8, 12, 16, 20"),
        ("kling-pro", {}, {"sound": False}, "sound", "yes, model=kling-v3-pro-silent"),
        ("kling-silent", {}, {"sound": "on"}, "sound", "no, model=kling-v3-std-audio"),
        ("vidu", BOTH, {"duration": 5}, "images", "image+last or operation=reference-to-video"),
        ("vidu-turbo", TO, {"duration": 5}, "last", "image"),
        ("wan", {}, {"duration": 5, "size": "1280x720", "ratio": "16:9"}, "ratio", "not beside size 1280x720"),
        ("wan", {}, {"duration": 5, "size": "1920x1080"}, "size", "1280x720, 720x1280"),
        ("wan2.6-r2v-720p", {}, {"duration": 5}, "image", ""),
        ("wan-animate", {**FROM, "video": [CLIP]}, {}, "duration", "1 to 30"),
        ("grok-1.5", {**FROM, **BOTH}, {}, "images", "image"),
        ("horse", {"image": ["https://pictures.example/a.gif"]}, {"duration": 3}, "image", "jpeg, png, webp, bmp"),
    ],
)
def test_what_is_refused(name: str, media: Media, said: dict[str, Any], field: str, allowed: str) -> None:
    assert problem(name, media, prompt="x", **said) == (field, allowed)


@pytest.mark.parametrize(
    ("name", "found", "allowed"),
    [
        ("horse", {"image": [facts(MediaKind.IMAGE, width=299)]}, "300px or more"),
        ("horse", {"image": [facts(MediaKind.IMAGE, width=3000, height=1000)]}, "1:2.5 to 2.5:1"),
        ("horse", {"image": [facts(MediaKind.IMAGE, size_bytes=10_000_001)]}, "10MB at most"),
        ("horse", {"image": [facts(MediaKind.IMAGE, mime="image/gif")]}, "jpeg, png, webp, bmp"),
        ("horse-edit", {"video": [facts(MediaKind.VIDEO, 2.9)]}, "3s to 60s"),
        ("horse-edit", {"video": [facts(MediaKind.VIDEO, 4, width=3840, height=2160)]}, "2160px at most"),
        ("horse-edit", {"video": [facts(MediaKind.VIDEO, 4, fps=8.0)]}, "more than 8fps"),
        ("seedance", {"videos": [facts(MediaKind.VIDEO, 1.5)]}, "2s to 15s"),
        ("seedance", {"videos": [facts(MediaKind.VIDEO, 8), facts(MediaKind.VIDEO, 7.5)]}, "15s at most"),
        ("seedance", {"audios": [facts(MediaKind.AUDIO, 16)]}, "2s to 15s, 15s at most"),
    ],
)
def test_media_are_measured(name: str, found: dict[str, list[Facts]], allowed: str) -> None:
    media = {medium: [f"handle:{n}" for n in range(len(each))] for medium, each in found.items()}
    with pytest.raises(Invalid) as invalid:
        catalogue.prepare(catalogue.find(name), {"prompt": "x"}, media=media, facts=found, presets=True)
    assert {problem.field for problem in invalid.value.problems} == set(found)
    assert ", ".join(problem.allowed for problem in invalid.value.problems) == allowed


def test_a_source_that_was_measured_says_how_long_an_edit_is_billed() -> None:
    def sent(seconds: float, **said: Any) -> tuple[int, int]:
        model, found = catalogue.find("horse-edit"), {"video": [facts(MediaKind.VIDEO, seconds)]}
        options = catalogue.prepare(model, {"prompt": "x", **said}, media={"video": [CLIP]}, facts=found)
        return options.wire(model.id).body["duration"], options.quote(model.rate)

    assert [sent(4.2), sent(40), sent(4.2, duration=3)] == [(5, 70), (15, 210), (5, 70)]


def test_frames_that_last_longer_than_the_seconds_count() -> None:
    quoted = [prepared("seedance-mini", {}, prompt="x", duration=5, frames=n).units() for n in (1, 120, 121, 360)]
    assert quoted == [5, 5, 6, 15]


@pytest.mark.parametrize(("side", "credits"), [(480, 30), (720, 42), (1080, 72), (None, 72)])
def test_a_resolution_that_was_not_said_is_charged_as_what_came(side: int | None, credits: int) -> None:
    rate, options = catalogue.find("grok-1.5").rate, prepared("grok-1.5", FROM, prompt="x")
    came = Output(job="K7Q2", step=0, index=0, path="x", facts=facts(MediaKind.VIDEO, 6.0, width=side, height=side))
    assert (options.quote(rate), options.settle(rate, {0: (came,)})) == (72, credits)
