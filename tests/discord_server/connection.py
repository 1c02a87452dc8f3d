"""One WebSocket to the gateway: framing, heartbeats, and the rules for what a client sends."""

from __future__ import annotations

import asyncio
import contextlib
import json
import zlib
from collections import deque
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web

from tests.discord_server.refusals import Json, Refusal

if TYPE_CHECKING:
    from tests.discord_server.gateway import Gateway

LARGEST_BYTES = 4096
MOST_EVENTS, WINDOW_S = 120, 60.0
LENIENCE = 1.6  # how many heartbeat intervals may pass without one
PRIVILEGED = {"members": 1 << 1, "presences": 1 << 8, "message_content": 1 << 15}


class Op(IntEnum):
    """The gateway's opcodes."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    VOICE_STATE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    ACK = 11


class Closed(Exception):
    """The client broke a rule; the code says which."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Connection:
    """From HELLO to the end; whether a session goes on afterwards is the gateway's matter."""

    def __init__(self, gateway: Gateway, request: web.Request) -> None:
        self._gateway = gateway
        self._request = request
        self._socket = web.WebSocketResponse(compress=False, max_msg_size=1024 * 1024, timeout=1.0)
        zipped = request.query.get("compress") == "zlib-stream"  # zstd-stream is answered uncompressed
        self._zip = zlib.compressobj() if zipped else None
        self._times: deque[float] = deque()
        self._known = False  # has identified or resumed
        self._lock = asyncio.Lock()
        self._closed_by_us = False
        self.ended_session = False  # the client said goodbye with 1000 or 1001

    async def live(self) -> web.StreamResponse:
        await self._socket.prepare(self._request)
        interval_s = self._gateway.world.options.heartbeat_s
        await self.send({"op": Op.HELLO, "d": {"heartbeat_interval": int(interval_s * 1000)}, "s": None, "t": None})
        try:
            await self._listen(interval_s * LENIENCE)
        except Closed as closed:
            self._note(closed)
            await self.close(closed.code)
        self.ended_session = self._socket.close_code in (1000, 1001) and not self._closed_by_us
        return self._socket

    async def _listen(self, patience_s: float) -> None:
        loop = asyncio.get_running_loop()
        last = loop.time()
        while not self._socket.closed:
            try:
                message = await self._socket.receive(timeout=max(0.01, last + patience_s - loop.time()))
            except TimeoutError:
                raise Closed(4009, "no heartbeat in time") from None
            if message.type not in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                return
            payload = self._read(message.data)
            self._count(loop.time())
            if payload["op"] == Op.HEARTBEAT:
                last = loop.time()
            await self._take(payload)

    def _read(self, data: str | bytes) -> Json:
        size = len(data if isinstance(data, bytes) else data.encode())
        if size > LARGEST_BYTES:
            raise Closed(4002, f"a payload of {size} bytes, at most {LARGEST_BYTES} are taken")
        try:
            payload = json.loads(data)
            Op(payload["op"])
        except (ValueError, KeyError, TypeError):
            raise Closed(4002, "a payload that can't be read") from None
        return dict(payload)

    def _count(self, now: float) -> None:
        self._times.append(now)
        while self._times[0] <= now - WINDOW_S:
            self._times.popleft()
        if len(self._times) > MOST_EVENTS:
            raise Closed(4008, f"more than {MOST_EVENTS} events in {WINDOW_S:.0f} seconds")

    async def _take(self, payload: Json) -> None:
        gateway, data = self._gateway, payload.get("d")
        gateway.events.append(payload)
        gateway.world.record.write(
            {"kind": "gateway", "time": gateway.world.clock.now().isoformat(), "payload": payload}
        )
        match payload["op"]:
            case Op.HEARTBEAT:
                if gateway.acks:
                    await self.send({"op": Op.ACK, "d": None, "s": None, "t": None})
            case Op.IDENTIFY:
                await self._identify(data or {})
            case Op.RESUME:
                await self._resume(data or {})
            case Op.PRESENCE | Op.VOICE_STATE | Op.REQUEST_MEMBERS if not self._known:
                raise Closed(4003, "not identified yet")
            case Op.REQUEST_MEMBERS:
                await self._members(data or {})
            case Op.PRESENCE | Op.VOICE_STATE:
                pass
            case op:
                raise Closed(4001, f"a client doesn't send op {op}")

    async def _identify(self, data: Json) -> None:
        if self._known:
            raise Closed(4005, "identified twice")
        self._check_token(data)
        if not isinstance(data.get("intents"), int) or not data.get("properties"):
            raise Closed(4013 if "properties" in data else 4002, "IDENTIFY lacks intents or properties")
        options = self._gateway.world.options
        for name, bit in PRIVILEGED.items():
            if data["intents"] & bit and not getattr(options, name):
                raise Closed(4014, f"the intent {name} was not granted")
        self._known = True
        await self._gateway.identify(self, data)

    async def _resume(self, data: Json) -> None:
        if self._known:
            raise Closed(4005, "identified twice")
        self._check_token(data)
        self._known = await self._gateway.resume(self, data)
        if not self._known:
            await self.send({"op": Op.INVALID_SESSION, "d": False, "s": None, "t": None})

    async def _members(self, data: Json) -> None:
        guild = self._gateway.world.guild(int(data["guild_id"]))
        wanted = {int(one) for one in data.get("user_ids") or ()}
        found = [one.json() for one in guild.members.values() if not wanted or one.user.id in wanted]
        chunk: dict[str, Any] = {"guild_id": str(guild.id), "members": found, "chunk_index": 0, "chunk_count": 1}
        if "nonce" in data:
            chunk["nonce"] = data["nonce"]
        await self._gateway.dispatch("GUILD_MEMBERS_CHUNK", chunk | {"not_found": []})

    def _check_token(self, data: Json) -> None:
        if str(data.get("token")).removeprefix("Bot ") != self._gateway.world.options.token:
            raise Closed(4004, "Authentication failed.")

    def _note(self, closed: Closed) -> None:
        refusal = Refusal(
            kind="form", method="GATEWAY", path="/gateway", status=0, code=closed.code, reasons=[closed.reason]
        )
        self._gateway.world.record.refused(refusal)

    async def send(self, payload: Json) -> None:
        """Send, in order; a connection that is gone takes nothing."""
        text = json.dumps(payload, ensure_ascii=False)
        async with self._lock:
            with contextlib.suppress(ConnectionError, RuntimeError):
                if self._zip is None:
                    await self._socket.send_str(text)
                else:
                    await self._socket.send_bytes(
                        self._zip.compress(text.encode()) + self._zip.flush(zlib.Z_SYNC_FLUSH)
                    )

    async def close(self, code: int) -> None:
        """Say goodbye with this code."""
        self._closed_by_us = True
        with contextlib.suppress(ConnectionError, RuntimeError):
            await self._socket.close(code=code)

    def cut(self) -> None:
        """End the TCP connection without a word."""
        self._closed_by_us = True
        if self._request.transport is not None:
            self._request.transport.abort()
