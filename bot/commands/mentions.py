"""Mentions: the people whom a line names, as they stand in it and as the platform knows them.

An adapter writes each as `<@platform:user>` where the platform says who is meant, and hands them over in that order;
`@mia` it leaves as it is, and whoever is known here by that name is found. Whom a message replies to stands nowhere in
the line, and counts where it names nobody.
"""

import re
from collections.abc import Sequence
from typing import Final, Protocol

from bot import requests
from bot.commands import grammar, registry
from bot.commands.declaration import Command

FIELD: Final = "member"
"""The field of a form that names a person; a command that has it is told who is meant."""

MOST: Final = 5  # people whom one line may name by what they are called
_STANDS = re.compile(r"<@(?P<platform>[a-z]+):(?P<user>[^<>\s]{1,64})>")
_CALLED = re.compile(r"(?<![A-Za-z0-9_.<@])@(?P<handle>[\w.-]{1,64})")
_PLAIN = re.compile(r"[A-Za-z0-9_.-]*")


class Names(Protocol):
    """What is needed of the studio."""

    async def called(self, platform: str, handle: str) -> requests.Person | None:
        """Whom the platform calls by this name."""

    async def known(self, platform: str, user: str) -> requests.Person | None:
        """Who has this id there, if they are known here."""


def are_named(command: Command) -> bool:
    """Whether a command is about people that it is told."""
    return FIELD in command.fields


def are_named_in(line: str) -> bool:
    """Whether a line that is typed is of such a command: elsewhere a mention is a part of the words."""
    word, shelf = grammar.head(line).word, registry.commands()
    command, _ = registry.actions(shelf).get(word, (registry.first_words(shelf).get(word), None))
    return command is not None and are_named(command)


def are_said(words: str) -> bool:
    """Whether words call somebody by a name, known or not."""
    return _CALLED.search(words) is not None


def standing(person: requests.Person) -> str:
    """How somebody stands in a line."""
    return f"<@{person.platform}:{person.user}>"


async def found(
    line: str, named: Sequence[requests.Person], *, platform: str, names: Names
) -> tuple[str, tuple[requests.Person, ...]]:
    """The line with everybody in it who could be found, and who they are. Whoever is not known stays `@mia`."""
    known = {standing(person): person for person in named}
    for each in list(_CALLED.finditer(line))[:MOST][::-1]:  # from the end, so that what comes before stays in place
        handle, person = await _called(each["handle"], platform=platform, names=names)
        if person is not None:
            known.setdefault(standing(person), person)
            line = f"{line[: each.start()]}{standing(person)}{line[each.start('handle') + len(handle) :]}"
    unknown = [each for each in _STANDS.finditer(line) if each[0] not in known and each["platform"] == platform]
    for each in unknown[:MOST]:  # the beginning of a line that its answer completes holds the id alone
        if (person := await names.known(platform, each["user"])) is not None:
            known[each[0]] = person
    there = [known[each[0]] for each in _STANDS.finditer(line) if each[0] in known]
    return line, tuple(there or named)


async def _called(said: str, *, platform: str, names: Names) -> tuple[str, requests.Person | None]:
    """Who it is, and how much of what was said is the name: a sentence may go on right behind it, `@mia给20`."""
    whole = said.rstrip(".-")
    for handle in dict.fromkeys((whole, _PLAIN.match(whole)[0])):  # type: ignore[index]  # it matches anything
        if handle and (person := await names.called(platform, handle)) is not None:
            return handle, person
    return said, None
