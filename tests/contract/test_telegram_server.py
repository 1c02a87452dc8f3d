"""The Telegram server of the tests, met with the real client: good calls of every method the bot uses."""

import functools
import hashlib
import io
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import telegram
from PIL import Image
from telegram import constants, error

from tests import media_files, telegram_server

ANN = 42


@pytest.fixture
async def served() -> AsyncIterator[telegram_server.Served]:
    """A server with Ann's private chat."""
    async with telegram_server.serve() as server:
        server.create_user(first_name="Ann", id=ANN, language_code="zh-hans")
        server.private(user_id=ANN)
        yield server


@pytest.fixture
async def bot(served: telegram_server.Served) -> AsyncIterator[telegram.Bot]:
    """The real client, talking to it."""
    client = telegram.Bot(served.token, base_url=served.base_url, base_file_url=served.base_file_url)
    async with client:
        yield client


def keyboard(*labels: str) -> telegram.InlineKeyboardMarkup:
    """One row of buttons whose data are their labels."""
    row = [telegram.InlineKeyboardButton(label, callback_data=label.lower()) for label in labels]
    return telegram.InlineKeyboardMarkup([row])


def picture(path: Path, size: tuple[int, int] = (1000, 700)) -> bytes:
    return media_files.image(path / "boat.png", size=size).read_bytes()


def clip(path: Path) -> bytes:
    return media_files.video(path / "boat.mp4").read_bytes()


def tune(path: Path, name: str = "tune.mp3") -> bytes:
    return media_files.audio(path / name, seconds=2).read_bytes()


async def fetched(bot: telegram.Bot, **options: Any) -> list[telegram.Update]:
    """The updates that wait, confirmed."""
    found = await bot.get_updates(**options)
    if found:
        await bot.get_updates(offset=found[-1].update_id + 1, timeout=0)
    return list(found)


def last(served: telegram_server.Served, chat_id: int = ANN) -> dict[str, Any]:
    message: dict[str, Any] = served.view(chat_id=chat_id)["messages"][-1]
    return message


async def test_text_arrives_as_it_is_seen(bot: telegram.Bot, served: telegram_server.Served) -> None:
    text = ' <b>A <i>boat</i></b> &lt;1&gt; 🚣 <pre><code class="language-py">x=1</code></pre>'
    sent = await bot.send_message(ANN, text, parse_mode="HTML", reply_markup=keyboard("Again", "Stop"))
    assert sent.text == "A boat <1> 🚣 x=1"
    assert last(served) | {"date": 0} == {
        "message_id": sent.message_id,
        "from_id": served.bot_id,
        "from_bot": True,
        "kind": "text",
        "text": "A boat <1> 🚣 x=1",
        "entities": [
            {"type": "bold", "offset": 0, "length": 6},
            {"type": "italic", "offset": 2, "length": 4},
            {"type": "pre", "offset": 14, "length": 3, "language": "py"},
        ],
        "media": None,
        "buttons": [[{"text": "Again", "callback_data": "again"}, {"text": "Stop", "callback_data": "stop"}]],
        "asks": None,
        "reply_to": None,
        "quote": None,
        "topic": None,
        "media_group_id": None,
        "edits": 0,
        "silent": False,
        "date": 0,
    }


async def test_reply_is_asked_for(bot: telegram.Bot, served: telegram_server.Served) -> None:
    await bot.send_message(ANN, "And?", reply_markup=telegram.ForceReply(selective=True, input_field_placeholder="…"))
    assert last(served)["asks"] == {"placeholder": "…", "of": None}
    with pytest.raises(error.BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("Or?", ANN, last(served)["message_id"])


async def test_reply_is_asked_of_who_is_meant(bot: telegram.Bot, served: telegram_server.Served) -> None:
    cleo = served.create_user(first_name="Cleo")["id"]
    group = served.supergroup(title="Boats", creator_id=ANN, members=[cleo])["id"]
    asked = served.say(user_id=ANN, chat_id=group, text="/image")
    text = f'<a href="tg://user?id={cleo}">Cleo</a>, what?'
    for selective, of in ((True, [ANN, cleo]), (False, None)):
        await bot.send_message(
            group,
            text,
            parse_mode="HTML",
            reply_parameters=telegram.ReplyParameters(asked["message_id"]),
            reply_markup=telegram.ForceReply(selective=selective),
        )
        assert last(served, group)["asks"] == {"placeholder": None, "of": of}


async def test_longest_texts_pass(bot: telegram.Bot, tmp_path: Path) -> None:
    assert (await bot.send_message(ANN, f"<b>{'&lt;' * 4096}</b>", parse_mode="HTML")).text == "<" * 4096
    photo = await bot.send_photo(ANN, picture(tmp_path), caption="😀" * 512)
    assert photo.caption == "😀" * 512


@pytest.mark.parametrize("kind", ["photo", "video", "audio", "voice", "animation", "document"])
async def test_every_kind_of_file(bot: telegram.Bot, served: telegram_server.Served, tmp_path: Path, kind: str) -> None:
    makers: dict[str, Callable[[Path], bytes]] = {"photo": picture, "audio": tune, "voice": tune}
    data = makers.get(kind, clip)(tmp_path)
    sent = await getattr(bot, f"send_{kind}")(ANN, data, caption="A <b>boat</b>", parse_mode="HTML", filename="boat.x")
    seen = last(served)
    assert (seen["kind"], seen["text"], seen["entities"]) == (
        kind,
        "A boat",
        [{"type": "bold", "offset": 2, "length": 4}],
    )
    assert seen["media"]["sha256"] == hashlib.sha256(data).hexdigest()
    assert seen["media"]["size_bytes"] == len(data)
    again = await getattr(bot, f"send_{kind}")(ANN, seen["media"]["file_id"])
    assert again.effective_attachment == sent.effective_attachment
    assert last(served)["media"] == seen["media"]


async def test_photo_comes_in_sizes(bot: telegram.Bot, tmp_path: Path) -> None:
    sent = await bot.send_photo(ANN, picture(tmp_path))
    assert [(size.width, size.height) for size in sent.photo] == [(90, 63), (320, 224), (800, 560), (1000, 700)]
    whole = await (await bot.get_file(sent.photo[-1])).download_as_bytearray()
    with Image.open(io.BytesIO(whole)) as image:
        assert (image.format, image.size) == ("JPEG", (1000, 700))


async def test_what_is_no_video_becomes_a_document(bot: telegram.Bot, tmp_path: Path) -> None:
    assert (await bot.send_video(ANN, tune(tmp_path))).document is not None


async def test_thumbnail(bot: telegram.Bot, served: telegram_server.Served, tmp_path: Path) -> None:
    small = media_files.image(tmp_path / "small.jpg").read_bytes()
    await bot.send_video(ANN, clip(tmp_path), thumbnail=small)
    assert last(served)["kind"] == "video"
    with pytest.raises(error.BadRequest, match=r"^Wrong thumbnail"):
        await bot.send_video(ANN, clip(tmp_path), thumbnail=picture(tmp_path))


async def test_file_is_bound_to_its_kind(bot: telegram.Bot, tmp_path: Path) -> None:
    sent = await bot.send_document(ANN, clip(tmp_path))
    assert sent.document is not None
    with pytest.raises(error.BadRequest, match=r"^Can't use file of type document as photo$"):
        await bot.send_photo(ANN, sent.document.file_id)


async def test_album(bot: telegram.Bot, served: telegram_server.Served, tmp_path: Path) -> None:
    media: list[telegram.InputMediaPhoto | telegram.InputMediaVideo] = [
        telegram.InputMediaPhoto(picture(tmp_path), caption="Two"),
        telegram.InputMediaVideo(clip(tmp_path)),
    ]
    sent = await bot.send_media_group(ANN, media)
    seen = served.view(chat_id=ANN)["messages"]
    assert [one["kind"] for one in seen] == ["photo", "video"]
    assert {one["media_group_id"] for one in seen} == {sent[0].media_group_id}


async def test_edits(bot: telegram.Bot, served: telegram_server.Served, tmp_path: Path) -> None:
    sent = await bot.send_message(ANN, "Queued", reply_markup=keyboard("Stop"))
    await sent.edit_text("Running")
    assert (last(served)["text"], last(served)["buttons"]) == ("Running", [])
    await sent.edit_media(telegram.InputMediaPhoto(picture(tmp_path), caption="Done"))
    await sent.edit_caption("Done!")
    await sent.edit_reply_markup(keyboard("Again"))
    seen = last(served)
    assert (seen["kind"], seen["text"], seen["edits"]) == ("photo", "Done!", 4)
    assert seen["buttons"] == [[{"text": "Again", "callback_data": "again"}]]
    assert await sent.delete()
    assert served.view(chat_id=ANN)["messages"] == []


async def test_deleting_has_its_limits(bot: telegram.Bot, served: telegram_server.Served) -> None:
    old = await bot.send_message(ANN, "Old")
    served.age(chat_id=ANN, message_id=old.message_id, seconds=49 * 3600)
    with pytest.raises(error.BadRequest, match=r"^Message can't be deleted for everyone$"):
        await old.delete()
    group = served.supergroup(title="Club", creator_id=ANN)["id"]
    hers = served.say(user_id=ANN, chat_id=group, text="/image")["message_id"]
    with pytest.raises(error.BadRequest, match=r"^Message can't be deleted$"):
        await bot.delete_message(group, hers)
    served.invite(chat_id=group, user_id=ANN, status="administrator")
    assert await bot.delete_messages(group, [hers, 99])
    assert served.view(chat_id=group)["messages"] == []


async def test_reply_to_what_is_gone(bot: telegram.Bot, served: telegram_server.Served) -> None:
    hers = served.say(user_id=ANN, chat_id=ANN, text="/image")["message_id"]
    kept = await bot.send_message(ANN, "In turn", reply_to_message_id=hers)
    assert (last(served)["reply_to"], kept.reply_to_message and kept.reply_to_message.text) == (hers, "/image")
    served.delete(chat_id=ANN, message_id=hers)
    with pytest.raises(error.BadRequest, match=r"^Message to be replied not found$"):
        await bot.send_message(ANN, "Done", reply_to_message_id=hers)
    await bot.send_message(ANN, "Done", reply_to_message_id=hers, allow_sending_without_reply=True)
    assert (last(served)["text"], last(served)["reply_to"]) == ("Done", None)


async def test_pressed_buttons(bot: telegram.Bot, served: telegram_server.Served) -> None:
    sent = await bot.send_message(ANN, "Start?", reply_markup=keyboard("Yes", "No"))
    press = functools.partial(served.press, user_id=ANN, chat_id=ANN, message_id=sent.message_id, text="Yes")
    first, second = press(times=2)
    updates = await fetched(bot)
    queries = [update.callback_query for update in updates]
    assert [(query.id, query.data) for query in queries if query] == [
        (first["query_id"], "yes"),
        (second["query_id"], "yes"),
    ]
    assert await bot.answer_callback_query(first["query_id"], "Started", show_alert=True)
    assert served.answer(query_id=first["query_id"]) == {"text": "Started", "url": None, "alert": True}
    served.expire(query_id=second["query_id"])
    for gone in (first["query_id"], second["query_id"]):
        with pytest.raises(error.BadRequest, match=r"^Query is too old"):
            await bot.answer_callback_query(gone)
    await bot.delete_message(ANN, sent.message_id)
    press()
    (late,) = await fetched(bot)
    assert late.callback_query is not None
    assert late.callback_query.message is not None
    assert not late.callback_query.message.is_accessible


async def test_people_write(bot: telegram.Bot, served: telegram_server.Served, tmp_path: Path) -> None:
    served.say(user_id=ANN, chat_id=ANN, text="/image@atelier_bot 🚣 a boat https://example.com/a.")
    said = served.send(user_id=ANN, chat_id=ANN, kind="photo", data=picture(tmp_path), caption="/image this")
    served.say(user_id=ANN, chat_id=ANN, text="And this", reply_to=said["message_id"])
    served.edit(chat_id=ANN, message_id=said["message_id"], text="/image that")
    command, photo, reply, edited = await fetched(bot)
    assert command.message is not None
    assert command.message.from_user is not None
    assert command.message.from_user.language_code == "zh-hans"
    assert command.message.parse_entities() == {
        command.message.entities[0]: "/image@atelier_bot",
        command.message.entities[1]: "https://example.com/a",
    }
    assert photo.message is not None
    assert photo.message.parse_caption_entities(["bot_command"]) == {photo.message.caption_entities[0]: "/image"}
    assert reply.message is not None
    assert reply.message.reply_to_message == photo.message
    assert edited.edited_message is not None
    assert edited.edited_message.caption == "/image that"


async def test_album_of_a_person(bot: telegram.Bot, served: telegram_server.Served, tmp_path: Path) -> None:
    items = [{"kind": "photo", "data": picture(tmp_path), "caption": "/video both"}]
    items += [{"kind": "video", "data": clip(tmp_path), "name": "boat.mp4", "mime": "video/mp4"}]
    served.album(user_id=ANN, chat_id=ANN, items=items)
    updates = await fetched(bot)
    messages = [update.message for update in updates if update.message]
    assert len({message.media_group_id for message in messages}) == 1
    assert messages[0].photo
    assert messages[1].video is not None
    assert (messages[1].video.mime_type, messages[1].video.width, messages[1].video.height) == ("video/mp4", 64, 48)
    assert await (await bot.get_file(messages[1].video)).download_as_bytearray() == clip(tmp_path)


async def test_file_that_is_too_big(bot: telegram.Bot, served: telegram_server.Served, tmp_path: Path) -> None:
    served.send(user_id=ANN, chat_id=ANN, kind="video", data=clip(tmp_path), claimed_bytes=21 * 1024 * 1024)
    (update,) = await fetched(bot)
    assert update.message is not None
    assert update.message.video is not None
    with pytest.raises(error.BadRequest, match=r"^File is too big$"):
        await bot.get_file(update.message.video)


async def test_bot_in_a_group_sees_what_is_meant_for_it(bot: telegram.Bot, served: telegram_server.Served) -> None:
    group = served.supergroup(title="Club", creator_id=ANN)["id"]
    own = await bot.send_message(group, "Hello")
    for text in ("chatter", "/image a boat", "/image@other_bot a boat", "hey @atelier_bot"):
        served.say(user_id=ANN, chat_id=group, text=text)
    served.say(user_id=ANN, chat_id=group, text="thanks", reply_to=own.message_id)
    joined, *updates = await fetched(bot)
    assert joined.my_chat_member is not None
    assert joined.my_chat_member.new_chat_member.status == "member"
    assert [u.message.text for u in updates if u.message] == ["/image a boat", "hey @atelier_bot", "thanks"]


async def test_forum(bot: telegram.Bot, served: telegram_server.Served) -> None:
    forum = served.supergroup(title="Club", creator_id=ANN, forum=True, bot="administrator")["id"]
    topic = served.topic(chat_id=forum, user_id=ANN, name="Boats")["id"]
    asked = served.say(user_id=ANN, chat_id=forum, text="/image", topic=topic)
    *_, update = await fetched(bot)
    assert update.message is not None
    assert (update.message.message_thread_id, update.message.is_topic_message) == (topic, True)
    assert update.message.reply_to_message is not None
    assert update.message.reply_to_message.forum_topic_created is not None
    await bot.send_message(forum, "In turn", message_thread_id=topic, reply_to_message_id=asked["message_id"])
    assert (last(served, forum)["topic"], last(served, forum)["reply_to"]) == (topic, asked["message_id"])


async def test_group_that_moves(bot: telegram.Bot, served: telegram_server.Served) -> None:
    small = served.group(title="Club", creator_id=ANN)["id"]
    large = served.migrate(chat_id=small)["id"]
    with pytest.raises(error.ChatMigrated) as caught:
        await bot.send_message(small, "Hello")
    assert caught.value.new_chat_id == large
    _, left, came = await fetched(bot)
    assert left.message is not None
    assert came.message is not None
    assert (left.message.migrate_to_chat_id, came.message.migrate_from_chat_id) == (large, small)


async def test_menus(bot: telegram.Bot, served: telegram_server.Served) -> None:
    english, chinese = [("image", "Make an image")], [("image", "生成图片")]
    await bot.set_my_commands(english, scope=telegram.BotCommandScopeAllPrivateChats())
    await bot.set_my_commands(chinese, scope=telegram.BotCommandScopeAllPrivateChats(), language_code="zh")
    assert served.menu(user_id=ANN, chat_id=ANN) == [{"command": "image", "description": "生成图片"}]
    kept = await bot.get_my_commands(scope=telegram.BotCommandScopeAllPrivateChats())
    assert kept == (telegram.BotCommand("image", "Make an image"),)
    await bot.delete_my_commands(scope=telegram.BotCommandScopeAllPrivateChats(), language_code="zh")
    assert served.menu(user_id=ANN, chat_id=ANN) == [{"command": "image", "description": "Make an image"}]


async def test_bot_asks_about_itself_and_others(bot: telegram.Bot, served: telegram_server.Served) -> None:
    me = await bot.get_me()
    assert (me.id, me.username, me.can_read_all_group_messages) == (served.bot_id, "atelier_bot", False)
    assert (await bot.get_chat(ANN)).first_name == "Ann"
    group = served.supergroup(title="Club", creator_id=ANN, bot="administrator")["id"]
    assert (await bot.get_chat_member(group, ANN)).status == constants.ChatMemberStatus.OWNER
    assert {one.user.id for one in await bot.get_chat_administrators(group)} == {ANN, served.bot_id}
    assert await bot.get_chat_member_count(group) == 2
    assert await bot.send_chat_action(ANN, "upload_photo")
    assert [one["action"] for one in served.view(chat_id=ANN)["actions"]] == ["upload_photo"]
    assert await bot.set_my_description("A studio")
    assert (await bot.get_my_description()).description == "A studio"
    assert await bot.set_my_short_description("A studio", language_code="en")
    assert (await bot.get_my_short_description("en")).short_description == "A studio"
    assert await bot.set_chat_menu_button()
    assert await bot.leave_chat(group)
