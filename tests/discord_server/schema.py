"""Bodies and paths checked against Discord's published OpenAPI description."""

import copy
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from tests.discord_server.options import CARRIED
from tests.discord_server.refusals import Json, Problems

TTS = ("tts",)
IGNORED = {  # what discord.py says although Discord doesn't ask, and ignores
    "MessageEditRequestPartial": TTS,
    "IncomingWebhookUpdateRequestPartial": TTS,
    "IncomingWebhookUpdateForInteractionCallbackRequestPartial": TTS,
    "RichEmbed": ("flags",),
    "MessageAttachmentRequest": (
        "size", "url", "proxy_url", "height", "width", "content_type", "spoiler", "ephemeral", "flags",
    ),
}  # fmt: skip
COMMANDS = (
    "ApplicationCommandUpdateRequest",
    "ApplicationCommandCreateRequest",
    "ApplicationCommandPatchRequestPartial",
)
UNIONS = ("oneOf", "anyOf")


class Schema:
    """The description, made strict where it is lax and lax where discord.py is known to differ."""

    def __init__(self, path: Path | None) -> None:
        self._paths: Json = {}
        self._parts: Json = {}
        self._validators: dict[str, tuple[Any, Json]] = {}
        if path is not None:
            described = json.loads((path if path.exists() else CARRIED).read_bytes())
            self._paths = described["paths"]
            self._parts = _adjusted(described["components"]["schemas"])

    def check(self, method: str, template: str, body: object, problems: Problems) -> None:
        """Add a problem for everything the description doesn't allow in this body."""
        schema = self._body_schema(method, template)
        if schema is None:
            if self._paths and body is not None:
                problems.add("", "UNEXPECTED_BODY", "This endpoint takes no body")
            return
        for place, code, message in self._errors(schema, body):
            problems.add(".".join(str(part) for part in place), code, message)

    def queries(self, method: str, template: str) -> set[str] | None:
        """The query parameters it knows; None when there is no description."""
        if not self._paths:
            return None
        found = self._paths.get(template, {})
        listed = found.get("parameters", []) + found.get(method.lower(), {}).get("parameters", [])
        return {one["name"] for one in listed if one["in"] == "query"}

    def _body_schema(self, method: str, template: str) -> Json | None:
        described: Json | None = self._paths.get(template, {}).get(method.lower(), {}).get("requestBody")
        return dict(described["content"]["application/json"]["schema"]) if described else None

    def _errors(self, schema: Json, body: object, place: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, str, str]]:
        for error in self._validator(schema).iter_errors(body):
            here = (*place, *error.instance_path)
            branch = self._branch(schema, error) if _is_union(error) else None
            if branch is not None:
                yield from self._errors(branch, error.instance, here)
            elif _is_union(error) and "type" in error.instance:
                yield (*here, "type"), "UNION_TYPE_CHOICES", f"No variant of type {error.instance['type']!r} goes here"
            else:
                yield here, *_named(error)

    def _branch(self, schema: Json, error: Any) -> Json | None:
        """The variant of a union that was meant: by its type, or the only one that isn't null."""
        above: Any = {**schema, "components": {"schemas": self._parts}}
        for part in error.schema_path:
            above = above[part]
        variants = [one for one in above if one.get("type") != "null"]
        if len(variants) == 1:
            return dict(variants[0])
        meant = error.instance.get("type") if isinstance(error.instance, dict) else None
        for variant in variants:
            resolved = self._parts[variant["$ref"].rpartition("/")[2]] if "$ref" in variant else variant
            if meant is not None and meant in resolved.get("properties", {}).get("type", {}).get("enum", ()):
                return dict(variant)
        return None

    def _validator(self, schema: Json) -> Any:
        key = json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            parts = {name: self._parts[name] for name in reachable(schema, self._parts)}
            whole = {**schema, "components": {"schemas": parts}}
            self._validators[key] = (jsonschema_rs.Draft202012Validator(whole), whole)
        return self._validators[key][0]


def _is_union(error: Any) -> bool:
    return bool(error.schema_path) and error.schema_path[-1] in UNIONS and isinstance(error.instance, dict)


def _named(error: Any) -> tuple[str, str]:
    """Discord's own name for a broken rule, as near as it is known."""
    codes = {
        "required": "BASE_TYPE_REQUIRED",
        "maxLength": "BASE_TYPE_MAX_LENGTH",
        "minLength": "BASE_TYPE_MIN_LENGTH",
        "maxItems": "BASE_TYPE_MAX_LENGTH",
        "minItems": "BASE_TYPE_MIN_LENGTH",
        "enum": "BASE_TYPE_CHOICES",
        "const": "BASE_TYPE_CHOICES",
        "oneOf": "UNION_TYPE_CHOICES",
        "anyOf": "UNION_TYPE_CHOICES",
        "additionalProperties": "UNKNOWN_KEY",
        "maximum": "NUMBER_TYPE_MAX",
        "minimum": "NUMBER_TYPE_MIN",
    }
    keyword = str(error.schema_path[-1]) if error.schema_path else ""
    return codes.get(keyword, "BASE_TYPE_BAD_TYPE"), error.message[:300]


def reachable(schema: object, parts: Json) -> set[str]:
    """The names of all parts that a schema refers to, whatever lies between."""
    found: set[str] = set()
    names = set(_names(schema))
    while names:
        name = names.pop()
        found.add(name)
        names |= set(_names(parts[name])) - found
    return found


def _names(schema: object) -> list[str]:
    return re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(schema))


def _adjusted(parts: Json) -> Json:
    """The known gaps filled, and then nothing else allowed."""
    parts = copy.deepcopy(parts)
    parts["SnowflakeType"] = {
        "anyOf": [{"type": "string", "pattern": "^(0|[1-9][0-9]*)$"}, {"type": "integer", "minimum": 0}]
    }
    for name in COMMANDS:
        parts[name]["properties"]["nsfw"] = {"type": ["boolean", "null"]}
        parts[name]["properties"]["default_member_permissions"] = {"type": ["integer", "string", "null"]}
    for name, keys in IGNORED.items():
        parts[name]["properties"] |= {key: {} for key in keys}
    for part in parts.values():
        _close(part)
    return parts


def _close(schema: object) -> None:
    if isinstance(schema, list):
        for one in schema:
            _close(one)
    if isinstance(schema, dict):
        if "properties" in schema and isinstance(schema["properties"], dict):
            schema.setdefault("additionalProperties", False)
        for one in schema.values():
            _close(one)


@cache
def load(path: Path | None) -> Schema:
    """One for all servers of a process, since compiling takes a moment."""
    return Schema(path)
