"""A raw socket server that counts what reaches it, for tests of what a broken connection means."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

OK = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{"id": "task_1"}'


@dataclass
class Peer:
    """What a server saw."""

    port: int = 0
    connections: int = 0
    received: bytes = b""
    arrived: asyncio.Event = field(default_factory=asyncio.Event)  # the first byte

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


Behaviour: TypeAlias = Callable[["Talk"], Awaitable[None]]


@dataclass
class Talk:
    """One connection, from the server's side."""

    peer: Peer
    number: int  # from 1
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def read(self, most: int = 65536) -> bytes:
        piece = await self.reader.read(most)
        self.peer.received += piece
        self.peer.arrived.set()
        return piece

    async def read_request(self) -> None:
        """Read head and body."""
        head = b""
        while b"\r\n\r\n" not in head:
            if not (piece := await self.read()):
                return
            head += piece
        text, _, body = head.partition(b"\r\n\r\n")
        length = next((int(x[15:]) for x in text.lower().split(b"\r\n") if x.startswith(b"content-length:")), 0)
        while len(body) < length and (piece := await self.read()):
            body += piece

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def hang(self) -> None:
        """Say nothing until the other side gives up."""
        while await self.read():
            pass

    def reset(self) -> None:
        """Close with a RST instead of a goodbye."""
        self.writer.transport.abort()


@contextlib.asynccontextmanager
async def peer(behaviour: Behaviour) -> AsyncIterator[Peer]:
    """A server that treats every connection as told and closes it afterwards."""
    seen = Peer()
    talks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(task := asyncio.current_task())  # type: ignore[arg-type]  # it runs in one
        seen.connections += 1
        try:
            with contextlib.suppress(ConnectionError):
                await behaviour(Talk(peer=seen, number=seen.connections, reader=reader, writer=writer))
        except asyncio.CancelledError:
            writer.transport.abort()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        talks.discard(task)

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    seen.port = server.sockets[0].getsockname()[1]
    try:
        yield seen
    finally:
        server.close()
        await server.wait_closed()
        for task in list(talks):
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


@contextlib.contextmanager
def closed_port() -> Iterator[int]:
    """A port where nobody listens, kept from others meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@contextlib.contextmanager
def deaf_port() -> Iterator[int]:
    """A port whose queue of new connections is full: the kernel answers no further SYN, so connecting hangs."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(8):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]
