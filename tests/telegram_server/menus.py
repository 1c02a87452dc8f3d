"""The bot's menus of commands: one for each scope and language, and which of them a person sees."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tests.telegram_server.refusals import bad

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")

Commands = list[dict[str, str]]


class Menus:
    """What setMyCommands was told."""

    def __init__(self) -> None:
        self._kept: dict[tuple[tuple[tuple[str, Any], ...], str], Commands] = {}

    def set(self, scope: Mapping[str, Any] | None, language: str, commands: Sequence[Mapping[str, str]]) -> None:
        """Keep a menu, or refuse it."""
        for one in commands:
            if not _COMMAND.fullmatch(one["command"]):
                raise bad("BOT_COMMAND_INVALID")
        if not commands:
            raise bad("commands must have 1-100 items")
        self._kept[_key(scope, language)] = [dict(one) for one in commands]

    def get(self, scope: Mapping[str, Any] | None, language: str) -> Commands:
        return self._kept.get(_key(scope, language), [])

    def delete(self, scope: Mapping[str, Any] | None, language: str) -> None:
        self._kept.pop(_key(scope, language), None)

    def all(self) -> list[dict[str, Any]]:
        """Every menu with its scope and language."""
        return [
            {"scope": dict(scope), "language_code": language, "commands": commands}
            for (scope, language), commands in self._kept.items()
        ]

    def seen(self, scopes: Sequence[Mapping[str, Any]], language: str) -> Commands:
        """The menu of the first scope that has one, in the person's language or else in none (BotCommandScope)."""
        for scope in scopes:
            for code in (language[:2], ""):
                if self.get(scope, code):
                    return self.get(scope, code)
        return []


def _key(scope: Mapping[str, Any] | None, language: str) -> tuple[tuple[tuple[str, Any], ...], str]:
    if language and not _LANGUAGE.fullmatch(language):
        raise bad("invalid language code specified")
    return tuple(sorted((scope or {"type": "default"}).items())), language
