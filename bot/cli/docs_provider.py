"""docs/models/PROVIDER.md: a provider's models with their options, inputs, prices and pages, read off the catalogue."""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic.fields import FieldInfo

from bot import catalogue
from bot.catalogue import _spec
from bot.requests import Json, Kind

HEAD = """# Models of {provider}

Generated from the catalogue by `make docs`; don't edit it. [All models](../models.md) lists those of all providers, and
says what each option means. A * marks what has to be said. Prices are in credits. Where the provider's pages contradict
each other, the safer reading is taken and named, by its sign in capitals, with the family.
"""

KINDS: Mapping[Kind, str] = {
    Kind.IMAGE: "Pictures",
    Kind.VIDEO: "Videos",
    Kind.MUSIC: "Music",
    Kind.SPEECH: "Speech",
    Kind.VOICE: "Voices",
    Kind.AVATAR: "Talking pictures",
    Kind.CHAT: "Answers",
}
MANY = 20  # values up to which a list stands in its cell; a longer one is written out below the table

Operation = type[_spec.Options]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Models that differ in nothing but name and price."""

    kind: Kind
    models: Sequence[_spec.Model]
    first: bool  # of its family: there the pages' contradictions are told
    title: str  # the names, without what tells one id from the next: Nano Banana 2

    @property
    def anchor(self) -> str:
        """Where its heading is linked to."""
        return re.sub(r"[^\w\- ]", "", self.title.lower()).replace(" ", "-")


def sections(provider: str) -> list[Section]:
    """A provider's models, kind by kind."""
    groups: dict[tuple[Kind, str, str], list[_spec.Model]] = {}
    for model in catalogue.MODELS.values():
        if model.provider == provider:
            said = "\n".join(_operations(model.operations))
            groups.setdefault((model.kind, model.operations[0].__module__, said), []).append(model)
    short = Counter(_title(models, whole=False) for models in groups.values())
    told: set[str] = set()
    found: list[Section] = []
    for (kind, module, _), models in groups.items():
        title = _title(models, whole=short[_title(models, whole=False)] > 1)
        found.append(Section(kind=kind, models=models, first=module not in told, title=title))
        told.add(module)
    return found


def _title(models: Iterable[_spec.Model], *, whole: bool) -> str:
    """What models are called together; `whole` says every name in full but for its provider."""
    names = (model.title.removesuffix(f" · {model.provider}") for model in models)
    return ", ".join(dict.fromkeys(name if whole else name.partition(" · ")[0] for name in names))


def provider_markdown(provider: str) -> str:
    """The text of a provider's page."""
    every = sections(provider)
    found = {kind: [section for section in every if section.kind is kind] for kind in Kind}
    lines = [HEAD.format(provider=provider)]
    for kind, each in found.items():
        if each:
            links = ", ".join(f"[{section.title}](#{section.anchor})" for section in each)
            lines.append(f"- [{KINDS[kind]}](#{KINDS[kind].lower().replace(' ', '-')}): {links}")
    for kind, each in found.items():
        if each:
            lines.append(f"\n## {KINDS[kind]}\n")
            lines.extend(line for section in each for line in _section(section))
    return "\n".join(lines).rstrip() + "\n"


def _section(section: Section) -> Iterator[str]:
    yield f"### {section.title}\n"
    if section.first:
        yield from _told(section.models[0].operations[0])
    for model in section.models:
        yield f"- `{model.id}`: {_facts(model)}"
    yield ""
    yield from _operations(section.models[0].operations)


def _told(operation: Operation) -> Iterator[str]:
    """What the family's file says of itself: its pages, and how contradictions are read."""
    doc = (sys.modules[operation.__module__].__doc__ or "").strip()
    for paragraph in doc.split("\n\n"):
        yield " ".join(paragraph.split()) + "\n"


def _facts(model: _spec.Model) -> str:
    parts = [model.title, f"{model.rate.words()} per {model.operations[0].unit}", f"usually {model.typical_s:g} s"]
    if model.aliases:
        parts.append("also " + ", ".join(f"`{alias}`" for alias in model.aliases))
    if model.fixed:
        parts.append("its id settles " + ", ".join(f"{name} {value}" for name, value in model.fixed.items()))
    if model.tier:
        parts.append(f"picked for quality {model.tier}")
    if model.gated:
        parts.append("only for accounts that the provider opened it for")
    if model.unverified:
        parts.append("documented in part only: off until you turn it on in `atelier.toml`")
    if model.pressed:
        parts.append("its results keep the provider's own buttons, to be pressed")
    if len(model.routes) > 1:
        parts.append("routes: " + ", ".join(model.routes))
    return "; ".join(parts)


def _operations(operations: Sequence[Operation]) -> Iterator[str]:
    """Each operation with its inputs, and one table of what may be said to any of them."""
    for operation in operations:
        parts = [f"{_first_line(operation)} (page {operation.page})"]
        if inputs := [_input(operation, name) for name in operation.media_fields()]:
            parts.append(f"Takes {', '.join(inputs)}.")
        if operation.counts:
            parts.append(f"Counted: {operation.counts}")
        yield f"- **{operation.operation}**: {' '.join(parts)}"
    yield ""
    yield from _options_table(operations)
    yield from _long_lists(operations)


def _options_table(operations: Sequence[Operation]) -> Iterator[str]:
    rows: dict[tuple[str, str, str], list[str]] = {}
    for operation in operations:
        for name, info in _options(operation).items():
            star = "*" if info.is_required() else ""
            row = (f"`{name}`{star}", _values(info), _default(operation, name, info))
            rows.setdefault(row, []).append(operation.operation)
    several = any(len(found) < len(operations) for found in rows.values())
    yield from table("option", "values", "default", *(["for"] if several else []))
    for row, found in sorted(rows.items(), key=lambda item: list(rows).index(_first(item[0], rows))):
        whose = "all" if len(found) == len(operations) else ", ".join(found)
        yield table_row(*row, *([whose] if several else []))
    yield ""


def _first(row: tuple[str, str, str], rows: Iterable[tuple[str, str, str]]) -> tuple[str, str, str]:
    """The first row of the same option, so that its readings stand together."""
    return next(each for each in rows if each[0].rstrip("*") == row[0].rstrip("*"))


def _options(operation: Operation) -> dict[str, FieldInfo]:
    """What is said and neither given nor measured."""
    left_out = {*_spec.MEDIA, *operation.measured()}
    return {name: info for name, info in operation.model_fields.items() if name not in left_out}


def _long_lists(operations: Iterable[Operation]) -> Iterator[str]:
    """Lists too long for a cell, each once."""
    found = {
        f"`{name}`: {', '.join(map(str, listed))}.\n": None
        for operation in operations
        for name, info in _options(operation).items()
        if len(listed := _spec.values_of(info)) > MANY
    }
    yield from found


def _first_line(operation: Operation) -> str:
    return (operation.__doc__ or "").partition("\n")[0]


def _input(operation: Operation, name: str) -> str:
    info = operation.model_fields[name]
    bounds = _spec.bounds_of(info)
    count = ""
    if name.endswith("s"):
        low = bounds.shortest or 0
        count = f" ({low} or more)" if bounds.longest is None else f" ({low} to {bounds.longest})"
    filed = name in operation.uploads | operation.encodes
    ways = "as a file" if name in operation.only_files else "as a file or a URL" if filed else "as a URL"
    return f"`{name}`{'*' if info.is_required() else ''}{count} {ways}"


def _values(info: FieldInfo) -> str:
    listed = _spec.values_of(info)
    bounds = _spec.bounds_of(info)
    if _spec.is_switch(info):
        return "yes, no"
    if len(listed) > MANY:
        return f"one of {len(listed)}, see below"
    shown = ", ".join(map(str, listed))
    reach = bounds.words() or (bounds.length_words("characters") if bounds.longest else "")
    if not shown:
        return reach or "text"
    return shown if not _spec.is_open(info) else f"{shown} or another{f', {reach}' if reach else ''}"


def _default(operation: Operation, name: str, info: FieldInfo) -> str:
    preset: Json = operation.presets.get(name)
    if preset is not None:
        return f"commands say {preset}"
    default = None if info.is_required() else info.default
    return "—" if default in (None, "") else str(default)


def table(*names: str) -> Iterable[str]:
    """The head of a table."""
    return (table_row(*names), table_row(*("---" for _ in names)))


def table_row(*cells: str) -> str:
    """A row of a table."""
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
