"""The command menu: made from the commands' declarations, for every kind of chat and language, set when it differs."""

from collections.abc import Iterator
from dataclasses import dataclass

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeDefault,
)

from adapters.telegram import errors
from adapters.telegram.connection import Bot
from bot.commands import Texts, commands
from bot.commands.declaration import Command
from bot.replies import text

DESCRIPTION = 256  # characters (BotCommand)
LANGUAGES = {"": "en", "zh": "zh"}  # Telegram's language code → ours; "" is for everybody else
_GROUPS = frozenset({"jobs", "credits", "help"})  # beside those that make something; the rest is for private chats


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """One list of commands."""

    scope: BotCommandScope
    language_code: str
    commands: tuple[BotCommand, ...]


def menus(texts: Texts) -> Iterator[Menu]:
    """All of them."""
    shelf = list(commands().values())
    for code, language in LANGUAGES.items():
        every = tuple(_entry(command, texts, language) for command in shelf if not command.stewards)
        few = tuple(_entry(c, texts, language) for c in shelf if c.kind is not None or c.name in _GROUPS)
        theirs = tuple(_entry(command, texts, language) for command in shelf if command.stewards)
        yield Menu(scope=BotCommandScopeDefault(), language_code=code, commands=every)
        yield Menu(scope=BotCommandScopeAllPrivateChats(), language_code=code, commands=every)
        yield Menu(scope=BotCommandScopeAllGroupChats(), language_code=code, commands=few)
        yield Menu(scope=BotCommandScopeAllChatAdministrators(), language_code=code, commands=(*few, *theirs))


async def differing(bot: Bot, texts: Texts) -> list[Menu]:
    """Those that Telegram doesn't show yet. Raises Refused."""
    found = []
    for menu in menus(texts):
        now = await errors.told(bot.get_my_commands(scope=menu.scope, language_code=menu.language_code or None))
        if tuple(now) != menu.commands:
            found.append(menu)
    return found


async def publish(bot: Bot, texts: Texts) -> int:
    """Bring the menus up to date; how many were not. Raises Refused."""
    missing = await differing(bot, texts)
    for menu in missing:
        await errors.told(
            bot.set_my_commands(menu.commands, scope=menu.scope, language_code=menu.language_code or None)
        )
    return len(missing)


def _entry(command: Command, texts: Texts, language: str) -> BotCommand:
    return BotCommand(command.name, texts.plain(text(command.summary), language)[:DESCRIPTION])
