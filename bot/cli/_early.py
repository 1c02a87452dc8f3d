"""Signals that come while the bot is still being loaded."""

import os
import signal
from collections.abc import Sequence

NAMES = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def heed(arguments: Sequence[str]) -> None:
    """Until there is anything to put down, a signal ends `run` as a stop does, whatever it interrupts.

    The other commands keep what the system does. The app takes over as soon as it opens something.
    """
    if list(arguments[:1]) != ["run"]:
        return
    for name in NAMES:
        if signal.getsignal(name) is not signal.SIG_IGN:  # started with nohup, it outlives its terminal
            signal.signal(name, lambda number, frame: os._exit(0))
