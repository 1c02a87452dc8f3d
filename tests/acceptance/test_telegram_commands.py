"""Every command on Telegram, in private and in a group's topic: what is asked, and what is seen of the answer."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests import media_files
from tests.acceptance import telegram_house
from tests.acceptance.telegram_house import Stage, plain

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOWHERE: dict[str, Any] = {"buttons": [], "asks": None, "reply_to": None, "topic": None}
ASKS = {"placeholder": None, "of": None}
PICTURE = ["Again · 5", "Vary · 5", "Edit · 5", "Animate · 36", "Use as reference · 5"]
CLIP = ["Again · 12", "Edit · 24", "Extend · 48"]

MADE = {  # line → what becomes of it, its words in private, its price and its buttons
    "/image a fox": ("photo", "Here's your picture.", 5, PICTURE),
    "/image@atelier_bot a cat": ("photo", "Here's your picture.", 5, PICTURE),
    "画 一只狐狸": ("photo", "Here's your picture.", 5, PICTURE),
    "/画一只狗": ("photo", "Here's your picture.", 5, PICTURE),
    "/video a fox runs --duration 2": ("video", "Here's your clip.", 12, CLIP),
    "视频 狐狸 --duration 2": ("video", "Here's your clip.", 12, CLIP),
    "/music calm piano --instrumental": ("audio", "Here's your song.", 15, ["Again · 15"]),
    "/speech Hello there": ("audio", "Here it is, read aloud.", 1, ["Again · 1"]),
    "朗读 你好": ("audio", "Here it is, read aloud.", 1, ["Again · 1"]),
}

TOLD = {  # line → the first line of the answer
    "/start": "Three things to try:",
    "/start hello": "Three things to try:",
    "/help": "Three things to try:",
    "hi": "Three things to try:",
    "/help image": "/image: A picture from words, or from words and pictures.",
    "/models image": "For pictures (--model):",
    "/credits": "10,000 credits left.",
    "积分": "10,000 credits left.",
    "/jobs": "Nothing here yet. Try /image a red fox in snow.",
    "/settings": "Language: English (/settings language zh changes it)",
    "/settings language zh": "语言：中文（修改：/settings language en）",
    "/imge cat": "I don't know /imge; did you mean /image?",
    "show QQQQ": "You have no job QQQQ; /jobs lists yours.",
}

BUTTONS = {line: ["Chart", "Limits", "History"] for line in ("/credits", "积分")}

ASKED = {  # bare line → what it says first, and the reply that completes it
    "/image": ("A picture from words, or from words and pictures.", "a fox by night", "photo"),
    "/video": ("A clip from words, or a picture brought to life.", "--duration 2 a fox by night", "video"),
    "/music": ("A song or a piece of music from a description.", "calm piano", "audio"),
    "/speech": ("Your words, read aloud.", "Good night, fox", "audio"),
    "/talk": ("A picture that speaks your words or your recording.", "Good night, all", "video"),
    "/edit": ("A picture or a clip, changed the way you say.", "make it night", "photo"),
}
WITH_PICTURE = frozenset({"/talk", "/edit"})


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """One bot for all that follows; each test has people of its own."""
    async with telegram_house.opened(tmp_path_factory.mktemp("commands")) as opened:
        await opened.start()
        yield opened
        opened.house.check_log()


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A photo."""
    return media_files.image(tmp_path_factory.mktemp("media") / "a.png", size=(640, 480)).read_bytes()


async def test_every_command_makes_its_result_in_private(stage: Stage) -> None:
    async def made(line: str) -> dict[str, Any]:
        mia = await stage.person()
        asked = await stage.say(mia, line)
        await stage.result(mia, asked)
        (only,) = await stage.messages(mia)
        return plain(only) | {"reply_to": only["reply_to"] == asked}

    seen = await asyncio.gather(*map(made, MADE))
    assert dict(zip(MADE, seen, strict=True)) == {
        line: {
            **NOWHERE,
            "kind": kind,
            "text": f"{words}\n{price} used from your allowance with this bot, {10_000 - price:,} left · … · JOB",
            "buttons": buttons,
            "reply_to": True,
        }
        for line, (kind, words, price, buttons) in MADE.items()
    }


async def test_every_command_makes_its_result_in_a_topic(stage: Stage) -> None:
    mia = await stage.person()
    club = await stage.group(mia, forum=True, bot="administrator")  # it hears what is no command, too
    topic = (await stage.act("topic", chat_id=club, user_id=mia, name="Art"))["id"]

    async def made(line: str) -> dict[str, Any]:
        ben = await stage.person("Ben & <i>Co</i>")
        asked = await stage.say(ben, line, chat=club, topic=topic)

        def ended(found: list[telegram_house.Message]) -> Any:
            return next((m for m in found if m["reply_to"] == asked and telegram_house.receipt(m)), None)

        result = await stage.seen(club, ended)
        assert await stage.messages(ben) == []
        return plain(result) | {"reply_to": result["reply_to"] == asked}

    seen = await asyncio.gather(*map(made, MADE))
    assert dict(zip(MADE, seen, strict=True)) == {
        line: {
            **NOWHERE,
            "kind": kind,
            "text": f"Ben & <i>Co</i>, {words[0].lower()}{words[1:]}\n"
            f"{price} used from your Pixel Club allowance, {10_000 - price:,} left · … · JOB",
            "buttons": buttons,
            "topic": topic,
            "reply_to": True,
        }
        for line, (kind, words, price, buttons) in MADE.items()
    }
    view = (await stage.act("view", chat_id=club))["messages"]
    named = [m["entities"] for m in view if m["from_bot"]]
    assert len(named) == len(MADE), "somebody was answered twice"


async def test_what_is_told_in_private(stage: Stage) -> None:
    async def told(line: str) -> tuple[str, dict[str, Any]]:
        mia = await stage.person()
        answer = plain(await stage.answer(mia, await stage.say(mia, line)))
        return answer.pop("text").splitlines()[0], answer

    seen = await asyncio.gather(*map(told, TOLD))
    assert dict(zip(TOLD, seen, strict=True)) == {
        line: (first, {**NOWHERE, "kind": "text", "buttons": BUTTONS.get(line, [])}) for line, first in TOLD.items()
    }


async def test_what_is_personal_is_not_told_to_a_group(stage: Stage) -> None:
    mia, lines = await stage.person(), ("/help", "/models image", "/credits", "/jobs", "/settings")
    club = await stage.group(mia)
    for line in lines:
        await stage.say(mia, line, chat=club)
    await stage.seen(mia, lambda found: len(found) == len(lines))
    assert await stage.messages(club) == []
    firsts = [m["text"].splitlines()[0] for m in await stage.messages(mia)]
    pooled = {"/credits": "10,000 credits left · Pixel Club allowance 10,000 · pool 100,000 · own 0."}
    assert firsts == [pooled.get(line, TOLD[line]) for line in lines]


async def test_whoever_has_no_private_chat_is_shown_the_way_to_it(stage: Stage) -> None:
    mia = await stage.person()
    await stage.act("create_user", first_name="Shy", id=77)
    club = await stage.group(mia, 77)
    asked = await stage.say(77, "/credits", chat=club)
    answer = await stage.answer(club, asked)
    assert [button["url"] for row in answer["buttons"] for button in row] == ["https://t.me/atelier_bot?start=hello"]
    assert (answer["reply_to"], re.search(r"\d", answer["text"])) == (asked, None)


async def test_others_talk_is_left_alone(stage: Stage) -> None:
    mia = await stage.person()
    club = await stage.group(mia, bot="administrator")
    await stage.say(mia, "/image@other_bot a cat")
    for line in ("/image@other_bot a cat", "image of the week, anyone?", "hello all", "/imge cat", "drawing tonight"):
        await stage.say(mia, line, chat=club)
    await stage.quiet()
    assert (await stage.messages(mia), await stage.messages(club)) == ([], [])


@pytest.mark.parametrize(
    "grouped", [pytest.param(False, id="private", marks=pytest.mark.chaos), pytest.param(True, id="topic")]
)
async def test_bare_commands_ask_and_replies_complete_them_after_a_kill(
    stage: Stage, picture: bytes, grouped: bool
) -> None:
    mia = await stage.person()
    chat, topic = mia, None
    if grouped:
        chat = await stage.group(mia, forum=True)
        topic = (await stage.act("topic", chat_id=chat, user_id=mia, name="Art"))["id"]

    async def asks(line: str) -> tuple[str, int, telegram_house.Message]:
        user = await stage.person("Ben") if grouped else mia
        asked = await stage.say(user, line, chat=chat, topic=topic)
        question = await stage.answer(chat, asked, f"{line} …")
        name = "Ben: " if grouped else ""
        assert plain(question) | {"text": question["text"].splitlines()} == {
            **NOWHERE,
            "kind": "text",
            "text": [question["text"].splitlines()[0], f"{line} …"],
            "asks": ASKS | ({"of": [user]} if grouped else {}),
            "reply_to": asked if grouped else None,
            "topic": topic,
        }
        assert question["text"].startswith(f"{name}{ASKED[line][0]} Try "), question
        return line, user, question

    questions = [await asks(line) for line in ASKED]
    await stage.quiet()
    await stage.restart()
    for line, user, question in questions:
        _, words, kind = ASKED[line]
        where = {"chat": chat, "reply_to": question["message_id"], "topic": topic}
        if line in WITH_PICTURE:
            replied = await stage.send(user, "photo", picture, caption=words, **where)
        else:
            replied = await stage.say(user, words, **where)
        result = await stage.result(chat, replied)
        assert (result["kind"], result["topic"]) == (kind, topic), line
        assert result["reply_to"] == replied
    await stage.quiet()
    assert len(await stage.messages(chat)) == 2 * len(ASKED)


async def test_bare_sentence_is_offered_and_each_offer_started(stage: Stage) -> None:
    mia = await stage.person()
    asked = await stage.say(mia, "a lighthouse <b>in</b> @fog")
    offer = await stage.answer(mia, asked)
    assert plain(offer) == {
        **NOWHERE,
        "kind": "text",
        "text": "What shall I make of it?",
        "buttons": ["Picture · 5", "Clip · 36", "Song · 15", "Read aloud · 1"],
    }
    await stage.quiet()
    await stage.restart()
    kinds = []
    for data in telegram_house.data_of(offer):
        before = (await stage.messages(mia))[-1]["message_id"]
        await stage.act("press", user_id=mia, chat_id=mia, message_id=offer["message_id"], data=data, times=2)
        kinds.append((await stage.result(mia, before))["kind"])
    assert kinds == ["photo", "video", "audio", "audio"]
    await stage.quiet()
    found = await stage.messages(mia)
    assert ([m["kind"] for m in found], plain(found[0])) == (["text", *kinds], plain(offer))
    mine = [job for job in await stage.house.jobs() if job.request.prompt == "a lighthouse <b>in</b> @fog"]
    assert [str(job.request.kind) for job in mine] == ["image", "video", "music", "speech"]


async def test_bare_photo_is_offered_life_and_a_change(stage: Stage, picture: bytes) -> None:
    mia = await stage.person()
    sent = await stage.send(mia, "photo", picture)
    offer = await stage.answer(mia, sent)
    assert plain(offer) == {
        **NOWHERE,
        "kind": "text",
        "text": "Shall I bring it to life?\nTo change it, reply to it with /edit make it night; to let it speak, with "
        "/talk Hello!.\n/edit …",
        "buttons": ["Change it · 5", "Animate · 36", "Let it speak · from 19"],
    }
    replied = await stage.say(mia, "make it blue", reply_to=offer["message_id"])
    assert (await stage.result(mia, replied))["kind"] == "photo"
    await stage.press(mia, offer, "start")
    await stage.quiet()
    assert [m["kind"] for m in await stage.messages(mia)] == ["video", "photo"]  # in the place of the only offer


async def test_menus_are_there_in_both_languages(stage: Stage) -> None:
    english, chinese = await stage.person(), await stage.person(language="zh-hans")
    menus = [await stage.act("menu", user_id=user, chat_id=user) for user in (english, chinese)]
    assert [[one["command"] for one in menu] for menu in menus] == [[one["command"] for one in menus[0]]] * 2
    assert {"image", "video", "music", "speech", "jobs", "credits", "help"} <= {one["command"] for one in menus[0]}
    assert all(re.search("[\u4e00-\u9fff]", one["description"]) for one in menus[1])
