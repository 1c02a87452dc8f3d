"""The wire: who is let in, and how an answer reaches its connection, whole or spoiled."""

import asyncio
import dataclasses
import hmac
import json
import socket
import struct
from collections.abc import Mapping

from aiohttp import hdrs, web

from bot.simulator import faults, refusals
from bot.simulator.faults import Fault

JSON = "application/json"
DISABLED_KEY = "sk-disabled"  # is known, and answered as a key that was switched off


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Status, headers and bytes."""

    body: bytes
    status: int = 200
    content_type: str = JSON
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)


def json_answer(body: Mapping[str, object], status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(body=json.dumps(body, ensure_ascii=False).encode(), status=status, headers=headers or {})


def token(request: web.Request) -> str | None:
    """The bearer token that was sent; None without one."""
    scheme, _, key = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" and key.strip() else None


def known(sent: str, key: str) -> bool:
    return hmac.compare_digest(sent.encode(), key.encode())


def authorize(request: web.Request, key: str) -> None:
    """Refuse whoever doesn't bring the key."""
    sent = token(request)
    if sent is None:
        raise refusals.Refused("API key required.", code="api_key_required", status=401)
    if known(sent, DISABLED_KEY):
        raise refusals.Refused("The API key is disabled.", code="api_key_disabled", status=403)
    if not known(sent, key):
        raise refusals.Refused("Invalid token", code="invalid_api_key", status=401)


async def send(request: web.Request, answer: Answer, fault: Fault | None = None) -> tuple[web.StreamResponse, bool]:
    """Write an answer; the flag says whether all of it was written."""
    name = fault.name.removeprefix("poll-") if fault else ""
    if name == "timeout" and fault:
        await asyncio.sleep(faults.HOLD_S if fault.delay_s is None else fault.delay_s)
    if name == "drop-after":  # of a poll
        return drop(request), False
    body = answer.body[: len(answer.body) // 2] if name in ("broken-json", "drop-during") else answer.body
    length = len(answer.body) if name == "drop-during" else len(body)
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.content_type = answer.content_type
    response.content_length = length
    try:
        await response.prepare(request)
        await response.write(body)
        if name == "drop-during":
            if request.transport is not None:
                request.transport.close()
            return response, False
        await response.write_eof()
    except ConnectionError:
        return response, False
    return response, True


def drop(request: web.Request, *, rudely: bool = False) -> web.StreamResponse:
    """Close the connection without a word; rudely means a reset."""
    if request.transport is not None:
        if rudely:
            connection = request.transport.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close means reset
        request.transport.close()
    return web.Response()


def gateway_page() -> Answer:
    """What stands in front of a provider that is gone, and speaks no JSON."""
    page = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"
    return Answer(body=page, status=502, content_type="text/html")
