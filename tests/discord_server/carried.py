"""The part of Discord's published description that this server needs, carried along for where the whole isn't there.

`python -m tests.discord_server.carried` writes it anew from the published file
(discord/discord-api-spec, MIT licence, copyright Discord Inc.).
"""

import json
from pathlib import Path
from typing import Any

from tests.discord_server import rest, schema
from tests.discord_server.options import CARRIED, PUBLISHED
from tests.discord_server.refusals import Json

LICENCE = "Part of Discord's OpenAPI description, github.com/discord/discord-api-spec, MIT licence, (c) Discord Inc."
TELLING = ("description", "title", "x-discord-union", "format")  # nothing is checked by them


def part(described: Json) -> Json:
    """The operations that are played, with their queries, bodies and what those refer to."""
    paths: Json = {}
    for route in rest.ROUTES:
        found = described["paths"].get(route.template)
        operation = found and found.get(route.method.lower())
        if not operation:
            continue
        both = found.get("parameters", []) + operation.get("parameters", [])
        kept: Json = {"parameters": [{"name": one["name"], "in": "query"} for one in both if one["in"] == "query"]}
        if "requestBody" in operation:
            body = operation["requestBody"]["content"]["application/json"]["schema"]
            kept["requestBody"] = {"content": {"application/json": {"schema": _bare(body)}}}
        paths.setdefault(route.template, {})[route.method.lower()] = kept
    parts = described["components"]["schemas"]
    names = schema.reachable(paths, parts) | set(schema.COMMANDS) | set(schema.IGNORED)
    return {
        "licence": LICENCE,
        "paths": paths,
        "components": {"schemas": {name: _bare(parts[name]) for name in sorted(names)}},
    }


def _bare(value: Any, *, of_names: bool = False) -> Any:
    """A schema without its prose; below `properties` the keys are names."""
    if isinstance(value, list):
        return [_bare(one) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {key: one for key, one in value.items() if of_names or key not in TELLING}
    return {key: _bare(one, of_names=key == "properties" and not of_names) for key, one in kept.items()}


def write(path: Path = CARRIED) -> None:
    """Write the part, one schema per line."""
    found = part(json.loads(PUBLISHED.read_bytes()))
    parts = found.pop("components")["schemas"]
    lines = [f"{json.dumps(name)}: {json.dumps(one)}" for name, one in parts.items()]
    head = json.dumps(found, indent=None).removesuffix("}")
    path.write_text(f'{head}, "components": {{"schemas": {{\n' + ",\n".join(lines) + "\n}}}\n", encoding="utf-8")


if __name__ == "__main__":
    write()
