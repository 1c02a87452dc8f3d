"""The commands as a document: docs/commands.md, made from the declarations and never written by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.commands import menus, options, registry
from bot.commands.declaration import Command
from bot.commands.texts import LANGUAGES, Texts
from bot.replies import text

_LANGUAGE = LANGUAGES[0]
_INTRO = """\
# Commands

Generated from the declarations in `bot/commands/`; `make docs` writes it anew.

Where text is typed, options are flags and may stand anywhere: `--ratio 16:9`, `--ratio=16:9`, a phone's `—ratio 16:9`.
Words that contain something like a flag go into quotes, or behind ` -- `. Several pictures are several `--image`.
A medium is a file, a link, or a job's id (`K7Q2`, its second result `K7Q2/2`).

Platforms with forms (Discord's slash commands) show fields instead. What has no field of its own is written into
`more`: `seed=7 style="calm, warm" subtitles`. Flags in the words of `prompt` are understood there too.
"""


@dataclass(frozen=True, slots=True)
class Markdown:
    """The markup of documents."""

    def escape(self, words: str) -> str:
        """Any words, safe in a table."""
        return words.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")

    def bold(self, safe: str) -> str:
        """Emphasised."""
        return f"**{safe}**"

    def code(self, words: str) -> str:
        """To copy."""
        return f"`{words.replace('|', chr(92) + '|')}`"

    def quote(self, words: str) -> str:
        """Somebody else's words."""
        return self.escape(words)

    def moment(self, at: datetime) -> str:
        """A moment; documents have none."""
        return at.isoformat()


def commands_markdown(texts: Texts | None = None) -> str:
    """docs/commands.md, whole."""
    shown = texts or Texts(strict=True)
    parts = [_INTRO, *(_section(command, shown) for command in registry.commands().values())]
    return "\n".join(parts)


def _section(command: Command, texts: Texts) -> str:
    lines = [f"## /{command.name}", "", _plain(command.summary, texts), ""]
    if command.words:
        lines += [f"Also: {', '.join(f'`{word}`' for word in command.words)}", ""]
    lines += ["```text", *(_plain(key, texts) for key in command.examples), "```", ""]
    if any(not action.of_question for action in command.actions):
        lines += [*_action_lines(command), ""]
    if taken := options.of_command(command):
        lines += ["| option | what it is | values |", "| --- | --- | --- |", *_option_lines(taken, texts), ""]
    if shown := menus.fields(command):
        lines += ["In a form:", "", "| field | 中文 | takes | what it is |", "| --- | --- | --- | --- |"]
        lines += [*_field_lines(shown, texts), ""]
    return "\n".join(lines)


def _action_lines(command: Command) -> Iterator[str]:
    after = f"after `/{command.name}` or alone" if command.kind is None else "alone"
    yield f"With a job's id, {after}:"
    yield ""
    for action in (action for action in command.actions if not action.of_question):
        also = f" ({', '.join(f'`{word}`' for word in action.words)})" if action.words else ""
        words = " and words" if action.asks else ""
        yield f"- `{action.name} K7Q2`{words}{also}"


def _option_lines(taken: tuple[options.Option, ...], texts: Texts) -> Iterator[str]:
    markup = Markdown()
    for option in taken:
        about = texts.render(text(f"option.{option.name}"), _LANGUAGE, markup)
        values = markup.code(option.range) if option.range else ""
        yield f"| {markup.code(option.flag)} | {about} | {values} |"


def _field_lines(shown: tuple[menus.Field, ...], texts: Texts) -> Iterator[str]:
    markup = Markdown()
    for field in shown:
        about = texts.render(field.about, _LANGUAGE, markup)
        yield f"| {markup.code(field.name)} | {field.names['zh']} | {_takes(field)} | {about} |"


def _takes(field: menus.Field) -> str:
    what = "file" if field.medium else "member" if field.person else "on or off" if field.switch else "text"
    return f"{what}, needed" if field.required else what


def _plain(key: str, texts: Texts) -> str:
    return texts.plain(text(key), _LANGUAGE)
