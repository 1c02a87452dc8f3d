"""Methods about the bot itself, its menus, people, chats and files, and the answer to a pressed button."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.telegram_server import calls, files
from tests.telegram_server.calls import Call
from tests.telegram_server.refusals import bad
from tests.telegram_server.world import World

_WORDS = {"Name": "name", "Description": "description", "ShortDescription": "short_description"}


def get_me(play: World, call: Call) -> dict[str, Any]:
    return play.bot.api() | {
        "can_join_groups": True,
        "can_read_all_group_messages": not play.options.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def get_chat(play: World, call: Call) -> dict[str, Any]:
    chat = play.chat(call.values["chat_id"])
    if chat.person is None:
        chat.reachable(play.bot.id)
    gifts = dict.fromkeys(
        (
            "unlimited_gifts",
            "limited_gifts",
            "unique_gifts",
            "premium_subscription",
            "gifts_from_channels",
        ),
        False,
    )
    return chat.api() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": gifts}


def get_chat_member(play: World, call: Call) -> dict[str, Any]:
    chat = play.chat(call.values["chat_id"])
    chat.reachable(play.bot.id)
    number = call.values["user_id"]
    user = play.bot if number == play.bot.id else play.people.users.get(number)
    if user is None:
        raise bad("PARTICIPANT_ID_INVALID")
    return chat.member(play.bot.id, user)


def get_chat_administrators(play: World, call: Call) -> list[dict[str, Any]]:
    chat = play.chat(call.values["chat_id"])
    chat.reachable(play.bot.id)
    if chat.person is not None:
        raise bad("there are no administrators in the private chat")
    users = {**play.people.users, play.bot.id: play.bot}
    return [
        chat.member(play.bot.id, users[number])
        for number, status in chat.members.items()
        if status in ("creator", "administrator")
    ]


def get_chat_member_count(play: World, call: Call) -> int:
    chat = play.chat(call.values["chat_id"])
    chat.reachable(play.bot.id)
    return 2 if chat.person else sum(status not in ("left", "kicked") for status in chat.members.values())


def get_file(play: World, call: Call) -> dict[str, Any]:
    file = play.shelf.get(call.values["file_id"])
    if file is None:
        raise bad("invalid file_id")
    if file.size > files.DOWNLOAD_MAX:
        raise bad("file is too big")
    return file.ids() | {"file_path": file.path}


def answer_callback_query(play: World, call: Call) -> bool:
    shown = {name: call.get(name) for name in ("text", "url")} | {"alert": call.get("show_alert", False)}
    play.queries.answer(call.values["callback_query_id"], shown)
    play.changes.note()
    return True


def set_my_commands(play: World, call: Call) -> bool:
    play.menus.set(call.get("scope"), call.get("language_code", ""), call.values["commands"])
    play.changes.note()
    return True


def get_my_commands(play: World, call: Call) -> list[dict[str, str]]:
    return play.menus.get(call.get("scope"), call.get("language_code", ""))


def delete_my_commands(play: World, call: Call) -> bool:
    play.menus.delete(call.get("scope"), call.get("language_code", ""))
    play.changes.note()
    return True


def _setter(field: str) -> Callable[[World, Call], bool]:
    def keep(play: World, call: Call) -> bool:
        play.words.setdefault(field, {})[call.get("language_code", "")] = call.get(field, "")
        return True

    return keep


def _getter(field: str) -> Callable[[World, Call], dict[str, str]]:
    def tell(play: World, call: Call) -> dict[str, str]:
        kept = play.words.get(field, {})
        return {field: kept.get(call.get("language_code", "")) or kept.get("", "")}

    return tell


def leave_chat(play: World, call: Call) -> bool:
    chat = play.chat(call.values["chat_id"])
    chat.reachable(play.bot.id)
    if chat.person is not None:
        raise bad("chat member status can't be changed in private chats")
    chat.members[play.bot.id] = "left"
    play.changes.note()
    return True


def set_chat_menu_button(play: World, call: Call) -> bool:
    """Taken and shown to nobody: what the button looks like is no matter of this server."""
    return True


METHODS: Mapping[str, calls.Play] = {
    "getMe": get_me,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatAdministrators": get_chat_administrators,
    "getChatMemberCount": get_chat_member_count,
    "getFile": get_file,
    "answerCallbackQuery": answer_callback_query,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "leaveChat": leave_chat,
    "setChatMenuButton": set_chat_menu_button,
    **{f"setMy{name}": _setter(field) for name, field in _WORDS.items()},
    **{f"getMy{name}": _getter(field) for name, field in _WORDS.items()},
}
