"""The tree of commands, generated: what Discord is told of every command and of every right click.

Discord's page "Application Commands" has the shape of these values.
"""

import functools
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import discord

from adapters.discord import events, rightclicks
from adapters.discord.rightclicks import RightClick
from bot import replies
from bot.commands import Command, menus, registry
from bot.commands import texts as texts_

Tree: TypeAlias = Sequence[Mapping[str, Any]]
"""All commands, as they are sent to Discord."""

STRING, BOOLEAN, USER, ATTACHMENT = 3, 5, 6, 11
INSTALLS = (0, 1)  # in a server, and by a person
CONTEXTS = (0, 1, 2)  # servers, the bot's direct messages, everybody else's
STEWARDS = {
    # what manages a community is shown in servers that have the bot, to those who may manage them; a server's own
    # settings may show it to others, so that the commands ask for the right themselves
    "default_member_permissions": str(discord.Permissions(manage_guild=True).value),
    "integration_types": [INSTALLS[0]],
    "contexts": [CONTEXTS[0]],
}
DESCRIPTION = 100  # characters
TYPED = {"zh": ("zh-CN",)}  # our languages beside English, as Discord calls them: for names that are typed
READ = {"zh": ("zh-CN", "zh-TW")}  # and for what is only read: who reads Traditional signs can't type Simplified ones


def tree(texts: texts_.Texts) -> Tree:
    """Every command in the order of menus, then the right clicks."""
    typed = [_command(command, texts) for command in registry.commands().values()]
    return [*typed, *(_right_click(click, texts) for click in rightclicks.right_clicks())]


def right_click(name: str, *, texts: texts_.Texts) -> RightClick | None:
    """The right click that Discord knows under this name."""
    return _named(texts).get(name)


@functools.cache
def _named(texts: texts_.Texts) -> Mapping[str, RightClick]:
    return {texts.plain(replies.text(click.name), "en"): click for click in rightclicks.EVERY}


def _command(command: Command, texts: texts_.Texts) -> Mapping[str, Any]:
    chinese = command.words[0] if command.words else command.name
    return {
        "type": events.CHAT,
        "name": command.name,
        "name_localizations": _localized({"zh": chinese}, TYPED),
        **_described(replies.text(command.summary), texts),
        "options": [_option(field, texts) for field in menus.fields(command)],
        **(STEWARDS if command.stewards else _everywhere()),
    }


def _right_click(click: RightClick, texts: texts_.Texts) -> Mapping[str, Any]:
    name = replies.text(click.name)
    localized = {language: texts.plain(name, language) for language in READ}
    return {
        "type": events.MESSAGE,
        "name": texts.plain(name, "en"),
        "name_localizations": _localized(localized, READ),
        **_everywhere(),
    }


def _option(field: menus.Field, texts: texts_.Texts) -> Mapping[str, Any]:
    kind = _kind(field)
    return {
        "type": kind,
        "name": field.name,
        "name_localizations": _localized(field.names, TYPED),
        **_described(field.about, texts),
        "required": field.required,
        **({"autocomplete": field.suggests} if kind == STRING else {}),
    }


def _kind(field: menus.Field) -> int:
    if field.medium is not None:
        return ATTACHMENT
    if field.person:
        return USER
    return BOOLEAN if field.switch else STRING


def _described(about: replies.Text, texts: texts_.Texts) -> Mapping[str, Any]:
    described = {language: _cut(texts.plain(about, language)) for language in READ}
    return {
        "description": _cut(texts.plain(about, "en")),
        "description_localizations": _localized(described, READ),
    }


def _localized(words: Mapping[str, str], locales: Mapping[str, Sequence[str]]) -> Mapping[str, str]:
    return {locale: words[language] for language, known in locales.items() for locale in known}


def _everywhere() -> Mapping[str, Any]:
    return {"integration_types": list(INSTALLS), "contexts": list(CONTEXTS)}


def _cut(words: str) -> str:
    return words if len(words) <= DESCRIPTION else f"{words[: DESCRIPTION - 1].rstrip()}…"
