"""/help: three examples to try, every command in one line, and one command's options with their values."""

from bot import errors
from bot.commands import grammar, menus, options, registry
from bot.commands.declaration import Asking, Command
from bot.commands.texts import Code
from bot.replies import Reply, Text, text

STARTERS = ("image", "video", "speech")  # whose first example greets a newcomer


async def help_(asking: Asking) -> Reply:
    """Explain everything in short, or one command in full."""
    word = asking.text.strip().lstrip("/／").lower()
    if not word:
        return _overview(asking)
    words = registry.first_words(asking.shelf)
    if (command := words.get(word)) is None:
        near = grammar.nearest(word, list(words)) or "help"
        raise errors.NotFound("error.unknown_command", word=f"/{word}", near=f"/{near}")
    return _manual(command, asking)


def _overview(asking: Asking) -> Reply:
    starters = tuple(text("help.example", line=Code(text(asking.shelf[name].examples[0]))) for name in STARTERS)
    commands = tuple(
        text("help.command", name=Code(f"/{command.name}"), summary=text(command.summary))
        for command in asking.shelf.values()
    )
    lines = (
        text("help.start"),
        *starters,
        text("help.all"),
        *commands,
        text("help.more", how=Code(menus.written(asking, "help", command="image"))),
    )
    return Reply(lines=lines, private=True, facts={"commands": list(asking.shelf)})


def _manual(command: Command, asking: Asking) -> Reply:
    taken = options.of_command(command)
    lines = (
        text("help.command", name=Code(f"/{command.name}"), summary=text(command.summary)),
        *(text("help.example", line=Code(text(key))) for key in command.examples),
        *(option_text(option, _said_as(option, command, asking)) for option in taken),
    )
    facts = {"command": command.name, "options": [_facts(option) for option in taken]}
    return Reply(lines=lines, private=True, facts=facts)


def _said_as(option: options.Option, command: Command, asking: Asking) -> str:
    return menus.called(option, asking, command) if asking.form else option.flag


def option_text(option: options.Option, said_as: str) -> Text:
    """One option: how it is said, what it is, what may be said."""
    about = text(f"option.{option.name}")
    if option.range:
        return text("help.option", flag=Code(said_as), about=about, values=option.range)
    return text("help.option_free", flag=Code(said_as), about=about)


def _facts(option: options.Option) -> dict[str, object]:
    return {
        "name": option.name,
        "values": list(option.values),
        "open": option.open,
        "low": option.low,
        "high": option.high,
        "switch": option.switch,
        "medium": option.medium.value if option.medium else None,
        "models": list(option.models),
    }


COMMAND = Command(
    name="help",
    words=("帮助",),
    rank=20,
    fields=("command",),
    summary="summary.help",
    examples=("example.help", "example.help_image"),
    handler=help_,
)
