"""What a form shows of a command: its words first, then media, the usual options, and a field for all others.

Platforms with forms (slash commands) show the fields of `fields`. What is written into the field `prompt` goes into
`Heard.text`, files go into `Heard.attachments` (each with the `given` of its field), everything else into
`Heard.fields` under the field's name: texts as they were written, switches as `true` or `false`.
"""

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot import media
from bot.catalogue import _spec as spec
from bot.commands import mentions, options, texts
from bot.commands.declaration import Asking, Command, Heard
from bot.replies import Text, text

PROMPT = "prompt"
MORE = "more"
PRIVATE = "private"

COMMON = 20  # options that have a field of their own, media among them; the others are said in `more`
_TWINS = ("2", "3")  # `images` becomes a second and a third field, because a form's field takes one file

_USUAL = (
    # which options come first, the most usual before all
    "name",
    "quality",
    "model",
    "ratio",
    "resolution",
    "size",
    "duration",
    "extend",
    "count",
    "sound",
    "voice",
    "language",
    "emotion",
    "speed",
    "preview",
    "description",
    "denoise",
    "normalize",
    "lyrics",
    "instrumental",
    "style",
    "negative",
    "seed",
    "format",
)
_UNUSUAL = frozenset({PROMPT, "operation", "yes"})  # the first has its own place, the others are for those who know

_CHINESE: Mapping[str, str] = {
    # what is no option: a form's own fields
    MORE: "更多",
    PRIVATE: "私密",
    "job": "任务",
    "action": "操作",
    "kind": "种类",
    "setting": "设置",
    "value": "内容",
    "command": "命令",
    "code": "关联码",
    "platform": "平台",
    "data": "数据",
    mentions.FIELD: "成员",
    "topic": "主题",
    "amount": "数量",
    "act": "管理",
    "why": "理由",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form."""

    name: str  # ^[-_'\p{L}\p{N}]{1,32}$, lower case; the key in `Heard.fields`
    medium: media.MediaKind | None = None  # what file it takes; None where it takes a text or a switch
    given: str = ""  # the medium's name for `Given.field`: `images` for the field image2; "" where it takes no file
    required: bool = False
    switch: bool = False  # on or off
    person: bool = False  # whether it names somebody; the platform says who that is (`Heard.mentions`)
    about: Text  # at most 100 characters in every language
    names: Mapping[str, str]  # the name by language, alike in form and unique in its command

    @property
    def suggests(self) -> bool:
        """Whether something is worth suggesting while it is typed."""
        return self.medium is None and not self.switch and not self.person and self.name != PROMPT


@functools.cache
def fields(command: Command) -> tuple[Field, ...]:
    """The fields of one command, at most 25, those that are required first."""
    if not command.makes:
        return tuple(_text(name) for name in command.fields)
    taken = options.of_command(command)
    shown = [*_media(taken), *_usual(taken)][:COMMON]
    more, private = _text(MORE), _text(PRIVATE, switch=True)
    return (_text(PROMPT, required=command.worded), *shown, more, private)


def names(name: str) -> Mapping[str, str]:
    """A field's or an option's name by language."""
    return {"en": name, "zh": _zh(name)}


def field_name(name: str, asking: Asking) -> str:
    """A field's name as the asker's form shows it: in the language of the app, whatever the answers are in."""
    return names(name)[texts.spoken(asking.asked.person.language)]


def written(asking: Asking, command: str, /, **said: str) -> str:
    """A line to send: with the fields of its form, or the words as they are typed."""
    words = (f"{field_name(name, asking)}: {value}" if asking.form else value for name, value in said.items())
    return " ".join((f"/{command}", *words))


def called(option: options.Option, asking: Asking, command: Command) -> str:
    """How a form's reader says an option: in its field, or as a part of `more`."""
    named = field_name(option.name, asking)
    fielded = option.medium is not None or option in options_of(command)
    return named if fielded else f"{field_name(MORE, asking)}: {named}=…"


def is_medium(name: str) -> bool:
    """Whether a field takes a file: image, image2, last."""
    return name in spec.MEDIA or (name[-1:] in _TWINS and name[:-1] in spec.MEDIA)


def line(command: Command, heard: Heard) -> str:
    """The text that a form's fields amount to; what is made keeps its options apart from its words."""
    if command.makes:
        return heard.text
    said = (heard.fields.get(name, "") for name in command.fields)
    return " ".join(part for part in (heard.text.strip(), *map(str.strip, said)) if part)


def options_of(command: Command) -> tuple[options.Option, ...]:
    """The options that have a field of their own."""
    by_name = {option.name: option for option in options.of_command(command)}
    return tuple(by_name[f.name] for f in fields(command) if f.medium is None and f.name in by_name)


def others(command: Command) -> tuple[options.Option, ...]:
    """The options that are said in `more`: those without a field; media may be named there, as jobs or links."""
    shown = {f.name for f in fields(command) if f.medium is None}
    return tuple(option for option in options.of_command(command) if option.name not in shown)


def _media(taken: Iterable[options.Option]) -> Iterator[Field]:
    """Each medium; several of one kind are further fields after the first."""
    names = {option.name for option in taken if option.medium is not None}
    for option in taken:
        one = option.name.removesuffix("s")
        if option.medium is None:
            continue
        if one == option.name or one not in names:
            yield _medium(option.name, given=option.name)
        else:
            yield from (_medium(f"{one}{twin}", given=option.name) for twin in _TWINS)


def _medium(name: str, *, given: str) -> Field:
    return Field(
        name=name,
        medium=spec.MEDIA[given],
        given=given,
        about=text(f"field.{name}"),
        names=names(name),
    )


def _usual(taken: Iterable[options.Option]) -> Iterator[Field]:
    """The usual options first, then what most models take."""
    rank = {name: place for place, name in enumerate(_USUAL)}
    fit = [option for option in taken if option.medium is None and option.name not in _UNUSUAL]
    for option in sorted(fit, key=lambda o: (rank.get(o.name, len(rank)), -len(o.models))):
        yield _text(option.name, switch=option.switch)


def _text(name: str, *, required: bool = False, switch: bool = False) -> Field:
    about = text(f"option.{name}")
    person = name == mentions.FIELD
    return Field(name=name, required=required, switch=switch, person=person, about=about, names=names(name))


def _zh(name: str) -> str:
    """The Chinese name; a second picture's is the picture's with its number."""
    if name[-1:] in _TWINS:
        return f"{_zh(name[:-1])}{name[-1]}"
    return next((word for word, option in options.CHINESE.items() if option == name), _CHINESE.get(name, name))
