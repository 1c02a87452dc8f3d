"""What a person's client makes of a command: the registered command found, its options typed, checked and resolved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.discord_server import rendering
from tests.discord_server.attachments import File
from tests.discord_server.refusals import Json

if TYPE_CHECKING:
    from tests.discord_server.interactions import Interaction
    from tests.discord_server.places import Place
    from tests.discord_server.world import World

SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(1, 12)
PLAIN: dict[int, tuple[type, ...]] = {STRING: (str,), INTEGER: (int,), BOOLEAN: (bool,), NUMBER: (int, float)}


class Impossible(ValueError):
    """A person couldn't do this with a real client."""


@dataclass(slots=True, kw_only=True)
class Filling:
    """Options on their way into an interaction."""

    world: World
    place: Place
    focused: str | None  # being typed: required ones may be missing, and nothing is checked
    resolved: dict[str, Json] = field(default_factory=dict)

    def options(self, declared: list[Json], given: Mapping[str, Any]) -> list[Json]:
        """The options as Discord sends them, in the order they're declared."""
        unknown = set(given) - {one["name"] for one in declared}
        if unknown:
            raise Impossible(f"no such option: {', '.join(sorted(unknown))}; declared: {[o['name'] for o in declared]}")
        missing = [one["name"] for one in declared if one.get("required") and one["name"] not in given]
        if missing and self.focused is None:
            raise Impossible(f"these options are required: {', '.join(missing)}")
        return [self._option(one, given[one["name"]]) for one in declared if one["name"] in given]

    def _option(self, declared: Json, value: Any) -> Json:
        option: Json = {"name": declared["name"], "type": declared["type"], "value": value}
        if declared["name"] == self.focused:
            if not declared.get("autocomplete"):
                raise Impossible(f"{self.focused} isn't declared with autocomplete")
            return option | {"value": str(value), "focused": True}
        if declared["type"] in PLAIN:
            _check_plain(declared, value)
            return option
        return option | {"value": self._resolve(declared, value)}

    def _resolve(self, declared: Json, value: Any) -> str:
        kind, world = declared["type"], self.world
        if kind == ATTACHMENT:
            if not isinstance(value, File):
                raise Impossible(f"{declared['name']} takes a file")
            made = world.take_in(value, self.place.id, ephemeral=True)
            self._note("attachments", made.id, made.json(world.links, world.clock.now()))
            return str(made.id)
        if kind in (USER, MENTIONABLE) and value in world.users:
            self.note_user(value)
        elif kind in (ROLE, MENTIONABLE) and self.place.guild_id:
            self._note("roles", value, world.guilds[self.place.guild_id].roles[value].json())
        elif kind == CHANNEL:
            self._note("channels", value, world.place(value).json() | {"permissions": "0"})
        return str(value)

    def note_user(self, user_id: int) -> None:
        self._note("users", user_id, self.world.user(user_id).json())
        guild = self.world.guilds.get(self.place.guild_id or 0)
        if guild and (member := guild.members.get(user_id)):
            self._note("members", user_id, member.bare() | {"permissions": str(guild.granted(user_id))})

    def note_message(self, message_id: int) -> None:
        self._note("messages", message_id, rendering.render(self.world, self.world.message(message_id)))

    def _note(self, kind: str, id: int, body: Json) -> None:
        self.resolved.setdefault(kind, {})[str(id)] = body


def _check_plain(declared: Json, value: Any) -> None:
    name, kind = declared["name"], declared["type"]
    if not isinstance(value, PLAIN[kind]) or (isinstance(value, bool) and kind != BOOLEAN):
        raise Impossible(f"{name} takes {PLAIN[kind][0].__name__}, not {value!r}")
    choices = [one["value"] for one in declared.get("choices") or ()]
    if choices and value not in choices:
        raise Impossible(f"{name} takes one of {choices}, not {value!r}")
    size = len(value) if isinstance(value, str) else value
    least = declared.get("min_length" if kind == STRING else "min_value")
    most = declared.get("max_length" if kind == STRING else "max_value")
    if (least is not None and size < least) or (most is not None and size > most):
        raise Impossible(f"{name} takes {least} to {most}, not {size}")


def find(world: World, name: str, *, kind: int, place: Place, owners: Json) -> Json:
    """The command somebody sees under this name in this place."""
    listed = world.commands.lists
    for scope in (place.guild_id, None) if place.guild_id else (None,):
        for command in listed.get(scope, []):
            if command["name"] == name and command["type"] == kind:
                _check_usable(command, world, place, owners)
                return command
    registered = sorted(one["name"] for commands in listed.values() for one in commands)
    raise Impossible(f"no command {name!r} of type {kind} is registered here, only {registered}")


def _check_usable(command: Json, world: World, place: Place, owners: Json) -> None:
    context = 0 if place.guild_id else 1 if place.owner_id == world.bot.id else 2
    if command.get("contexts") is not None and context not in command["contexts"]:
        raise Impossible(f"{command['name']} may not be used in context {context}: {command['contexts']}")
    if "guild_id" not in command and not {int(one) for one in owners} & set(command.get("integration_types") or [0]):
        raise Impossible(f"{command['name']} isn't installed this way: {owners} of {command['integration_types']}")


def command_data(
    world: World, place: Place, name: str, given: Mapping[str, Any], *, owners: Json, focused: str | None = None
) -> Json:
    """The data of a slash command; a name may be `command sub` or `command group sub`."""
    first, *words = name.split()
    command = find(world, first, kind=1, place=place, owners=owners)
    filling = Filling(world=world, place=place, focused=focused)
    options = _descend(filling, command.get("options") or [], words, given)
    data = {"id": command["id"], "name": first, "type": 1, "options": options}
    if filling.resolved:
        data["resolved"] = filling.resolved
    return data | ({"guild_id": command["guild_id"]} if "guild_id" in command else {})


def _descend(filling: Filling, declared: list[Json], words: list[str], given: Mapping[str, Any]) -> list[Json]:
    if not words:
        if any(one["type"] in (SUBCOMMAND, GROUP) for one in declared):
            raise Impossible("a command with subcommands can't be called itself")
        return filling.options(declared, given)
    below = next((one for one in declared if one["name"] == words[0]), None)
    if below is None or below["type"] not in (SUBCOMMAND, GROUP):
        raise Impossible(f"no subcommand {words[0]!r}")
    inner = _descend(filling, below.get("options") or [], words[1:], given)
    return [{"name": below["name"], "type": below["type"], "options": inner}]


def modal_data(parent: Interaction, values: Mapping[str, str]) -> Json:
    """The data of a submitted modal; every value is checked against its field."""
    if parent.modal is None:
        raise Impossible("this interaction was not answered with a modal")
    left = dict(values)
    components = [_filled(one, left) for one in parent.modal["components"]]
    if left:
        raise Impossible(f"no such fields: {', '.join(left)}")
    return {"custom_id": parent.modal["custom_id"], "components": components, "resolved": {}}


def _filled(component: Json, left: dict[str, str]) -> Json:
    match component["type"]:
        case 1:
            return {"type": 1, "id": 1, "components": [_filled(one, left) for one in component["components"]]}
        case 18:
            return {"type": 18, "id": 1, "component": _filled(component["component"], left)}
        case 4:
            value = left.pop(component["custom_id"], component.get("value") or "")
            least, most = component.get("min_length") or 0, component.get("max_length") or 4000
            if (component.get("required", True) and not value) or (value and not least <= len(value) <= most):
                raise Impossible(f"{component['custom_id']} takes {least} to {most} characters, not {len(value)}")
            return {"type": 4, "id": 1, "custom_id": component["custom_id"], "value": value}
        case 3:
            chosen = left.pop(component["custom_id"], "")
            return {"type": 3, "id": 1, "custom_id": component["custom_id"], "values": [chosen] if chosen else []}
        case 10:
            return {"type": 10, "id": 1, "content": component["content"]}
        case kind:
            raise Impossible(f"a modal's component of type {kind} isn't played")
