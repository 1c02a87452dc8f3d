"""What a caller said, with the name under which each thing was said kept, so that a problem can name it so."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.catalogue._spec import ALIASES, MEDIA, Model, Options
from bot.errors import Problem
from bot.media import Facts
from bot.requests import Json

OPERATION_NAMES = frozenset({"operation", "task_type", "catelogid"})
"""Under which names an option says what is asked of the model."""

BOXES = ("extra_body", "audio_setting")
"""The pages' boxes for further options; their content is understood as if it lay beside them."""

_OPERATIONS: Mapping[str, tuple[str, ...]] = {
    # the pages' words that don't follow from ours by spelling → ours, whichever the model has
    "edit": ("edit", "image-to-image"),
    "edit-image": ("image-to-image",),
    "edit-video": ("edit",),
    "video-edit": ("edit",),
    "video-to-video": ("edit",),
    "extend-video": ("extend",),
    "video-extend": ("extend",),
    "references-to-video": ("reference-to-video",),
    "text-to-audio": ("text-to-music", "text-to-speech"),
    # categories, once a 2 between letters is read as "to"
    "t-to-t": ("chat",),
    "t-to-i": ("text-to-image",),
    "t-to-v": ("text-to-video",),
    "i-to-v": ("image-to-video", "first-last-frame"),
    "ref-to-v": ("reference-to-video",),
    "avatar": ("image-and-audio", "image-and-text"),
    "voice-clone": ("clone",),
    "voice-design": ("design",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One option as it was said."""

    said: str  # the name the caller used
    name: str  # the same in small letters, without the box it lay in
    value: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One kind of medium as it was given."""

    said: str  # the name the caller used
    name: str  # our word for it
    handles: tuple[str, ...]
    facts: tuple[Facts, ...] = ()  # () when not measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Everything a caller said."""

    words: tuple[Word, ...]  # options, the operation left out
    operations: tuple[Word, ...]  # each time an operation was named
    media: tuple[Given, ...]  # each of our names once
    problems: tuple[Problem, ...]  # what could not even be heard


def hear(
    said: Mapping[str, Json],
    *,
    media: Mapping[str, Sequence[str]],
    operation: str | None,
    facts: Mapping[str, Sequence[Facts]],
) -> Heard:
    """Sort what was said into options, operations and media."""
    words = [word for word in _words(said) if word.value is not None]
    given, clashes = _media(media, facts=facts)
    named = [Word(said="operation", name="operation", value=operation)] if operation else []
    return Heard(
        words=tuple(word for word in words if word.name not in OPERATION_NAMES),
        operations=(*named, *(word for word in words if word.name in OPERATION_NAMES and word.value != "")),
        media=given,
        problems=clashes,
    )


def _words(said: Mapping[str, Json], box: str = "") -> Iterator[Word]:
    for name, value in said.items():
        if name in BOXES and not box and isinstance(value, Mapping):
            yield from _words(value, box=f"{name}.")
        else:
            yield Word(said=f"{box}{name}", name=plain_name(name), value=value)


def plain_name(name: str) -> str:
    """A name as the vocabulary spells it: Sample-Rate → sample_rate."""
    return name.strip().lower().replace("-", "_")


def _media(
    media: Mapping[str, Sequence[str]], *, facts: Mapping[str, Sequence[Facts]]
) -> tuple[tuple[Given, ...], tuple[Problem, ...]]:
    found: dict[str, Given] = {}
    problems: list[Problem] = []
    for said, handles in media.items():
        name = ALIASES.get(plain_name(said), plain_name(said))
        given = Given(said=said, name=name, handles=tuple(handles), facts=tuple(facts.get(said, ())))
        if not given.handles:
            continue
        if name in found:
            problems.append(clash(given.said, found[name].said, value=handles[0]))
        else:
            found[name] = given
    return tuple(found.values()), tuple(problems)


def clash(said: str, other: str, *, value: Json) -> Problem:
    """Two names for one thing."""
    return Problem(field=said, rule="conflict", value=value, allowed=f"{other} or {said}, one of them")


def option_name(cls: type[Options], name: str) -> str:
    """Our word for an option, as this operation understands it."""
    if name in cls.words:
        return cls.words[name]
    return name if name in cls.model_fields else ALIASES.get(name, name)


def hinted(model: Model, words: Sequence[Word]) -> frozenset[str]:
    """The media that a length speaks of: who says how long the audio is means to give one."""
    measured = {field: of for cls in model.operations for field, of in cls.measured().items()}
    return frozenset(measured[name] for w in words if (name := ALIASES.get(w.name, w.name)) in measured)


def operations_meant(model: Model, word: str) -> tuple[type[Options], ...]:
    """The model's operations that a word may mean: ours, or one of the pages' (text2image, video_extend, …)."""
    spelled = re.sub(r"(?<=[a-z])2(?=[a-z])", "-to-", word.strip().lower()).replace("_", "-").replace(" ", "-")
    names = {spelled, *_OPERATIONS.get(spelled, ())}
    return tuple(cls for cls in (*model.operations, *model.pressed) if cls.operation in names)


def media_names(model: Model) -> tuple[str, ...]:
    """The media that any operation of the model takes."""
    return tuple(name for name in MEDIA if any(name in cls.model_fields for cls in model.operations))
