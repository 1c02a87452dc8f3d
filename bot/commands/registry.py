"""Every command, found by looking: a file of this package that declares a `COMMAND` is one.

A command without a docstring in its file, or a name that is taken, fails when this is imported and not in a chat.
"""

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache
from types import ModuleType

from bot.commands.declaration import Action, Command


@cache
def commands() -> Mapping[str, Command]:
    """All commands by name, in the order of menus."""
    package = importlib.import_module(__package__)
    modules = [importlib.import_module(f"{__package__}.{m.name}") for m in pkgutil.iter_modules(package.__path__)]
    return checked([m for m in modules if hasattr(m, "COMMAND")])


def checked(modules: Iterable[ModuleType]) -> Mapping[str, Command]:
    """The commands that modules declare. Raises TypeError for one that is not fit to be shown."""
    found: dict[str, Command] = {}
    taken: dict[str, str] = {}
    for module in modules:
        command = module.COMMAND
        if not isinstance(command, Command):
            raise TypeError(f"{module.__name__}.COMMAND is no Command")
        if not (module.__doc__ or "").strip():
            raise TypeError(f"{module.__name__} declares /{command.name} without a docstring")
        for word in _words(command):
            if taken.setdefault(word, command.name) != command.name:
                raise TypeError(f"{module.__name__}: “{word}” already belongs to /{taken[word]}")
        if command.name in found:
            raise TypeError(f"{module.__name__}: /{command.name} is declared twice")
        found[command.name] = command
    return {c.name: c for c in sorted(found.values(), key=lambda c: c.rank)}


def first_words(shelf: Mapping[str, Command]) -> Mapping[str, Command]:
    """Every word that starts a command, its own name among them."""
    return {word: command for command in shelf.values() for word in (command.name, *command.words)}


def actions(shelf: Mapping[str, Command]) -> Mapping[str, tuple[Command, Action]]:
    """Every word that names an action, with the command it belongs to."""
    return {word: (c, a) for c in shelf.values() for a in c.actions for word in (a.name, *a.words)}


def _words(command: Command) -> tuple[str, ...]:
    actions = (word for action in command.actions for word in (action.name, *action.words))
    return (command.name, *command.words, *actions)
