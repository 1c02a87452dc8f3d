"""What the Telegram server of the tests refuses, and in which words: a table of bad calls, sent raw."""

import io
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

import aiohttp
import pytest
from PIL import Image

from tests import telegram_server
from tests.telegram_server import spec

ANN, BEN, CAT = 42, 43, 44  # Ben blocked the bot, Cat never wrote to it
GROUP, FORUM, KICKED, MOVED = -1001, -1_000_000_001_002, -1_000_000_001_003, -1004
TEXT, PHOTO, HERS = 1, 2, 3  # messages in Ann's chat: two of the bot's and one of her own
TOPIC, CLOSED = 1, 2  # threads of the forum
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
CODES = {"Bad Request": 400, "Forbidden": 403, "Not Found": 404, "Request Entity Too Large": 413}
OLD_QUERY = "Bad Request: query is too old and response timeout expired or query ID is invalid"


def picture(size: tuple[int, int] = (40, 30), kind: str = "JPEG") -> bytes:
    """A real picture."""
    out = io.BytesIO()
    Image.new("RGB", size, (200, 80, 20)).save(out, kind)
    return out.getvalue()


def button(**fields: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "Go", "callback_data": "go"} | fields]]}


def album(*kinds: str) -> list[dict[str, str]]:
    return [{"type": kind, "media": "attach://file"} for kind in kinds]


def say(text: str = "hi", **more: Any) -> tuple[str, dict[str, Any]]:
    return "sendMessage", {"chat_id": ANN, "text": text} | more


def html(text: str) -> tuple[str, dict[str, Any]]:
    return say(text, parse_mode="HTML")


def marked(**entity: Any) -> tuple[str, dict[str, Any]]:
    return say("hello", entities=[{"type": "bold", "offset": 0, "length": 2} | entity])


def edit(method: str, message_id: int, **more: Any) -> tuple[str, dict[str, Any]]:
    return f"editMessage{method}", {"chat_id": ANN, "message_id": message_id} | more


def commands(command: str = "image", description: str = "Make an image", count: int = 1) -> tuple[str, dict[str, Any]]:
    return "setMyCommands", {"commands": [{"command": command, "description": description}] * count}


def entities(text: str) -> str:
    return f"Bad Request: can't parse entities: {text}"


BAD: Mapping[str, tuple[tuple[str, dict[str, Any]], str]] = {
    # what isn't in the description
    "unknown parameter": (say(txet="x"), 'Bad Request: unknown parameter "txet" of sendMessage'),
    "unknown field": (
        say(reply_markup=button(colour="red")),
        "Bad Request: wrong parameter reply_markup of sendMessage: reply_markup.inline_keyboard[0][0] has an unknown "
        'field "colour" (InlineKeyboardButton)',
    ),
    "unknown method": (("sendMesage", {}), "Not Found: method not found"),
    "method that isn't played": (("sendDice", {"chat_id": ANN}), "Bad Request: not played here: sendDice"),
    "missing chat": (("sendMessage", {"text": "hi"}), "Bad Request: chat_id is empty"),
    "missing text": (("sendMessage", {"chat_id": ANN}), "Bad Request: message text is empty"),
    "missing photo": (("sendPhoto", {"chat_id": ANN}), "Bad Request: there is no photo in the request"),
    "missing field": (
        say(reply_parameters={}),
        'Bad Request: wrong parameter reply_parameters of sendMessage: Can\'t find field "message_id" in '
        "reply_parameters (ReplyParameters)",
    ),
    "wrong type": (
        say(disable_notification=1),
        "Bad Request: wrong parameter disable_notification of sendMessage: disable_notification must be Boolean",
    ),
    "wrong type inside": (
        marked(offset="0"),
        "Bad Request: wrong parameter entities of sendMessage: entities[0].offset must be Integer",
    ),
    "wrong kind of object": (
        ("setMyCommands", commands()[1] | {"scope": {"type": "everybody"}}),
        "Bad Request: wrong parameter scope of setMyCommands: scope.type must be one of all_chat_administrators, "
        "all_group_chats, all_private_chats, chat, chat_administrators, chat_member, default",
    ),
    "unreadable JSON": (say(reply_markup="{"), "Bad Request: can't parse reply keyboard markup JSON object"),
    # texts
    "empty text": (say(""), "Bad Request: message text is empty"),
    "blank text": (say(" \n "), "Bad Request: message text is empty"),
    "text of markup only": (html("<b></b>"), "Bad Request: message text is empty"),
    "long text": (say("x" * 4097), "Bad Request: message is too long"),
    "long text in code units": (say("😀" * 2049), "Bad Request: message is too long"),
    "long text under markup": (html(f"<b>{'x' * 4097}</b>"), "Bad Request: message is too long"),
    "unknown parse mode": (say(parse_mode="BBCode"), "Bad Request: unsupported parse_mode"),
    "unclosed tag": (html("a <b>b"), entities('Can\'t find end tag corresponding to start tag "b"')),
    "unknown tag": (html("é<p>x</p>"), entities('Unsupported start tag "p" at byte offset 2')),
    "bare bracket": (html("1 < 2"), entities('Unsupported start tag "" at byte offset 2')),
    "unfinished tag": (html("1 <b"), entities("Unclosed start tag at byte offset 2")),
    "unfinished end tag": (html("<b>1</b"), entities("Unclosed end tag at byte offset 4")),
    "stray end tag": (html("x</i>"), entities("Unexpected end tag at byte offset 1")),
    "crossed tags": (
        html("<b><i>x</b></i>"),
        entities('Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
    ),
    "span without class": (
        html("<span>x</span>"),
        entities('Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ),
    "entity beyond the end": (
        marked(offset=3, length=3),
        "Bad Request: entity beginning at UTF-16 offset 3 ends after the end of the text at UTF-16 offset 6",
    ),
    "entity before the start": (marked(offset=-1), "Bad Request: receive an entity with incorrect offset -1"),
    "unknown entity": (marked(type="blink"), "Bad Request: can't parse MessageEntity: Unsupported type specified"),
    # keyboards
    "button without label": (
        say(reply_markup=button(text="")),
        "Bad Request: inline keyboard button text must be non-empty",
    ),
    "button that does nothing": (
        say(reply_markup={"inline_keyboard": [[{"text": "Go"}]]}),
        "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    "button that does two things": (
        say(reply_markup=button(url="https://example.com")),
        "Bad Request: can't parse inline keyboard button: exactly one of callback_data, url may be given",
    ),
    "long button data": (say(reply_markup=button(callback_data="é" * 33)), "Bad Request: BUTTON_DATA_INVALID"),
    "too many buttons": (
        say(reply_markup={"inline_keyboard": button()["inline_keyboard"] * 101}),
        "Bad Request: reply markup is too long",
    ),
    # places
    "unknown chat": (say(chat_id=7), "Bad Request: chat not found"),
    "unknown name": (say(chat_id="@nobody"), "Bad Request: chat not found"),
    "blocked": (say(chat_id=BEN), "Forbidden: bot was blocked by the user"),
    "never started": (say(chat_id=CAT), "Forbidden: bot can't initiate conversation with a user"),
    "kicked": (say(chat_id=KICKED), "Forbidden: bot was kicked from the supergroup chat"),
    "upgraded": (say(chat_id=MOVED), "Bad Request: group chat was upgraded to a supergroup chat"),
    "muted": (say(chat_id=GROUP), "Bad Request: not enough rights to send text messages to the chat"),
    "topic in private": (say(message_thread_id=5), "Bad Request: message thread not found"),
    "unknown topic": (say(chat_id=FORUM, message_thread_id=99), "Bad Request: message thread not found"),
    "closed topic": (say(chat_id=FORUM, message_thread_id=CLOSED), "Bad Request: TOPIC_CLOSED"),
    "reply to nothing": (say(reply_parameters={"message_id": 99}), "Bad Request: message to be replied not found"),
    "quote that isn't there": (
        say(reply_parameters={"message_id": TEXT, "quote": "farewell"}),
        "Bad Request: QUOTE_TEXT_INVALID",
    ),
    "unknown action": (
        ("sendChatAction", {"chat_id": ANN, "action": "dancing"}),
        "Bad Request: wrong parameter action in request",
    ),
    # edits
    "edit without message": (
        ("editMessageText", {"chat_id": ANN, "text": "x"}),
        "Bad Request: message identifier is not specified",
    ),
    "edit of nothing": (edit("Text", 99, text="x"), "Bad Request: message to edit not found"),
    "edit of hers": (edit("Text", HERS, text="x"), "Bad Request: message can't be edited"),
    "same text": (edit("Text", TEXT, text="Welcome", reply_markup=button()), NOT_MODIFIED),
    "same buttons": (edit("ReplyMarkup", TEXT, reply_markup=button()), NOT_MODIFIED),
    "same caption": (edit("Caption", PHOTO, caption="A boat"), NOT_MODIFIED),
    "text of a photo": (edit("Text", PHOTO, text="x"), "Bad Request: there is no text in the message to edit"),
    "caption of a text": (
        edit("Caption", TEXT, caption="x"),
        "Bad Request: there is no caption in the message to edit",
    ),
    "long caption": (edit("Caption", PHOTO, caption="x" * 1025), "Bad Request: message caption is too long"),
    "deletion of nothing": (
        ("deleteMessage", {"chat_id": ANN, "message_id": 99}),
        "Bad Request: message to delete not found",
    ),
    # answers, menus, files, updates
    "unknown query": (("answerCallbackQuery", {"callback_query_id": "1"}), OLD_QUERY),
    "long answer": (
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}),
        "Bad Request: MESSAGE_TOO_LONG",
    ),
    "command in capitals": (commands("Image"), "Bad Request: BOT_COMMAND_INVALID"),
    "command with a dash": (commands("an-image"), "Bad Request: BOT_COMMAND_INVALID"),
    "empty command": (commands(""), "Bad Request: command must be non-empty"),
    "long command": (commands("i" * 33), "Bad Request: command length must not exceed 32"),
    "undescribed command": (commands("image", ""), "Bad Request: command description must be non-empty"),
    "long description": (commands("image", "x" * 257), "Bad Request: command description length must not exceed 256"),
    "too many commands": (commands(count=101), "Bad Request: BOT_COMMANDS_TOO_MUCH"),
    "language with a region": (
        ("setMyCommands", commands()[1] | {"language_code": "zh-cn"}),
        "Bad Request: invalid language code specified",
    ),
    "unknown file": (("getFile", {"file_id": "AgAC"}), "Bad Request: invalid file_id"),
    "photo by unknown id": (
        ("sendPhoto", {"chat_id": ANN, "photo": "AgAC"}),
        "Bad Request: wrong remote file identifier specified: Wrong string length",
    ),
    "photo that isn't attached": (
        ("sendPhoto", {"chat_id": ANN, "photo": "attach://boat"}),
        "Bad Request: can't find the file attach://boat in the request",
    ),
    "unknown kind of update": (
        ("getUpdates", {"allowed_updates": ["mesage"]}),
        "Bad Request: allowed_updates names unknown updates: mesage",
    ),
    "webhook without https": (
        ("setWebhook", {"url": "http://example.com/hook"}),
        "Bad Request: bad webhook: An HTTPS URL must be provided for webhook",
    ),
    "long secret": (
        ("setWebhook", {"url": "https://example.com", "secret_token": "x" * 257}),
        "Bad Request: secret token is too long",
    ),
    "secret with a blank": (
        ("setWebhook", {"url": "https://example.com", "secret_token": "a b"}),
        "Bad Request: secret token contains unallowed characters",
    ),
}

BAD_FILES: Mapping[str, tuple[str, dict[str, Any], bytes, str]] = {
    "album of one": (
        "sendMediaGroup",
        {"media": album("photo")},
        picture(),
        "Bad Request: wrong parameter media of sendMediaGroup: media must have 2-10 items",
    ),
    "album of eleven": (
        "sendMediaGroup",
        {"media": album(*["photo"] * 11)},
        picture(),
        "Bad Request: too many messages to send as an album",
    ),
    "photo and document": (
        "sendMediaGroup",
        {"media": album("photo", "document")},
        picture(),
        "Bad Request: document can't be mixed with other media types",
    ),
    "audio and video": (
        "sendMediaGroup",
        {"media": album("audio", "video")},
        picture(),
        "Bad Request: audio can't be mixed with other media types",
    ),
    "album with buttons": (
        "sendMediaGroup",
        {"media": album("photo", "photo"), "reply_markup": button()},
        picture(),
        'Bad Request: unknown parameter "reply_markup" of sendMediaGroup',
    ),
    "album of voices": (
        "sendMediaGroup",
        {"media": album("voice", "voice")},
        picture(),
        "Bad Request: wrong parameter media of sendMediaGroup: media[0].type must be one of audio, document, "
        "live_photo, photo, video",
    ),
    "wide photo": (
        "sendPhoto",
        {"photo": "attach://file"},
        picture((2100, 100)),
        "Bad Request: PHOTO_INVALID_DIMENSIONS",
    ),
    "large photo": (
        "sendPhoto",
        {"photo": "attach://file"},
        picture((5001, 5000), "PNG"),
        "Bad Request: PHOTO_INVALID_DIMENSIONS",
    ),
    "heavy photo": (
        "sendPhoto",
        {"photo": "attach://file"},
        picture() + bytes(10 * 1024 * 1024),
        f"Bad Request: file of size {len(picture()) + 10 * 1024 * 1024} bytes is too big for a photo; the maximum size "
        "is 10485760 bytes",
    ),
    "photo that is none": ("sendPhoto", {"photo": "attach://file"}, b"boat", "Bad Request: IMAGE_PROCESS_FAILED"),
    "empty file": ("sendDocument", {"document": "attach://file"}, b"", "Bad Request: file must be non-empty"),
    "heavy file": ("sendDocument", {"document": "attach://file"}, bytes(51 * 1024 * 1024), "Request Entity Too Large"),
    "file nobody asked for": (
        "sendMessage",
        {"text": "hi"},
        b"boat",
        'Bad Request: unknown parameter "file" of sendMessage',
    ),
}


@pytest.fixture
async def served() -> AsyncIterator[telegram_server.Served]:
    """A server with the chats that the tables speak of."""
    async with telegram_server.serve() as server:
        for number, name in ((ANN, "Ann"), (BEN, "Ben"), (CAT, "Cat")):
            server.create_user(first_name=name, id=number)
            server.private(user_id=number, started=number != CAT)
        await furnish(server)
        server.block(user_id=BEN)
        assert server.group(title="Muted", creator_id=ANN)["id"] == GROUP
        server.mute(chat_id=GROUP, kinds=["text"])
        assert server.supergroup(title="Forum", creator_id=ANN, forum=True)["id"] == FORUM
        topics = [server.topic(chat_id=FORUM, user_id=ANN, name=name)["id"] for name in ("Open", "Shut")]
        assert topics == [TOPIC, CLOSED]
        server.close_topic(chat_id=FORUM, topic_id=CLOSED)
        assert server.supergroup(title="Gone", creator_id=ANN)["id"] == KICKED
        server.kick(chat_id=KICKED, user_id=ANN)
        assert server.group(title="Small", creator_id=ANN)["id"] == MOVED
        server.migrate(chat_id=MOVED)
        yield server


async def call(
    server: telegram_server.Served, method: str, parameters: Mapping[str, Any], data: bytes | None = None
) -> tuple[int, Any]:
    """A call as JSON; or as a form, where a file comes with it."""
    form = aiohttp.FormData()
    if data is not None:
        for name, value in parameters.items():
            form.add_field(name, value if isinstance(value, str) else json.dumps(value))
        form.add_field("file", io.BytesIO(data), filename="file.bin")
    body: dict[str, Any] = {"json": parameters} if data is None else {"data": form}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{server.base_url}{server.token}/{method}", **body) as answer,
    ):
        return answer.status, await answer.json()


async def furnish(server: telegram_server.Served) -> None:
    """Put the messages into Ann's chat that the tables speak of."""
    for method, parameters, data in (
        ("sendMessage", {"text": "Welcome", "reply_markup": button()}, None),
        ("sendPhoto", {"photo": "attach://file", "caption": "A boat"}, picture()),
    ):
        status, answer = await call(server, method, {"chat_id": ANN} | parameters, data)
        assert status == 200, answer
    server.say(user_id=ANN, chat_id=ANN, text="/start")
    assert [one["message_id"] for one in server.view(chat_id=ANN)["messages"]] == [TEXT, PHOTO, HERS]


WIDER = {"method that isn't played", "album of voices"}


def rows(names: Iterable[str]) -> list[Any]:
    """Every row; those that tell more than the carried description knows need the published one."""
    there = pytest.mark.skipif(
        not spec.PUBLISHED.exists(), reason="the published description isn't beside the repository"
    )
    return [pytest.param(name, marks=[there] if name in WIDER else []) for name in names]


@pytest.mark.parametrize("name", rows(BAD))
async def test_bad_call(served: telegram_server.Served, name: str) -> None:
    (method, parameters), description = BAD[name]
    code = CODES[description.partition(":")[0]]
    before = served.view(chat_id=ANN)["messages"]
    status, answer = await call(served, method, parameters)
    extra = {"parameters": {"migrate_to_chat_id": -1_000_000_001_005}} if name == "upgraded" else {}
    assert (status, answer) == (code, {"ok": False, "error_code": code, "description": description} | extra)
    assert served.view(chat_id=ANN)["messages"] == before


@pytest.mark.parametrize("name", rows(BAD_FILES))
async def test_bad_upload(served: telegram_server.Served, name: str) -> None:
    method, parameters, data, description = BAD_FILES[name]
    code = CODES[description.partition(":")[0]]
    before = served.view(chat_id=ANN)["messages"]
    status, answer = await call(served, method, {"chat_id": ANN} | parameters, data)
    assert (status, answer) == (code, {"ok": False, "error_code": code, "description": description})
    assert served.view(chat_id=ANN)["messages"] == before
