"""Offers: what a bare sentence or a bare file in a direct message is answered."""

import pytest

from bot.commands import Given
from bot.commands.offering import is_small_talk
from bot.media import MediaKind
from bot.replies import Reply
from bot.studio import DRAFT_LIFE
from tests import factories
from tests.desk import Desk, desk, house
from tests.unit.test_commands_deeds import everything_on

__all__ = ["desk", "everything_on", "house"]

PHOTO = Given(kind=MediaKind.IMAGE, source="/tmp/photo.png", kept=True)
FILM = Given(kind=MediaKind.VIDEO, source="/tmp/film.mp4", kept=True)
SONG = Given(kind=MediaKind.AUDIO, source="/tmp/song.mp3", kept=True)


async def offered(desk: Desk, text: str, *attachments: Given, key: str = "") -> Reply:
    """The answer to a direct message."""
    changes = {"key": key} if key else {}
    return await desk.commands.offer(
        desk.heard(text, attachments=attachments, local=False, interactive=True, **changes)
    )


async def test_a_bare_sentence_is_offered_as_everything_it_could_become(desk: Desk) -> None:
    reply = await offered(desk, "a red fox in snow")
    assert (reply.kind, reply.private, reply.asks, reply.job) == ("offer", True, "", None)
    assert (desk.lines(reply), desk.lines(reply, "zh")) == (["What shall I make of it?"], ["想用它做什么？"])
    assert desk.labels(reply) == ["Picture · 5", "Clip · 36", "Song · 15", "Read aloud · 1"]
    assert desk.labels(reply, "zh") == ["图片 · 5", "视频 · 36", "歌曲 · 15", "朗读 · 1"]
    assert {button.action for button in reply.buttons} == {"start"}
    assert len({button.subject for button in reply.buttons}) == 4
    assert await desk.house.balance() == 100


async def test_a_tap_starts_exactly_that_and_leaves_the_others_open(desk: Desk) -> None:
    reply = await offered(desk, "a red fox in snow")
    picture, _, song, _ = reply.buttons
    for button, operation, left in ((song, "text-to-music", 85), (picture, "text-to-image", 80)):
        started = await desk.press("start", button.subject, interactive=True)
        assert (started.kind, started.facts["operation"], started.facts["left_credits"]) == ("queued", operation, left)
    again = await desk.press("start", song.subject)
    assert again.facts["error"] == {"key": "error.draft_gone"}


async def test_offers_expire(desk: Desk) -> None:
    reply = await offered(desk, "a red fox in snow")
    desk.house.clock.advance(DRAFT_LIFE.total_seconds() + 1)
    assert (await desk.press("start", reply.buttons[0].subject)).facts["error"] == {"key": "error.draft_gone"}


async def test_a_message_that_comes_twice_is_offered_the_same(desk: Desk) -> None:
    first, second = [await offered(desk, "a red fox in snow", key="twice") for _ in range(2)]
    assert first == second


async def test_what_does_not_fit_a_model_is_left_out(desk: Desk) -> None:
    assert desk.labels(await offered(desk, "a fox. " * 400)) == ["Picture · 5", "Clip · 36", "Read aloud · 28"]
    assert desk.labels(await offered(desk, "a red fox --ratio 16:9")) == ["Picture · 5", "Clip · 36"]


async def test_what_fits_nothing_is_told_why(desk: Desk) -> None:
    reply = await offered(desk, "a fox --ratio 7:3")
    assert (reply.kind, desk.lines(reply)[0].split(";")[0]) == ("error", "ratio can't be “7:3” with NanoBanana2-1K")


@pytest.mark.parametrize(
    ("text", "files", "labels", "words", "asks"),
    [
        (
            "",
            (PHOTO,),
            ["Change it · 5", "Animate · 36", "Let it speak · from 19"],
            "Shall I bring it to life? / "
            "To change it, reply to it with /edit make it night; to let it speak, with /talk Hello!.",
            "/edit",
        ),
        (
            "it waves",
            (PHOTO,),
            ["Change it · 5", "Animate · 36", "Let it speak · 25"],
            "What shall I make of it?",
            "",
        ),
        ("", (FILM,), [], "To change this clip, reply to it with /edit make it night.", "/edit"),
        ("make it night", (FILM,), ["Change it · 48"], "What shall I make of it?", ""),
        (
            "",
            (SONG,),
            [],
            "A picture can speak this recording: send a portrait with /talk Hello! as a reply to it.",
            "",
        ),
    ],
)
async def test_a_bare_file_is_offered_too(
    desk: Desk, text: str, files: tuple[Given, ...], labels: list[str], words: str, asks: str
) -> None:
    reply = await offered(desk, text, *files)
    assert (desk.labels(reply), " / ".join(desk.lines(reply)), reply.asks) == (labels, words, asks)


async def test_a_picture_that_cannot_come_to_life_here_is_told_how_to_go_on(desk: Desk) -> None:
    desk.house.files.lends = False
    reply = await offered(desk, "", PHOTO)
    assert (reply.buttons, reply.asks) == ((), "/edit")
    assert desk.lines(reply) == [
        "To change it, reply to it with /edit make it night; to let it speak, with /talk Hello!."
    ]
    assert desk.labels(await offered(desk, "make it night", PHOTO)) == ["Change it · 5"]


async def test_a_picture_comes_to_life_at_a_tap(desk: Desk) -> None:
    reply = await offered(desk, "", PHOTO)
    started = await desk.press("start", reply.buttons[0].subject)
    request = (await desk.house.job(str(started.job))).request
    assert (request.operation, request.prompt) == (
        "image-to-video",
        "It comes to life: gentle, natural movement, and the camera stays calm.",
    )
    assert [ref.path for ref in request.media["image"]] == ["inputs/_tmp_photo.png"]


@pytest.mark.parametrize(
    ("words", "small"),
    [
        *((words, True) for words in ("hi", "Hello there!", "thanks", "thank you so much", "ok", "a", "", "😀", "??")),
        *((words, True) for words in ("你好", "你好呀！", "谢谢", "早上好", "猫", "在吗？")),
        *(
            (words, False)
            for words in ("fox", "a red fox", "good morning sunshine", "hi, draw a fox", "狐狸", "画只猫")
        ),
    ],
)
def test_greetings_are_told_from_wishes(words: str, small: bool) -> None:
    assert is_small_talk(words) is small


@pytest.mark.parametrize("words", ["hi", "你好", "Thanks!"])
async def test_whoever_greets_is_shown_around(desk: Desk, words: str) -> None:
    assert await offered(desk, words) == await desk.say("/help")


async def test_a_line_that_names_something_is_answered(desk: Desk) -> None:
    job = await desk.made("/image a fox")
    assert (await offered(desk, f"show {job.id}")).job == job.id
    assert (await offered(desk, "/credits")).facts["left_credits"] == 95
    assert (await offered(desk, "/credist")).kind == "error"


async def test_a_stopping_bot_offers_nothing(desk: Desk) -> None:
    await desk.house.dispatch.stop(grace_s=1.0)
    assert (await offered(desk, "a red fox")).facts["error"] == {"key": "error.stopping"}


async def test_nobody_else_can_start_an_offer(desk: Desk) -> None:
    reply = await offered(desk, "a red fox in snow")
    ben = factories.person(user="ben", name="Ben")
    stolen = await desk.press("start", reply.buttons[0].subject, person=ben)
    assert stolen.facts["error"] == {"key": "error.no_such_draft", "draft": reply.buttons[0].subject}


async def test_a_bare_picture_can_be_described_where_a_model_can(desk: Desk, everything_on: None) -> None:
    desk.house.world.providers["nexus"] = desk.house.provider  # type: ignore[index]
    reply = await offered(desk, "", PHOTO)
    assert desk.labels(reply)[3:] == ["Describe · 1", "Upscale · 6"]
    started = await desk.press("start", reply.buttons[3].subject)
    assert (started.facts["model"], started.facts["operation"]) == ("ideogram-describe", "describe")


async def test_a_bare_sentence_can_be_answered(desk: Desk, everything_on: None) -> None:
    desk.house.world.providers["llmage"] = desk.house.provider  # type: ignore[index]
    reply = await offered(desk, "why do cats purr?")
    assert desk.labels(reply)[-1] == "Ask · up to 5"
    assert desk.labels(reply, "zh")[-1] == "提问 · 最多 5"
    started = await desk.press("start", reply.buttons[-1].subject)
    assert (started.facts["model"], started.facts["operation"]) == ("qwen3-max", "chat")


@pytest.mark.parametrize(
    ("number", "question", "operation"),
    [(0, "How should it change?", "image-to-image"), (2, "What should it say?", "image-and-text")],
)
async def test_a_bare_picture_waits_for_the_words_that_it_lacks(
    desk: Desk, number: int, question: str, operation: str
) -> None:
    button = (await offered(desk, "", PHOTO)).buttons[number]
    asked = await desk.press(button.action, button.subject)
    assert (desk.lines(asked), asked.asks) == ([question], f"{button.action} {button.subject}")
    for _ in range(2):  # as often as somebody likes
        reply = await desk.say(f"{asked.asks} Good morning, it is night")
        request = (await desk.house.job(str(reply.job))).request
        assert (request.operation, request.prompt) == (operation, "Good morning, it is night")
        assert [ref.path for refs in request.media.values() for ref in refs] == ["inputs/_tmp_photo.png"]
    desk.house.clock.advance(DRAFT_LIFE.total_seconds() + 1)
    assert (await desk.say(f"{asked.asks} at night")).facts["error"] == {"key": "error.draft_gone"}
