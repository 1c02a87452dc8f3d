"""Mia writes to the bot alone: it shows what could be made of it and what that costs, and makes it at a tap."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.discord_desk import Desk, opened
from tests.discord_server import File
from tests.discord_server.messages import Seen
from tests.engine_house import House, house
from tests.media_files import image

__all__ = ["house"]

CLIP = File(name="clip.mp4", data=b"a clip", content_type="video/mp4")
VOICE = File(name="voice-message.ogg", data=b"OggS a voice", content_type="audio/ogg")


@pytest.fixture
async def desk(house: House, tmp_path: Path) -> AsyncIterator[Desk]:
    """Mia, and a bot at work."""
    async with opened(house, tmp_path) as desk:
        yield desk
        assert await desk.stage.served.refusals() == []


@pytest.fixture
def face(tmp_path: Path) -> File:
    """A picture."""
    return File(name="face.png", data=image(tmp_path / "face.png").read_bytes(), content_type="image/png")


async def says(desk: Desk, content: str = "", *files: File) -> Seen:
    """Mia writes to the bot; its answer."""
    served, mia = desk.stage.served, desk.stage.scene.mia
    direct = await served.dm(mia)
    before = len(await served.messages(direct))
    await served.say(mia, direct, content, files=list(files))
    return (await served.wait_messages(direct, before + 2))[-1]


def shown(message: Seen) -> tuple[str, list[str]]:
    """Words and buttons."""
    return message.content, [one.label for one in message.buttons]


async def test_a_sentence_becomes_what_she_taps(desk: Desk) -> None:
    offer = await says(desk, "a red fox in the snow")
    assert shown(offer) == (
        "What shall I make of it?",
        ["Picture · 5", "Clip · 36", "Song · 15", "Read aloud · 1"],
    )
    assert not offer.ephemeral
    served, mia = desk.stage.served, desk.stage.scene.mia
    for label in ("Picture", "Read aloud"):
        await desk.stage.shown(await served.press(mia, offer.id, label=label))
        job = await desk.job()
        assert (job.state, job.request.prompt, job.place.private) == ("done", "a red fox in the snow", False)
    assert shown(await served.message(offer.id)) == shown(offer)  # the others can still be chosen
    picture, speech = (await desk.stage.direct())[-2:]
    assert (picture.content.split("\n")[1], picture.ephemeral) == ("Here's your picture.", False)
    assert (speech.content.split("\n")[1], speech.ephemeral) == ("Here it is, read aloud.", False)


async def test_a_picture_is_brought_to_life_changed_or_made_to_speak(desk: Desk, face: File) -> None:
    assert shown(await says(desk, "", face)) == (
        "Shall I bring it to life?\nWrite how it should change or what it should say, and I'll show what that costs.",
        ["Change it · 5", "Animate · 36", "Let it speak · from 19"],
    )
    offer = await says(desk, "she smiles at me")
    assert shown(offer) == (
        "What shall I make of it?",
        ["Change it · 5", "Animate · 36", "Let it speak · 31"],
    )
    await desk.stage.shown(await desk.stage.served.press(desk.stage.scene.mia, offer.id, label="Change it"))
    job = await desk.job()
    assert (job.state, job.request.operation, job.request.prompt) == ("done", "image-to-image", "she smiles at me")


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (CLIP, "Write how this clip should change, and I'll show what that costs."),
        (VOICE, "A picture can speak this recording: give both to `/talk`."),
    ],
)
async def test_other_files_are_answered_with_what_they_are_good_for(desk: Desk, file: File, words: str) -> None:
    assert shown(await says(desk, "", file)) == (words, [])


async def test_whoever_greets_is_shown_around_and_a_line_is_done(desk: Desk) -> None:
    assert "/image" in (await says(desk, "hi!")).content
    before = await desk.stage.direct()
    taken = await says(desk, "画 雪地里的红狐狸")
    job = await desk.job()
    (result,) = [one for one in await desk.stage.direct() if one.id not in {seen.id for seen in before}][1:]
    assert (job.state, job.request.prompt) == ("done", "雪地里的红狐狸")
    assert (result.id, result.content.split("\n")[1], len(result.files)) == (taken.id, "画好了。", 1)


async def test_six_thousand_characters_are_read_to_their_end(desk: Desk) -> None:
    """Discord's clients make a file of what is longer than a message; what takes fewer words is not offered."""
    words = ("a red fox " * 600).strip()
    answer = await says(
        desk, "", File(name="message.txt", data=words.encode(), content_type="text/plain; charset=utf-8")
    )
    assert shown(answer) == ("What shall I make of it?", ["Picture · 5", "Clip · 36", "Read aloud · 60"])
    await desk.stage.shown(await desk.stage.served.press(desk.stage.scene.mia, answer.id, label="Picture"))
    assert (await desk.job()).request.prompt == words


async def test_a_newcomer_is_answered_in_the_language_of_their_words(desk: Desk) -> None:
    served = desk.stage.served
    lin = await served.user("Lin")
    direct = await served.dm(lin)
    await served.say(lin, direct, "雪地里的红狐狸")
    (_, answer) = await served.wait_messages(direct, 2)
    assert shown(answer) == ("想用它做什么？", ["图片 · 5", "视频 · 36", "歌曲 · 15", "朗读 · 1"])
