"""Checks for the operator: whether Discord knows the bot, lets it in, and has its commands."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import discord

from adapters.discord import errors, limits, sync, tree
from adapters.discord.client import Client
from adapters.discord.options import Options, aim
from bot.commands import texts as texts_

SCOPES = ("bot", "applications.commands")
RIGHTS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    attach_files=True,
    read_message_history=True,
)
"""What the bot needs in a server: to be there, to answer in channels and threads, with files, and as a reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found about one thing."""

    name: str
    ok: bool
    what: str  # one sentence
    cure: str = ""  # what to do; "" where all is well
    starts: bool = False  # whether a start of the bot is the cure


async def findings(options: Options) -> tuple[Finding, ...]:
    """Everything, in order; what can't be asked for is left out. Changes nothing."""
    aim(options)
    client = Client()
    try:
        async with asyncio.timeout(limits.LOGIN_S), _logged_in(client, options):
            return (_known(client), _intents(client), await _commands(client, options), _invitation(client))
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        what, _, cure = str(errors.login_failed(error, api_url=options.api_url)).partition(". ")
        return (Finding(name="token", ok=False, what=f"{what}.", cure=cure),)


@asynccontextmanager
async def _logged_in(client: Client, options: Options) -> AsyncIterator[None]:
    try:
        await client.login(options.token)
        yield
    finally:
        await client.close()


def _known(client: Client) -> Finding:
    """Who the bot is, and who may add it, where the application's page says so."""
    application = client.application
    ways = {
        "to servers": application.guild_integration_config if application is not None else None,
        "by people for themselves": application.user_integration_config if application is not None else None,
    }
    added = " and ".join(way for way, config in ways.items() if config is not None)
    more = f" It can be added {added}." if added else ""
    return Finding(name="token", ok=True, what=f"The bot is {client.user}.{more}")


def _invitation(client: Client) -> Finding:
    """The link that adds the bot to a server, with the rights it needs and no other."""
    assert client.application_id is not None, "asked before the login"
    link = discord.utils.oauth_url(client.application_id, permissions=RIGHTS, scopes=SCOPES)
    return Finding(name="invitation", ok=True, what=link)


def _intents(client: Client) -> Finding:
    """Atelier needs no privileged one; an address for interactions would keep them from the gateway."""
    application = client.application
    if application is not None and application.interactions_endpoint_url:
        return Finding(
            name="interactions",
            ok=False,
            what="Discord sends this application's interactions to an address of its own, so that the bot hears none.",
            cure="Empty “Interactions Endpoint URL” on the application's page in the developer portal.",
        )
    return Finding(name="intents", ok=True, what="No privileged intent is needed.")


async def _commands(client: Client, options: Options) -> Finding:
    ours = tree.tree(texts_.Texts())
    try:
        synced = await sync.is_synced(client, ours)
    except errors.Refused as refused:
        return Finding(
            name="commands",
            ok=False,
            what=f"The list of commands can't be read ({refused}).",
            cure="Try again in a minute.",
        )
    if synced:
        return Finding(name="commands", ok=True, what="Discord has all commands as they are.")
    what = "Discord has other commands than this version of Atelier."
    if not sync.is_remembered(client, ours, state=options.state):  # a start sends what is new
        cure = "Start the bot: it sends them by itself."
        return Finding(name="commands", ok=False, what=what, cure=cure, starts=True)
    return Finding(  # what somebody else took away at Discord must first be forgotten here
        name="commands",
        ok=False,
        what=what,
        cure=f"Delete {sync.memory(client, state=options.state)} and start the bot: it sends them anew.",
    )
