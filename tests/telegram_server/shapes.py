"""Values held against the description: types, unknown and missing fields, limits."""

import json
import re
from collections.abc import Mapping
from typing import Any

from tests.telegram_server import limits, spec, wording
from tests.telegram_server.refusals import bad

_ARRAY = "Array of "
_PLAIN: Mapping[str, tuple[type, ...]] = {
    "String": (str,),
    "Integer": (int,),
    "Float": (int, float),
    "Boolean": (bool,),
}
_NUMBER = re.compile(r"-?\d+")
_TRUTH = {"true": True, "false": False}


class Wrong(Exception):
    """A value that isn't of the type; its text says where and why."""


def parameters(
    known: spec.Spec, method: spec.Shape, given: Mapping[str, Any], uploads: frozenset[str]
) -> dict[str, Any]:
    """The parameters of a call as values of their types, or a refusal.

    `given` holds form fields as text and JSON values as they are; `uploads` names the parts that are files.
    """
    for name in [*given, *uploads]:
        if name not in method.fields:
            raise bad(f'unknown parameter "{name}" of {method.name}')
    values = {name: _read(method.fields[name], value) for name, value in given.items()}
    for name, field in method.fields.items():
        if field.required and name not in values and name not in uploads:
            raise bad(wording.missing(method.name, name))
    for name, value in values.items():
        try:
            _check(known, method.fields[name].types, value, name)
            _within(method.fields[name], value, name)
        except Wrong as wrong:
            raise bad(wording.wrong(method.name, name, str(wrong))) from None
    return values


def _read(field: spec.Field, value: Any) -> Any:
    """A form field's text as a value of its type; what isn't text, or can't be read, is left for the check."""
    if not isinstance(value, str) or ("String" in field.types and "Integer" not in field.types):
        return value
    if field.types in (("Integer", "String"), ("Integer",)):
        return int(value) if _NUMBER.fullmatch(value) else value
    if field.types == ("Boolean",):
        return _TRUTH.get(value.lower(), value)
    try:
        return json.loads(value)
    except ValueError:
        raise bad(wording.unreadable(field.name)) from None


def _check(known: spec.Spec, types: tuple[str, ...], value: Any, path: str) -> None:
    """Raise Wrong unless the value is of one of the types."""
    if all(name.startswith(_ARRAY) for name in types):
        return _check_array(known, tuple(name.removeprefix(_ARRAY) for name in types), value, path)
    plain = tuple(one for name in types for one in _PLAIN.get(name, ()))
    if plain and isinstance(value, plain) and (bool in plain or not isinstance(value, bool)):
        return None
    shapes = [name for name in types if name in known.types and name != "InputFile"]
    if not shapes:
        raise Wrong(f"{path} must be {' or '.join(types)}")
    return _check_object(known, shapes, value, path)


def _check_array(known: spec.Spec, types: tuple[str, ...], value: Any, path: str) -> None:
    if not isinstance(value, list):
        raise Wrong(f"{path} must be an Array of {' or '.join(types)}")
    for place, item in enumerate(value):
        _check(known, types, item, f"{path}[{place}]")


def _check_object(known: spec.Spec, names: list[str], value: Any, path: str) -> None:
    if not isinstance(value, dict):
        raise Wrong(f"{path} must be an Object")
    candidates = _candidates(known, names)
    told = [shape for shape in candidates if _told(shape, value)]
    if not told:
        constants = sorted({str(f.constant) for shape in candidates for f in shape.fields.values() if f.constant})
        raise Wrong(f"{path}.type must be one of {', '.join(constants)}")
    nearest = min(told, key=lambda shape: sum(name not in shape.fields for name in value))
    return _check_fields(known, nearest, value, path)


def _candidates(known: spec.Spec, names: list[str]) -> list[spec.Shape]:
    """The types with fields that these names stand for."""
    found: list[spec.Shape] = []
    for name in names:
        shape = known.types[name]
        found += _candidates(known, [one for one in shape.one_of if one in known.types]) if shape.one_of else [shape]
    return found


def _told(shape: spec.Shape, value: Mapping[str, Any]) -> bool:
    """Whether the value's own "type" doesn't speak against this shape."""
    return all(value.get(f.name) == f.constant for f in shape.fields.values() if f.constant)


def _check_fields(known: spec.Spec, shape: spec.Shape, value: Mapping[str, Any], path: str) -> None:
    for name in value:
        if name not in shape.fields:
            raise Wrong(f'{path} has an unknown field "{name}" ({shape.name})')
    for name, field in shape.fields.items():
        if name in value:
            _check(known, field.types, value[name], f"{path}.{name}")
            _within(field, value[name], f"{path}.{name}")
        elif field.required:
            raise Wrong(f'Can\'t find field "{name}" in {path} ({shape.name})')


def _within(field: spec.Field, value: Any, path: str) -> None:
    """Raise Wrong where a limit is crossed that doesn't depend on the markup."""
    if field.limit is not None and not field.limit.parsed and not field.limit.allows(value):
        raise Wrong(wording.beyond(path, field.name, field.limit, value))


def parsed_limit(known: spec.Spec, shape: str, name: str) -> limits.Limit:
    """The limit of a text whose markup is taken out first."""
    holder = known.methods.get(shape) or known.types[shape]
    limit = holder.fields[name].limit
    if limit is None or not limit.parsed:
        raise LookupError(f"{shape}.{name} has no limit after parsing")
    return limit
