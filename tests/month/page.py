"""The page of the month: its figures, and what was checked."""

import textwrap
from collections import Counter
from collections.abc import Sequence

from tests.month import chart
from tests.month.books import Books
from tests.month.play import Play
from tests.month.story import START

CHECKED = (
    "The sum of all accounts is zero after every transfer, and no account but the issuer was ever below zero.",
    "Every job has ended: a done one cost what it was charged, every other one nothing. Nothing is still set aside.",
    "No pool paid more in a day or a month of its time zone than its owner allows, not for a moment.",
    "Nobody drew more in any span of days than what may be saved up and what the days add, roles included; nobody more "
    "in a day than a member may, and no request more than the pool pays for one.",
    "Two accounts that became one drew no more than one while they were one, and parting gave no second allowance.",
    "Every job was of a kind, a model and a price and in a channel that were allowed; none was accepted in a pause, "
    "from somebody shut out, or sooner after another than the owner wants.",
    "Newcomers drew on no pool before their time.",
    "No more jobs ran at once than a member, a member's clips and a community may have.",
    "The operator's limits held, of each day, of the month, and of each provider.",
    "Owners were told once of each budget and share that was reached, and of no other.",
    "`credits audit` finds nothing.",
)
HOLDS = "Added up from the rows of the file, transfer by transfer, by code that knows nothing of the bot's:\n\n"


def told_twice(month: Play, read: Books) -> list[str]:
    """What owners were told other than once."""
    told = month.played.notices
    often = [f"{notice} was told {times} times" for notice, times in told.items() if times != 1]
    return often + [f"{notice} was not told" for notice in sorted(read.notices - set(told))]


def written(month: Play, read: Books, *, audit: Sequence[str]) -> str:
    """The page, in Markdown."""
    assert not audit
    members = len(month.crowd.members)
    head = (
        f"# A month of {members} members\n\n"
        f"{members} members of five communities use the bot for {month.days} days from {START:%-d %B %Y} on: the real "
        "studio, engine and\nSQLite store, on a clock of their own and with a provider in the same process that fails, "
        "refuses, is crowded or\nleaves it open whether a request arrived. `make month` plays it anew and writes this "
        "page; ten days of forty members\nare a part of `make test`.\n\n"
        "![What each community's pool paid by day and kind, its budget, and what went back](pictures/month.png)\n\n"
        "Where columns are missing, the month's budget was used up, the pool was empty, or its owner had paused the "
        "bot.\n"
    )
    parts = [
        head,
        _section("Communities", _communities(read, month)),
        _section("Jobs", _table(("state", "jobs"), Counter(job.state for job in read.jobs.values()).most_common())),
        _section("Transfers", _transfers(read)),
        _section(
            "What members were answered",
            _table(("answer, by its message", "times"), month.played.answers.most_common()),
        ),
        _section("What else happened", _table(("what", "times"), _deeds(month))),
        _section("What holds", HOLDS + "\n".join(map(_point, CHECKED)) + "\n"),
    ]
    return "\n".join(parts)


def _section(title: str, body: str) -> str:
    return f"## {title}\n\n{body}"


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_said(cell) for cell in line) + " |" for line in lines) + "\n"


def _point(sentence: str) -> str:
    return textwrap.fill(sentence, 118, initial_indent="- ", subsequent_indent="  ")


def _said(cell: object) -> str:
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def _communities(read: Books, month: Play) -> str:
    rows = []
    for panel in chart.panels(read, month.story):
        rules, pool = panel.club.changes, month.story.pools[panel.club.native]
        jobs = sum(job.pool == pool for job in read.jobs.values())
        told = sum(f"pool:{community}" == pool for community, _, _ in read.notices)
        budgets = [f"{rules[name]:,} a {name}" if rules.get(name) else f"no {name}" for name in ("day", "month")]
        rows.append((panel.club.title, panel.club.zone, panel.members, ", ".join(budgets), jobs, panel.used,
                     panel.returned, told))  # fmt: skip
    return _table(("community", "time zone", "members", "budget", "jobs", "used", "returned", "notices"), rows)


def _transfers(read: Books) -> str:
    times, credits = Counter[str](), Counter[str]()
    for move in read.moves:
        times[move.kind] += 1
        credits[move.kind] += move.amount
    return _table(("kind", "transfers", "credits"), [(kind, n, credits[kind]) for kind, n in times.most_common()])


def _deeds(month: Play) -> list[tuple[str, int]]:
    done = {
        **month.story.deeds,
        "accounts joined": len(month.story.links),
        "notices to owners": len(month.played.notices),
    }
    return sorted(done.items(), key=lambda each: -each[1])
