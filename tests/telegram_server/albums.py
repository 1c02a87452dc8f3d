"""sendMediaGroup: two to ten messages that are shown together."""

import itertools
from collections.abc import Mapping
from typing import Any

from tests.telegram_server import calls, media, sending, texts
from tests.telegram_server.calls import Call
from tests.telegram_server.refusals import bad
from tests.telegram_server.world import World

_ALONE = ("document", "audio")  # these go with their own kind only
_GROUP_IDS = itertools.count(13_000_000_000_000_001)


def new_id() -> str:
    """A media_group_id."""
    return str(next(_GROUP_IDS))


def send_media_group(play: World, call: Call) -> list[dict[str, Any]]:
    sending.unplayed(call)
    items = call.values["media"]
    kinds = [item["type"] for item in items]
    _mixed(kinds)
    if len({bool(item.get("show_caption_above_media")) for item in items}) > 1:
        raise bad("parameter show_caption_above_media must be the same for all messages")
    captions = [caption(play, item) for item in items]
    chat = play.chat(call.values["chat_id"])
    chat.reachable(play.bot.id)
    for kind in kinds:
        chat.allows(play.bot.id, kind)
    where = sending.place(play, chat, call)
    made = [item_medium(play, call, item) for item in items]
    _mixed([one.kind for one in made])
    play.pay_pace(chat, len(items))
    group, above = new_id(), bool(items[0].get("show_caption_above_media"))
    posted = [
        play.post(chat, play.bot, medium=medium, caption=words, group=group, caption_above=above, **where)
        for medium, words in zip(made, captions, strict=True)
    ]
    return [play.show(chat, message) for message in posted]


def _mixed(kinds: list[str]) -> None:
    for kind in _ALONE:
        if kind in kinds and set(kinds) != {kind}:
            raise bad(f"{kind} can't be mixed with other media types")


def caption(play: World, item: Mapping[str, Any]) -> texts.Text:
    """The caption of one InputMedia."""
    shape = f"InputMedia{item['type'].title()}"
    return calls.words(play, shape, "caption", {**item, "entities": item.get("caption_entities", ())})


def item_medium(play: World, call: Call, item: Mapping[str, Any]) -> media.Medium:
    """The medium of one InputMedia."""
    if item["type"] not in media.KINDS:
        raise bad(f"not played here: InputMedia of type {item['type']}")
    for name in ("cover", "start_timestamp"):
        if item.get(name) is not None:
            raise bad(f"not played here: {name}")
    if item.get("thumbnail") is not None:
        calls.thumbnails(call, item)
    return calls.medium(play, call, item["type"], item, "media")


METHODS: Mapping[str, calls.Play] = {"sendMediaGroup": send_media_group}
