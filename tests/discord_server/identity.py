"""Who the bot is, and who is where: users, application, gateway address, guilds and members."""

from tests.discord_server import identify
from tests.discord_server.calls import Answer, Call, Route
from tests.discord_server.guilds import Guild
from tests.discord_server.refusals import Refused, missing_access, unknown

SESSION_STARTS = {"total": 1000, "remaining": 999, "reset_after": 86_400_000, "max_concurrency": 1}


async def me(call: Call) -> Answer:
    return 200, call.world.bot.json() | {"verified": True, "mfa_enabled": True, "locale": "en-US", "email": None}


async def user(call: Call) -> Answer:
    return 200, call.world.user(call.id("user_id")).json()


async def application(call: Call) -> Answer:
    return 200, identify.application(call.world)


async def gateway(call: Call) -> Answer:
    return 200, {"url": call.world.gateway_url}


async def gateway_bot(call: Call) -> Answer:
    return 200, {"url": call.world.gateway_url, "shards": 1, "session_start_limit": SESSION_STARTS}


def joined(call: Call) -> Guild:
    """The guild of the path, which the bot must be in."""
    guild = call.world.guild(call.id("guild_id"))
    if call.world.bot.id not in guild.members:
        raise missing_access()
    return guild


async def guild(call: Call) -> Answer:
    found = joined(call)
    return 200, found.json() | {"approximate_member_count": len(found.members)}


async def my_guilds(call: Call) -> Answer:
    return 200, [
        {"id": str(one.id), "name": one.name, "icon": None, "owner": False, "permissions": "0", "features": []}
        for one in call.world.bot_guilds()
    ]


async def leave(call: Call) -> Answer:
    found = joined(call)
    del found.members[call.world.bot.id]
    await call.world.gateway.dispatch("GUILD_DELETE", {"id": str(found.id)})
    return 204, None


async def guild_channels(call: Call) -> Answer:
    found = joined(call)
    places = [one for one in call.world.places.values() if one.guild_id == found.id and not one.is_thread]
    return 200, [one.json() for one in places]


async def roles(call: Call) -> Answer:
    return 200, [one.json() for one in joined(call).roles.values()]


async def member(call: Call) -> Answer:
    found = joined(call).members.get(call.id("user_id"))
    if found is None:
        raise unknown("Member") if call.id("user_id") in call.world.users else unknown("User")
    return 200, found.json()


async def members(call: Call) -> Answer:
    found = joined(call)
    if not call.world.options.members:
        raise Refused(403, 50001, "Missing Access")
    most, after = int(call.query.get("limit", 1)), int(call.query.get("after", 0))
    wanted = sorted((one for one in found.members.values() if one.user.id > after), key=lambda one: one.user.id)
    return 200, [one.json() for one in wanted[:most]]


ROUTES = [
    Route(method="GET", template="/users/@me", act=me),
    Route(method="GET", template="/users/@me/guilds", act=my_guilds),
    Route(method="DELETE", template="/users/@me/guilds/{guild_id}", act=leave),
    Route(method="GET", template="/users/{user_id}", act=user),
    Route(method="GET", template="/applications/@me", act=application),
    Route(method="GET", template="/oauth2/applications/@me", act=application),
    Route(method="GET", template="/gateway", act=gateway),
    Route(method="GET", template="/gateway/bot", act=gateway_bot),
    Route(method="GET", template="/guilds/{guild_id}", act=guild),
    Route(method="GET", template="/guilds/{guild_id}/channels", act=guild_channels),
    Route(method="GET", template="/guilds/{guild_id}/roles", act=roles),
    Route(method="GET", template="/guilds/{guild_id}/members", act=members),
    Route(method="GET", template="/guilds/{guild_id}/members/{user_id}", act=member),
]
