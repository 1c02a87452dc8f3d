"""`simulate`: the simulated provider as a server of its own."""

import asyncio
import signal
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import errors


def simulate(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes any free one.")] = 0,
    speed: Annotated[float, typer.Option(min=0.01, max=1000, help="How much faster than life tasks run.")] = 1.0,
    seed: Annotated[int, typer.Option(help="What its chances are drawn from.")] = 0,
    state: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where tasks and the log of submits are kept over restarts.")
    ] = None,
    key: Annotated[str | None, typer.Option(help="The only key it accepts.")] = None,
    fault: Annotated[
        list[str] | None, typer.Option(metavar="NAME=RATE", help="A fault and how often it strikes, from 0 to 1.")
    ] = None,
) -> None:
    """Play the provider on this machine: its address is the first line; it runs until it is stopped."""
    given: dict[str, Any] = {"host": host, "port": port, "speed": speed, "seed": seed, "faults": _faults(fault or [])}
    if key is not None:
        given["key"] = key
    if state is not None:
        given["state_dir"] = state
    asyncio.run(_serve(given))


async def _serve(given: dict[str, Any]) -> None:
    from bot import simulator

    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    try:
        async with simulator.serve(simulator.Options(**given)) as served:
            print(served.url, flush=True)
            await stop.wait()
    except OSError as error:
        where = f"{given['host']}:{given['port']}"
        raise errors.OperatorError(
            f"The simulator can't listen on {where}: {error.strerror}. Choose another with --port or --host."
        ) from error


def _faults(given: list[str]) -> dict[str, float]:
    return dict(_fault(text) for text in given)


def _fault(text: str) -> tuple[str, float]:
    name, _, rate = text.partition("=")
    try:
        value = float(rate)
    except ValueError:
        value = -1.0
    if not name or not 0 <= value <= 1:
        raise typer.BadParameter(f"{text!r} is not NAME=RATE with a rate from 0 to 1.", param_hint="--fault")
    return name, value
