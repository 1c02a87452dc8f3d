"""What may be said to each operation, read off its declaration, and combined: each value once, or each pair once."""

import functools
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias, get_args, get_origin

from allpairspy import AllPairs
from pydantic.fields import FieldInfo

from bot import catalogue, errors
from bot.catalogue import Model, Options
from bot.catalogue._spec import MEDIA, Bounds, bounds_of, is_open, is_switch, takes, values_of
from bot.media import Facts
from bot.requests import Json

SHORT: Final = "a red fox"
CHINESE: Final = "雪地里的一只红狐狸，停了一下，又跑远了。"
SENTENCE: Final = "A red fox runs through deep snow, stops, listens, and is gone. "
LONG: Final = 300  # characters of a long text where its option declares no most
SEVERAL: Final = 4  # of a medium where its option declares no most
SHORT_S: Final = 4.0  # of a recording or a clip
LONG_S: Final = 12.0  # of one for operations that find the usual ones too short

FREE: Final[Mapping[str, str]] = {
    "voice": "Calm_Woman",
    "emotion": "calm",
    "language": "French",
    "service_tier": "priority",
    "size": "3000x1500",
}
"""For options that take more than they suggest, one that is not suggested; the voice is one of the simulator's."""

LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    # options that are given several times
    "blend": ("Calm_Woman:60", "Wise_Woman:40"),
    "pronunciation": ("AI极速/(A)(I)(ji2)(su4)", "lead/(l)(e)(d)"),
    "elements": ("829836802793406551", "829836802793406552"),
}


@dataclass(frozen=True, slots=True)
class InShots:
    """Words for each shot, where those stand in for a prompt."""

    shots: tuple[str, ...]


Value: TypeAlias = Json  # None: not said
Axes: TypeAlias = Mapping[str, Sequence[Value]]  # option or medium → what may be said; media by their sources
Row: TypeAlias = dict[str, Value]  # one value of each axis
Clashes: TypeAlias = frozenset[frozenset[tuple[str, Value]]]  # pairs of values that the family refuses


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One request."""

    model: Model
    cls: type[Options]
    said: Mapping[str, Json]  # options
    media: Mapping[str, tuple[str, ...]]  # medium → where each comes from: sample, file, long or earlier

    @classmethod
    def of(cls, model: Model, operation: type[Options], row: Row) -> "Case":
        """The request of one row."""
        given = {name: value for name, value in row.items() if value is not None}
        if isinstance(words := given.get("prompt"), InShots):
            given = {name: value for name, value in given.items() if name != "prompt"} | {"shots": list(words.shots)}
        return cls(
            model=model,
            cls=operation,
            said={name: value for name, value in given.items() if name not in MEDIA},
            media={name: value for name, value in given.items() if name in MEDIA},
        )

    def prepare(self) -> Options:
        """Its options as the studio hears them; raises Invalid."""
        handles = {name: [f"{name}:{n}" for n in range(len(sources))] for name, sources in self.media.items()}
        facts = {name: [facts_of(name, source) for source in sources] for name, sources in self.media.items()}
        return catalogue.prepare(
            self.model, self.said, media=handles, operation=self.cls.operation, facts=facts, presets=True
        )


def facts_of(name: str, source: str) -> Facts:
    """Of a medium that would do."""
    seconds = LONG_S if source == "long" else SHORT_S
    return Facts(kind=MEDIA[name], mime="", size_bytes=1, width=640, height=480, duration_s=seconds)


def ways(model: Model) -> Iterator[Model]:
    """The model by each of its routes."""
    for route, operations in (model.routes or {model.route: model.operations}).items():
        yield replace(model, route=route, operations=operations)


# --- values ------------------------------------------------------------------------------------------------------


def least_of(model: Model, cls: type[Options]) -> Case:
    """The least that can be said to an operation of a model: a prompt, and what nobody says in its place."""
    required = {name for name, info in cls.model_fields.items() if info.is_required()} - cls.preset(()).keys()
    row: Row = {name: _axis(cls, name, cls.model_fields[name])[0] for name in required | {*cls.least()}}
    row |= {"prompt": SHORT} if "prompt" in cls.model_fields else {}
    short = Case.of(model, cls, row)
    try:
        short.prepare()
    except errors.Invalid as refusal:
        long = {problem.field for problem in refusal.problems if problem.rule == "range"} & short.media.keys()
        row |= {name: ("long",) * len(short.media[name]) for name in long}
    return Case.of(model, cls, row)


def axes_of(model: Model, cls: type[Options]) -> Axes:
    """Everything a member may say, without what is measured."""
    hidden = {*cls.measured(), "shots"}
    axes = {name: _axis(cls, name, info) for name, info in cls.model_fields.items() if name not in hidden}
    return axes | {name: (given,) for name, given in least_of(model, cls).media.items() if "long" in given}


def _axis(cls: type[Options], name: str, info: FieldInfo) -> tuple[Value, ...]:
    if name == "prompt" and "shots" in cls.model_fields:
        return (*_said(name, info), InShots((SHORT,)), InShots((SHORT, CHINESE)))
    values = tuple(dict.fromkeys(_sources(name, info) if name in MEDIA else _said(name, info)))
    needed = info.is_required() or name in cls.either[:1]
    return values if needed else (None, *values)


def _sources(name: str, info: FieldInfo) -> tuple[Value, ...]:
    bounds = bounds_of(info)
    least, most = (bounds.shortest or 1, bounds.longest or SEVERAL) if name.endswith("s") else (1, 1)
    alone = tuple((source,) * least for source in ("sample", "file", "earlier"))
    mixed = tuple(itertools.islice(itertools.cycle(("file", "sample", "earlier")), most))
    return (*alone, mixed) if most > least else alone


def _said(name: str, info: FieldInfo) -> Sequence[Value]:
    listed = values_of(info)
    if is_switch(info):
        return (True, False)
    if listed and not is_open(info):
        return listed
    if _is_list(info.annotation):
        return (LISTS[name][:1], LISTS[name])
    if takes(info, int) or takes(info, float):
        return (*_numbers(bounds_of(info), whole=takes(info, int)), *listed)
    return (*listed, FREE[name]) if listed else _texts(bounds_of(info))


def _is_list(hint: object) -> bool:
    return get_origin(hint) is tuple or any(_is_list(arg) for arg in get_args(hint))


def _numbers(bounds: Bounds, *, whole: bool) -> tuple[Value, ...]:
    assert bounds.low is not None
    assert bounds.high is not None, "an option without a most"
    low = bounds.low + (0.01 if bounds.above else 0)
    between = (low + bounds.high) / 2
    return (int(low), int(between), int(bounds.high)) if whole else (low, round(between, 2), bounds.high)


def _texts(bounds: Bounds) -> tuple[Value, ...]:
    most = bounds.longest or LONG
    return (SHORT, CHINESE, (SENTENCE * (most // len(SENTENCE) + 1))[: most - 1] + ".")


# --- rules -------------------------------------------------------------------------------------------------------


@functools.cache
def clashes_of(id: str, cls: type[Options]) -> Clashes:
    """The pairs of values that a model refuses by Problems; anything else that is raised is a bug."""
    model = catalogue.find(id)
    axes = axes_of(model, cls)
    needed = {name: values[0] for name, values in axes.items() if values[0] is not None}
    return frozenset(
        frozenset(pair) for pair in _pairs(axes) if _is_refused(Case.of(model, cls, {**needed, **dict(pair)}))
    )


def _is_refused(case: Case) -> bool:
    try:
        case.prepare()
    except errors.Invalid as refusal:
        if not refusal.problems or {problem.field for problem in refusal.problems} - {*case.said, *case.media}:
            raise  # refused without saying why, or for something that nobody said
        return True
    return False


def _pairs(axes: Axes) -> Iterator[tuple[tuple[str, Value], tuple[str, Value]]]:
    for (one, values), (other, others) in itertools.combinations(axes.items(), 2):
        for value, another in itertools.product(values, others):
            if value is not None and another is not None:
                yield (one, value), (other, another)


def _suits(row: Row, clashes: Clashes) -> bool:
    said = [item for item in row.items() if item[1] is not None]
    return not any(frozenset(pair) in clashes for pair in itertools.combinations(said, 2))


# --- combinations ------------------------------------------------------------------------------------------------


def each_value(model: Model) -> Iterator[Case]:
    """Few requests in which every value of every option stands once, and every source of media in every operation."""
    axes = {cls: axes_of(model, cls) for cls in model.operations}
    left = {_key(cls, name, value) for cls in axes for name in axes[cls] for value in axes[cls][name]}
    for cls in itertools.cycle(model.operations):
        if not left:
            return
        row = _filled(cls, axes[cls], clashes_of(model.id, cls), left)
        if fresh := {_key(cls, name, value) for name, value in row.items()} & left:
            left -= fresh
            yield Case.of(model, cls, row)


def _key(cls: type[Options], name: str, value: Value) -> tuple[str, str, Value]:
    """What counts as the same value: media are wired by each operation in its own way."""
    return (cls.operation if name in MEDIA else "", name, value)


def _filled(cls: type[Options], axes: Axes, clashes: Clashes, left: set[tuple[str, str, Value]]) -> Row:
    """A row of values that have not stood yet, as far as they go together, else of the first that do."""
    row: Row = {}
    fresh = {name: [v for v in values if _key(cls, name, v) in left] for name, values in axes.items()}
    for name in sorted(fresh, key=lambda name: not fresh[name]):
        row[name] = next(v for v in (*fresh[name], *axes[name]) if _suits({**row, name: v}, clashes))
    return row


def each_pair(model: Model, cls: type[Options]) -> Iterator[Case]:
    """Few requests in which every pair of an operation's values that go together stands at least once."""
    return (Case.of(model, cls, row) for row in _rows(axes_of(model, cls), clashes_of(model.id, cls)))


def _rows(axes: Axes, clashes: Clashes) -> Iterator[Row]:
    names = list(axes)
    if len(names) == 1:  # nothing to pair
        yield from ({names[0]: value} for value in axes[names[0]])
        return
    found = AllPairs(
        [list(values) for values in axes.values()],
        filter_func=lambda values: _suits(dict(zip(names, values, strict=False)), clashes),
    )
    rows: list[Row] = [dict(zip(names, values, strict=True)) for values in found]
    yield from rows
    stood = {frozenset(pair) for row in rows for pair in itertools.combinations(row.items(), 2)}
    for pair in _pairs(axes):  # the filter can lead the search into a dead end
        if frozenset(pair) not in stood | clashes:
            row = _around(axes, clashes, dict(pair))
            stood |= {frozenset(pair) for pair in itertools.combinations(row.items(), 2)}
            yield row


def _around(axes: Axes, clashes: Clashes, row: Row) -> Row:
    """A whole row around some values."""
    for name, values in axes.items():
        if name not in row:
            row[name] = next(value for value in values if _suits({**row, name: value}, clashes))
    return row
