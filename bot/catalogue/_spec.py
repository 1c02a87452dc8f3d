"""What a model is, and the base class of its operations.

A family declares one frozen `Options` class per operation. Its fields are exactly what a member may say there; menus,
flags, validation, help, docs, price and wire are all read off that one declaration. The words it is written in come
from the modules beside this one and are handed on, so that a family needs this module alone.
"""

import functools
import json
import math
import mimetypes
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Self, TypeAlias

from pydantic import BaseModel, ConfigDict

from bot.catalogue._fields import Bounds, bounds_of, is_open, is_switch, marks_of, number, takes, values_of
from bot.catalogue._prices import By, Flat, Rate, Span
from bot.catalogue._vocabulary import ALIASES, MEDIA, UPLOAD, Choice, Measured, Media, Prompt, Seed, Suggest
from bot.errors import Problem
from bot.jobs import Output, Usage
from bot.media import Facts, MediaKind
from bot.requests import Encoded, Json, Kind, Upload, Wire

__all__ = [
    "ALIASES",
    "MEDIA",
    "UPLOAD",
    "Bounds",
    "By",
    "Choice",
    "Flat",
    "Measured",
    "Media",
    "Model",
    "Options",
    "Produced",
    "Prompt",
    "Rate",
    "Seed",
    "Span",
    "Step",
    "Suggest",
    "bounds_of",
    "encoded",
    "is_file",
    "is_open",
    "is_switch",
    "marks_of",
    "mime_of",
    "number",
    "plain",
    "seconds_of",
    "slim",
    "takes",
    "usage_of",
    "values_of",
]


def slim(**values: object) -> dict[str, Json]:
    """The given wire fields without the ones that were not said."""
    return {k: v for k, v in values.items() if v is not None and v not in ((), [], {}, "")}


def plain(number: float | None) -> float | None:
    """A number as JSON prints it best: 12 and not 12.0."""
    return int(number) if number is not None and number == int(number) else number


def encoded(value: str, *, as_url: bool = False) -> Encoded:
    """A medium that is a file, for a place in the body that takes base64; as a `data:` URL where the page wants one."""
    return Encoded(value.removeprefix(UPLOAD), prefix=f"data:{mime_of(value)};base64," if as_url else "")


def mime_of(value: str) -> str:
    """What a medium's name says that it is."""
    return mimetypes.guess_type(value)[0] or "application/octet-stream"


def is_file(value: str) -> bool:
    """Whether a medium is a file of this machine and not an address."""
    return value.startswith(UPLOAD)


FRAME_S = 0.25  # a clip may pass whole seconds by so much before another one counts: encoders round up to a frame


def seconds_of(outputs: tuple[Output, ...]) -> int:
    """Whole seconds of all outputs; 0 when they were not measured."""
    total_s = sum(output.facts.duration_s or 0 for output in outputs)
    return max(1, math.ceil(total_s - FRAME_S)) if total_s else 0


def usage_of(outputs: tuple[Output, ...]) -> Usage | None:
    """What the provider says that a call took; None where it does not say."""
    return next((output.usage for output in outputs if output.usage is not None), None)


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
    fed_s: float | None = None  # seconds that what it is fed may last at most; None where nothing is fed


Produced: TypeAlias = Mapping[int, tuple[Output, ...]]
"""What a job's steps have produced so far, by step."""


# --- options ---------------------------------------------------------------------------------------------------


class Options(BaseModel):
    """What one operation of a family takes."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    operation: ClassVar[str]
    makes: ClassVar[MediaKind]
    path: ClassVar[str]  # where it is submitted
    poll: ClassVar[
        str
    ]  # where its task is asked after, with {task_id}; "": the answer is the result, or is called back
    page: ClassVar[str]  # the provider's page this comes from
    unit: ClassVar[str] = "picture"  # what the price counts: picture, second, song, 100 characters
    counts: ClassVar[str] = ""  # which of them, for the docs, where it isn't plain: a sentence
    uploads: ClassVar[frozenset[str]] = frozenset()  # media that may go along as multipart files
    encodes: ClassVar[frozenset[str]] = frozenset()  # media that may go along as base64, see `encoded`
    only_files: ClassVar[frozenset[str]] = frozenset()  # of those, media that the page does not take by address
    form: ClassVar[bool] = False  # whether the page takes a form even where no file goes along
    upload_part: ClassVar[str] = "image"  # the part's name for such a file; "": the name of its field
    either: ClassVar[tuple[str, ...]] = ()  # media of which one kind at least is needed, the most usual first
    single: ClassVar[frozenset[str]] = frozenset()  # media that aren't meant where the name for several is said
    unsure: ClassVar[Mapping[str, int]] = {}  # media that, so many at once, may be meant for another operation
    presets: ClassVar[Mapping[str, Json]] = {}  # what commands say where a member said nothing and the page asks for it
    words: ClassVar[Mapping[str, str]] = {}  # this page's own names for options, where ALIASES would mislead
    constants: ClassVar[Mapping[str, str]] = {}  # names of the page that take one value only, sent or understood

    prompt: str = ""

    def problems(self, facts: Mapping[str, tuple[Facts, ...]]) -> Iterator[Problem]:
        """Rules across fields and about measured media: all broken ones at once; unmeasured media are not judged."""
        yield from ()

    @classmethod
    def preset(cls, said: Collection[str]) -> Mapping[str, Json]:
        """The presets that apply where these options were said."""
        return {name: value for name, value in cls.presets.items() if name not in said}

    def units(self) -> float:
        """How many units the price counts, at most: this is what is held."""
        return 1

    def used(self, outputs: tuple[Output, ...]) -> float:
        """How many units were really produced."""
        return self.units()

    def waits_s(self) -> float:
        """Seconds that it may wait at the provider before it begins, as was chosen; 0 where it begins when it can."""
        return 0

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
        body, given = self.body(model), self._files()
        files = {k: _items(v) for k, v in body.items() if given.intersection(_texts(v))}
        uploads = tuple(
            Upload(part=self.upload_part or k, path=x.removeprefix(UPLOAD), mime=mime_of(x))
            for k, v in files.items()
            for x in v
        )
        if uploads or self.form:
            body = {k: v if isinstance(v, str) else _field_text(v) for k, v in body.items() if k not in files}
        return Wire(path=self.path, body=body, uploads=uploads, poll_path=self.poll, makes=self.makes, form=self.form)

    def _files(self) -> frozenset[str]:
        """The media that are files of this machine; words that only look like one are words."""
        values = (_texts(getattr(self, name)) for name in self.media_fields())
        return frozenset(value for given in values for value in given if value.startswith(UPLOAD))

    @classmethod
    def media_fields(cls) -> tuple[str, ...]:
        """The names of the media it takes."""
        return _media_fields(cls)

    @classmethod
    def needs(cls) -> frozenset[str]:
        """The media it cannot do without."""
        return frozenset(n for n in cls.media_fields() if cls.model_fields[n].is_required())

    @classmethod
    def least(cls) -> Mapping[str, int]:
        """The media it is content with, and how many of each."""
        names = (n for n in cls.media_fields() if n in cls.needs() or n in cls.either[:1])
        return {name: max(1, bounds_of(cls.model_fields[name]).shortest or 1) for name in names}

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


@functools.cache
def _media_fields(cls: type[Options]) -> tuple[str, ...]:
    return tuple(name for name in MEDIA if name in cls.model_fields)


def _items(value: Json) -> tuple[Json, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def _texts(value: Json) -> list[str]:
    return [item for item in _items(value) if isinstance(item, str)]


def _field_text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, bool | dict | list) else str(value)


# --- models ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What a member picks: a provider's exact id with its operations and prices."""

    id: str
    provider: str
    kind: Kind
    title: str  # a name for people: Nano Banana 2 · 1K
    operations: tuple[type[Options], ...]
    pressed: tuple[type[Options], ...] = ()  # operations that only the buttons of its own results ask for
    rate: Rate
    typical_s: float  # seconds a job usually takes, until there is history
    tier: str = ""  # quick, good or best: what --quality picks; "" for none
    first: bool = False  # of its tier, because the operator said so
    gated: bool = False  # needs to be opened for the operator's account by the provider
    aliases: tuple[str, ...] = ()  # shorter names it is found by
    fixed: Mapping[str, str] = field(default_factory=dict)  # options that its id settles: to be said so, or not at all
    unlisted: bool = False  # its provider's own list may lack it: no request names it
    unverified: bool = False  # documented in part only: off until the operator turns it on
    turned_on: bool = False  # by the operator, who tried it
    like: str = ""  # the id of ours that the operator made it like; "" for ours
    hidden: bool = False  # by the operator: offered to nobody; what runs goes on
    route: str = ""  # by which way it is reached, where there are several; "" for the only one
    routes: Mapping[str, tuple[type[Options], ...]] = field(default_factory=dict)  # all ways by name, its own first

    @property
    def off(self) -> bool:
        """Whether nobody may use it before the operator says so."""
        return self.unverified and not self.turned_on

    def operation(self, name: str) -> type[Options] | None:
        """The options class of one operation."""
        return next((c for c in (*self.operations, *self.pressed) if c.operation == name), None)

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
