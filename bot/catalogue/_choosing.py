"""Which operation a request is, and under which of its names it takes the media: read off what was given."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.catalogue import _heard
from bot.catalogue._heard import Given, Heard
from bot.catalogue._spec import MEDIA, UPLOAD, Model, Options, bounds_of
from bot.errors import Problem

_TWINS: Mapping[str, str] = {"image": "images", "video": "videos", "audio": "audios"}
"""One and several of a medium: either name is understood where an operation has only the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How the media given suit one operation."""

    cls: type[Options]
    taken: Mapping[str, Given]  # by the operation's own names
    misfits: tuple[Problem, ...]  # media too many, too few or not taken: another operation may suit better
    faults: tuple[Problem, ...]  # media that would be wrong in any operation that takes them so

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong with the media."""
        return self.misfits + self.faults


def choose(model: Model, heard: Heard) -> tuple[Fit | None, tuple[Problem, ...]]:
    """The operation that is meant; None and why, when that can't be told."""
    classes, problems = _named(model, heard)
    if problems:
        return None, problems
    fits = [fit(model, cls, heard.media) for cls in classes]
    hints = _heard.hinted(model, heard.words)
    best = _best(fits, hints=hints)
    if len(best) == 1:
        return best[0], () if heard.operations else tuple(_unsure(best[0]))
    names = ", ".join(f.cls.operation for f in best)  # edit and extend take alike: asked, never guessed
    return None, (Problem(field="operation", rule="missing", allowed=names),)


def _named(model: Model, heard: Heard) -> tuple[Sequence[type[Options]], tuple[Problem, ...]]:
    """The operations left when each word for one is obeyed."""
    classes: Sequence[type[Options]] = (*model.operations, *model.pressed) if heard.operations else model.operations
    for word in heard.operations:
        meant = _heard.operations_meant(model, str(word.value))
        if not meant:
            allowed = ", ".join(cls.operation for cls in model.operations)
            return (), (Problem(field=word.said, rule="choice", value=word.value, allowed=allowed),)
        classes = [cls for cls in classes if cls in meant]
        if not classes:
            return (), (_heard.clash(word.said, heard.operations[0].said, value=word.value),)
    return classes, ()


def _best(fits: Sequence[Fit], *, hints: frozenset[str]) -> list[Fit]:
    """The fits with least wrong that take the most of what was given, by the names it was given.

    Of those that are right, the ones that need most of it and leave the fewest places open.
    """

    def wrong(f: Fit) -> int:
        return len(f.misfits) + len(hints - {_one(name) for name in f.cls.media_fields()})

    def rank(f: Fit) -> tuple[int, int, int, int]:
        refused = sum(problem.rule != "missing" for problem in f.misfits)  # better to ask for more than to refuse
        return wrong(f), refused, -sum(name == given.name for name, given in f.taken.items()), -len(f.taken)

    def fullness(f: Fit) -> tuple[int, int]:
        return -len(f.cls.needs()), len(f.cls.media_fields())

    best = min(map(rank, fits))
    left = [f for f in fits if rank(f) == best]
    if wrong(left[0]):  # nothing fits: the first is as good as any to say what is wrong
        return left if len({f.cls.media_fields() for f in left}) == 1 else left[:1]
    fullest = min(map(fullness, left))
    return [f for f in left if fullness(f) == fullest]


def _unsure(fit: Fit) -> Iterator[Problem]:
    """Media whose number and name leave open what they are for."""
    for name, count in fit.cls.unsure.items():
        given = fit.taken.get(name)
        if given is not None and given.said == name and len(given.handles) == count:
            allowed = f"image+last or operation={fit.cls.operation}"
            yield Problem(field=given.said, rule="conflict", value=given.handles[0], allowed=allowed)


def fit(model: Model, cls: type[Options], media: Sequence[Given]) -> Fit:
    """How the media given suit an operation."""
    taken: dict[str, Given] = {}
    misfits: list[Problem] = []
    for given in media:
        name = _own_name(cls, given.name)
        if name is None:
            misfits.append(_not_taken(model, cls, given))
        elif name in taken:
            misfits.append(_heard.clash(given.said, taken[name].said, value=given.handles[0]))
        else:
            taken[name] = given
            misfits.extend(_wrong_number(model, cls, name, given))
    for name in cls.media_fields():
        if name in cls.needs() and name not in taken:
            misfits.append(Problem(field=_short(cls, name), rule="missing"))
    if cls.either and not taken.keys() & set(cls.either):
        misfits.append(Problem(field=_short(cls, cls.either[0]), rule="missing"))
    faults = [fault for name, given in taken.items() for fault in _wrong_with(cls, name, given)]
    return Fit(cls=cls, taken=taken, misfits=tuple(misfits), faults=tuple(faults))


def _own_name(cls: type[Options], name: str) -> str | None:
    one, several = _one(name), _TWINS.get(name, name)
    twins = (name, several) if one in cls.single else (name, several, one)
    return next((twin for twin in twins if twin in cls.model_fields and twin in MEDIA), None)


def _one(name: str) -> str:
    return next((a for a, b in _TWINS.items() if b == name), name)


def _short(cls: type[Options], name: str) -> str:
    """`image` where one will do for `images`."""
    return _one(name) if name in _TWINS.values() and (bounds_of(cls.model_fields[name]).shortest or 0) <= 1 else name


def _not_taken(model: Model, cls: type[Options], given: Given) -> Problem:
    known = _heard.media_names(model)
    if given.name not in MEDIA:
        return Problem(field=given.said, rule="unknown", value=given.handles[0], allowed=", ".join(known))
    rule = "conflict" if given.name in known else "not_for"
    allowed = ", ".join(cls.media_fields() if rule == "conflict" else known)
    return Problem(field=given.said, rule=rule, value=given.handles[0], allowed=allowed)


def _wrong_number(model: Model, cls: type[Options], name: str, given: Given) -> Iterator[Problem]:
    count = len(given.handles)
    bounds = bounds_of(cls.model_fields[name])
    low, high = (bounds.shortest or 0, bounds.longest) if name in _TWINS.values() else (1, 1)
    if count < low or (high is not None and count > high):
        allowed = "1" if high == 1 else f"{low} or more" if high is None else f"{low} to {high}"
        if (name, count) == ("image", 2) and "last" in _heard.media_names(model):
            allowed = f"{allowed}, image+last"
        yield Problem(field=given.said, rule="count", value=count, allowed=allowed)


def _wrong_with(cls: type[Options], name: str, given: Given) -> Iterator[Problem]:
    """Not what they should be, or files where only addresses go."""
    for strange in (f for f in given.facts if f.kind is not MEDIA[name]):
        yield Problem(field=given.said, rule="type", value=strange.mime, allowed=MEDIA[name].value)
    files = [handle for handle in given.handles if handle.startswith(UPLOAD)]
    if files and name not in cls.uploads | cls.encodes:
        yield Problem(field=given.said, rule="pattern", value=files[0], allowed="https://…")
    elif name in cls.only_files and any("://" in handle for handle in given.handles):
        yield Problem(field=given.said, rule="pattern", value=given.handles[0], allowed="a file")
    elif 0 < len(files) < len(given.handles):  # a multipart's parts are files, and nothing else
        yield Problem(field=given.said, rule="conflict", value=files[0], allowed="all files or all addresses")
