"""An interaction's webhook: the original answer and followups, as long as the token lives."""

from tests.discord_server import callbacks, messages, posting, rendering
from tests.discord_server.calls import Answer, Call, Route
from tests.discord_server.interactions import Interaction
from tests.discord_server.messages import Message
from tests.discord_server.refusals import Refused, unknown

MOST_FOLLOWUPS = 5  # where only the person has installed the app


def _owner(call: Call) -> Interaction:
    """The interaction of the token; it must be alive and answered."""
    world, token = call.world, call.params["webhook_token"]
    one = next((one for one in world.interactions.values() if one.token == token), None)
    if one is None or call.id("webhook_id") != world.options.application_id:
        raise unknown("Webhook")
    age_s = (world.clock.now() - one.created).total_seconds()
    if one.killed or age_s > world.options.token_lives_s:
        raise Refused(401, 50027, "Invalid Webhook Token")
    if one.answered is None:
        raise unknown("Webhook")
    return one


def _message(call: Call, one: Interaction) -> Message:
    wanted = call.params.get("message_id", "@original")
    message_id = one.original_id if wanted == "@original" else int(wanted)
    if message_id is None or message_id not in (*one.posted, one.original_id):
        raise unknown("Message")
    return call.world.message(message_id)


async def followup(call: Call) -> Answer:
    """Post one more message; right after deferring it fills in the original."""
    world, one = call.world, _owner(call)
    if one.user_installed_only and one.followups >= MOST_FOLLOWUPS:
        raise Refused(400, 40094, "This interaction has reached the maximum number of follow up messages")
    body = posting.Body(payload=call.body.payload or {}, files=call.body.files)
    defaults = posting.INTERACTION_MENTIONS
    if one.deferred:
        original = world.message(one.original_id or 0)  # where it was deleted, there is nothing to fill in
        posting.change(world, original, body, limit=one.size_limit, defaults=defaults)
        original.pings = original.mentions
        await posting.announce(world, "MESSAGE_UPDATE", original)
        made = original
    else:
        place = world.places[one.place_id]
        made = posting.create(world, place, world.bot.id, body, limit=one.size_limit, defaults=defaults)
        flags = int(body.payload.get("flags") or 0)
        await callbacks.posted(world, one, made, ephemeral=bool(flags & messages.EPHEMERAL))
    one.deferred = False
    one.followups += 1
    return 200, rendering.render(world, made)


async def show(call: Call) -> Answer:
    return 200, rendering.render(call.world, _message(call, _owner(call)))


async def edit(call: Call) -> Answer:
    world, one = call.world, _owner(call)
    message = _message(call, one)
    body = posting.Body(payload=call.body.payload or {}, files=call.body.files)
    posting.change(world, message, body, limit=one.size_limit, defaults=posting.INTERACTION_MENTIONS)
    if message.id == one.original_id:
        one.deferred = False
    await posting.announce(world, "MESSAGE_UPDATE", message)
    return 200, rendering.render(world, message)


async def delete(call: Call) -> Answer:
    one = _owner(call)
    await posting.remove(call.world, _message(call, one))
    return 204, None


BASE = "/webhooks/{webhook_id}/{webhook_token}"
ROUTES = [
    Route(method="POST", template=BASE, act=followup, needs_token=False),
    *(
        Route(method=method, template=f"{BASE}/messages/{message}", act=act, needs_token=False)
        for message in ("@original", "{message_id}")
        for method, act in (("GET", show), ("PATCH", edit), ("DELETE", delete))
    ),
]
