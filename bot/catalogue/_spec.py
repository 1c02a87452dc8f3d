"""The vocabulary of the catalogue: option names, field types, prices, steps, and what a model is.

A family declares one frozen `Options` class per operation. Its fields are exactly what a member may say there; menus,
flags, validation, help, docs, price and wire are all read off that one declaration.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal, Protocol, Self, TypeAlias, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic.fields import FieldInfo

from bot.errors import Problem
from bot.jobs import Output
from bot.media import Facts, MediaKind
from bot.requests import Json, Kind, Upload, Wire

MEDIA: Mapping[str, MediaKind] = {
    "image": MediaKind.IMAGE,
    "last": MediaKind.IMAGE,
    "images": MediaKind.IMAGE,
    "mask": MediaKind.IMAGE,
    "video": MediaKind.VIDEO,
    "videos": MediaKind.VIDEO,
    "audio": MediaKind.AUDIO,
    "audios": MediaKind.AUDIO,
}
"""The names under which media are given, and what each must be."""

ALIASES: Mapping[str, str] = {
    # what the providers' pages call an option → our one word for it
    "text": "prompt",
    "input": "prompt",
    "aspect_ratio": "ratio",
    "ar": "ratio",
    "seconds": "duration",
    "n": "count",
    "num_images": "count",
    "output_format": "format",
    "no": "negative",
    "negative_prompt": "negative",
    "voice_id": "voice",
    "vol": "volume",
    "pronunciation_dict": "pronunciation",
    "subtitle_enable": "subtitles",
    "is_instrumental": "instrumental",
    "lyrics_optimizer": "polish",
    "audio_duration_seconds": "audio_s",
    "input_video_seconds": "video_s",
    "image_url": "image",
    "image_urls": "images",
    "last_image": "last",
    "video_url": "video",
    "audio_url": "audio",
}
"""Other names under which an option or a medium is understood."""

UPLOAD = "file:"
"""Prefix of a media value that is a file of this machine, to be sent as a part of a multipart wire."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Marks a field that is measured from a medium (`of`), never typed by a member; required ones block the wire."""

    of: str  # the media option it is measured from


@dataclass(frozen=True, slots=True)
class Suggest:
    """Marks a free text field with values worth offering; others are accepted too."""

    values: tuple[str, ...]


def _number(value: object) -> object:
    """Accept the text "5" where the choice is 5: commands carry text, pydantic's Literal does not convert."""
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            return value
    return value


Choice = BeforeValidator(_number)
"""Put beside a Literal of numbers so that it takes text and keeps the menu's list."""

Media: TypeAlias = Annotated[str, "media"]
"""One medium: a URL, or `file:` and a path where the operation takes uploads."""


def slim(**values: object) -> dict[str, Json]:
    """The given wire fields without the ones that were not said."""
    return {k: v for k, v in values.items() if v is not None and v != () and v != {} and v != ""}


# --- prices ----------------------------------------------------------------------------------------------------


class Rate(Protocol):
    """Credits per unit of an operation."""

    def of(self, options: "Options") -> float:
        """Credits of one unit with these options."""

    def words(self) -> str:
        """The rate as the docs print it."""


@dataclass(frozen=True, slots=True)
class Flat:
    """The same credits for every unit."""

    credits: float

    def of(self, options: "Options") -> float:
        """Credits of one unit."""
        return self.credits

    def words(self) -> str:
        """The rate as the docs print it."""
        return f"{self.credits:g}"


@dataclass(frozen=True, slots=True)
class By:
    """Credits per unit that depend on one option."""

    option: str
    credits: Mapping[Any, float]

    def of(self, options: "Options") -> float:
        """Credits of one unit; the dearest where the operation has no such option."""
        value = getattr(options, self.option, None)
        return self.credits[value] if value in self.credits else max(self.credits.values())

    def words(self) -> str:
        """The rate as the docs print it."""
        return ", ".join(f"{value}: {credits:g}" for value, credits in self.credits.items())


# --- steps -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One call of a job: which operation of which model, with what."""

    model: str
    operation: str
    said: Mapping[str, Json]  # options without media
    media: tuple[str, ...] = ()  # names of the request's media that go along
    feeds: Mapping[str, int] = field(default_factory=dict)  # media name → the step whose first output it takes
    kind: MediaKind  # what comes out
    shown: bool = True  # whether its outputs are the job's result, or only feed a later step


Produced: TypeAlias = Mapping[int, tuple[Output, ...]]
"""What a job's steps have produced so far, by step."""


# --- options ---------------------------------------------------------------------------------------------------


class Options(BaseModel):
    """What one operation of a family takes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    operation: ClassVar[str]
    makes: ClassVar[MediaKind]
    path: ClassVar[str]  # where it is submitted
    poll: ClassVar[str]  # where its task is asked after, with {task_id}
    page: ClassVar[str]  # the provider's page this comes from
    unit: ClassVar[str] = "picture"  # what the price counts: picture, second, song, 100 characters
    uploads: ClassVar[frozenset[str]] = frozenset()  # media that may go along as multipart files
    upload_part: ClassVar[str] = "image"  # the part's name for such a file
    sources: ClassVar[frozenset[str]] = frozenset()  # media that decide the operation though they are optional
    presets: ClassVar[Mapping[str, Json]] = {}  # what commands say where a member said nothing and the page asks for it

    prompt: str = ""

    def problems(self, facts: Mapping[str, tuple[Facts, ...]]) -> Iterator[Problem]:
        """Rules across fields and about measured media: all broken ones at once; unmeasured media are not judged."""
        yield from ()

    def units(self) -> float:
        """How many units the price counts, at most: this is what is held."""
        return 1

    def used(self, outputs: tuple[Output, ...]) -> float:
        """How many units were really produced."""
        return self.units()

    def quote(self, rate: Rate) -> int:
        """Credits to hold, whole and never below 1."""
        return max(1, math.ceil(round(self.units() * rate.of(self), 6)))

    def settle(self, rate: Rate, produced: Produced) -> int:
        """Credits to capture for what the steps produced, whole; the caller caps it at the hold."""
        outputs = tuple(o for step in produced.values() for o in step)
        return max(1, math.ceil(round(self.used(outputs) * rate.of(self), 6))) if outputs else 0

    def said(self) -> dict[str, Json]:
        """The options without media, as JSON: enough to build them again."""
        return {
            name: value
            for name, value in self.model_dump(mode="json", exclude_unset=True).items()
            if name not in MEDIA and value is not None
        }

    def steps(self, model: str) -> tuple[Step, ...]:
        """The calls it takes; one unless the family says otherwise."""
        media = tuple(name for name in MEDIA if name in type(self).model_fields and getattr(self, name))
        return (Step(model=model, operation=self.operation, said=self.said(), media=media, kind=self.makes),)

    def body(self, model: str) -> dict[str, Json]:
        """The page's own JSON."""
        raise NotImplementedError

    def wire(self, model: str) -> Wire:
        """The exact request: JSON, or multipart as soon as a medium is a file."""
        body = self.body(model)
        files = {k: v for k, v in body.items() if any(_is_upload(x) for x in _items(v))}
        uploads = tuple(
            Upload(part=self.upload_part, path=x.removeprefix(UPLOAD)) for v in files.values() for x in _items(v)
        )
        if uploads:
            body = {k: v if isinstance(v, str) else _field_text(v) for k, v in body.items() if k not in files}
        return Wire(path=self.path, body=body, uploads=uploads, poll_path=self.poll)

    @classmethod
    def media_fields(cls) -> tuple[str, ...]:
        """The names of the media it takes."""
        return tuple(name for name in MEDIA if name in cls.model_fields)

    @classmethod
    def needs(cls) -> frozenset[str]:
        """The media it cannot do without."""
        return frozenset(n for n in cls.media_fields() if cls.model_fields[n].is_required())

    @classmethod
    def measured(cls) -> Mapping[str, str]:
        """Field → medium, for fields that are measured and not typed."""
        return {
            name: mark.of
            for name, info in cls.model_fields.items()
            for mark in info.metadata
            if isinstance(mark, Measured)
        }

    @classmethod
    def build(cls, values: Mapping[str, object]) -> Self:
        """Validated options; raises pydantic's ValidationError."""
        return cls.model_validate(dict(values))


def _items(value: Json) -> tuple[Json, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _is_upload(value: Json) -> bool:
    return isinstance(value, str) and value.startswith(UPLOAD)


def _field_text(value: Json) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


# --- models ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What a member picks: a provider's exact id with its operations and prices."""

    id: str
    provider: str
    kind: Kind
    title: str  # a name for people: Nano Banana 2 · 1K
    operations: tuple[type[Options], ...]
    rate: Rate
    typical_s: float  # seconds a job usually takes, until there is history
    tier: str = ""  # quick, good or best: what --quality picks; "" for none
    gated: bool = False  # needs to be opened for the operator's account by the provider
    aliases: tuple[str, ...] = ()  # shorter names it is found by

    def operation(self, name: str) -> type[Options] | None:
        """The options class of one operation."""
        return next((c for c in self.operations if c.operation == name), None)

    def option_names(self) -> tuple[str, ...]:
        """Every option of every operation, media and measured ones left out, in order of declaration."""
        names = dict.fromkeys(
            n for c in self.operations for n in c.model_fields if n not in MEDIA and n not in c.measured()
        )
        return tuple(names)

    def choices(self, option: str) -> tuple[Json, ...]:
        """What may be said for an option over all operations, for menus and docs; () when it is free."""
        infos = (c.model_fields[option] for c in self.operations if option in c.model_fields)
        return tuple(dict.fromkeys(v for info in infos for v in values_of(info)))


def values_of(info: FieldInfo) -> tuple[Json, ...]:
    """The values a field lists: its Literal's, or its suggestions."""
    suggested = tuple(v for mark in info.metadata if isinstance(mark, Suggest) for v in mark.values)
    return (*_literals(info.annotation), *suggested)


def _literals(hint: object) -> tuple[Json, ...]:
    if get_origin(hint) is Literal:
        return get_args(hint)
    found: list[Json] = []
    for arg in get_args(hint):
        if isinstance(arg, Suggest):
            found.extend(arg.values)
        found.extend(_literals(arg))
    return tuple(found)
