"""The channel endpoints: messages in channels, threads and direct messages."""

from tests.discord_server import permissions, posting, rendering
from tests.discord_server.calls import Answer, Call, Route
from tests.discord_server.messages import Message
from tests.discord_server.places import Place
from tests.discord_server.refusals import Refused, missing_permissions, unknown


def _may(call: Call, place: Place, *names: str) -> None:
    granted = call.world.permissions(call.world.bot.id, place)
    if not all(permissions.has(granted, name) for name in names):
        raise missing_permissions()


def _message(call: Call, place: Place) -> Message:
    """The message of the path; an ephemeral one isn't there for these endpoints."""
    found = call.world.message(call.id("message_id"), place.id)
    if found.ephemeral:
        raise unknown("Message")
    return found


async def show(call: Call) -> Answer:
    return 200, call.world.visible_place(call.id("channel_id")).json()


async def post(call: Call) -> Answer:
    """Post a message; with enforce_nonce the same one is answered again."""
    world, payload = call.world, call.body.payload or {}
    place = world.visible_place(call.id("channel_id"))
    _check_writable(call, place)
    key = (place.id, str(payload.get("nonce")))
    if payload.get("enforce_nonce") and payload.get("nonce") is not None and key in world.nonces:
        return 200, rendering.render(world, world.message(world.nonces[key]))
    if call.body.files:
        _may(call, place, "attach_files")
    if payload.get("embeds"):
        _may(call, place, "embed_links")
    body = posting.Body(payload=payload, files=call.body.files)
    limit = world.size_limit(place.guild_id)
    made = posting.create(world, place, world.bot.id, body, limit=limit, defaults=posting.CHANNEL_MENTIONS)
    if made.reference:
        _may(call, place, "read_message_history")
    place.archived = False
    if made.nonce is not None:
        world.nonces[place.id, str(made.nonce)] = made.id
    await posting.publish(world, made)
    return 200, rendering.render(world, made)


def _check_writable(call: Call, place: Place) -> None:
    if any(not one.dms_open for one in place.recipients):
        raise Refused(403, 50007, "Cannot send messages to this user")
    _may(call, place, "send_messages_in_threads" if place.is_thread else "send_messages")
    locked = place.is_thread and place.locked
    if locked and not permissions.has(call.world.permissions(call.world.bot.id, place), "manage_threads"):
        raise Refused(403, 160005, "Thread is locked")


async def listed(call: Call) -> Answer:
    """The newest first, at most limit; before, after and around choose where."""
    world, place = call.world, call.world.visible_place(call.id("channel_id"))
    if not permissions.has(world.permissions(world.bot.id, place), "read_message_history"):
        return 200, []
    most = int(call.query.get("limit", 50))
    if not 1 <= most <= 100:
        raise Refused(400, 50035, "Invalid Form Body", kind="form")
    found = [one for one in world.standing(place.id) if not one.ephemeral]
    if "before" in call.query:
        found = [one for one in found if one.id < int(call.query["before"])]
    if "after" in call.query:
        found = [one for one in found if one.id > int(call.query["after"])][:most]
    if "around" in call.query:
        near = int(call.query["around"])
        found = sorted(sorted(found, key=lambda one: abs(one.id - near))[:most], key=lambda one: one.id)
    return 200, [rendering.render(world, one, whole=_whole(call, place, one)) for one in found[-most:][::-1]]


def _whole(call: Call, place: Place, message: Message) -> bool:
    """Whether the bot may read a message's content; its own and those in DMs always."""
    world = call.world
    mine = message.author_id == world.bot.id or world.bot.id in message.mentions.users
    return mine or place.guild_id is None or world.options.message_content


async def one(call: Call) -> Answer:
    place = call.world.visible_place(call.id("channel_id"))
    _may(call, place, "read_message_history")
    message = _message(call, place)
    return 200, rendering.render(call.world, message, whole=_whole(call, place, message))


async def edit(call: Call) -> Answer:
    world, place = call.world, call.world.visible_place(call.id("channel_id"))
    message = _message(call, place)
    if message.author_id != world.bot.id:
        raise Refused(403, 50005, "Cannot edit a message authored by another user")
    if place.archived:
        raise Refused(400, 50083, "Thread is archived")
    body = posting.Body(payload=call.body.payload or {}, files=call.body.files)
    limit = world.size_limit(place.guild_id)
    posting.change(world, message, body, limit=limit, defaults=posting.CHANNEL_MENTIONS)
    await posting.announce(world, "MESSAGE_UPDATE", message)
    return 200, rendering.render(world, message)


async def delete(call: Call) -> Answer:
    place = call.world.visible_place(call.id("channel_id"))
    message = _message(call, place)
    if message.author_id != call.world.bot.id:
        _may(call, place, "manage_messages")
    if place.archived:
        raise Refused(400, 50083, "Thread is archived")
    await posting.remove(call.world, message)
    return 204, None


async def typing(call: Call) -> Answer:
    _check_writable(call, call.world.visible_place(call.id("channel_id")))
    return 204, None


async def open_direct(call: Call) -> Answer:
    """A DM, the same one every time; https://docs.discord.com/developers/resources/user#create-dm."""
    recipient = int((call.body.payload or {}).get("recipient_id") or 0)
    if recipient == call.world.bot.id or recipient not in call.world.users:
        raise Refused(400, 50033, "Invalid Recipient(s)")
    return 200, call.world.direct(recipient).json()


ROUTES = [
    Route(method="GET", template="/channels/{channel_id}", act=show),
    Route(method="POST", template="/channels/{channel_id}/messages", act=post),
    Route(method="GET", template="/channels/{channel_id}/messages", act=listed),
    Route(method="GET", template="/channels/{channel_id}/messages/{message_id}", act=one),
    Route(method="PATCH", template="/channels/{channel_id}/messages/{message_id}", act=edit),
    Route(method="DELETE", template="/channels/{channel_id}/messages/{message_id}", act=delete),
    Route(method="POST", template="/channels/{channel_id}/typing", act=typing),
    Route(method="POST", template="/users/@me/channels", act=open_direct),
]
