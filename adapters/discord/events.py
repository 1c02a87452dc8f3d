"""What Discord's events carry: options, files and the field that is being typed, out of their JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import discord

from adapters.discord import people, rightclicks
from adapters.discord.intake import Sent
from bot import requests
from bot.commands import Command, mentions, menus

CHAT, MESSAGE = 1, 3  # types of commands: typed, and right-clicked on a message


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A command's form as it was sent, or as far as it is filled in."""

    prompt: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Sent, ...] = ()
    people: tuple[requests.Person, ...] = ()  # who was picked
    private: bool = False
    focused: str = ""  # the field that is being typed; "" when the form was sent


def data_of(interaction: discord.Interaction) -> Mapping[str, Any]:
    """The event's own JSON."""
    return interaction.data or {}


def filled(data: Mapping[str, Any], command: Command) -> Filled:
    """The form of a command."""
    known = {one.name: one for one in menus.fields(command)}
    options = [one for one in data.get("options", ()) if one["name"] in known]
    values = {one["name"]: one.get("value") for one in options}
    attached = data.get("resolved", {}).get("attachments", {})
    texts = {name: _text(value) for name, value in values.items() if known[name].medium is None}
    files = (
        rightclicks.attachment(attached[str(value)], kind=known[name].medium, field=known[name].given)
        for name, value in values.items()
        if known[name].medium is not None and str(value) in attached
    )
    picked = (people.resolved(data, str(value)) for name, value in values.items() if known[name].person)
    texts |= {name: f"<@{value}>" for name, value in values.items() if known[name].person}
    return Filled(
        prompt=texts.pop(menus.PROMPT, ""),
        private=texts.pop(menus.PRIVATE, "") == "true",
        fields=texts,
        files=tuple(file for file in files if file is not None),
        people=tuple(each for each in picked if each is not None),
        focused=next((one["name"] for one in options if one.get("focused")), ""),
    )


async def named(interaction: discord.Interaction, filled: Filled, command: Command | None) -> Filled:
    """A form of a command about people with everybody in it whom it mentions; prompts keep what stands in them."""
    if command is None or not mentions.are_named(command):
        return filled
    words = (filled.prompt, *filled.fields.values())
    known = {each.user for each in filled.people}
    missing = [id for id in people.mentioned(" ".join(words)) if id not in known]
    return replace(
        filled,
        prompt=people.stand_in(filled.prompt),
        fields={name: people.stand_in(value) for name, value in filled.fields.items()},
        people=(*filled.people, *await people.looked_up(interaction, missing)),
    )


def clicked(data: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The message that was right-clicked."""
    found: Mapping[str, Any] | None = data.get("resolved", {}).get("messages", {}).get(str(data.get("target_id")))
    return found


def label_of(message: discord.Message | None, custom_id: str) -> str:
    """What the tapped button says; "" where its message is not there."""
    rows = message.components if message is not None else []
    found = (one for row in rows if isinstance(row, discord.ActionRow) for one in row.children)
    return next(
        (one.label or "" for one in found if isinstance(one, discord.Button) and one.custom_id == custom_id), ""
    )


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value or "")
