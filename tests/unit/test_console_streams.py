"""The console's pipes: lines of every sort come in whole, text goes out without blocking."""

import asyncio
import contextlib
import os
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from adapters.console import streams
from adapters.console.streams import LONGEST_LINE_BYTES, Line


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    read, write = os.pipe()
    yield read, write
    for fd in (read, write):
        with contextlib.suppress(OSError):  # the test may have closed it
            os.close(fd)


async def told(lines: AsyncIterator[Line]) -> list[tuple[int, str]]:
    return [(line.number, line.text) async for line in lines]


@pytest.mark.parametrize(
    ("given", "lines"),
    [
        (b"", []),
        (b"one\ntwo\n", [(1, "one"), (2, "two")]),
        (b"one\r\ntwo", [(1, "one"), (2, "two")]),
        (b"\n\nthree\n", [(1, ""), (2, ""), (3, "three")]),
        (b"\xef\xbb\xbf/help\n", [(1, "/help")]),
        (b"caf\xe9\n", [(1, "caf\ufffd")]),
        ("画 一只狐狸\n".encode(), [(1, "画 一只狐狸")]),
    ],
)
async def test_lines_come_in_whole(tmp_path: Path, given: bytes, lines: list[tuple[int, str]]) -> None:
    path = tmp_path / "input"
    path.write_bytes(given)
    fd = os.open(path, os.O_RDONLY)
    try:
        assert await told(streams.lines(fd)) == lines
    finally:
        os.close(fd)


async def test_a_line_may_come_in_pieces(pipe: tuple[int, int]) -> None:
    read, write = pipe
    lines = streams.lines(read)
    os.write(write, b"/image a r")
    first = asyncio.ensure_future(anext(lines))
    await asyncio.sleep(0)
    os.write(write, "ed fox 狐".encode()[:-1])
    os.write(write, "狐".encode()[-1:] + b"\nnext")
    assert (await first).text == "/image a red fox 狐"
    os.close(write)
    assert await told(lines) == [(2, "next")]


async def test_a_line_without_end_is_cut_and_its_rest_skipped(tmp_path: Path) -> None:
    path = tmp_path / "input"
    path.write_bytes(b"x" * (3 * LONGEST_LINE_BYTES) + b"\nshort\n")
    fd = os.open(path, os.O_RDONLY)
    found = [line async for line in streams.lines(fd)]
    os.close(fd)
    assert [(line.number, len(line.text), line.cut) for line in found] == [(1, LONGEST_LINE_BYTES, True), (2, 5, False)]


async def test_an_endless_file_leaves_the_loop_its_turns() -> None:
    fd = os.open("/dev/zero", os.O_RDONLY)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(told(streams.lines(fd)), timeout=0.05)
    os.close(fd)


async def test_nothing_to_read_is_the_end() -> None:
    fd = os.open(os.devnull, os.O_RDONLY)
    assert await told(streams.lines(fd)) == []
    os.close(fd)


async def test_waiting_for_a_line_can_be_given_up(pipe: tuple[int, int]) -> None:
    waiting = asyncio.ensure_future(anext(streams.lines(pipe[0])))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not asyncio.get_running_loop().remove_reader(pipe[0])


async def test_a_slow_reader_gets_all_of_it_while_the_loop_goes_on(pipe: tuple[int, int]) -> None:
    read, write = pipe
    text = "狐" * 200_000
    writing = asyncio.ensure_future(streams.Writer(write).write(text))
    for _ in range(100):
        await asyncio.sleep(0)
    assert not writing.done()  # the pipe is full and nothing hangs
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.extend(iter(lambda: os.read(read, 65_536), b"")))
    reader.start()
    await writing
    os.close(write)
    reader.join(timeout=10)
    assert b"".join(got).decode() == text


async def test_a_reader_that_left_is_noticed(pipe: tuple[int, int]) -> None:
    os.close(pipe[0])
    with pytest.raises(BrokenPipeError):
        await streams.Writer(pipe[1]).write("anybody?\n")


async def test_a_closed_output_is_a_reader_that_left() -> None:
    with pytest.raises(BrokenPipeError):
        await streams.Writer(None).write("anybody?\n")
