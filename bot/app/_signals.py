"""Signals: somebody wants the bot to stop, at whatever moment of its life."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

NAMES = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def heard() -> Iterator[asyncio.Event]:
    """Set by the first signal; the second ends the process there and then, which loses nothing but time."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    names = _heeded()

    def hear(name: signal.Signals) -> None:
        if stop.is_set():
            signal.signal(name, signal.SIG_DFL)
            signal.raise_signal(name)
        stop.set()

    for name in names:
        loop.add_signal_handler(name, hear, name)
    try:
        yield stop
    finally:
        for name in names:
            loop.remove_signal_handler(name)


def _heeded() -> tuple[signal.Signals, ...]:
    """Started with nohup, it outlives its terminal."""
    return tuple(name for name in NAMES if signal.getsignal(name) is not signal.SIG_IGN)
