"""``python -m bot.simulator``: run a simulator by itself."""

import argparse
import asyncio
import signal
from pathlib import Path

from bot.simulator import Options, serve


def main() -> None:
    """Read the command line and serve until interrupted or told to end."""
    parser = argparse.ArgumentParser(prog="python -m bot.simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8700)
    parser.add_argument("--speed", type=float, default=1.0, help="how many times faster than the real thing")
    parser.add_argument("--key", default="sk-simulator")
    parser.add_argument("--state-dir", type=Path, help="keep the log and the media here, and go on from them")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--url-ttl", type=float, default=600.0, metavar="SECONDS", help="how long result URLs work")
    parser.add_argument("--fault", action="append", default=[], metavar="NAME=RATE", help="e.g. 429=0.05; repeatable")
    said = parser.parse_args()
    options = Options(
        host=said.host,
        port=said.port,
        speed=said.speed,
        key=said.key,
        state_dir=said.state_dir,
        seed=said.seed,
        url_ttl_s=said.url_ttl,
        faults={name: float(rate) for name, _, rate in (one.partition("=") for one in said.fault)},
    )
    asyncio.run(_run(options))


async def _run(options: Options) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with serve(options) as simulator:
        print(f"The simulator listens on {simulator.url}", flush=True)
        await stop.wait()


if __name__ == "__main__":
    main()
