"""The application-command endpoints: list and overwrite, everywhere or in one guild."""

from tests.discord_server import command_rules, identity
from tests.discord_server.calls import Answer, Call, Route
from tests.discord_server.refusals import Json, Problems, Refused

FILLED: Json = {
    "type": command_rules.CHAT_INPUT,
    "name_localizations": None,
    "description": "",
    "description_localizations": None,
    "options": [],
    "default_member_permissions": None,
    "nsfw": False,
}


def _scope(call: Call) -> int | None:
    if call.id("application_id") != call.world.options.application_id:
        raise Refused(403, 20012, "You are not authorized to perform this action on this application")
    return identity.joined(call).id if "guild_id" in call.params else None


async def listed(call: Call) -> Answer:
    return 200, call.world.commands.lists.get(_scope(call), [])


async def overwrite(call: Call) -> Answer:
    """Replace all; a command that keeps its name and type keeps its id."""
    scope, wanted = _scope(call), call.body.payload or []
    problems = Problems()
    command_rules.check(wanted, problems)
    problems.settle()
    commands = call.world.commands
    before = {(one["type"], one["name"]): one["id"] for one in commands.lists.get(scope, [])}
    commands.lists[scope] = [_kept(call, one, scope, before) for one in wanted]
    commands.writes += 1
    call.world.changes.note()
    return 200, commands.lists[scope]


def _kept(call: Call, wanted: Json, scope: int | None, before: dict[tuple[int, str], str]) -> Json:
    made = FILLED | {key: value for key, value in wanted.items() if value is not None}
    new = str(call.world.clock.snowflake())
    made |= {
        "id": before.get((made["type"], made["name"]), new),
        "application_id": str(call.world.options.application_id),
        "version": new,
    }
    if made["default_member_permissions"] is not None:
        made["default_member_permissions"] = str(made["default_member_permissions"])
    if scope is not None:
        return made | {"guild_id": str(scope)}
    return {"integration_types": [0], "contexts": None, "dm_permission": True} | made


TEMPLATES = ("/applications/{application_id}/commands", "/applications/{application_id}/guilds/{guild_id}/commands")
ROUTES = [
    Route(method=method, template=template, act=act)
    for template in TEMPLATES
    for method, act in (("GET", listed), ("PUT", overwrite))
]
