"""Telling Discord our commands, only when they have changed: it takes 200 new ones a day and not more."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import discord
import structlog
from discord import http

from adapters.discord import errors, limits
from adapters.discord.tree import Tree
from bot import errors as core_errors

log = structlog.get_logger(__name__)

SAID = (
    "type",
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "required",
    "autocomplete",
    "default_member_permissions",
)
"""What is compared of a command and of an option; Discord adds ids, versions and defaults of its own."""

LISTS = ("integration_types", "contexts")


async def sync(client: discord.Client, tree: Tree, *, state: Path) -> bool:
    """Make Discord's commands ours; says whether they were sent. Raises Refused, OperatorError.

    What was sent last is remembered as a digest, per application; without one, Discord's own list is compared.
    """
    if await asyncio.to_thread(is_remembered, client, tree, state=state):
        return False
    if synced := await is_synced(client, tree):
        log.info("the commands are as Discord has them")
    else:
        async with errors.mapped("the commands", timeout_s=limits.request_s(0)):
            await client.http.bulk_upsert_global_commands(_application(client), [dict(one) for one in tree])
        log.info("the commands were sent to Discord", commands=len(tree))
    await asyncio.to_thread(_write, memory(client, state=state), _digest(tree))
    return not synced


def memory(client: discord.Client, *, state: Path) -> Path:
    """Where it is remembered which commands this application was told."""
    return state / f"discord-commands-{client.application_id}"


def is_remembered(client: discord.Client, tree: Tree, *, state: Path) -> bool:
    """Whether these commands were told before, and the next start tells nothing."""
    return _read(memory(client, state=state)) == _digest(tree)


async def is_synced(client: discord.Client, tree: Tree) -> bool:
    """Whether Discord's list says the same as ours. Raises Refused."""
    route = http.Route("GET", "/applications/{application_id}/commands", application_id=_application(client))
    async with errors.mapped("the list of commands", timeout_s=limits.request_s(0)):
        theirs = await client.http.request(route, params={"with_localizations": "true"})
    return _comparable(theirs) == _comparable(tree)


def _application(client: discord.Client) -> int:
    assert client.application_id is not None, "asked before the login"
    return client.application_id


def _comparable(tree: Tree) -> list[Mapping[str, Any]]:
    return sorted((_plain(one) for one in tree), key=lambda one: (one.get("type", 1), one["name"]))


def _plain(one: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is said of a command or an option, without what is empty or off."""
    said: dict[str, Any] = {name: one[name] for name in SAID if one.get(name)}
    said |= {name: sorted(one[name]) for name in LISTS if one.get(name)}
    if one.get("options"):
        said["options"] = [_plain(option) for option in one["options"]]
    return said


def _digest(tree: Tree) -> str:
    return hashlib.sha256(json.dumps(list(tree), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, ValueError):  # not there yet, or not readable: then Discord is asked
        return ""


def _write(path: Path, digest: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text(digest, "utf-8")
        fresh.replace(path)
    except OSError as error:
        raise core_errors.OperatorError(
            f"The file {path} can't be written: {error.strerror}. Give the bot's user the right to write that folder."
        ) from error
