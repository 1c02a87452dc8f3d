"""Results on Telegram: every medium in and out, every button, and words of every kind."""

import asyncio
import contextlib
import re
import sqlite3
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
import pytest_asyncio

from tests import media_files
from tests.acceptance import telegram_house
from tests.acceptance.telegram_house import Message, Stage, plain

pytestmark = pytest.mark.asyncio(loop_scope="module")

T = TypeVar("T")

GPT = "--model gpt-image-2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What members send."""

    photo: bytes
    large: bytes  # 4096 × 4096
    clip: bytes
    song: bytes
    voice: bytes


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """One of each."""
    folder = tmp_path_factory.mktemp("media")
    return Files(
        photo=media_files.image(folder / "a.png", size=(640, 480)).read_bytes(),
        large=media_files.image(folder / "b.png", size=(4096, 4096)).read_bytes(),
        clip=media_files.video(folder / "a.mp4", size=(320, 240), seconds=2).read_bytes(),
        song=media_files.audio(folder / "a.mp3", seconds=2).read_bytes(),
        voice=media_files.audio(folder / "a.ogg", seconds=2).read_bytes(),
    )


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for all that follows; each test has people of its own."""
    async with telegram_house.opened(tmp_path_factory.mktemp("results")) as opened:
        await opened.start()
        yield opened
        await opened.quiet()
        async with opened.house.reading() as rows:
            assert list(await rows.ledger.faults()) == []
        opened.house.check_log()


async def _all(*made: Awaitable[T]) -> list[T]:
    return list(await asyncio.gather(*made))


# --- media on their way in


async def test_every_medium_with_a_caption(stage: Stage, files: Files) -> None:
    async def made(kind: str, data: bytes, name: str, mime: str, caption: str) -> tuple[str, str]:
        mia = await stage.person()
        sent = await stage.send(mia, kind, data, name=name, mime=mime, caption=caption)
        result = await stage.result(mia, sent)
        return result["kind"], result["text"].splitlines()[0]

    seen = await _all(
        made("photo", files.photo, "a.png", "image/png", "/edit make it green"),
        made("document", files.photo, "a.png", "image/png", "/image like this one"),
        made("document", files.large, "b.png", "image/png", "/edit smaller"),
        made("photo", files.photo, "a.png", "image/png", "/video it moves --duration 2"),
        made("video", files.clip, "a.mp4", "video/mp4", "/edit make it rain"),
        made("photo", files.photo, "a.png", "image/png", '/talk "Good morning to all of you"'),
    )
    assert seen == [
        ("photo", "Here's your picture."),
        ("photo", "Here's your picture."),
        ("photo", "Here's your picture."),
        ("video", "Here's your clip."),
        ("video", "Here's your clip."),
        ("video", "Here's your talking picture."),
    ]


async def test_every_medium_in_a_message_that_is_replied_to(stage: Stage, files: Files) -> None:
    mia = await stage.person()
    photo = await stage.send(mia, "photo", files.photo)
    voice = await stage.send(mia, "voice", files.voice, name="a.ogg", mime="audio/ogg")
    song = await stage.send(mia, "audio", files.song, name="a.mp3", mime="audio/mpeg")
    clip = await stage.send(mia, "video", files.clip, name="a.mp4", mime="video/mp4")
    kinds = []
    for said in (
        stage.say(mia, "/edit make it green", reply_to=photo),
        stage.send(mia, "photo", files.photo, caption="/talk", reply_to=voice),
        stage.send(mia, "photo", files.photo, caption="/talk", reply_to=song),
        stage.say(mia, "/edit make it rain", reply_to=clip),
    ):
        kinds.append((await stage.result(mia, await said))["kind"])
    assert kinds == ["photo", "video", "video", "video"]


async def test_album_is_one_request(stage: Stage, files: Files) -> None:
    mia = await stage.person()
    items = [{"kind": "photo", "data": files.photo, "caption": "/image mix these" * (n == 0)} for n in range(3)]
    sent = await stage.act("album", user_id=mia, chat_id=mia, items=items)
    assert (await stage.result(mia, sent[-1]["message_id"]))["kind"] == "photo"
    await stage.quiet()
    assert len(await stage.messages(mia)) == 1
    job = await stage.house.job("mix these")
    assert job is not None
    assert [len(refs) for refs in job.request.media.values()] == [3]


async def test_files_that_are_no_good(stage: Stage, files: Files) -> None:
    async def told(**sent: Any) -> str:
        mia = await stage.person()
        number = await stage.send(mia, "document", caption="/edit make it blue", **sent)
        return str((await stage.answer(mia, number))["text"])

    assert await _all(
        told(data=b"hello", name="notes.txt", mime="text/plain"),
        told(data=b"hello", name="portrait.png", mime="image/png"),
        told(data=files.photo, name="huge.png", mime="image/png", claimed_bytes=30_000_000),
    ) == [
        "“notes.txt” isn't a picture, and that is what is needed here.",
        "“portrait.png” isn't a picture, and that is what is needed here.",
        "“huge.png” is out of my reach: here, bots are handed files of up to 20 MB only; give a link to it instead.",
    ]


# --- media on their way out


async def test_every_form_of_result(stage: Stage) -> None:
    async def made(line: str) -> list[tuple[str, str, str]]:
        mia = await stage.person()
        await stage.say(mia, line)
        await stage.result(mia, 0)
        found: list[Message] = await stage.seen(mia, lambda all_: all_ if any(m["media"] for m in all_) else None)
        clip = [m["media"] for m in found if m["kind"] == "video"]
        assert [(m["width"], m["height"], m["duration"]) for m in clip] in ([], [(848, 480, 2)], [(854, 480, 2)])
        return telegram_house.files(found)

    seen = await _all(
        made("/image small --model NanoBanana2-1K"),
        made("/image largest --model NanoBananaPro-8K"),
        made("/video short --model grok-imagine --duration 2 --resolution 480p --ratio 16:9"),
        made("/music calm --instrumental"),
        made(f"/image several --count 4 {GPT}"),
    )
    assert seen == [
        [("photo", "image/png", ".png")],
        [("document", "image/png", ".png")],  # more than ten megabytes, or ten thousand pixels
        [("video", "video/mp4", ".mp4")],
        [("audio", "audio/mpeg", ".mp3")],
        [("photo", "image/png", ".png")] * 4,
    ]


async def test_album_has_its_receipt_and_its_buttons_beside_it(stage: Stage) -> None:
    mia = await stage.person()
    await stage.say(mia, f"/image three of them --count 3 {GPT}")
    await stage.result(mia, 0)
    await stage.quiet()
    beside, *album = await stage.messages(mia)
    assert (plain(beside)["text"], telegram_house.labels(beside)) == (
        "12 used from your allowance with this bot, 9,988 left · … · JOB",
        ["Again · 12", "Vary · 4", "Edit · 4", "Animate · 36", "Use as reference · 4"],
    )
    assert [plain(m)["text"] for m in album] == ["Here are your 3 pictures.", "", ""]
    assert len({m["media_group_id"] for m in album}) == 1


# --- buttons


@pytest.mark.parametrize(
    "grouped", [pytest.param(False, id="private", marks=pytest.mark.chaos), pytest.param(True, id="topic")]
)
async def test_every_button_of_a_picture_after_a_kill(stage: Stage, grouped: bool) -> None:
    mia, topic, chat = await stage.person(), None, None
    if grouped:
        chat = await stage.group(mia, forum=True)
        topic = (await stage.act("topic", chat_id=chat, user_id=mia, name="Art"))["id"]
    asked = await stage.say(mia, f"/image a buttoned fox {grouped}", chat=chat, topic=topic)
    chat = chat or mia
    picture = await stage.result(chat, asked)
    job = telegram_house.receipt(picture)
    await stage.quiet()
    await stage.restart()
    made, asks = [], []
    for action in ("again", "vary"):
        before = (await stage.messages(chat))[-1]["message_id"]
        await stage.press(mia, picture, action, chat=chat)
        made.append(await stage.result(chat, before))
        await stage.quiet()
    for action in ("edit", "animate", "reference"):
        before = (await stage.messages(chat))[-1]["message_id"]
        await stage.press(mia, picture, action, chat=chat)
        question = await stage.answer(chat, before, f"{action} {job} …")
        asks.append(question["asks"]["of"])
        replied = await stage.say(mia, "at night", chat=chat, topic=topic, reply_to=question["message_id"])
        made.append(await stage.result(chat, replied))
        await stage.quiet()
    assert [m["kind"] for m in made] == ["photo", "photo", "photo", "video", "photo"]
    assert {m["topic"] for m in made} == {topic}
    assert all(of is None or mia in of for of in asks)
    assert all(m["reply_to"] is not None for m in made)


async def test_questions_are_started_and_dismissed_after_a_kill(stage: Stage) -> None:
    mia = await stage.person()
    await stage.say(mia, "/settings ask 10")
    line = "/video a question --model grok-imagine --duration 4 --resolution 480p"
    await stage.say(mia, line)
    question = await stage.answer(mia, 0, "costs 16 credits")
    assert telegram_house.labels(question) == ["Start · 16", "Only 2 s · 8", "No thanks"]
    second = await stage.answer(mia, await stage.say(mia, line))
    await stage.quiet()
    await stage.restart()
    await stage.press(mia, question, "dismiss")
    await stage.seen(mia, lambda found: any(m["text"] == "All right, nothing was started or charged." for m in found))
    await stage.press(mia, second, "start", times=2)
    await stage.result(mia, 0)
    await stage.quiet()
    found = {m["message_id"]: m for m in await stage.messages(mia)}
    assert found[question["message_id"]]["buttons"] == []
    assert found[second["message_id"]]["kind"] == "video"
    assert [m["kind"] for m in found.values()].count("video") == 1


async def test_button_of_an_erased_job(stage: Stage) -> None:
    """Whoever taps a button whose job is nowhere to be found is told so."""
    mia = await stage.person()
    begun = await stage.result(mia, await stage.say(mia, "/image erased"))
    job = telegram_house.receipt(begun)
    await stage.quiet()
    _rename(stage.house.database, job, "ZZZZ")
    told = await stage.told(await stage.press(mia, begun, "again"))
    _rename(stage.house.database, "ZZZZ", job)
    assert (told["text"], told["alert"]) == (f"You have no job {job}; /jobs lists yours.", True)
    assert len(await stage.messages(mia)) == 1


def _rename(database: Path, job: str | None, to: str | None) -> None:
    """Under another id it can't be found, as in a database restored from before it."""
    with contextlib.closing(sqlite3.connect(database)) as rows:
        rows.execute("UPDATE jobs SET id = ? WHERE id = ?", (to, job))  # sqlite3 leaves foreign keys unchecked
        rows.commit()


async def test_cancel_show_and_receipt(stage: Stage) -> None:
    mia = await stage.person()
    begun = await stage.answer(mia, await stage.say(mia, "/image [sim:slow] a slow fox"))
    provider = stage.house.provider
    assert provider is not None
    await stage.house.until(lambda: "[sim:slow] a slow fox" in provider.prompts())
    await stage.press(mia, begun, "cancel")
    hidden = await stage.seen(mia, lambda found: next((m for m in found if "stop showing it" in m["text"]), None))
    assert (hidden["message_id"], hidden["buttons"]) == (begun["message_id"], [])
    await stage.quiet()
    job = await stage.house.job("[sim:slow] a slow fox")
    assert job is not None
    assert [m["kind"] for m in await stage.messages(mia)] == ["text"]
    asked = await stage.say(mia, f"show {job.id}")
    shown = (await stage.seen(mia, lambda found: [m for m in found if m["media"]], after=asked))[0]
    assert shown["text"] == (
        f"{job.id} · picture · NanoBanana2-1K · done\n“[sim:slow] a slow fox”\n"
        f"5 used from your allowance with this bot, 9,995 left · {job.id}"
    )
    assert "Receipt" in telegram_house.labels(shown)
    await stage.press(mia, shown, "receipt")
    receipt = await stage.answer(mia, shown["message_id"])
    assert receipt["text"] == f"5 used from your allowance with this bot, 9,995 left · {job.id}"


async def test_others_buttons(stage: Stage) -> None:
    """In a group, Ben may go on from Mia's picture at his own cost, but may not cancel her job."""
    mia, ben = await stage.person(), await stage.person("Ben")
    club = await stage.group(mia, ben)
    picture = await stage.result(club, await stage.say(mia, "/image Mia's fox", chat=club))
    await stage.press(ben, picture, "vary", chat=club)
    varied = await stage.result(club, picture["message_id"])
    assert varied["text"].startswith("Ben, here's your picture.\n5 used from your Pixel Club allowance, 9,995 left")
    begun = await stage.answer(club, await stage.say(mia, "/image [sim:slow] Mia's slow fox", chat=club))
    told = await stage.told(await stage.press(ben, begun, "cancel", chat=club))
    assert (told["alert"], bool(told["text"])) == (True, True)
    await stage.quiet()
    seen = [m for m in await stage.messages(club) if m["message_id"] == begun["message_id"]]
    assert seen[0]["kind"] == "photo"


# --- words


WORDS = {
    "markup": "<b>bold</b> & *stars* _lines_ `code` [a](http://x.y) </i> <script>",
    "mentions": "@everyone @atelier_bot #tag /help tg://user?id=1",
    "astral": "𝕏😀🏳️‍🌈" * 200,
    "long": "fox " * 990,
    "right to left": "ثعلب \u202e reversed \u2066 isolated",
    "control": "tab\tnull-ish \u0001 and\u2028separator",
}


@pytest.mark.parametrize("name", WORDS)
async def test_words_of_every_kind(stage: Stage, name: str) -> None:
    """The prompt reaches the provider as it was written, and lists and cards show it within their limits."""
    mia, words = await stage.person("<Mia> & *co*"), WORDS[name].strip()
    club = await stage.group(mia)
    result = await stage.result(club, await stage.say(mia, f"/image {words}", chat=club))
    assert result["text"].startswith("<Mia> & *co*, here's your picture.\n5 used")
    job = await stage.house.job(words)
    assert job is not None
    assert stage.house.provider is not None
    assert words in stage.house.provider.prompts()
    asked = await stage.say(mia, "/jobs")
    await stage.answer(mia, asked, job.id)
    asked = await stage.say(mia, f"show {job.id}")
    shown = (await stage.seen(mia, lambda found: [m for m in found if m["media"]], after=asked))[0]
    quoted = re.search("“(.*?)(…?)”", shown["text"], re.DOTALL)
    assert quoted is not None
    assert " ".join(words.split()).startswith(" ".join(quoted[1].split()))
    marked = {entity["type"] for entity in shown["entities"]}
    assert marked <= {"code"}, "other people's words are neither markup, nor do they notify or lead anywhere"


async def test_prompt_beyond_the_models_limit_and_of_two_messages(stage: Stage) -> None:
    """Telegram cuts 6,000 characters into two messages: the first is the command, the second is offered."""
    mia = await stage.person()
    words = "fox " * 1500
    first = await stage.say(mia, f"/music {words[:4080]}")
    answer = await stage.answer(mia, first)
    assert answer["text"].endswith("has the wrong length; it takes 2,000 characters at most.")
    offer = await stage.answer(mia, await stage.say(mia, words[4080:]))
    assert offer["text"] == "What shall I make of it?"


@pytest.mark.parametrize(
    ("code", "word"), [("xx-unknown", "credits left"), (None, "credits left"), ("zh-hant", "积分")]
)
async def test_language_codes(stage: Stage, code: str | None, word: str) -> None:
    mia = await stage.person(language=code)
    assert word in (await stage.answer(mia, await stage.say(mia, "/credits")))["text"]


async def test_button_of_a_message_that_is_gone(stage: Stage) -> None:
    """A person's screen may still show it: the tap works, and its answer is a new message."""
    mia = await stage.person()
    begun = await stage.result(mia, await stage.say(mia, "/image forgotten"))
    job = telegram_house.receipt(begun)
    await stage.quiet()
    await stage.act("delete", chat_id=mia, message_id=begun["message_id"])
    await stage.press(mia, begun, "again")
    again = await stage.result(mia, begun["message_id"])
    assert again["kind"] == "photo"
    assert telegram_house.receipt(again) != job
