"""What is said on Telegram: commands, captions, media, albums, replies, topics, and what is not for the bot."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.telegram.brought import KEPT
from bot import requests
from bot.media import MediaKind
from bot.replies import Button, Reply, text
from tests import media_files, telegram_stage
from tests.engine_house import House, house
from tests.made_up import shelf
from tests.telegram_stage import BEN, MIA, Stage
from tests.unit.test_engine_answers import words

__all__ = ["house", "shelf"]


@pytest.fixture
async def stage(house: House, tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage whose app is at work."""
    async with telegram_stage.opened(house, tmp_path) as opened:
        await opened.start()
        yield opened


@pytest.fixture
def photo(tmp_path: Path) -> bytes:
    return media_files.image(tmp_path / "in.jpg", size=(300, 200)).read_bytes()


def group(stage: Stage, **more: Any) -> int:
    return int(stage.served.supergroup(title="Pixel Club", creator_id=BEN, members=[MIA], **more)["id"])


COMMANDS = {
    "/video a red fox runs": "Here's your clip.",
    "/music calm piano": "Here's your song.",
    '/speech "Good morning"': "Here it is, read aloud.",
    "/jobs": "Nothing here yet",
    "/credits": "left",
    "/models": "For pictures",
    "/settings": "Language",
    "/help image": "/image",
    "/start": "Three things to try",
    "/start hello": "Three things to try",
    "/imgae a fox": "did you mean /image?",
    "画 一只红狐狸": "Here's your picture.",
    "/画一只红狐狸": "Here's your picture.",
    "/image@Atelier_Bot a red fox": "Here's your picture.",
    "／image a red fox": "Here's your picture.",
}


@pytest.mark.parametrize("text", COMMANDS)
async def test_commands(stage: Stage, text: str) -> None:
    stage.say(text)
    await stage.shown(COMMANDS[text])


async def test_not_for_the_bot(stage: Stage) -> None:
    chat = group(stage, bot="administrator")
    stage.say("/image@other_bot a red fox", chat=chat)
    stage.say("what a lovely day", chat=chat)
    stage.say("/roll 2d6", chat=chat)
    stage.say("again and again", chat=chat)
    stage.say("/image@other_bot a red fox")
    said = stage.say("nice", chat=chat)
    stage.served.edit(chat_id=chat, message_id=said["message_id"], text="/image a red fox")
    await stage.idle()
    assert (stage.messages(chat), stage.messages()) == ([], [])


async def test_in_a_group(stage: Stage) -> None:
    chat = group(stage)
    asked = stage.say("/image a red fox", chat=chat)
    done = await stage.shown("Mia, here's your picture.", chat=chat)
    assert (done["kind"], done["reply_to"]) == ("photo", asked["message_id"])
    (job,) = await stage.jobs()
    assert (job.place.community, job.place.user, job.place.private) == (str(chat), str(MIA), False)


async def test_in_a_topic(stage: Stage) -> None:
    chat = group(stage, forum=True)
    topic = stage.served.topic(chat_id=chat, user_id=BEN, name="Foxes")["id"]
    stage.say("/image a red fox", chat=chat, topic=topic)
    done = await stage.shown("here's your picture", chat=chat)
    assert done["topic"] == topic


@pytest.mark.parametrize("kind", ["photo", "document"])
async def test_caption_is_a_command(stage: Stage, photo: bytes, kind: str) -> None:
    stage.served.send(
        user_id=MIA, chat_id=MIA, kind=kind, data=photo, name="in.jpg", mime="image/jpeg", caption="/edit make it night"
    )
    await stage.shown("Here's your picture.")
    assert stage.files.taken == [(MediaKind.IMAGE, photo)]
    assert list(Path(stage.options.scratch).iterdir()) == []


async def test_every_kind_of_medium(stage: Stage, tmp_path: Path) -> None:
    clip = media_files.video(tmp_path / "in.mp4").read_bytes()
    song = media_files.audio(tmp_path / "in.mp3").read_bytes()
    note = media_files.audio(tmp_path / "in.ogg").read_bytes()
    sent = [
        ("video", clip, "in.mp4", "video/mp4", MediaKind.VIDEO),
        ("animation", clip, "in.mp4", "video/mp4", MediaKind.VIDEO),
        ("document", clip, "in.mp4", "video/mp4", MediaKind.VIDEO),
        ("audio", song, "in.mp3", "audio/mpeg", MediaKind.AUDIO),
        ("voice", note, "in.ogg", "audio/ogg", MediaKind.AUDIO),
        ("document", song, "in.mp3", "audio/mpeg", MediaKind.AUDIO),
    ]
    for number, (kind, data, name, mime, expected) in enumerate(sent, start=1):
        stage.served.send(user_id=MIA, chat_id=MIA, kind=kind, data=data, name=name, mime=mime, caption="/edit slower")
        await stage.until(lambda number=number: len(stage.messages()) >= number)
        await stage.idle()
        assert stage.files.taken[-1:] == [(expected, data)], (kind, stage.texts())


async def test_reply_to_a_picture(stage: Stage, photo: bytes) -> None:
    chat = group(stage)
    sent = stage.served.send(user_id=BEN, chat_id=chat, kind="photo", data=photo, name="in.jpg", mime="image/jpeg")
    stage.say("/edit make it night", chat=chat, reply_to=sent["message_id"])
    await stage.shown("here's your picture", chat=chat)
    assert stage.files.taken == [(MediaKind.IMAGE, photo)]


async def test_album_is_one_request(stage: Stage, tmp_path: Path) -> None:
    pictures = [media_files.image(tmp_path / f"{n}.jpg", size=(100 + n, 90)).read_bytes() for n in range(3)]
    items = [{"kind": "photo", "data": data, "name": "a.jpg", "mime": "image/jpeg"} for data in pictures]
    items[1]["caption"] = "/image all of these as one"
    sent = stage.served.album(user_id=MIA, chat_id=MIA, items=items)
    await stage.shown("Here's your picture.")
    await stage.idle()
    assert sorted(stage.files.taken) == sorted((MediaKind.IMAGE, data) for data in pictures)
    assert len(await stage.jobs()) == 1
    stage.say("/image like these", reply_to=sent[2]["message_id"])
    await stage.until(lambda: len(stage.files.taken) == 6)
    await stage.idle()
    assert len(await stage.jobs()) == 2


async def test_too_large_to_fetch(stage: Stage, photo: bytes) -> None:
    stage.served.send(
        user_id=MIA,
        chat_id=MIA,
        kind="document",
        data=photo,
        name="huge.png",
        mime="image/png",
        caption="/edit make it night",
        claimed_bytes=30_000_000,
    )
    await stage.shown("“huge.png” is out of my reach")
    assert stage.served.requests(method="getFile") == []


async def test_a_file_that_does_not_come(stage: Stage, photo: bytes) -> None:
    stage.served.fault(method="download", times=2, status=502)
    stage.served.send(user_id=MIA, chat_id=MIA, kind="photo", data=photo, name="in.jpg", caption="/edit make it night")
    await stage.shown("“photo.jpg” doesn't answer")
    stage.served.fault(method="download", times=1, drop=True)
    stage.served.send(user_id=MIA, chat_id=MIA, kind="photo", data=photo, name="in.jpg", caption="/edit make it night")
    await stage.shown("Here's your picture.")


async def test_files_are_fetched_only_for_what_takes_them(stage: Stage, photo: bytes) -> None:
    stage.served.send(user_id=MIA, chat_id=MIA, kind="photo", data=photo, name="in.jpg", caption="/credits")
    await stage.shown("left")
    assert stage.served.requests(method="getFile") == []


async def test_slow_download_holds_up_nobody_else(stage: Stage, photo: bytes) -> None:
    stage.served.create_user(first_name="Cy", id=99)
    stage.served.private(user_id=99)
    stage.served.fault(method="download", hang_s=1.0)
    stage.served.send(user_id=MIA, chat_id=MIA, kind="photo", data=photo, name="in.jpg", caption="/edit make it night")
    stage.say("/help")
    await stage.until(lambda: stage.served.requests(method="getFile"))
    stage.say("/help", chat=99, user=99)
    await stage.shown("Three things to try", chat=99)
    assert stage.messages() == []
    await stage.shown("Three things to try")
    await stage.shown("Here's your picture.")
    assert [m["kind"] for m in stage.messages()] == ["photo", "text"]


async def test_bare_words_are_offered_something(stage: Stage) -> None:
    stage.say("a red fox in snow")
    offer = await stage.until(lambda: stage.messages() and stage.messages()[-1])
    labels = [b["text"] for row in offer["buttons"] for b in row]
    assert labels[0].startswith("Picture")
    stage.served.press(user_id=MIA, chat_id=MIA, message_id=offer["message_id"], text=labels[0])
    await stage.shown("Here's your picture.")


async def test_bare_picture_is_offered_something(stage: Stage, photo: bytes) -> None:
    stage.served.send(user_id=MIA, chat_id=MIA, kind="photo", data=photo, name="in.jpg")
    offer = await stage.until(lambda: stage.messages() and stage.messages()[-1])
    assert stage.files.taken == [(MediaKind.IMAGE, photo)]
    stage.say("make it night", reply_to=offer["message_id"])
    await stage.shown("Here's your picture.")
    assert stage.files.taken[-1] == (MediaKind.IMAGE, photo)


@pytest.mark.parametrize("where", ["private", "group"])
async def test_bare_command_asks(stage: Stage, where: str) -> None:
    chat = MIA if where == "private" else group(stage)
    stage.say("/image", chat=chat)
    question = await stage.shown("/image …", chat=chat)
    (sent,) = stage.served.requests(method="sendMessage")
    assert json.loads(sent["parameters"]["reply_markup"]) == {"force_reply": True, "selective": True}
    await stage.kill()
    await stage.start()
    stage.say("a red fox", chat=chat, reply_to=question["message_id"])
    await stage.shown("ere's your picture", chat=chat)
    assert (await stage.jobs())[0].request.prompt == "a red fox"


@pytest.mark.parametrize("where", ["private", "group"])
async def test_what_came_with_a_bare_command_outlives_a_kill(stage: Stage, photo: bytes, where: str) -> None:
    chat = MIA if where == "private" else group(stage)
    stage.served.send(user_id=MIA, chat_id=chat, kind="photo", data=photo, name="in.jpg", caption="/edit")
    question = await stage.shown("/edit …", chat=chat)
    await stage.idle()
    for number in (1, 2):  # as often as it is answered
        await stage.kill()
        await stage.start()
        stage.say(f"make it night {number}", chat=chat, reply_to=question["message_id"])
        await stage.shown("ere's your picture", chat=chat, count=number)
    assert stage.files.taken == [(MediaKind.IMAGE, photo)] * 2
    assert [job.request.prompt for job in await stage.jobs()] == ["make it night 2", "make it night 1"]


async def test_what_came_with_a_bare_command_is_forgotten_after_a_day(stage: Stage, photo: bytes) -> None:
    stage.served.send(user_id=MIA, chat_id=MIA, kind="photo", data=photo, name="in.jpg", caption="/edit")
    question = await stage.shown("/edit …")
    await stage.idle()
    await stage.stop()
    stage.house.clock.advance(KEPT.total_seconds() + 1)
    await stage.start()
    stage.say("make it night", reply_to=question["message_id"])
    told = await stage.until(lambda: stage.messages()[1:])
    assert told[0]["text"] == "Name what to change first, like /edit fox.png make it night, with stars, or attach it."
    await stage.idle()
    assert (stage.files.taken, await stage.jobs()) == ([], [])


async def test_reply_to_a_result_is_no_answer_to_a_question(stage: Stage) -> None:
    stage.say("/image a red fox")
    done = await stage.shown("Here's your picture.")
    await stage.idle()
    stage.say("/credits", reply_to=done["message_id"])
    await stage.shown("credits left")
    assert len(await stage.jobs()) == 1


async def test_group_gets_another_id(stage: Stage) -> None:
    old = int(stage.served.group(title="Pixel Club", creator_id=BEN, members=[MIA])["id"])
    stage.house.provider.gate = asyncio.Event()
    stage.say("/image a red fox", chat=old)
    await stage.shown("You're next", chat=old)
    new = stage.served.migrate(chat_id=old)
    new_id = int(new["id"])
    await stage.idle_inbox()
    stage.house.provider.gate.set()
    await stage.shown("here's your picture", chat=new_id)
    (job,) = await stage.jobs()
    assert (job.place.channel, job.place.community) == (str(new_id), str(new_id))


async def test_lines_of_one_person_in_their_order(stage: Stage) -> None:
    for code in ("zh", "en", "zh", "en"):
        stage.say(f"/settings language {code}")
    stage.say("/help")
    await stage.shown("Three things to try")


@pytest.mark.parametrize("where", ["private", "group"])
async def test_reply_to_an_answer_asks_on(stage: Stage, where: str) -> None:
    assert stage.app is not None
    chat = MIA if where == "private" else group(stage)
    on = Button(action="further", subject="K7Q2", label=text("button.further", price=5))
    answer = Reply(lines=(text("done.chat", n=1),), kind="done", job="K7Q2", buttons=(on,))
    place = requests.Place(platform="telegram", channel=str(chat), user=str(MIA))
    shown = await stage.app.platform.post(place, answer, language="en")
    stage.say("and lions?", chat=chat, reply_to=int(str(shown).split(":")[1]))
    await stage.shown("You have no job K7Q2; /jobs lists yours.", chat=chat)


@pytest.mark.usefixtures("shelf")
async def test_question_is_answered_word_by_word(stage: Stage) -> None:
    provider = stage.house.provider
    provider.streams, provider.said = ("They are", "They are **happy**"), asyncio.Event()
    provider.submits = [words("They are **happy**.")]
    stage.say("/ask why do cats purr? --model made-up-chat")
    await stage.until(lambda: stage.texts() == ["They are happy\nWriting …"])
    provider.said.set()
    (job,) = await stage.jobs()
    done = await stage.shown("Here's your answer.")
    assert done["text"].splitlines()[-1].startswith("20 of your own used, ")
    assert [button["callback_data"] for row in done["buttons"] for button in row] == [
        f"again:{job.id}",
        f"further:{job.id}",
    ]
    stage.say("and lions?", reply_to=done["message_id"])
    await stage.shown("Here's your answer.", count=2)
    assert "I asked: why do cats purr?" in provider.sent[-1].body["system"]
