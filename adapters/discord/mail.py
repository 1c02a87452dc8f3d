"""Mail: what a direct message brings along, its own and what it forwards or replies to."""

import re
from collections.abc import Sequence

import discord

from adapters.discord import buttons, people, rightclicks
from adapters.discord.intake import Sent
from adapters.discord.outbound import NAME
from bot import requests
from bot.commands.ask import FURTHER

PASTED = "message.txt"  # what Discord's clients make of a text that is too long for a message
_HAN, _KANA = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[\u3040-\u30ff]")


def is_said_to_the_bot(message: discord.Message) -> bool:
    """Whether a person wrote it, in direct messages; what Discord says itself, and bots among themselves, is not."""
    alone = message.guild is None and isinstance(message.channel, discord.DMChannel | discord.PartialMessageable)
    return alone and not message.author.bot and message.webhook_id is None and message.type in _WRITTEN


_WRITTEN = frozenset({discord.MessageType.default, discord.MessageType.reply})


def words(message: discord.Message) -> str:
    """What is written, or was written in what is forwarded."""
    forwarded = (one.content for one in message.message_snapshots)
    return "\n".join(filter(None, (message.content, *forwarded)))


def files(message: discord.Message) -> tuple[Sent, ...]:
    """The media that are attached, or were attached to what is forwarded."""
    return tuple(sent for one in _attached(message) if (sent := rightclicks.attachment(_json(one))) is not None)


def pasted(message: discord.Message) -> str | None:
    """Where a text lies that was too long for the message; None without one."""
    long = (one for one in message.attachments if one.filename == PASTED and _is_text(one))
    return next((one.url for one in long), None)


def shown(message: discord.Message) -> tuple[Sent, ...]:
    """The media that somebody sees in a message that is replied to."""
    embeds = [dict(one.to_dict()) for one in message.embeds]
    return rightclicks.media_of({"attachments": [_json(one) for one in _attached(message)], "embeds": embeds})


def asked_on(message: discord.Message) -> str | None:
    """The line that goes on from a model's answer, where it replies to one: that has a button to ask on."""
    above = message.reference.resolved if message.reference is not None else None
    if not isinstance(above, discord.Message):
        return None
    ids = (one.custom_id for row in above.components for one in getattr(row, "children", ()) if one.custom_id)
    taps = (tap for id in ids if (tap := buttons.read(id)) is not None)
    return next((f"{tap.action} {tap.subject}" for tap in taps if tap.action == FURTHER), None)


def person(message: discord.Message, *, words: str) -> requests.Person:
    """Who wrote it. Discord tells their language with interactions only: here it is guessed by the words' script."""
    chinese = _HAN.search(words) is not None and _KANA.search(words) is None
    return people.person(message.author, language="zh-CN" if chinese else None)


def mentioned(message: discord.Message) -> tuple[requests.Person, ...]:
    """Who is named in it, in the order in which they stand."""
    there = {str(user.id): people.person(user) for user in message.mentions}
    return tuple(there[id] for id in people.mentioned(message.content) if id in there)


def place(message: discord.Message) -> requests.Place:
    """Where it's answered: below it."""
    return requests.Place(
        platform=NAME, channel=str(message.channel.id), message=str(message.id), user=str(message.author.id)
    )


def _attached(message: discord.Message) -> Sequence[discord.Attachment]:
    return [*message.attachments, *(one for snapshot in message.message_snapshots for one in snapshot.attachments)]


def _json(one: discord.Attachment) -> dict[str, object]:
    return dict(one.to_dict())


def _is_text(one: discord.Attachment) -> bool:
    return (one.content_type or "").startswith("text/plain")
