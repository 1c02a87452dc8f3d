"""`python -m tests.discord_server`: runs until SIGINT or SIGTERM; one JSON line says where it listens."""

import argparse
import asyncio
import json
import signal
from pathlib import Path

from tests.discord_server import Options, serve
from tests.discord_server.options import PUBLISHED


def options() -> Options:
    """The command line."""
    parser = argparse.ArgumentParser(prog="tests.discord_server")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", required=True)
    parser.add_argument("--spec", type=Path, default=PUBLISHED)
    parser.add_argument("--record", type=Path)
    parser.add_argument("--heartbeat-s", type=float, default=41.25)
    parser.add_argument("--answer-within-s", type=float, default=3.0)
    parser.add_argument("--message-content", action="store_true")
    parser.add_argument("--members", action="store_true")
    given = parser.parse_args()
    return Options(**vars(given))


async def main(chosen: Options) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with serve(chosen) as served:
        print(json.dumps(await served.urls()), flush=True)
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main(options()))
