"""A request's body: parameters and files, however the bot packs them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from tests.telegram_server import files
from tests.telegram_server.refusals import Refused, bad

MAX_BYTES = 50 * 1024 * 1024 + 256 * 1024  # files of 50 MiB and what is around them; more is answered with 413


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a request brought."""

    given: Mapping[str, Any] = field(default_factory=dict)  # form fields are text, JSON values are what they are
    uploads: Mapping[str, files.Upload] = field(default_factory=dict)


async def read(request: web.Request) -> Body:
    """The whole body, or a refusal."""
    query = dict(request.query)
    if (request.content_length or 0) > MAX_BYTES:
        raise Refused(code=413, description="Request Entity Too Large")
    match request.content_type:
        case "application/json":
            return Body(given=query | await _json(request))
        case "multipart/form-data":
            return await _multipart(request, query)
        case "application/x-www-form-urlencoded":
            return Body(given=query | _text(dict(await request.post())))
        case _:
            return Body(given=query)


async def _json(request: web.Request) -> dict[str, Any]:
    raw = await request.read()
    try:
        content = json.loads(raw) if raw else {}
    except ValueError:
        raise bad("can't parse request body as JSON object") from None
    if not isinstance(content, dict):
        raise bad("request body must be a JSON object")
    return content


def _text(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if isinstance(value, str)}


async def _multipart(request: web.Request, query: dict[str, Any]) -> Body:
    given, uploads, total = dict(query), {}, 0
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            raise bad("every part of a form must have a name")
        data = bytes(await part.read(decode=True))
        total += len(data)
        if total > MAX_BYTES:
            raise Refused(code=413, description="Request Entity Too Large")
        if part.filename is None:
            given[part.name] = data.decode()
        else:
            mime = part.headers.get("Content-Type", "application/octet-stream")
            uploads[part.name] = files.Upload(name=part.filename, mime=mime, data=data)
    return Body(given=given, uploads=uploads)
