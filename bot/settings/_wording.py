"""A refused setting as a sentence for the operator: its name, its value unless secret, what it must be, and where."""

from collections.abc import Iterator, Mapping
from typing import Any

import pydantic
from pydantic_settings import BaseSettings

from bot.settings import _env
from bot.settings._concerns import env_name

MUST: Mapping[str, str] = {  # by pydantic's type of error, whose own words are for programmers
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing_size": "must be a smaller number",
    "float_parsing": "must be a number",
    "bool_parsing": "must be true or false",
    "greater_than_equal": "must be {ge} or more",
    "greater_than": "must be more than {gt}",
    "less_than_equal": "must be {le} or less",
    "less_than": "must be less than {lt}",
    "string_too_long": "must have {max_length} characters or fewer",
}


def sentences(concern: type[BaseSettings], error: pydantic.ValidationError) -> Iterator[str]:
    """One for each setting of the concern that was refused."""
    for detail in error.errors():
        field = str(detail["loc"][0])
        name = env_name(concern, field) if field in concern.model_fields else field
        value = "…" if _is_secret(name, str(detail["input"])) else repr(detail["input"])
        yield f"{name}={value}: {_must(dict(detail))}. Correct it in {_env.place(name)}."


def _must(detail: Mapping[str, Any]) -> str:
    kind, more = detail["type"], detail.get("ctx", {})
    if kind == "literal_error":
        return f"must be {more['expected']}".replace("'", "")
    if kind in MUST:
        return MUST[kind].format(**{name: _plain(value) for name, value in more.items()})
    words: str = detail["msg"].removeprefix("Value error, ")
    return words[0].lower() + words[1:]


def _plain(value: object) -> object:
    """300 for 300.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _is_secret(name: str, value: str) -> bool:
    """Whether a value must not be repeated: a key, or an address with a password or a signature in it."""
    return any(word in name.lower() for word in ("key", "token")) or (
        "://" in value and any(mark in value for mark in "@?#")
    )
