"""Two hundred requests race for the credits of ten: exactly ten are accepted, in one process and over two."""

import asyncio
import sys
from pathlib import Path

from bot import errors
from bot.credits import draw
from bot.credits.rules import Rules
from bot.engine.means import Terms, means_of
from bot.money import HELD, HOUSE, ISSUER
from storage.store import SqlStore
from tests import factories
from tests.factories import ANNA, NOON

ROOT = Path(__file__).resolve().parents[2]
WAIT_S = 60.0  # for other processes, on a slow machine
PRICE, OWN, POOL = 10, 55, 45  # the fifth job draws from both


async def accept(store: SqlStore, id: str) -> bool:
    """What accepting a request does: read the means, keep the job, hold its price."""
    try:
        async with store.transaction() as rows:
            terms = Terms(account=ANNA, began=NOON, rules=Rules.daily(POOL))
            means = await means_of(rows, terms, now=NOON)
            legs = draw.legs(PRICE, account=ANNA, means=means)
            await rows.jobs.add(factories.job(id, price=PRICE))
            await rows.ledger.hold(id, legs, at=NOON)
    except errors.NotEnough:
        return False
    return True


async def race(store: SqlStore, *, runners: int, name: str) -> int:
    """How many of so many requests at once are accepted."""
    return sum(await asyncio.gather(*(accept(store, f"{name}{n}") for n in range(runners))))


async def main(path: Path, name: str) -> None:
    """One process of several: get ready, wait for the start, say how many were accepted."""
    store = SqlStore.open(path)
    async with store.reading() as rows:
        await rows.ledger.balance(ANNA)
    print("ready", flush=True)
    sys.stdin.readline()
    print(await race(store, runners=100, name=name), flush=True)
    await store.close()


async def endow(store: SqlStore) -> None:
    await factories.member(store, ANNA, credits=OWN)
    async with store.transaction() as rows:
        await rows.ledger.post(factories.grant(HOUSE, POOL))


async def assert_spent(store: SqlStore) -> None:
    """Ten jobs are there, everything is held, the books are in order."""
    async with store.reading() as rows:
        balances = {who: await rows.ledger.balance(who) for who in (ISSUER, HOUSE, ANNA, HELD)}
        assert balances == {ISSUER: -100, HOUSE: 0, ANNA: 0, HELD: 100}
        assert len(await rows.jobs.unfinished()) == 10
        assert await rows.ledger.faults() == []


async def test_of_two_hundred_racing_requests_ten_are_accepted(store: SqlStore) -> None:
    await endow(store)
    assert await race(store, runners=200, name="J") == 10
    await assert_spent(store)


async def test_of_two_hundred_requests_from_two_processes_ten_are_accepted(store: SqlStore) -> None:
    await endow(store)
    script = (
        "import asyncio, sys; from pathlib import Path; from tests.unit import test_storage_races as races;"
        "asyncio.run(races.main(Path(sys.argv[1]), sys.argv[2]))"
    )
    racers = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", script, str(store.path), name),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        for name in ("A", "B")
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert await asyncio.wait_for(racer.stdout.readline(), WAIT_S) == b"ready\n"
    said = await asyncio.wait_for(asyncio.gather(*(racer.communicate(b"go\n") for racer in racers)), WAIT_S)
    assert sum(int(out) for out, _ in said) == 10
    await assert_spent(store)
