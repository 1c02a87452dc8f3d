"""The description of the Bot API: its methods and types, read from the published file or from the carried one."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.telegram_server import limits

PUBLISHED = Path(__file__).parents[3] / "shared" / "specs" / "telegram_paul_api.json"
CARRIED = Path(__file__).with_name("own_methods.toml")

_CONSTANT = re.compile(r"(?:must be|always) [“\"]?(\w+)[”\"]?$")
_LINE = re.compile(
    r"(?P<types>[^!?]+)(?P<must>[!?])(?: =(?P<constant>\w+))?(?: (?P<limit>\d+-\d+ \w+)(?P<parsed> parsed)?)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One parameter of a method, or one field of a type."""

    name: str
    types: tuple[str, ...]  # any of these will do
    required: bool
    constant: str | None = None  # the only value it may have, where a type is told by it
    limit: limits.Limit | None = None

    def line(self) -> str:
        """How the carried description writes it down."""
        constant = f" ={self.constant}" if self.constant else ""
        limit = f" {self.limit}" if self.limit else ""
        return " | ".join(self.types) + ("!" if self.required else "?") + constant + limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A method or a type: the fields it has, or the types it stands for."""

    name: str
    fields: Mapping[str, Field]
    one_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """All methods and types."""

    methods: Mapping[str, Shape]
    types: Mapping[str, Shape]

    def method(self, name: str) -> Shape | None:
        """A method by its name, whose case doesn't matter; or None."""
        return next((shape for key, shape in self.methods.items() if key.lower() == name.lower()), None)


def load(path: Path | None = None) -> Spec:
    """The description at a path; without one the published, and where that is absent the carried."""
    chosen = path or (PUBLISHED if PUBLISHED.exists() else CARRIED)
    return carried(chosen) if chosen.suffix == ".toml" else published(chosen)


def published(path: Path) -> Spec:
    """Read the published JSON."""
    content = json.loads(path.read_text())
    return Spec(
        methods={name: _published_shape(raw) for name, raw in content["methods"].items()},
        types={name: _published_shape(raw) for name, raw in content["types"].items()},
    )


def _published_shape(raw: Mapping[str, Any]) -> Shape:
    fields = {field["name"]: _published_field(field) for field in raw.get("fields", ())}
    return Shape(name=raw["name"], fields=fields, one_of=tuple(raw.get("subtypes", ())))


def _published_field(raw: Mapping[str, Any]) -> Field:
    types, prose = tuple(raw["types"]), raw["description"]
    constant = _CONSTANT.search(prose) if types == ("String",) and raw["name"] in ("type", "source", "status") else None
    return Field(
        name=raw["name"],
        types=types,
        required=raw["required"],
        constant=constant[1] if constant else None,
        limit=limits.read(types, prose),
    )


def carried(path: Path = CARRIED) -> Spec:
    """Read the description that comes with these tests: the methods the bot uses, without prose."""
    content = tomllib.loads(path.read_text())
    return Spec(
        methods={name: _carried_shape(name, raw) for name, raw in content["methods"].items()},
        types={name: _carried_shape(name, raw) for name, raw in content["types"].items()},
    )


def _carried_shape(name: str, raw: Mapping[str, Any]) -> Shape:
    lines = {key: line for key, line in raw.items() if key != "_one_of"}
    fields = {key: parse_line(key, line) for key, line in lines.items()}
    return Shape(name=name, fields=fields, one_of=tuple(raw.get("_one_of", ())))


def parse_line(name: str, line: str) -> Field:
    """A field as the carried description writes it: types, ! or ?, =constant, limit."""
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError(f"{name} = {line!r} isn't like 'String! 1-64 bytes'")
    return Field(
        name=name,
        types=tuple(found["types"].split(" | ")),
        required=found["must"] == "!",
        constant=found["constant"],
        limit=_limit(found["limit"], bool(found["parsed"])) if found["limit"] else None,
    )


def _limit(text: str, parsed: bool) -> limits.Limit:
    numbers, unit = text.split()
    low, high = numbers.split("-")
    return limits.Limit(low=int(low), high=int(high), unit=unit, parsed=parsed)  # type: ignore[arg-type]
