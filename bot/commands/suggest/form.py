"""A form that is being filled in: what it says so far, and which model and operation that comes to."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bot import catalogue, errors, requests
from bot.catalogue import _spec as spec
from bot.commands import grammar, making, menus, options, pairs, reading, sources
from bot.commands.declaration import Command, Heard
from bot.commands.grammar import Flag
from bot.credits import settlement
from bot.requests import Kind

_MANY = {one: f"{one}s" for one in sources.SINGULAR.values()}
_EDIT = "edit"  # the command whose name is an operation too: it changes what it is given
_HANDLE = "file"  # stands for a medium that nobody looks at
_WORDS = "…"  # stand for a prompt that is not written yet

Operation = type[spec.Options]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of a value that was tried."""

    options: spec.Options | None = None  # None when something is wrong or missing
    problems: frozenset[errors.Problem] = frozenset()

    def price(self, model: spec.Model, *, percent: int) -> int | None:
        """Credits, at most; None while something is wrong, or when they depend on a file that nobody has measured."""
        if (made := self.options) is None or type(made).measured():
            return None
        return settlement.price(made, rate=model.rate, percent=percent)

    def beyond(self, before: frozenset[errors.Problem]) -> "Tried":
        """The same with only those problems that the value brought along."""
        return replace(self, problems=self.problems - before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a making command's form says, the field that is typed in left out."""

    command: Command
    flags: tuple[Flag, ...] = ()  # options said anywhere
    media: tuple[str, ...] = ()  # media given, one name each: image, images, images
    prompt: str = ""
    preferences: Mapping[str, str]  # kind → model that the member always means

    @property
    def said(self) -> Mapping[str, requests.Json]:
        """The options said; of one said twice the first."""
        found: dict[str, requests.Json] = {}
        for flag in self.flags:
            if flag.name not in spec.MEDIA:
                found.setdefault(flag.name, [flag.value] if flag.name in options.several() else flag.value)
        return found

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What may come out: for /edit what the media given are, for others the command's own kind."""
        named = self.named
        if named is not None and named.kind in self.command.makes:
            return (named.kind,)
        return self.kinds_by_media

    @property
    def kinds_by_media(self) -> tuple[Kind, ...]:
        """The same, whatever model is named."""
        kinds = {spec.MEDIA[name].value for name in self.media}
        fitting = tuple(kind for kind in self.command.makes if kind.value in kinds)
        return fitting if len(self.command.makes) > 1 and fitting else self.command.makes

    @property
    def edits(self) -> bool:
        """Whether something is changed that is given, or will be."""
        return self.command.name == _EDIT

    @property
    def named(self) -> spec.Model | None:
        """The model that is named, when there is such a one."""
        found = catalogue.called(str(self.said.get("model", "")))
        return found if found is not None and found.kind in self.command.makes else None

    def models(self) -> tuple[spec.Model, ...]:
        """The model of each kind: the named one, or what quality and preferences pick."""
        if (named := self.named) is not None:
            return (named,)
        word = str(self.said.get("quality", ""))
        quality = options.TIER_WORDS.get(word, word)
        return tuple(self.picked(kind, quality) for kind in self.kinds)

    def picked(self, kind: Kind, quality: str) -> spec.Model:
        """The model that this quality means here."""
        operation = str(self.said.get("operation", "")) or None
        if making.EXTEND in self.said:
            operation = operation or making.EXTEND
        return making.picked(
            kind, quality=quality, preferences=self.preferences, media=Counter(self.media), operation=operation
        )

    def operations(self, model: spec.Model, *, extend: bool = False) -> tuple[Operation, ...]:
        """What the model would be asked: one where media and options tell, else all that may be meant."""
        classes = self._meant(model, extend=extend)
        given = _placed(self.media, model)
        fitting = tuple(cls for cls in classes if given.keys() <= set(cls.media_fields())) or classes
        ready = tuple(cls for cls in fitting if cls.least().keys() <= given.keys())
        most = max((len(cls.least()) for cls in ready), default=0)
        return tuple(cls for cls in ready if len(cls.least()) == most) or fitting

    def _meant(self, model: spec.Model, *, extend: bool) -> tuple[Operation, ...]:
        """What words leave of the model's operations, whatever media are given."""
        editing = self.edits
        words = (str(self.said.get("operation", "")), making.EXTEND * (extend or making.EXTEND in self.said))
        word = next((word for word in words if word), _EDIT * editing)
        left = tuple(cls for cls in model.operations if cls.operation == word)
        return left or tuple(cls for cls in model.operations if cls.least() or not editing) or model.operations

    def tried(self, model: spec.Model, name: str, values: Iterable[requests.Json]) -> Iterator[Tried]:
        """What each value of one more option comes to, on the way that a request takes."""
        bare = {k: v for k, v in self.said.items() if k != name}
        classes = self.operations(model, extend=name == making.EXTEND)
        wrong = {cls: self._prepared(model, cls, bare).problems for cls in classes}
        for value in values:
            each = (self._prepared(model, cls, {**bare, name: value}).beyond(wrong[cls]) for cls in classes)
            yield min(each, key=lambda tried: len(tried.problems))

    def price(self, model: spec.Model, *, percent: int) -> int | None:
        """Credits for the form as it stands with this model; None while they can't be told."""
        return next(self.tried(model, "model", [model.id])).price(model, percent=percent)

    def besides(self, flags: Iterable[Flag]) -> "Form":
        """The form with more options said."""
        more = tuple(flags)
        named = (flag.name for flag in more if flag.name in spec.MEDIA)
        return replace(self, flags=(*self.flags, *more), media=(*self.media, *named))

    def without(self, name: str) -> "Form":
        """The form as if one option had not been said."""
        return replace(self, flags=tuple(flag for flag in self.flags if flag.name != name))

    def _prepared(self, model: spec.Model, cls: Operation, said: Mapping[str, requests.Json]) -> Tried:
        order = making.extending(making.ordered({**said, "model": model.id}, prompt=self.prompt))
        if self.named is None and order.quality in options.TIERS:
            order = replace(order, quality="")  # it has picked the model already
        given = _placed(self.media, model)
        wanted = cls.least()
        media = {name: (_HANDLE,) * max(given.get(name, 0), wanted.get(name, 0)) for name in {**given, **wanted}}
        try:
            _, words = making.chosen(order, kind=model.kind, preferences=self.preferences)
            words["prompt"] = order.prompt or _WORDS
            made = catalogue.prepare(model, words, media=media, operation=cls.operation, presets=True)
        except errors.Invalid as invalid:
            return Tried(problems=frozenset(_hashable(problem) for problem in invalid.problems))
        return Tried(options=made)


def of(command: Command, heard: Heard, field: str, *, preferences: Mapping[str, str]) -> Form:
    """The form as it stands, without what is typed into `field`."""
    words = _words(heard.text)
    flags = [*words.flags]
    for name, value in heard.fields.items():
        flags.extend(_flags(name, value) if name != field else ())
    named = (flag.name for flag in flags if flag.name in spec.MEDIA)
    fields = {f.name: f.given for f in menus.fields(command) if f.medium is not None}
    attached = [given.field or sources.SINGULAR[given.kind] for given in heard.attachments]
    filled = [fields[name] for name, value in heard.fields.items() if name in fields and value]
    media = (*named, *(name for name in (attached or filled) if name in spec.MEDIA))
    return Form(command=command, flags=tuple(flags), media=media, prompt=words.prompt.strip(), preferences=preferences)


def _words(text: str) -> grammar.Line:
    try:
        return grammar.read(text, options.vocabulary())
    except errors.Invalid:  # it is still being written
        return grammar.Line(words=text)


def _flags(name: str, value: str) -> Iterator[Flag]:
    """What a field says, as far as it can be understood."""
    if name == menus.MORE:
        for pair in pairs.scan(value, options.vocabulary()):
            if pair.name and pair.value is not None and not pair.doubtful:
                yield Flag(name=pair.name, value=pair.value, written=pair.written)
        return
    try:
        yield from reading.field_flags(name, value)
    except errors.Invalid:
        return


def _placed(media: Iterable[str], model: spec.Model) -> dict[str, int]:
    """How many of each medium, under the names that the model has for them; what it takes nowhere stays as it is."""
    takes = {name for cls in model.operations for name in cls.media_fields()}
    counted = Counter(media)
    for one, many in _MANY.items():
        several = counted[one] + counted[many]
        if several and many in takes and (counted[many] or several > 1 or one not in takes):
            counted[many] = several
            del counted[one]
        elif counted[many] and one in takes and many not in takes:
            counted[one] = several
            del counted[many]
    return {name: number for name, number in counted.items() if number}


def _hashable(problem: errors.Problem) -> errors.Problem:
    return (
        problem if isinstance(problem.value, str | int | float | None) else replace(problem, value=str(problem.value))
    )
