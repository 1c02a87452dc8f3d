"""A server in a process of its own: prints {"url": …} when it listens, and serves until it's told to end."""

import argparse
import asyncio
import json
import signal
from pathlib import Path

from tests.telegram_server import options, server


def chosen() -> options.Options:
    """The options on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.telegram_server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 lets the system choose")
    parser.add_argument("--token", default=options.TOKEN)
    parser.add_argument("--username", default="atelier_bot", help="the bot's, without @")
    parser.add_argument("--spec", type=Path, help="the API's description: published JSON or carried TOML")
    parser.add_argument("--record", type=Path, help="where every request is noted, a line each")
    parser.add_argument("--no-privacy", action="store_true", help="the bot gets every message of its groups")
    parser.add_argument("--paced", action="store_true", help="answer 429 to what Telegram calls too fast")
    given = parser.parse_args()
    return options.Options(
        token=given.token,
        port=given.port,
        username=given.username,
        spec=given.spec,
        record=given.record,
        privacy=not given.no_privacy,
        paced=given.paced,
    )


async def run(given: options.Options) -> None:
    """Serve until SIGINT or SIGTERM."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    async with server.serve(given) as served:
        print(json.dumps({"url": served.url}), flush=True)
        await ended.wait()


if __name__ == "__main__":
    asyncio.run(run(chosen()))
