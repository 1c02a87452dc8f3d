"""Direct messages: what somebody writes to the bot alone is heard with all that belongs to it, and answered once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.discord import limits
from bot import requests
from bot.media import MediaKind
from bot.replies import Button, Reply, text
from tests.discord_server import File, gateway
from tests.discord_stage import HELLO, Stage, opened
from tests.fakes import SetClock

FACE = File(name="face.png", data=b"\x89PNG a face", content_type="image/png")
CAT = File(name="cat.png", data=b"\x89PNG a cat", content_type="image/png")
VOICE = File(name="voice-message.ogg", data=b"OggS a voice", content_type="audio/ogg")
NOTES = File(name="notes.pdf", data=b"%PDF", content_type="application/pdf")
ONLY = "Send me words, a picture, a clip or a recording, and I'll show what I can make of it."
OFFER = Reply(lines=(text("offer.picture", edit="/edit", talk="/talk"),), private=True, kind="offer", asks="/edit")
ASK = Reply(lines=(text("ask.edit"),), private=True, kind="ask", asks="edit K7Q2")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """Mia, and a bot at work."""
    async with opened(tmp_path) as stage, stage.working():
        yield stage
        assert await stage.served.refusals("form") == []


async def says(stage: Stage, content: str = "", *files: File, **how: Any) -> int:
    """Mia writes to the bot, and it has answered; her message."""
    before = len(stage.core.shown)
    message = await stage.served.say(
        stage.scene.mia, await stage.served.dm(stage.scene.mia), content, files=list(files), **how
    )
    await stage.until(lambda: len(stage.core.shown) > before)
    return message


async def answers(stage: Stage) -> list[tuple[str, int | None]]:
    """What the bot wrote, and which message it answers."""
    bot = stage.served.world.bot.id
    return [(one.content, one.reference) for one in await stage.direct() if one.author_id == bot]


def heard(stage: Stage) -> list[tuple[str, str, int]]:
    """What the core heard: the way, the words, and how many files."""
    return [(way, one.text, len(one.attachments)) for way, _, one in stage.core.heard]


async def test_words_are_heard_with_who_says_them_and_where(stage: Stage) -> None:
    message = await says(stage, "a red *fox*")
    ((way, _, said),) = stage.core.heard
    direct = str(await stage.served.dm(stage.scene.mia))
    assert (way, said.text, said.key, said.attachments, said.community) == (
        "offer",
        "a red *fox*",
        f"message:{message}",
        (),
        None,
    )
    assert said.person == requests.Person(
        platform="discord", user=str(stage.scene.mia), name="Mia", language=None, handle="mia"
    )
    assert said.place == requests.Place(
        platform="discord", channel=direct, message=str(message), user=str(stage.scene.mia)
    )
    assert await answers(stage) == [("Here's your picture.", message)]
    assert stage.core.shown == [f"{direct}:{(await stage.direct())[-1].id}"]


@pytest.mark.parametrize(("words", "language"), [("雪地里的狐狸", "zh-CN"), ("雪の狐", None), ("a fox", None)])
async def test_the_language_is_guessed_by_the_script(stage: Stage, words: str, language: str | None) -> None:
    await says(stage, words)
    assert stage.core.heard[0][2].person.language == language


async def test_files_are_heard_with_the_words_beside_them(stage: Stage) -> None:
    await says(stage, "make it night", FACE, NOTES, VOICE)
    ((_, _, said),) = stage.core.heard
    assert [(given.kind, given.name) for given in said.attachments] == [
        (MediaKind.IMAGE, "face.png"),
        (MediaKind.AUDIO, "voice-message.ogg"),
    ]
    assert stage.core.files == [FACE.data, VOICE.data]
    await stage.until(lambda: list((stage.root / "scratch").iterdir()) == [])


async def test_a_message_that_comes_twice_is_answered_once(stage: Stage) -> None:
    await says(stage, "a red fox")
    events = [one for session in stage.served.world.gateway.sessions.values() for one in session.sent]
    (event,) = (one for one in events if one["t"] == "MESSAGE_CREATE" and one["d"]["content"] == "a red fox")
    await again(stage, event["d"])
    assert len(heard(stage)) == len(await answers(stage)) == 1
    await stage.restart()
    await again(stage, event["d"])
    await stage.until(lambda: len(stage.core.shown) == 2)
    assert len(await answers(stage)) == 1  # the core knows its key, and Discord the answer's


async def again(stage: Stage, event: dict[str, Any]) -> None:
    """Discord sends an event once more, and whatever comes of it has begun."""
    await stage.served.world.gateway.dispatch("MESSAGE_CREATE", event, intents=gateway.DIRECT_MESSAGES)
    await stage.shown(await stage.slash("help", {}))
    del stage.core.heard[-1], stage.core.shown[-1]


async def test_only_people_are_heard_and_only_in_direct_messages(stage: Stage) -> None:
    served = stage.served
    direct = await served.dm(stage.scene.mia)
    await served.say(stage.scene.mia, stage.scene.channel, "a red fox")
    await served.say(stage.scene.mia, stage.scene.channel, f"<@{served.world.bot.id}> a red fox")
    other = await served.user("Robot")
    served.world.user(other).bot = True
    await served.say(other, direct, "beep")
    message = served.world.messages[await served.say(stage.scene.mia, direct, "a fox")]
    await stage.until(lambda: len(stage.core.heard) == 1)
    event = {"id": "1", "channel_id": str(direct), "author": served.world.user(stage.scene.mia).json()}
    rest = {"content": "a fox", "timestamp": message.created.isoformat(), "edited_timestamp": None, "tts": False}
    empty: dict[str, Any] = {"attachments": [], "embeds": [], "mentions": [], "mention_roles": [], "pinned": False}
    body = event | rest | empty | {"mention_everyone": False, "type": 0, "channel_type": 1}
    for change in ({"webhook_id": "5"}, {"type": 6}, {"guild_id": str(stage.scene.guild)}):
        await served.world.gateway.dispatch("MESSAGE_CREATE", body | change, intents=gateway.DIRECT_MESSAGES)
    await says(stage, "a hare")
    assert [words for _, words, _ in heard(stage)] == ["a fox", "a hare"]


async def test_what_is_too_long_for_a_message_comes_as_a_file_and_is_read(stage: Stage) -> None:
    long = "a fox 狐 " * 750
    await says(stage, "", File(name="message.txt", data=long.encode(), content_type="text/plain; charset=utf-8"))
    await says(stage, "hm", File(name="message.txt", data=b"a" * limits.PASTED_BYTES, content_type="text/plain"))
    assert [said.text for _, _, said in stage.core.heard] == [long, "hm\n" + "a" * limits.PASTED_BYTES]


@pytest.mark.parametrize(
    "file",
    [
        NOTES,
        File(name="message.txt", data=b"a" * (limits.PASTED_BYTES + 1), content_type="text/plain"),
        File(name="notes.txt", data=b"a fox", content_type="text/plain"),
    ],
)
async def test_what_nothing_can_be_made_of_is_answered_all_the_same(stage: Stage, file: File) -> None:
    direct = await stage.served.dm(stage.scene.mia)
    message = await stage.served.say(stage.scene.mia, direct, files=[file])
    (_, answer) = await stage.served.wait_messages(direct, 2)
    assert (answer.content, answer.reference, stage.core.heard) == (ONLY, message, [])


async def test_a_forwarded_message_counts_as_if_it_was_sent(stage: Stage) -> None:
    direct = await stage.served.dm(stage.scene.mia)
    message = await stage.served.say(stage.scene.mia, stage.scene.channel, "a cat", files=[CAT])
    (seen,) = await stage.served.messages(stage.scene.channel)
    (file,) = seen.files
    said = stage.served.world.messages[message]
    picture = {"id": "7", "filename": "cat.png", "size": file.size_bytes, "url": file.url, "proxy_url": file.url}
    snapshot = {"type": 0, "content": "a cat", "embeds": [], "mentions": [], "flags": 0, "edited_timestamp": None}
    inner = snapshot | {"timestamp": said.created.isoformat(), "attachments": [picture | {"content_type": "image/png"}]}
    reference = {"type": 1, "message_id": str(message), "channel_id": str(stage.scene.channel)}
    event = {"id": "8", "channel_id": str(direct), "author": stage.served.world.user(stage.scene.mia).json()}
    rest = {"content": "", "attachments": [], "embeds": [], "mentions": [], "mention_roles": [], "type": 0}
    more = {"timestamp": said.created.isoformat(), "edited_timestamp": None, "tts": False, "pinned": False}
    body = event | rest | more | {"mention_everyone": False, "message_snapshots": [{"message": inner}]}
    await stage.served.world.gateway.dispatch(
        "MESSAGE_CREATE", body | {"message_reference": reference}, intents=gateway.DIRECT_MESSAGES
    )
    await stage.until(lambda: stage.core.heard)
    assert (heard(stage), stage.core.files) == ([("offer", "a cat", 1)], [CAT.data])


# --- replies, and words that follow


async def test_a_reply_to_a_picture_is_about_it(stage: Stage) -> None:
    picture = await says(stage, "", FACE)
    offer = (await stage.direct())[-1].id
    await says(stage, "hm")
    await says(stage, "make it night", reply_to=picture)
    await says(stage, "make it day", reply_to=offer)
    await says(stage, "make it a cat", CAT, reply_to=picture)
    assert heard(stage)[2:] == [
        ("offer", "make it night", 1),
        ("offer", "make it day", 1),
        ("offer", "make it a cat", 1),
    ]
    assert stage.core.files == [FACE.data, FACE.data, FACE.data, CAT.data]


async def test_a_reply_to_what_is_gone_stands_for_itself(stage: Stage) -> None:
    picture = await says(stage, "", FACE)
    offer = (await stage.direct())[-1].id
    await stage.served.delete_message(picture)
    await says(stage, "hm")
    await says(stage, "make it day", reply_to=offer)
    assert heard(stage)[-1] == ("offer", "make it day", 0)


async def test_words_after_a_bare_picture_are_about_it_once(stage: Stage) -> None:
    stage.core.reply = OFFER
    await says(stage, "", FACE)
    line = "Write how it should change or what it should say, and I'll show what that costs."
    assert [words for words, _ in await answers(stage)] == [line]
    for words in ("make it night", "a red fox"):
        await says(stage, words)
    assert heard(stage) == [("offer", "", 1), ("offer", "make it night", 1), ("offer", "a red fox", 0)]


async def test_words_after_a_question_complete_its_line(stage: Stage) -> None:
    stage.core.reply = ASK
    await says(stage, "edit K7Q2")
    await says(stage, "make it night", CAT)
    await says(stage, "/help")
    question = (await stage.direct())[-1].id
    await says(stage, "make it day", reply_to=question)
    stage.core.reply = HELLO
    first = (await stage.direct())[1].id
    await says(stage, "make it dusk", reply_to=first)  # answered already
    assert heard(stage) == [
        ("offer", "edit K7Q2", 0),
        ("", "edit K7Q2 make it night", 1),
        ("offer", "/help", 0),
        ("", "edit K7Q2 make it day", 0),
        ("offer", "make it dusk", 0),
    ]


async def test_a_question_waits_a_quarter_of_an_hour(stage: Stage) -> None:
    clock = SetClock()
    await stage.stop()
    stage.app = stage.new_app(stage.core, stage.core, clock=clock)
    await stage.start()
    stage.core.reply = ASK
    await says(stage, "edit K7Q2")
    clock.advance(limits.QUESTION_LIFE.total_seconds() + 1)
    await says(stage, "make it night")
    assert heard(stage)[1] == ("offer", "make it night", 0)


# --- answering


async def test_messages_are_answered_in_their_order(stage: Stage) -> None:
    stage.core.gate = asyncio.Event()
    direct = await stage.served.dm(stage.scene.mia)
    first = await stage.served.say(stage.scene.mia, direct, "one", files=[FACE])
    second = await stage.served.say(stage.scene.mia, direct, "two")
    await stage.until(lambda: stage.core.heard)
    stage.core.gate.set()
    await stage.until(lambda: len(stage.core.shown) == 2)
    assert [reference for _, reference in await answers(stage)] == [first, second]


async def test_an_answer_that_got_lost_is_not_given_again(stage: Stage) -> None:
    await stage.served.fault("lost", method="POST", path="/channels/*/messages")
    stage.core.reply = replace(HELLO, buttons=(Button(action="start", subject="D00001", label=text("button.show")),))
    await says(stage, "a red fox")
    assert [(one.content, len(one.buttons)) for one in (await stage.direct())[1:]] == [("Here's your picture.", 1)]


async def test_who_can_t_be_answered_is_no_trouble(stage: Stage) -> None:
    direct = await stage.served.dm(stage.scene.mia)
    await stage.served.fault("status", method="POST", path="/channels/*/messages", status=403, code=50007, times=2)
    await stage.served.say(stage.scene.mia, direct, "a red fox")
    await stage.served.say(stage.scene.mia, direct, files=[NOTES])
    await stage.until(lambda: stage.core.refused)
    await says(stage, "a hare")
    assert len(await answers(stage)) == 1


async def test_who_writes_when_the_bot_stops_is_told_so(stage: Stage) -> None:
    await stage.app.hush()
    direct = await stage.served.dm(stage.scene.mia)
    await stage.served.say(stage.scene.mia, direct, "一只狐狸")
    (_, answer) = await stage.served.wait_messages(direct, 2)
    assert (answer.content[:2], stage.core.heard) == ("我马", [])


async def test_a_reply_to_an_answer_asks_on(stage: Stage) -> None:
    again = Button(action="again", subject="K7Q2", label=text("button.again", price=5))
    on = Button(action="further", subject="K7Q2", label=text("button.further", price=5))
    stage.core.reply = replace(HELLO, kind="done", buttons=(again, on))
    await says(stage, "why do cats purr?")
    answer = (await stage.direct())[-1].id
    await says(stage, "and lions?", reply_to=answer)
    await says(stage, "/credits", reply_to=answer)
    assert heard(stage)[1:] == [("", "further K7Q2 and lions?", 0), ("offer", "/credits", 0)]
