"""The gateway: sessions that outlive their connections; https://docs.discord.com/developers/events/gateway."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

from tests.discord_server import identify
from tests.discord_server.connection import Connection, Op
from tests.discord_server.refusals import Json

if TYPE_CHECKING:
    from tests.discord_server.world import World

GUILDS, MEMBERS, PRESENCES, GUILD_MESSAGES, DIRECT_MESSAGES, CONTENT = 1, 1 << 1, 1 << 8, 1 << 9, 1 << 12, 1 << 15


@dataclass(slots=True, kw_only=True)
class Session:
    """What one IDENTIFY began; it goes on over several connections by RESUME."""

    id: str
    intents: int
    seq: int = 0
    sent: list[Json] = field(default_factory=list)
    connection: Connection | None = None
    resumes: int = 0

    async def dispatch(self, event: str, data: Json) -> None:
        """Number an event and send it, now or when the session is resumed."""
        self.seq += 1
        payload = {"op": Op.DISPATCH, "t": event, "s": self.seq, "d": data}
        self.sent.append(payload)
        if self.connection is not None:
            await self.connection.send(payload)


@dataclass(slots=True)
class Gateway:
    """All sessions, and what is scripted for them."""

    world: World
    sessions: dict[str, Session] = field(default_factory=dict)
    connections: list[Connection] = field(default_factory=list)
    acks: bool = True  # False: heartbeats are not answered
    refuses: int = 0  # so many connections are answered with 503
    identifies: int = 0
    events: list[Json] = field(default_factory=list)  # every payload clients sent, for tests

    async def take(self, request: web.Request) -> web.StreamResponse:
        """One connection from its HELLO to its end."""
        if self.refuses > 0:
            self.refuses -= 1
            return web.Response(status=503, text="upstream connect error")
        connection = Connection(self, request)
        self.connections.append(connection)
        try:
            return await connection.live()
        finally:
            self.connections.remove(connection)
            for session in list(self.sessions.values()):
                if session.connection is connection:
                    session.connection = None
                    if connection.ended_session:
                        del self.sessions[session.id]
            self.world.changes.note()

    async def identify(self, connection: Connection, data: Json) -> None:
        """Begin a session: READY, then every guild."""
        intents = int(data["intents"])
        session = Session(id=secrets.token_hex(16), intents=intents, connection=connection)
        self.sessions[session.id] = session
        self.identifies += 1
        await session.dispatch("READY", identify.ready(self.world, session.id))
        for guild in self.world.bot_guilds():
            if intents & GUILDS:
                await session.dispatch("GUILD_CREATE", identify.guild_create(self.world, guild))
        self.world.changes.note()

    async def resume(self, connection: Connection, data: Json) -> bool:
        """Send what was missed and go on; False when there is no such session."""
        session = self.sessions.get(str(data.get("session_id")))
        seq = int(data.get("seq") or 0)
        if session is None or seq > session.seq:
            return False
        session.resumes += 1
        while missed := [one for one in session.sent if one["s"] > seq]:  # more may come meanwhile
            for payload in missed:
                await connection.send(payload)
            seq = missed[-1]["s"]
        session.connection = connection
        await session.dispatch("RESUMED", {"_trace": []})
        self.world.changes.note()
        return True

    async def dispatch(self, event: str, data: Json, *, intents: int = 0) -> None:
        """Tell every session that asked for one of these intents; 0: everybody."""
        for session in list(self.sessions.values()):
            if not intents or session.intents & intents:
                await session.dispatch(event, data)
        self.world.changes.note()

    def live(self) -> Iterator[Connection]:
        """Connections with a session."""
        return (one.connection for one in list(self.sessions.values()) if one.connection is not None)

    async def reconnect(self) -> None:
        """Ask every client to connect anew (op 7)."""
        for connection in self.live():
            await connection.send({"op": Op.RECONNECT, "d": None, "s": None, "t": None})

    async def invalidate(self, *, resumable: bool) -> None:
        """Tell every client that its session is invalid (op 9)."""
        for session in list(self.sessions.values()):
            if session.connection is not None:
                await session.connection.send({"op": Op.INVALID_SESSION, "d": resumable, "s": None, "t": None})
            if not resumable:
                del self.sessions[session.id]

    async def close(self, code: int) -> None:
        """Close every connection with this code."""
        await asyncio.gather(*(one.close(code) for one in list(self.connections)))

    def drop(self) -> None:
        """Cut every TCP connection without a word."""
        for connection in list(self.connections):
            connection.cut()

    def forget(self) -> None:
        """Forget all sessions, as after a restart: the next RESUME is refused."""
        self.sessions.clear()
