"""Forms: what their fields say becomes the same requests and answers as a line does."""

from typing import Any

import pytest

from bot import requests
from bot.commands import Given
from bot.media import MediaKind
from bot.replies import Reply
from tests import factories
from tests.desk import Desk, desk, house

__all__ = ["desk", "house"]


async def filled(desk: Desk, command: str, text: str = "", *, attachments: Any = (), **fields: str) -> Reply:
    person = factories.person(user=factories.ANNA)
    return await desk.say(text, command=command, fields=fields, attachments=attachments, person=person)


async def asked_for(desk: Desk, command: str, text: str = "", **changes: Any) -> requests.Request:
    reply = await filled(desk, command, text, **changes)
    assert reply.job is not None, desk.lines(reply)
    return (await desk.house.job(reply.job)).request


@pytest.mark.parametrize(
    ("command", "text", "fields", "model", "options"),
    [
        ("image", "a fox", {"ratio": "16:9"}, "NanoBanana2-1K", {"ratio": "16:9"}),
        ("image", "a fox", {"ratio": "１６：９"}, "NanoBanana2-1K", {"ratio": "16:9"}),
        ("image", "a fox --ar 16:9", {"count": "1"}, "NanoBanana2-1K", {"ratio": "16:9", "count": 1}),
        ("image", "a fox --ar 16:9", {"ratio": "16:9"}, "NanoBanana2-1K", {"ratio": "16:9"}),
        ("image", "a fox", {"quality": "最好", "private": "true", "format": "–"}, "NanoBananaPro-4K", {}),
        ("image", "a fox", {"model": "nano2-2k", "more": "比例：16:9，数量：1"}, "NanoBanana2-2K", {}),
        ("image", "a fox", {"more": "model=nano ratio=1:1 yes"}, "NanoBanana", {"ratio": "1:1"}),
        ("image", "a fox", {"size": "1024×1024", "model": "gpt-image-2"}, "gpt-image-2", {"size": "1024x1024"}),
        ("music", "piano", {"lyrics": 'la "la" --ratio 1:1, la'}, "minimax-music-2.6", {}),
        ("music", "piano", {"instrumental": "true", "polish": "false"}, "minimax-music-2.6", {}),
        (
            "speech",
            "hi",
            {"more": 'pronunciation="a b/c" pronunciation=d/e subtitles', "speed": "0.9"},
            "minimax-speech-2.8-hd",
            {"pronunciation": ["a b/c", "d/e"], "subtitles": True, "speed": 0.9},
        ),
    ],
)
async def test_fields_become_options(
    desk: Desk, command: str, text: str, fields: dict[str, str], model: str, options: dict[str, object]
) -> None:
    request = await asked_for(desk, command, text, **fields)
    assert request.model == model
    assert {**request.options, **options} == request.options


async def test_a_field_s_value_stands_letter_by_letter(desk: Desk) -> None:
    words = 'Over the "hills" — and --home, again.\n'
    request = await asked_for(desk, "music", "a folk song", lyrics=words)
    assert request.options == {"prompt": "a folk song", "lyrics": words}


async def test_switches_are_said_in_full(desk: Desk) -> None:
    request = await asked_for(desk, "music", "piano", instrumental="true", polish="false")
    assert request.options == {"prompt": "piano", "instrumental": True, "polish": False}


async def test_files_come_as_attachments(desk: Desk) -> None:
    files = (
        Given(kind=MediaKind.IMAGE, source="a.png", kept=True, field="image"),
        Given(kind=MediaKind.IMAGE, source="b.png", kept=True, field="images"),
    )
    request = await asked_for(desk, "image", "both of them", attachments=files, image="1", image2="2")
    assert (request.operation, [ref.name for ref in request.media["images"]]) == ("image-to-image", ["a.png", "b.png"])


async def test_a_medium_may_be_named_among_the_rest(desk: Desk) -> None:
    request = await asked_for(desk, "image", "in summer", more="image=fox.png")
    assert [ref.name for ref in request.media["images"]] == ["fox.png"]


@pytest.mark.parametrize(
    ("text", "fields", "lines"),
    [
        ("a fox", {"more": "Rasolution=2k"}, ["I don't know Rasolution; there is resolution."]),
        ("a fox", {"more": "xyzzy"}, ["I don't know xyzzy; please leave it out."]),
        ("a fox", {"raito": "1:1"}, ["I don't know raito; there is ratio."]),
        ("a fox", {"more": "format="}, ["--format needs a value: png, jpeg, webp, jpg."]),
        ("a fox --ar 16:9", {"ratio": "1:1"}, ["ratio is said twice, “16:9” and “1:1”; keep one."]),
        ("a fox", {"ratio": "1:1", "more": "ar=16:9"}, ["ratio is said twice, “1:1” and “16:9”; keep one."]),
        ("a fox", {"seed": "7"}, ["NanoBanana2-1K doesn't take seed; it takes prompt, ratio, format, count."]),
        (
            "a fox --rotio 1:1",
            {"more": "formt=png", "count": "2"},
            [
                "I don't know --rotio; did you mean --ratio? If it belongs to your words, put them in quotes.",
                "I don't know formt; there is format.",
            ],
        ),
    ],
)
async def test_what_is_wrong_is_named_as_it_was_written(
    desk: Desk, text: str, fields: dict[str, str], lines: list[str]
) -> None:
    reply = await filled(desk, "image", text, **fields)
    assert (reply.kind, desk.lines(reply)) == ("error", lines)


async def test_a_switch_that_is_neither_is_refused(desk: Desk) -> None:
    reply = await filled(desk, "music", "piano", instrumental="maybe")
    assert desk.lines(reply) == ["instrumental can't be “maybe”; choose yes, no."]


async def test_other_commands_read_their_fields_as_a_line(desk: Desk) -> None:
    job = await desk.made("/image a red fox")
    shown = await desk.say("", command="jobs", fields={"job": job.id.lower(), "action": "receipt"})
    assert desk.lines(shown) == await desk.read(f"/jobs receipt {job.id}")
    await desk.say("", command="settings", fields={"setting": "model image", "value": "nano"})
    assert (await asked_for(desk, "image", "a fox")).model == "NanoBanana"
    reply = await desk.say("", command="help", fields={"command": "image"})
    assert reply.facts == (await desk.say("/help image")).facts
