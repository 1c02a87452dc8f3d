"""Lines in from a pipe or file, text out to one: without threads, and without ever blocking the loop."""

import asyncio
import errno
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

LONGEST_LINE_BYTES = 262_144  # a prompt is never this long; what is longer is not text but an accident
CHUNK_BYTES = 65_536
PIPE_CHUNK_BYTES = 4096  # POSIX: a pipe that is ready takes at least this many bytes without blocking


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of input, decoded, without its end."""

    number: int  # from 1, empty lines counted
    text: str  # what was not UTF-8 stands as U+FFFD
    cut: bool = False  # it was longer than LONGEST_LINE_BYTES; `text` is its beginning


async def lines(fd: int) -> AsyncIterator[Line]:
    """The lines of an open file descriptor up to its end; the last one may lack its newline."""
    buffer, number, skipping = b"", 0, False
    while chunk := await _read(fd):
        *whole, buffer = (buffer + chunk).split(b"\n")
        for raw in whole:
            if not skipping:
                number += 1
                yield _line(raw, number=number)
            skipping = False
        if skipping:
            buffer = b""
        elif len(buffer) > LONGEST_LINE_BYTES:
            number += 1
            yield _line(buffer, number=number)
            buffer, skipping = b"", True
    if buffer and not skipping:
        yield _line(buffer, number=number + 1)


def _line(raw: bytes, *, number: int) -> Line:
    text = raw[:LONGEST_LINE_BYTES].decode("utf-8", errors="replace").removesuffix("\r")
    if number == 1:
        text = text.removeprefix("\ufeff")  # the byte order mark that some editors write
    return Line(number=number, text=text, cut=len(raw) > LONGEST_LINE_BYTES)


async def _read(fd: int) -> bytes:
    """The next bytes, b"" at the end; a terminal that went away (EIO) is an end too."""
    loop = asyncio.get_running_loop()
    await _ready(fd, add=loop.add_reader, remove=loop.remove_reader)
    try:
        return os.read(fd, CHUNK_BYTES)
    except OSError as error:
        if error.errno == errno.EIO:
            return b""
        raise


class Writer:
    """Writes text to a file descriptor, one text after another."""

    def __init__(self, fd: int | None) -> None:
        self._fd = fd  # None: closed, nobody will ever read
        self._turn = asyncio.Lock()

    async def write(self, text: str) -> None:
        """Write all of it; raises BrokenPipeError when nobody reads any more."""
        if self._fd is None:
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
        rest = text.encode("utf-8", errors="replace")
        loop = asyncio.get_running_loop()
        async with self._turn:
            while rest:
                await _ready(self._fd, add=loop.add_writer, remove=loop.remove_writer)
                rest = rest[os.write(self._fd, rest[:PIPE_CHUNK_BYTES]) :]


async def _ready(fd: int, *, add: Callable[..., object], remove: Callable[[int], object]) -> None:
    """Wait until `fd` can be read or written without blocking."""
    ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    try:
        add(fd, _tell, ready)
    except PermissionError:
        await asyncio.sleep(0)  # a regular file, or /dev/zero: refused because always ready; others get their turn
        return
    try:
        await ready
    finally:
        remove(fd)


def _tell(ready: "asyncio.Future[None]") -> None:
    if not ready.done():
        ready.set_result(None)
