"""`simulate`: the simulated provider as a server of its own."""

import asyncio
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot import errors

if TYPE_CHECKING:
    from bot import simulator


def simulate(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes any free one.")] = 0,
    speed: Annotated[float, typer.Option(min=0.01, max=1000, help="How much faster than life tasks run.")] = 1.0,
    seed: Annotated[int, typer.Option(help="What its chances are drawn from.")] = 0,
    state: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where tasks and the log of submits are kept over restarts.")
    ] = None,
    key: Annotated[str, typer.Option(help="The only key it accepts.")] = "sk-simulator",
    url_ttl: Annotated[float, typer.Option(min=1, metavar="SECONDS", help="How long a result's URL works.")] = 600.0,
    fault: Annotated[
        list[str] | None, typer.Option(metavar="NAME=RATE", help="A fault and how often it strikes, from 0 to 1.")
    ] = None,
) -> None:
    """Play the provider on this machine: its address is the first line; it runs until it is stopped."""
    from bot import simulator

    options = simulator.Options(
        host=host,
        port=port,
        speed=speed,
        key=key,
        state_dir=state,
        seed=seed,
        url_ttl_s=url_ttl,
        faults=_faults(fault or []),
    )
    asyncio.run(_serve(options))


async def _serve(options: "simulator.Options") -> None:
    from bot import simulator

    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    try:
        async with simulator.serve(options) as served:
            print(served.url, flush=True)
            print(f"Use it with UNIALL_BASE_URL={served.url} UNIALL_KEY={options.key}", file=sys.stderr)
            await stop.wait()
    except OSError as error:
        raise errors.OperatorError(
            f"The simulator can't listen on {options.host}:{options.port}, or can't write its folder: "
            f"{error.strerror or error}. Choose another --port, --host or --state."
        ) from error


def _faults(given: list[str]) -> dict[str, float]:
    return dict(_fault(text) for text in given)


def _fault(text: str) -> tuple[str, float]:
    from bot.simulator import faults

    name, _, rate = text.partition("=")
    if name not in faults.NAMES:
        raise typer.BadParameter(f"{name!r} is no fault. There are: {', '.join(sorted(faults.NAMES))}.")
    try:
        value = float(rate)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise typer.BadParameter(f"{text!r} is not {name}=RATE with a rate from 0 to 1.")
    return name, value
