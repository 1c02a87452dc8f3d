"""Messages as Discord's JSON, and as a person sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.discord_server import messages, permissions
from tests.discord_server.messages import FileSeen, Message, Seen
from tests.discord_server.refusals import Json

if TYPE_CHECKING:
    from tests.discord_server.attachments import Attachment
    from tests.discord_server.world import World


def render(world: World, message: Message, *, deep: bool = True, whole: bool = True) -> Json:
    """A message object; whole: with what the message-content intent guards."""
    now = world.clock.now()
    user = world.users[message.author_id]
    body: Json = {
        "id": str(message.id),
        "channel_id": str(message.place_id),
        "author": user.json(),
        "type": message.type,
        "content": message.content if whole else "",
        "embeds": message.embeds if whole else [],
        "attachments": [one.json(world.links, now) for one in message.attachments] if whole else [],
        "components": message.components if whole else [],
        "timestamp": message.created.isoformat(),
        "edited_timestamp": message.edited and message.edited.isoformat(),
        "flags": message.flags,
        "tts": False,
        "pinned": False,
        "mention_everyone": message.mentions.everyone,
        "mentions": [world.users[one].json() for one in message.mentions.users if one in world.users],
        "mention_roles": [str(one) for one in message.mentions.roles],
        "mention_channels": [],
    }
    if message.nonce is not None:
        body["nonce"] = message.nonce
    if message.reference is not None:
        body |= _reference(world, message.reference, deep=deep)
    if message.interaction_id is not None:
        body |= _interaction(world, message.interaction_id)
    return body


def _reference(world: World, reference: Json, *, deep: bool) -> Json:
    target = world.messages.get(int(reference["message_id"]))
    resolved = {"referenced_message": target and render(world, target, deep=False)} if deep else {}
    return {"message_reference": reference} | resolved


def _interaction(world: World, interaction_id: int) -> Json:
    application_id = str(world.options.application_id)
    return {
        "webhook_id": application_id,
        "application_id": application_id,
        "interaction_metadata": world.interactions[interaction_id].metadata(world),
    }


def event(world: World, message: Message) -> Json:
    """A message object as the gateway sends it, with its guild and member."""
    place = world.places[message.place_id]
    mine = message.author_id == world.bot.id or world.bot.id in message.mentions.users
    whole = mine or place.guild_id is None or world.options.message_content
    body = render(world, message, whole=whole) | {"channel_type": place.type}
    if place.guild_id is not None:
        body["guild_id"] = str(place.guild_id)
        if member := world.guilds[place.guild_id].members.get(message.author_id):
            body["member"] = member.bare()
    return body


def visible(world: World, message: Message, user_id: int | None) -> bool:
    """Whether somebody sees it; None is anybody who may look at the place."""
    if message.ephemeral:
        return user_id is not None and message.visible_to == user_id
    if user_id is None or user_id == world.bot.id:
        return True
    return permissions.has(world.permissions(user_id, world.places[message.place_id]), "view_channel")


def seen(world: World, message: Message) -> Seen:
    return Seen(
        id=message.id,
        channel_id=message.place_id,
        author_id=message.author_id,
        author=world.users[message.author_id].name,
        content=message.content,
        embeds=message.embeds,
        files=[_file(world, one) for one in message.attachments],
        buttons=messages.buttons(message.components),
        components=message.components,
        flags=message.flags,
        ephemeral=message.ephemeral,
        loading=bool(message.flags & messages.LOADING),
        reference=int(message.reference["message_id"]) if message.reference else None,
        interaction_id=message.interaction_id,
        edits=message.edits,
        mentions=message.mentions,
        pings=message.pings,
    )


def _file(world: World, one: Attachment) -> FileSeen:
    return FileSeen(
        id=one.id,
        name=one.file.name,
        content_type=one.content_type,
        size_bytes=len(one.file.data),
        sha256=one.sha256,
        url=one.json(world.links, world.clock.now())["url"],
    )
