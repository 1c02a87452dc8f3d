"""Bare commands ask for what is missing, and the next words complete the line."""

import pytest

from bot.commands import Given
from bot.media import MediaKind
from tests.desk import Desk, desk, house

__all__ = ["desk", "house"]

PHOTO = Given(kind=MediaKind.IMAGE, source="/tmp/photo.png", kept=True)
VOICE = Given(kind=MediaKind.AUDIO, source="/tmp/voice.mp3", kept=True)


@pytest.mark.parametrize("name", ["image", "video", "music", "speech", "talk", "edit"])
async def test_a_bare_command_explains_itself_and_waits_for_words(desk: Desk, name: str) -> None:
    reply = await desk.say(f"/{name}@Atelier")
    assert (reply.kind, reply.asks, reply.private) == ("ask", f"/{name}", True)
    assert reply.facts["command"] == name


async def test_a_bare_chinese_word_waits_too(desk: Desk) -> None:
    reply = await desk.say("画")
    assert (reply.kind, reply.asks) == ("ask", "/image")
    assert (await desk.say(f"{reply.asks} 雪地里的红狐狸")).kind == "queued"


@pytest.mark.parametrize(
    ("line", "files", "words", "zh"),
    [
        ("/edit", (PHOTO,), "How should it change?", "想怎么改？"),
        ("/edit --image fox.png", (), "How should it change?", "想怎么改？"),
        ("/edit fox.png", (), "How should it change?", "想怎么改？"),
        ("/talk", (PHOTO,), "What should it say?", "想让它说什么？"),
        ("/talk --image fox.png", (), "What should it say?", "想让它说什么？"),
        ("/talk fox.png --voice Wise_Woman", (), "What should it say?", "想让它说什么？"),
    ],
)
async def test_a_picture_without_words_asks_for_them(
    desk: Desk, line: str, files: tuple[Given, ...], words: str, zh: str
) -> None:
    reply = await desk.say(line, attachments=files)
    assert (reply.kind, reply.asks) == ("ask", line)
    assert (desk.lines(reply), desk.lines(reply, "zh")) == ([words], [zh])
    assert (await desk.say(f"{reply.asks} good night", attachments=files)).kind == "queued"


@pytest.mark.parametrize(("line", "files"), [("/talk", (PHOTO, VOICE)), ("/edit it --image a.png", ())])
async def test_what_is_complete_is_made(desk: Desk, line: str, files: tuple[Given, ...]) -> None:
    assert (await desk.say(line, attachments=files)).kind == "queued"


async def test_edit_without_anything_to_change_says_so(desk: Desk) -> None:
    assert (await desk.say("/edit make it night")).facts["error"] == {"key": "error.nothing_to_edit"}
