"""A request's body, JSON or a form with files."""

import hashlib
import json
import re
from typing import Any

import aiohttp
from aiohttp import web

from tests.discord_server.attachments import File
from tests.discord_server.options import MEBIBYTE
from tests.discord_server.posting import Body
from tests.discord_server.refusals import Refused, form, too_large

LARGEST_BYTES = 25 * MEBIBYTE
FIELD = re.compile(r"files\[(\d+)\]")


async def read(request: web.Request) -> Body:
    """Take a body in whole; an empty one is a payload of None."""
    if request.content_type == "multipart/form-data":
        body = await _form(request)
    else:
        raw = await request.read()
        body = Body(payload=_json(raw) if raw else None, files={})
        if raw and request.content_type != "application/json":
            expected = "Expected \"Content-Type\" header to be one of {'application/json'}."
            raise form("", "CONTENT_TYPE_INVALID", expected)
    if (request.content_length or 0) > LARGEST_BYTES:
        raise too_large()
    return body


async def _form(request: web.Request) -> Body:
    payload: Any = {}
    files: dict[int, File] = {}
    total = 0
    async for part in await request.multipart():
        if not isinstance(part, aiohttp.BodyPartReader):
            raise form("", "CONTENT_TYPE_INVALID", "A form within a form")
        data = bytes(await part.read(decode=False))
        total += len(data)
        name = part.name or ""
        if name == "payload_json":
            payload = _json(data)
        elif found := FIELD.fullmatch(name):
            files[int(found[1])] = File(name=part.filename or "", data=data)
        else:
            raise form(name, "UNKNOWN_KEY", "Only payload_json and files[n] are taken")
    if total > LARGEST_BYTES:
        raise too_large()
    return Body(payload=payload, files=files)


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise Refused(400, 50109, "The request body contains invalid JSON.", kind="form") from None


def noted(body: Body) -> Any:
    """A body as the record keeps it."""
    if not body.files:
        return body.payload
    files = [
        {"field": number, "name": one.name, "size": len(one.data), "sha256": hashlib.sha256(one.data).hexdigest()}
        for number, one in sorted(body.files.items())
    ]
    return {"payload_json": body.payload, "files": files}
