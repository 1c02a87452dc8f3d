"""Messages made, changed and taken away, the same for channels and for interactions."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tests.discord_server import gateway, mentions, messages, permissions, rendering, rules
from tests.discord_server.attachments import Attachment, File
from tests.discord_server.messages import Message
from tests.discord_server.refusals import Json, Problems, form

if TYPE_CHECKING:
    from tests.discord_server.places import Place
    from tests.discord_server.world import World

CHANNEL_MENTIONS = frozenset({"users", "roles", "everyone"})  # what is parsed when nothing is said about it
INTERACTION_MENTIONS = frozenset({"users"})
SETTABLE = messages.SUPPRESS_EMBEDS | messages.SILENT | messages.V2
FORWARD = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What came with a request: its JSON, and files by their number."""

    payload: Any  # an object, but for bulk overwrites, which are lists
    files: dict[int, File]


def create(
    world: World, place: Place, author_id: int, body: Body, *, limit: int, defaults: frozenset[str], kind: int = 0
) -> Message:
    """Make a message that isn't published yet; raises when Discord would refuse it."""
    payload = body.payload
    _check(payload, body.files, limit=limit)
    made = Message(
        id=world.clock.snowflake(),
        place_id=place.id,
        author_id=author_id,
        created=world.clock.now(),
        type=kind,
        flags=int(payload.get("flags") or 0) & SETTABLE,
        nonce=payload.get("nonce"),
    )
    _fill(world, made, body, defaults=defaults)
    rules.check_empty(made)
    made.reference = _reference(world, made, payload.get("message_reference"))
    made.pings = made.mentions = _mentioned(world, made, payload.get("allowed_mentions"), defaults=defaults)
    return made


def change(world: World, message: Message, body: Body, *, limit: int, defaults: frozenset[str]) -> Message:
    """Edit: what isn't named stays, attachments that aren't listed go, nobody is pinged."""
    payload = body.payload
    asked = int(payload.get("flags") or 0)
    _check(payload | {"flags": asked | message.flags & messages.V2}, body.files, limit=limit)
    draft = replace(message, attachments=list(message.attachments))
    if payload.get("flags") is not None:
        draft.flags = message.flags & ~messages.SUPPRESS_EMBEDS | asked & (messages.SUPPRESS_EMBEDS | messages.V2)
    draft.flags &= ~messages.LOADING
    _fill(world, draft, body, defaults=defaults)
    if draft.flags & messages.V2 and (draft.content or draft.embeds):
        raise form(
            "content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", "content and embeds must be emptied"
        )
    rules.check_empty(draft)
    draft.mentions = _mentioned(world, draft, payload.get("allowed_mentions"), defaults=defaults)
    draft.edits, draft.edited = message.edits + 1, world.clock.now()
    for name in ("content", "embeds", "attachments", "components", "flags", "mentions", "edits", "edited"):
        setattr(message, name, getattr(draft, name))
    return message


async def publish(world: World, message: Message) -> None:
    """Let everybody see it."""
    world.messages[message.id] = message
    world.places[message.place_id].last_message_id = message.id
    await announce(world, "MESSAGE_CREATE", message)


async def announce(world: World, event: str, message: Message) -> None:
    """Tell the gateway about a message that isn't ephemeral."""
    place = world.places[message.place_id]
    heard = place.guild_id is None or world.bot.id in world.guilds[place.guild_id].members
    if heard and not message.ephemeral:
        intents = gateway.DIRECT_MESSAGES if place.guild_id is None else gateway.GUILD_MESSAGES
        await world.gateway.dispatch(event, rendering.event(world, message), intents=intents)
    world.changes.note()


async def remove(world: World, message: Message) -> None:
    """Take a message away, with its files."""
    del world.messages[message.id]
    for one in message.attachments:
        world.attachments.pop(one.id, None)
    place = world.places[message.place_id]
    gone: Json = {"id": str(message.id), "channel_id": str(place.id)}
    if place.guild_id is not None:
        gone["guild_id"] = str(place.guild_id)
    if not message.ephemeral:
        intents = gateway.DIRECT_MESSAGES if place.guild_id is None else gateway.GUILD_MESSAGES
        await world.gateway.dispatch("MESSAGE_DELETE", gone, intents=intents)
    world.changes.note()


def _check(payload: Json, files: dict[int, File], *, limit: int) -> None:
    problems = Problems()
    rules.check(payload, problems)
    problems.settle()
    rules.check_files(files, limit=limit)


def _fill(world: World, message: Message, body: Body, *, defaults: frozenset[str]) -> None:
    payload = body.payload
    if "content" in payload:
        message.content = payload["content"] or ""
    if "components" in payload:
        message.components = payload["components"] or []
    message.attachments = _attached(world, message, body)
    if "embeds" in payload:
        message.embeds = [_embedded(world, one, message) for one in payload["embeds"] or []]


def _attached(world: World, message: Message, body: Body) -> list[Attachment]:
    listed = body.payload.get("attachments")
    named = {int(one["id"]): one for one in listed or ()}
    before = {one.id: one for one in message.attachments}
    for index, wanted in enumerate(named):
        if wanted not in before and wanted not in body.files:
            message_text = f"Attachment data or ID not found: {wanted}"
            raise form(f"attachments.{index}.id", "ATTACHMENT_NOT_FOUND", message_text)
    kept = [one for one in before.values() if listed is None or one.id in named]
    ephemeral = message.ephemeral
    return kept + [
        world.take_in(_named(file, named.get(number, {})), message.place_id, ephemeral=ephemeral)
        for number, file in sorted(body.files.items())
    ]


def _named(file: File, listed: Json) -> File:
    """A file as it's listed beside; Discord puts underscores for blanks."""
    name = re.sub(r"[\s/\\]+", "_", listed.get("filename") or file.name)
    description = listed.get("description") or file.description
    spoiler = "SPOILER_" if listed.get("is_spoiler") and not name.startswith("SPOILER_") else ""
    return replace(file, name=spoiler + name, content_type="", description=description)


def _embedded(world: World, embed: Json, message: Message) -> Json:
    """An embed with links for the attachments it shows."""
    embed = {"type": "rich", **embed}
    links = {one.file.name: one.json(world.links, world.clock.now())["url"] for one in message.attachments}
    for key in ("image", "thumbnail", "video"):
        url = (embed.get(key) or {}).get("url") or ""
        if url.startswith("attachment://"):
            embed[key] = {**embed[key], "url": links.get(url.removeprefix("attachment://"), url)}
    return embed


def _reference(world: World, message: Message, asked: Json | None) -> Json | None:
    if not asked:
        return None
    if asked.get("type") == FORWARD:
        raise form("message_reference.type", "BASE_TYPE_CHOICES", "Forwards aren't played here")
    target = world.messages.get(int(asked["message_id"]))
    if target is None or target.place_id != message.place_id or target.ephemeral:
        if asked.get("fail_if_not_exists") is False:
            return None
        raise form("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
    message.type = messages.REPLY
    guild_id = world.places[message.place_id].guild_id
    place = {"channel_id": str(target.place_id)} | ({"guild_id": str(guild_id)} if guild_id else {})
    return {"type": 0, "message_id": str(target.id), **place}


def _mentioned(world: World, message: Message, allowed: Json | None, *, defaults: frozenset[str]) -> mentions.Mentions:
    text = "\n".join([message.content, *_texts(message.components)])
    found = mentions.read(text, allowed, default=defaults)
    replied = True if allowed is None else bool(allowed.get("replied_user"))
    if message.reference and replied:
        author = world.messages[int(message.reference["message_id"])].author_id
        found = replace(found, users=list(dict.fromkeys([*found.users, author])))
    return _permitted(world, message, found)


def _permitted(world: World, message: Message, found: mentions.Mentions) -> mentions.Mentions:
    """Without the roles and the everyone that the author may not ping, and without strangers."""
    place = world.places[message.place_id]
    may = permissions.has(world.permissions(message.author_id, place), "mention_everyone")
    roles = world.guilds[place.guild_id].roles if place.guild_id else {}
    return mentions.Mentions(
        users=[one for one in found.users if one in world.users],
        roles=[one for one in found.roles if one in roles and (may or roles[one].mentionable)],
        everyone=found.everyone and may,
    )


def _texts(components: list[Json]) -> list[str]:
    """The text of V2 displays, which mentions too."""
    return [one["content"] for one in messages.flat(components) if isinstance(one.get("content"), str)]
