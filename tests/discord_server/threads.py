"""The thread endpoints, as far as a bot that answers in threads needs them."""

from tests.discord_server import gateway, permissions
from tests.discord_server.calls import Answer, Call, Route
from tests.discord_server.places import PRIVATE_THREAD, PUBLIC_THREAD, Place
from tests.discord_server.refusals import Refused, missing_permissions
from tests.discord_server.world import World


async def begin(world: World, *, parent: Place, name: str, owner_id: int, kind: int, id: int | None = None) -> Place:
    """Make a thread and tell the gateway."""
    made = Place(
        id=id or world.clock.snowflake(),
        type=kind,
        name=name,
        guild_id=parent.guild_id,
        parent_id=parent.id,
        owner_id=owner_id,
        created=world.clock.now(),
    )
    world.places[made.id] = made
    await world.gateway.dispatch("THREAD_CREATE", made.json() | {"newly_created": True}, intents=gateway.GUILDS)
    return made


def _parent(call: Call, permission: str) -> Place:
    parent = call.world.visible_place(call.id("channel_id"))
    if not permissions.has(call.world.permissions(call.world.bot.id, parent), permission):
        raise missing_permissions()
    if parent.guild_id is None or parent.is_thread:
        raise Refused(400, 50024, "Cannot execute action on this channel type")
    return parent


async def on_message(call: Call) -> Answer:
    parent = _parent(call, "create_public_threads")
    message = call.world.message(call.id("message_id"), parent.id)
    if message.id in call.world.places:
        raise Refused(400, 160004, "A thread has already been created for this message")
    name, bot = call.body.payload["name"], call.world.bot.id
    made = await begin(call.world, parent=parent, name=name, owner_id=bot, kind=PUBLIC_THREAD, id=message.id)
    return 201, made.json()


async def alone(call: Call) -> Answer:
    payload = call.body.payload
    kind = payload.get("type") or PRIVATE_THREAD
    public = kind == PUBLIC_THREAD
    parent = _parent(call, "create_public_threads" if public else "create_private_threads")
    made = await begin(call.world, parent=parent, name=payload["name"], owner_id=call.world.bot.id, kind=kind)
    return 201, made.json()


async def join(call: Call) -> Answer:
    place = call.world.visible_place(call.id("channel_id"))
    if not place.is_thread:
        raise Refused(400, 50024, "Cannot execute action on this channel type")
    return 204, None


ROUTES = [
    Route(method="POST", template="/channels/{channel_id}/messages/{message_id}/threads", act=on_message),
    Route(method="POST", template="/channels/{channel_id}/threads", act=alone),
    Route(method="PUT", template="/channels/{channel_id}/thread-members/@me", act=join),
]
