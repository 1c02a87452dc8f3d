"""Replies on Telegram: media in every form, albums, limits, the ladder of places, and edits."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog.testing

from adapters.telegram.outbound import Outbound
from bot import errors, requests
from bot.commands.texts import Code
from bot.media import MediaKind
from bot.replies import Attachment, Button, Prose, Quoted, Reply, text
from tests import factories, media_files, telegram_stage
from tests.engine_house import House, house
from tests.telegram_stage import BEN, MIA, Stage

__all__ = ["house"]

RECEIPT = text("receipt.line", used=text("used.own", used=5), left=15, took="38 s", job=Code("K7Q2"))
AGAIN = Button(action="again", subject="K7Q2", label=text("button.again", price=5))
DONE = Reply(lines=(text("done.image", n=1), RECEIPT), kind="done", job="K7Q2", buttons=(AGAIN,))
RUNNING = Reply(lines=(text("running.plain", doing=text("doing.image")),), kind="running", job="K7Q2")


@pytest.fixture
async def stage(house: House, tmp_path: Path) -> AsyncIterator[Stage]:
    async with telegram_stage.opened(house, tmp_path) as opened:
        await opened.start()
        yield opened


@pytest.fixture
def out(stage: Stage) -> Outbound:
    assert stage.app is not None
    return stage.app.platform


def place(chat: int = MIA, **more: Any) -> requests.Place:
    community = str(chat) if chat < 0 else None
    said = {"platform": "telegram", "channel": str(chat), "community": community, "user": str(MIA)}
    return requests.Place.model_validate({**said, **more})


def group(stage: Stage, **more: Any) -> int:
    return int(stage.served.supergroup(title="Pixel Club", creator_id=BEN, members=[MIA], **more)["id"])


def attachment(stage: Stage, path: Path, kind: MediaKind, mime: str, **facts: Any) -> Attachment:
    """A result lying in the data folder."""
    target = stage.house.files.root / path.name
    if not target.exists():
        target.write_bytes(path.read_bytes())
    size = facts.pop("size_bytes", target.stat().st_size)
    lasts = None if kind is MediaKind.IMAGE else 2.0
    measured: dict[str, Any] = {"kind": kind, "mime": mime, "size_bytes": size, "duration_s": lasts} | facts
    if kind is MediaKind.AUDIO:
        measured |= {"width": None, "height": None}
    return Attachment(path=target.name, name=f"K7Q2{path.suffix}", facts=factories.facts(**measured))


def picture(stage: Stage, tmp_path: Path, name: str = "a.png", size: tuple[int, int] = (320, 200)) -> Attachment:
    path = media_files.image(tmp_path / f"of-{name}", size=size)
    return attachment(stage, path, MediaKind.IMAGE, media_of(path), width=size[0], height=size[1])


def media_of(path: Path) -> str:
    return {".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp", ".gif": "image/gif"}[path.suffix]


async def test_one_file_replaces_the_progress(stage: Stage, out: Outbound, tmp_path: Path) -> None:
    shown = await out.post(place(), RUNNING, language="en")
    assert shown is not None
    done = Reply(**{**_fields(DONE), "media": (picture(stage, tmp_path),)})
    for _ in range(2):  # doing it again changes nothing
        await out.edit(place(), shown, done, language="en")
    (message,) = stage.messages()
    assert (message["kind"], message["text"]) == (
        "photo",
        "Here's your picture.\n5 of your own used, 15 left · 38 s · K7Q2",
    )
    assert message["media"]["name"] == "K7Q2.png"


def _fields(reply: Reply) -> dict[str, Any]:
    return {name: getattr(reply, name) for name in reply.__slots__}


def with_media(*files: Attachment, reply: Reply = DONE) -> Reply:
    return Reply(**{**_fields(reply), "media": files})


@pytest.mark.parametrize(
    ("name", "size", "kind"),
    [
        ("a.png", (320, 200), "photo"),
        ("a.jpg", (320, 200), "photo"),
        ("a.webp", (320, 200), "photo"),
        ("a.png", (2100, 100), "document"),  # 21 to 1
        ("a.png", (2560, 1440), "photo"),
        ("a.png", (2561, 1440), "document"),  # as a photo it would be shrunk
        ("a.png", (1440, 3840), "document"),
    ],
)
async def test_pictures(
    stage: Stage, out: Outbound, tmp_path: Path, name: str, size: tuple[int, int], kind: str
) -> None:
    await out.post(place(), with_media(picture(stage, tmp_path, name, size)), language="en")
    assert [m["kind"] for m in stage.messages()] == [kind]


async def test_heavy_picture_is_a_document(stage: Stage, out: Outbound, tmp_path: Path) -> None:
    path = media_files.image(tmp_path / "heavy.png")
    heavy = attachment(stage, path, MediaKind.IMAGE, "image/png", width=2000, height=2000, size_bytes=10_000_001)
    await out.post(place(), with_media(heavy), language="en")
    assert [m["kind"] for m in stage.messages()] == ["document"]


async def test_films_and_sounds(stage: Stage, out: Outbound, tmp_path: Path) -> None:
    film = attachment(stage, media_files.video(tmp_path / "a.mp4"), MediaKind.VIDEO, "video/mp4", width=64, height=48)
    web = attachment(stage, media_files.video(tmp_path / "a.webm"), MediaKind.VIDEO, "video/webm", width=64, height=48)
    song = attachment(stage, media_files.audio(tmp_path / "a.mp3"), MediaKind.AUDIO, "audio/mpeg")
    wave = attachment(stage, media_files.audio(tmp_path / "a.wav"), MediaKind.AUDIO, "audio/wav")
    for each in (film, web, song, wave):
        await out.post(place(), with_media(each), language="en")
    assert [m["kind"] for m in stage.messages()] == ["video", "document", "audio", "document"]
    seen = stage.messages()[2]["media"]
    assert (seen["title"], seen["performer"]) == ("K7Q2", "Atelier")
    (sent, *_) = stage.served.requests(method="editMessageMedia")
    assert '"supports_streaming": true' in str(sent["parameters"]["media"])


async def test_what_is_shorter_than_a_second_lasts_one(stage: Stage, out: Outbound, tmp_path: Path) -> None:
    blink = attachment(
        stage,
        media_files.video(tmp_path / "a.mp4"),
        MediaKind.VIDEO,
        "video/mp4",
        width=64,
        height=48,
        duration_s=0.4,
    )
    await out.post(place(), with_media(blink), language="en")
    (sent,) = stage.served.requests(method="editMessageMedia")
    assert '"duration": 1' in str(sent["parameters"]["media"])


async def test_a_photo_that_telegram_dislikes(stage: Stage, out: Outbound, tmp_path: Path) -> None:
    stage.served.fault(method="editMessageMedia", status=400, description="Bad Request: PHOTO_INVALID_DIMENSIONS")
    await out.post(place(), with_media(picture(stage, tmp_path)), language="en")
    assert [m["kind"] for m in stage.messages()] == ["document"]


async def test_a_file_that_telegram_refuses(stage: Stage, out: Outbound, tmp_path: Path) -> None:
    stage.served.fault(method="editMessageMedia", status=400, description="Bad Request: whatever")
    with structlog.testing.capture_logs() as logged:
        await out.post(place(), with_media(picture(stage, tmp_path)), language="en")
    assert stage.texts()[0].splitlines()[1].startswith("Telegram doesn't take K7Q2.png")
    assert [entry["event"] for entry in logged] == ["Telegram does not take a file"]


async def test_album(stage: Stage, out: Outbound, tmp_path: Path) -> None:
    chat = group(stage, forum=True)
    topic = stage.served.topic(chat_id=chat, user_id=BEN, name="Foxes")["id"]
    where = place(chat, thread=str(topic))
    shown = await out.post(where, RUNNING, language="en")
    assert shown is not None
    pictures = [picture(stage, tmp_path, f"{n}.png") for n in range(3)]
    for _ in range(2):
        await out.edit(where, shown, with_media(*pictures), language="en")
    receipt, *album = stage.messages(chat)
    assert [m["kind"] for m in album] == ["photo", "photo", "photo"]
    assert {m["topic"] for m in album} == {topic}
    assert [m["text"] for m in album] == ["Here's your picture.", "", ""]
    assert receipt["text"] == "5 of your own used, 15 left · 38 s · K7Q2"
    assert receipt["buttons"][0][0]["callback_data"] == "again:K7Q2"


async def test_twelve_files_are_two_albums(stage: Stage, out: Outbound, tmp_path: Path) -> None:
    pictures = [picture(stage, tmp_path, f"{n}.png") for n in range(12)]
    await out.post(place(), with_media(*pictures), language="en")
    sizes = [len(r["answer"]["result"]) for r in stage.served.requests(method="sendMediaGroup")]
    assert sizes == [10, 2]
    assert stage.texts()[-1] == "5 of your own used, 15 left · 38 s · K7Q2"


async def test_mixed_files(stage: Stage, out: Outbound, tmp_path: Path) -> None:
    song = attachment(stage, media_files.audio(tmp_path / "a.mp3"), MediaKind.AUDIO, "audio/mpeg")
    await out.post(
        place(), with_media(picture(stage, tmp_path), picture(stage, tmp_path, "b.png"), song), language="en"
    )
    assert [m["kind"] for m in stage.messages()] == ["photo", "photo", "audio", "text"]


async def test_too_large(stage: Stage, out: Outbound, tmp_path: Path) -> None:
    film = attachment(stage, media_files.video(tmp_path / "a.mp4"), MediaKind.VIDEO, "video/mp4", size_bytes=60_000_000)
    stage.fitting.link = "https://studio.example/media/abc"
    shown = await out.post(place(), RUNNING, language="en")
    assert shown is not None
    await out.edit(place(), shown, with_media(film), language="en")
    line = "K7Q2.mp4 is too large for this chat; it is here for a while: https://studio.example/media/abc"
    assert stage.texts() == [f"Here's your picture.\n{line}\n5 of your own used, 15 left · 38 s · K7Q2"]
    stage.fitting.link = None
    await out.edit(place(), shown, with_media(film), language="zh")
    assert "PUBLIC_URL" in stage.texts()[0]


async def test_long_caption(stage: Stage, out: Outbound, tmp_path: Path) -> None:
    prompt = text("card.prompt", prompt=Quoted(words="🦊<&>" * 400, limit=3000))
    lines = (text("done.image", n=1), *(text("jobs.hint", show=f"{n} " * 150, again="x") for n in range(5)))
    long = Reply(**{**_fields(DONE), "lines": (*lines, prompt, RECEIPT), "media": (picture(stage, tmp_path),)})
    await out.post(place(), long, language="en")
    shown, rest = stage.messages()
    assert shown["kind"] == "photo"
    assert len(shown["text"].encode("utf-16-le")) // 2 <= 1024
    assert shown["text"].startswith("Here's your picture.")
    assert shown["text"].endswith("5 of your own used, 15 left · 38 s · K7Q2")
    assert rest["reply_to"] == shown["message_id"]
    assert "🦊<&>" in rest["text"]


async def test_long_caption_of_an_album(stage: Stage, out: Outbound, tmp_path: Path) -> None:
    lines = tuple(text("jobs.hint", show=f"<&>{n} 🦊 " * 40, again="x") for n in range(6))
    pictures = (picture(stage, tmp_path), picture(stage, tmp_path, "b.png"))
    long = Reply(**{**_fields(DONE), "lines": (*lines, RECEIPT), "media": pictures})
    shown = await out.post(place(), RUNNING, language="en")
    assert shown is not None
    for _ in range(2):
        await out.edit(place(), shown, long, language="en")
    beside, first, second = stage.texts()
    assert len(first.encode("utf-16-le")) // 2 <= 1024
    said = [line.partition("<&>")[2][:1] for words in (first, beside) for line in words.splitlines()]
    assert said == ["0", "", "5", "1", "2", "3", "4", ""]  # what the caption has no room for is said beside it
    assert (beside.splitlines()[-1], second) == ("5 of your own used, 15 left · 38 s · K7Q2", "")


async def test_long_text(stage: Stage, out: Outbound) -> None:
    lines = tuple(text("card.prompt", prompt=Quoted(words="🦊<b>&amp;" * 100, limit=900)) for _ in range(30))
    await out.post(place(), Reply(lines=(*lines, RECEIPT)), language="en")
    (shown,) = stage.texts()
    assert len(shown.encode("utf-16-le")) // 2 <= 4096
    assert shown.count("🦊<b>&amp;") > 30
    assert shown.endswith("5 of your own used, 15 left · 38 s · K7Q2")


async def test_closed_topic(stage: Stage, out: Outbound) -> None:
    chat = group(stage, forum=True)
    topic = stage.served.topic(chat_id=chat, user_id=BEN, name="Foxes")["id"]
    stage.served.close_topic(chat_id=chat, topic_id=topic)
    assert await out.post(place(chat, thread=str(topic)), DONE, language="en")
    assert [m["topic"] for m in stage.messages(chat)] == [None]


async def test_group_that_threw_the_bot_out(stage: Stage, out: Outbound) -> None:
    chat = group(stage)
    stage.served.kick(chat_id=chat, user_id=BEN)
    shown = await out.post(place(chat, message="1"), DONE, language="en")
    assert shown == f"{MIA}:{stage.messages()[0]['message_id']}"


@pytest.mark.parametrize("files", [1, 2])
async def test_group_that_takes_no_pictures(stage: Stage, out: Outbound, tmp_path: Path, files: int) -> None:
    chat = group(stage)
    shown = await out.post(place(chat), RUNNING, language="en")
    assert shown is not None
    stage.served.mute(chat_id=chat, kinds=["photo"])
    done = with_media(*(picture(stage, tmp_path, f"{n}.png") for n in range(files)))
    await out.edit(place(chat), shown, done, language="en")
    (message,) = stage.messages(chat)
    if files == 1:
        assert (
            "I may not send files here; send me show K7Q2 in our private chat, and they come there." in message["text"]
        )
        assert stage.messages() == []
    else:
        assert message["text"] == "5 of your own used, 15 left · 38 s · K7Q2"
        assert [m["kind"] for m in stage.messages()] == ["photo", "photo"]


async def test_every_way_is_shut(stage: Stage, out: Outbound) -> None:
    chat = group(stage)
    stage.served.kick(chat_id=chat, user_id=BEN)
    stage.served.block(user_id=MIA)
    with pytest.raises(errors.Undelivered) as caught:
        await out.post(place(chat), DONE, language="en")
    assert caught.value.closed


async def test_group_that_moved(stage: Stage, out: Outbound) -> None:
    chat = int(stage.served.group(title="Pixel Club", creator_id=BEN, members=[MIA])["id"])
    await stage.idle()
    stage.served.fault(
        method="sendMessage", status=400, migrate_to_chat_id=group(stage), description="Bad Request: upgraded"
    )
    shown = await out.post(place(chat), DONE, language="en")
    assert shown is not None
    assert shown.startswith("-100")


async def test_told_to_be_patient(stage: Stage, out: Outbound) -> None:
    stage.served.fault(method="sendMessage", status=429, retry_after=1)
    assert await out.post(place(), DONE, language="en")
    stage.served.fault(method="sendMessage", status=429, retry_after=500)
    with pytest.raises(errors.Undelivered) as caught:
        await out.post(place(), DONE, language="en")
    assert (caught.value.closed, round(caught.value.retry_after_s or 0)) == (False, 500)


@pytest.mark.parametrize("after", [False, True])
async def test_an_upload_whose_answer_is_lost(stage: Stage, out: Outbound, tmp_path: Path, after: bool) -> None:
    done = with_media(picture(stage, tmp_path))
    stage.served.fault(method="editMessageMedia", drop=True, after=after, times=3)
    with pytest.raises(errors.Undelivered):
        await out.post(place(), done, language="en")
    await out.post(place(), done, language="en")
    assert [m["kind"] for m in stage.messages()] == ["photo"]


async def test_an_answer_without_a_job_is_tried_again(stage: Stage, out: Outbound) -> None:
    stage.served.fault(method="sendMessage", status=502, html=True)
    await out.post(place(), Reply(lines=(text("question.dismissed"),)), language="en")
    assert stage.texts() == ["All right, nothing was started or charged."]
    stage.served.fault(method="sendMessage", status=502, html=True)
    with pytest.raises(errors.Undelivered):
        await out.post(place(), RUNNING, language="en")
    assert stage.texts() == ["All right, nothing was started or charged."]


async def test_an_album_whose_answer_is_lost(stage: Stage, out: Outbound, tmp_path: Path) -> None:
    done = with_media(picture(stage, tmp_path), picture(stage, tmp_path, "b.png"))
    shown = await out.post(place(), RUNNING, language="en")
    assert shown is not None
    stage.served.fault(method="sendMediaGroup", after=True, drop=True)
    with pytest.raises(errors.Undelivered):
        await out.edit(place(), shown, done, language="en")
    await out.edit(place(), shown, done, language="en")
    assert [m["kind"] for m in stage.messages()] == ["text", "photo", "photo"]
    assert stage.texts()[0].splitlines() == [
        "The line broke while I was sending your files. If they aren't here, tap Show, or send me show K7Q2 in our "
        "private chat.",
        "5 of your own used, 15 left · 38 s · K7Q2",
    ]


async def test_message_that_was_deleted(stage: Stage, out: Outbound) -> None:
    shown = await out.post(place(), RUNNING, language="en")
    assert shown is not None
    stage.served.delete(chat_id=MIA, message_id=int(shown.partition(":")[2]))
    with pytest.raises(errors.Gone):
        await out.edit(place(), shown, DONE, language="en")
    with pytest.raises(errors.Gone):
        await out.edit(place(), "no such thing", DONE, language="en")


async def test_media_that_become_words_again(stage: Stage, out: Outbound, tmp_path: Path) -> None:
    shown = await out.post(place(), with_media(picture(stage, tmp_path)), language="en")
    assert shown is not None
    await out.edit(place(), shown, DONE, language="zh")
    (message,) = stage.messages()
    assert (message["kind"], message["text"]) == ("photo", "画好了。\n用了自己的 5，余 15 · 38 s · K7Q2")


async def test_mention(stage: Stage, out: Outbound) -> None:
    chat = group(stage)
    ping = Reply(lines=(text("ping.done", person="M<i>a", kind=text("kind.image"), job=Code("K7Q2")),), mention=True)
    await out.post(place(chat, message="1"), ping, language="en")
    (message,) = stage.messages(chat)
    assert message["text"].startswith("M<i>a, your picture")
    assert message["entities"][0]["type"] == "text_mention"
    assert message["entities"][0]["user"]["id"] == MIA


async def test_progress_is_paced_and_never_late(stage: Stage, out: Outbound) -> None:
    shown = await out.post(place(), RUNNING, language="en")
    assert shown is not None
    for percent in range(0, 100, 5):
        bar = text("running.bar", doing=text("doing.image"), bar="▰", progress=percent)
        await out.edit(place(), shown, Reply(**{**_fields(RUNNING), "lines": (bar,)}), language="en")
    await stage.shown("95 %")
    assert len(stage.served.requests(method="editMessageText")) <= 3
    await out.edit(place(), shown, RUNNING, language="en")
    await out.edit(place(), shown, DONE, language="en")
    await out.edit(place(), shown, RUNNING, language="en")
    await asyncio.sleep(0.2)  # no condition to wait for: nothing may come
    assert stage.texts() == ["Here's your picture.\n5 of your own used, 15 left · 38 s · K7Q2"]


async def test_private_replies_in_a_group(stage: Stage, out: Outbound) -> None:
    chat = group(stage)
    figures = Reply(lines=(text("question.dismissed"),), private=True)
    await out.answer(place(chat, message="1"), figures, language="en")
    assert (stage.texts(), stage.texts(chat)) == (["All right, nothing was started or charged."], [])
    stage.served.block(user_id=MIA)
    assert await out.answer(place(chat, message="1"), figures, language="en") is None
    (hint,) = stage.messages(chat)
    assert hint["text"].startswith("I have an answer for your eyes only.")
    assert hint["buttons"][0][0]["url"] == "https://t.me/atelier_bot?start=hello"


# --- a model's words


def answer(words: str, *files: Attachment, growing: bool = False) -> Reply:
    lines = (text("running.writing"),) if growing else (text("done.chat", n=1), RECEIPT)
    prose = Prose(words=words, files=files, growing=growing)
    return Reply(lines=lines, prose=prose, kind="running" if growing else "done", job="K7Q2", buttons=(AGAIN,))


async def test_words_grow_in_one_message_and_end_with_their_receipt(stage: Stage, out: Outbound) -> None:
    shown = await out.post(place(), RUNNING, language="en")
    assert shown is not None
    await out.edit(place(), shown, answer("A **fox**", growing=True), language="en")
    await stage.until(lambda: stage.texts() == ["A fox\nWriting …"])
    for _ in range(2):  # doing it again changes nothing
        await out.edit(place(), shown, answer("A **fox** for @ben.\n\n- small"), language="en")
    (message,) = stage.messages()
    assert message["text"] == "Here's your answer.\nA fox for @ben.\n• small\n5 of your own used, 15 left · 38 s · K7Q2"
    assert [(entity["type"], entity["offset"]) for entity in message["entities"][:2]] == [("bold", 22), ("code", 30)]


async def test_a_long_answer_is_several_messages_and_a_longer_one_a_file(
    stage: Stage, out: Outbound, tmp_path: Path
) -> None:
    shown = await out.post(place(), RUNNING, language="en")
    assert shown is not None
    for _ in range(2):
        await out.edit(place(), shown, answer("It runs. " * 700), language="en")
    first, second = stage.messages()
    assert [len(message["text"]) <= 4096 for message in (first, second)] == [True, True]
    assert (first["buttons"], second["buttons"][0][0]["text"]) == ([], "Again · 5")
    assert second["text"].endswith("It runs.\n5 of your own used, 15 left · 38 s · K7Q2")
    path = tmp_path / "whole.txt"
    path.write_text("It runs. " * 5000)
    whole = attachment(stage, path, MediaKind.TEXT, "text/plain", width=None, height=None, duration_s=None)
    shown = await out.post(place(), replace(answer("It runs. " * 5000, whole), job="M2N3"), language="en")
    *_, beginning, file = stage.messages()
    assert beginning["text"].endswith(
        "…\nThat's the beginning; all of it is in K7Q2.txt.\n5 of your own used, 15 left · 38 s · K7Q2"
    )
    assert (file["kind"], file["media"]["name"]) == ("document", "K7Q2.txt")
