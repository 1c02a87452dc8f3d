"""`make month`: plays the month, checks it, and writes docs/month.md and docs/pictures/month.png."""

import argparse
import asyncio
import logging
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import structlog

from storage import schema
from tests.month import books, chart, clubs, page, story
from tests.month.play import Play
from tests.month.studio import Played
from tests.month.turning import TurningClock

DOCS = Path(__file__).parents[2] / "docs"


async def played(folder: Path, *, members: int, days: int, seed: int) -> tuple[Play, Sequence[str]]:
    """The month, and what the bot's own audit says at its end."""
    blank = folder / "blank.db"
    schema.upgrade(blank)
    chance, clock = random.Random(seed), TurningClock(story.START)
    house = Played(folder, blank, clock=clock, chance=chance, members=members)
    crowd = clubs.crowd(members, chance=chance, start=story.START, days=days)
    month = Play(house, crowd, chance=chance, days=days)
    await month.run()
    audit = await house.faults()
    await house.stop()
    await house.store.close()
    return month, audit


def main(argv: Sequence[str]) -> int:
    """Play, check, write; answers 1 when anything is wrong."""
    parser = argparse.ArgumentParser(prog="make month", description=__doc__)
    parser.add_argument("--members", type=int, default=500)
    parser.add_argument("--days", type=int, default=31)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--no-docs", action="store_true", help="only play and check")
    said = parser.parse_args(argv)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory(prefix="month-") as folder:
        began = time.monotonic()
        month, audit = asyncio.run(played(Path(folder), members=said.members, days=said.days, seed=said.seed))
        took_s = time.monotonic() - began
        read = books.read(month.played.database, month.story)
    wrong = [*audit, *books.faults(read, month.story), *page.told_twice(month, read)]
    print(f"{len(read.jobs)} jobs, {len(read.moves)} transfers, {took_s:.0f} s", *wrong, sep="\n")
    if not said.no_docs and not wrong:
        (DOCS / "pictures" / "month.png").write_bytes(chart.draw(read, month.story))
        (DOCS / "month.md").write_text(page.written(month, read, audit=audit), encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
