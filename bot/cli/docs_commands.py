"""The text of docs/commands.md, from the commands' declarations."""

from collections.abc import Iterator

from bot import commands, replies
from bot.commands import options

HEAD = """# Commands

The same on every platform, and for every text platform in the same grammar: a command, then the prompt, with flags
anywhere in it. A flag takes `--flag value` or `--flag=value`; values with spaces stand in quotes. Files are given as
URLs, as the id of an earlier job (`K7Q2`, or `K7Q2/2` for its second file) and, on the console, as paths.
"""


def markdown() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(_section(command) for command in commands.commands().values())])


def _section(command: commands.Command) -> str:
    texts = commands.Texts()
    say = lambda key: texts.plain(replies.text(key), "en")  # noqa: E731
    lines = [f"## /{command.name}\n", say(command.summary), ""]
    if command.words:
        lines += [f"Also: {', '.join(f'`{word}`' for word in command.words)}", ""]
    lines += ["```", *(say(example) for example in command.examples), "```", ""]
    if command.actions:
        lines += [*_actions(command), ""]
    if taken := options.of_command(command):
        lines += ["| option | meaning | values |", "| --- | --- | --- |"]
        lines += [f"| `{o.flag}` | {_cell(say(f'option.{o.name}'))} | {_cell(o.range) or '—'} |" for o in taken]
        lines.append("")
    return "\n".join(lines)


def _actions(command: commands.Command) -> Iterator[str]:
    for action in command.actions:
        also = f" (also {', '.join(f'`{word}`' for word in action.words)})" if action.words else ""
        yield f"- `{action.name} ID`{also}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
