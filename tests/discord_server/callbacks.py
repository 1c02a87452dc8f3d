"""First answers to interactions; https://docs.discord.com/developers/interactions/receiving-and-responding."""

from dataclasses import dataclass

from tests.discord_server import command_rules, interactions, messages, posting, rendering
from tests.discord_server.calls import Answer, Call, Route
from tests.discord_server.interactions import Interaction
from tests.discord_server.messages import Message
from tests.discord_server.refusals import Json, Problems, Refused, form, unknown
from tests.discord_server.world import World

MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
FITTING = {  # an interaction's type → the answers it takes
    interactions.COMMAND: {MESSAGE, DEFERRED, MODAL},
    interactions.COMPONENT: {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, MODAL},
    interactions.AUTOCOMPLETE: {CHOICES},
    interactions.MODAL: {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE},
}
VALUE_TYPES: dict[int, tuple[type, ...]] = {3: (str,), 4: (int,), 10: (int, float)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What a callback did."""

    message: Message | None = None


async def answer(call: Call) -> Answer:
    """Take the first answer; late ones and second ones are refused."""
    world = call.world
    one = _open(call)
    kind, data = call.body.payload["type"], call.body.payload.get("data") or {}
    if kind not in FITTING[one.type] or (kind in (DEFERRED_UPDATE, UPDATE) and one.source_id is None):
        raise form("type", "BASE_TYPE_CHOICES", f"An interaction of type {one.type} doesn't take the answer {kind}")
    body = posting.Body(payload=data, files=call.body.files)
    response = await _act(world, one, kind, body)
    one.answered, one.answered_after_s = kind, (world.clock.now() - one.created).total_seconds()
    world.changes.note()
    if not call.said("with_response"):
        return 204, None
    return 200, _with_response(world, one, kind, response.message)


def _open(call: Call) -> Interaction:
    world = call.world
    one = world.interactions.get(call.id("interaction_id"))
    if one is None or one.token != call.params["interaction_token"]:
        raise unknown("Interaction")
    if one.answered is not None:
        raise Refused(400, 40060, "Interaction has already been acknowledged.")
    if (world.clock.now() - one.created).total_seconds() > world.options.answer_within_s:
        raise unknown("Interaction")
    return one


async def _act(world: World, one: Interaction, kind: int, body: posting.Body) -> Response:
    match kind:
        case 4 | 5:
            return await _reply(world, one, body, deferred=kind == DEFERRED)
        case 6 | 7:
            return await _update(world, one, body, deferred=kind == DEFERRED_UPDATE)
        case 8:
            one.choices = _choices(one, body.payload)
        case 9:
            one.modal = _modal(body.payload)
    return Response()


async def _reply(world: World, one: Interaction, body: posting.Body, *, deferred: bool) -> Response:
    place = world.places[one.place_id]
    ephemeral = int(body.payload.get("flags") or 0) & messages.EPHEMERAL
    if deferred:
        made = Message(
            id=world.clock.snowflake(),
            place_id=place.id,
            author_id=world.bot.id,
            created=world.clock.now(),
            flags=messages.LOADING,
        )
        one.deferred = True
    else:
        defaults = posting.INTERACTION_MENTIONS
        made = posting.create(world, place, world.bot.id, body, limit=one.size_limit, defaults=defaults)
    await posted(world, one, made, ephemeral=bool(ephemeral))
    one.original_id = made.id
    return Response(message=made)


async def posted(world: World, one: Interaction, made: Message, *, ephemeral: bool) -> None:
    """Publish what an interaction made."""
    made.interaction_id = one.id
    if one.type == interactions.COMMAND and not one.posted:
        made.type = messages.CHAT_COMMAND if one.data.get("type", 1) == 1 else messages.CONTEXT_COMMAND
    elif one.posted and made.reference is None:
        made.type = messages.REPLY
        made.reference = _reply_to(world, one)
    if ephemeral or one.forced_ephemeral:
        made.flags |= messages.EPHEMERAL
        made.visible_to = one.user_id
    one.posted.append(made.id)
    await posting.publish(world, made)


def _reply_to(world: World, one: Interaction) -> Json | None:
    """A followup stands under the original, when that is still there."""
    if one.original_id not in world.messages:
        return None
    return {"type": 0, "message_id": str(one.original_id), "channel_id": str(one.place_id)}


async def _update(world: World, one: Interaction, body: posting.Body, *, deferred: bool) -> Response:
    source = world.message(one.source_id or 0)
    one.original_id = source.id
    if not deferred:
        posting.change(world, source, body, limit=one.size_limit, defaults=posting.INTERACTION_MENTIONS)
        await posting.announce(world, "MESSAGE_UPDATE", source)
    return Response(message=source)


def _choices(one: Interaction, data: Json) -> list[Json]:
    problems = Problems()
    choices: list[Json] = list(data.get("choices") or [])
    command_rules.check_choices(choices, problems, path="data.choices")
    fitting = VALUE_TYPES[interactions.focused(one.data)["type"]]
    for index, choice in enumerate(choices):
        if not isinstance(choice["value"], fitting) or isinstance(choice["value"], bool):
            problems.add(f"data.choices.{index}.value", "BASE_TYPE_BAD_TYPE", "Not of the option's type")
    problems.settle()
    return choices


def _modal(data: Json) -> Json:
    ids = [part["custom_id"] for part in messages.flat(data["components"]) if part.get("custom_id")]
    if len(set(ids)) < len(ids):
        raise form("data.components", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
    if len(data["components"]) > 5:
        raise form("data.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    return data


def _with_response(world: World, one: Interaction, kind: int, message: Message | None) -> Json:
    about: Json = {"id": str(one.id), "type": one.type}
    resource: Json = {"type": kind}
    if message is not None:
        about["response_message_id"] = str(message.id)
        about["response_message_loading"] = bool(message.flags & messages.LOADING)
        about["response_message_ephemeral"] = message.ephemeral
        resource["message"] = rendering.render(world, message)
    return {"interaction": about, "resource": resource}


ROUTES = [
    Route(
        method="POST",
        template="/interactions/{interaction_id}/{interaction_token}/callback",
        act=answer,
        needs_token=False,
    )
]
