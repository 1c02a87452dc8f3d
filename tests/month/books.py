"""The books of the month, read from the file itself and added up here: nothing of the code under test is asked.

Every limit is checked at every moment: transfers are replayed in the order in which they were posted, and after each
hold the sums that the limits speak of are reckoned anew.
"""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.engine.limits import Spending
from tests.month import clubs
from tests.month.clubs import Member
from tests.month.story import Story

LIVE: Final = ("queued", "running", "delivering")
SHARES: Final = (80, 100)  # percent of a budget at which its owner is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A row of the jobs, as far as limits speak of it."""

    id: str
    person: str  # the name of whoever asked, unique here
    platform: str
    pool: str
    kind: str
    model: str
    provider: str
    channel: str
    state: str
    price: int
    charge: int
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A row of the ledger."""

    id: str
    debit: str
    credit: str
    amount: int
    kind: str
    job: str | None
    at: datetime


@dataclass(slots=True)
class Books:
    """Everything that was written down."""

    jobs: dict[str, Job]
    moves: list[Move]  # in the order in which they were posted
    notices: set[tuple[str, str, int]]
    balances: dict[str, int]


def read(database: Path, story: Story) -> Books:
    """The file's rows, by SQL of our own."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as rows:
        rows.row_factory = sqlite3.Row
        found = {row["id"]: _job(row, story) for row in rows.execute("SELECT * FROM jobs")}
        moves = [_move(row) for row in rows.execute("SELECT * FROM transfers ORDER BY rowid")]
        notices = {(r["community"], r["period"], r["share"]) for r in rows.execute("SELECT * FROM notices")}
        balances = {r["account"]: r["balance"] for r in rows.execute("SELECT * FROM balances")}
    rows.close()
    return Books(jobs=found, moves=moves, notices=notices, balances=balances)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


def _job(row: sqlite3.Row, story: Story) -> Job:
    created_at = _moment(row["created_at"])
    assert created_at is not None
    member, channel = story.askers[row["id"]]  # the rows don't say it any more of those who were erased
    return Job(
        id=row["id"],
        person=member.person.name,
        platform=row["platform"],
        pool=row["pool"],
        kind=row["kind"],
        model=row["model"],
        provider=json.loads(row["request"])["provider"],
        channel=channel,
        state=row["state"],
        price=row["price"],
        charge=row["charge"] or 0,
        created_at=created_at,
        started_at=_moment(row["started_at"]),
        ended_at=_moment(row["ended_at"]),
    )


def _move(row: sqlite3.Row) -> Move:
    at = _moment(row["at"])
    assert at is not None
    wanted = ("id", "debit", "credit", "amount", "kind", "job")
    return Move(**{name: row[name] for name in wanted}, at=at)


# --- rules as they held, in plain figures


class Figures:
    """What an owner's changes and the operator's defaults came to, at any moment."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._native = {pool: native for native, pool in story.pools.items()}

    def of(self, pool: str, at: datetime) -> dict[str, Any]:
        """The limits of a pool."""
        plain = {name: getattr(clubs.DEFAULTS, name) for name in clubs.DEFAULTS.__slots__}
        history = self._story.ruled.get(self._native[pool], [])
        changes: dict[str, Any] = next((each for since, each in reversed(history) if since <= at), {})
        return {**plain, **changes}

    def day(self, pool: str, at: datetime) -> date:
        """The day of a moment where the pool is."""
        return at.astimezone(ZoneInfo(self.of(pool, at)["zone"])).date()

    def member(self, job: Job) -> Member:
        """Who asked for it."""
        return self._story.members[job.person]

    def bonus(self, job: Job) -> int:
        """What the member's roles add there."""
        bonuses = self.of(job.pool, job.created_at)["bonuses"]
        history = self._story.roles[self.member(job).number]
        roles = {*next((each for since, each in reversed(history) if since <= job.created_at), ())}
        if self.member(job).person.steward:
            roles.add("admin")
        return max((credits for role, credits in bonuses.items() if role in roles), default=0)


# --- the checks: each answers what is wrong, in sentences


def faults(books: Books, story: Story) -> list[str]:
    """Everything that is wrong with the month; empty when every limit held and no credit was lost or made."""
    figures = Figures(story)
    return [
        *sums(books),
        *ends(books),
        *pools(books, figures),
        *members(books, figures),
        *joined(books, figures, story),
        *single(books, figures, story),
        *at_once(books, figures),
        *spending(books, story.spending),
    ]


def sums(books: Books) -> Iterator[str]:
    """The books balance at every moment, nothing but the issuer was ever below zero, the kept balances are the sums."""
    balance: Counter[str] = Counter()
    for move in books.moves:
        balance[move.debit] -= move.amount
        balance[move.credit] += move.amount
        if balance[move.debit] < 0 and move.debit != "issuer":
            yield f"{move.debit} fell to {balance[move.debit]} with {move.id}"
    if sum(balance.values()):
        yield f"all accounts sum to {sum(balance.values())}"
    if {k: v for k, v in balance.items() if v} != {k: v for k, v in books.balances.items() if v}:
        yield "the kept balances are not the sums of the transfers"
    if balance["held"]:
        yield f"{balance['held']} credits are still set aside"


def ends(books: Books) -> Iterator[str]:
    """Every job has ended; a done one cost what it was charged, every other one nothing."""
    taken: Counter[str] = Counter()
    for move in books.moves:
        if move.kind == "capture" and move.job:
            taken[move.job] += move.amount
    for job in books.jobs.values():
        due = job.charge if job.state == "done" else 0
        if job.state in LIVE:
            yield f"{job.id} is still {job.state}"
        if taken[job.id] != due or due > job.price:
            yield f"{job.id} is {job.state} at {job.charge} of {job.price} and cost {taken[job.id]}"


def draws(books: Books) -> Iterator[tuple[Job, Move, int]]:
    """What jobs took from pools, in order: less than zero is what went back."""
    for move in books.moves:
        if move.job is None:
            continue
        job = books.jobs[move.job]
        if move.kind == "hold" and move.debit == job.pool:
            yield job, move, move.amount
        elif move.kind == "release" and move.credit == job.pool:
            yield job, move, -move.amount


def pools(books: Books, figures: Figures) -> Iterator[str]:
    """No pool paid more than its day or its month allows, and its owner was told of each share that was reached."""
    paid: Counter[tuple[str, str]] = Counter()
    told: set[tuple[str, str, int]] = set()
    for job, move, credits in draws(books):
        day = figures.day(job.pool, job.created_at)
        rules = figures.of(job.pool, job.created_at)
        for period, budget in ((f"{day:%Y-%m-%d}", rules["day"]), (f"{day:%Y-%m}", rules["month"])):
            paid[job.pool, period] += credits
            if not budget or credits < 0:
                continue
            if paid[job.pool, period] > budget:
                yield f"{job.pool} paid {paid[job.pool, period]} of {budget} in {period} with {move.id}"
            if job.pool != "house":
                reached = {share for share in SHARES if paid[job.pool, period] * 100 >= budget * share}
                told |= {(job.pool.removeprefix("pool:"), period, share) for share in reached}
    if told != books.notices:
        yield f"notices owed: {sorted(told ^ books.notices)} are not both reached and noted"


def members(books: Books, figures: Figures) -> Iterator[str]:
    """Nobody drew more in any span of days than what can be saved up and what the days add, whatever they joined."""
    drawn: defaultdict[tuple[int, str], Counter[date]] = defaultdict(Counter)
    most_bonus: Counter[tuple[int, str]] = Counter()
    for job, move, credits in draws(books):
        who = (figures.member(job).number, job.pool)
        today, rules = figures.day(job.pool, job.created_at), figures.of(job.pool, job.created_at)
        most_bonus[who] = max(most_bonus[who], figures.bonus(job))
        drawn[who][today] += credits
        if credits < 0:
            continue
        if rules["member_day"] is not None and drawn[who][today] > rules["member_day"]:
            yield f"{who} drew {drawn[who][today]} of {rules['member_day']} on {today} with {move.id}"
        for first, span in spans(drawn[who], today):
            if span > (most := _most(rules, bonus=most_bonus[who], days=(today - first).days)):
                yield f"{who} drew {span} of {most} from {first} to {today} with {move.id}"


def joined(books: Books, figures: Figures, story: Story) -> Iterator[str]:
    """Two who became one drew no more than one from the pool that both have, on the days on which they were one."""
    for linked in story.links:
        drawn: Counter[date] = Counter()
        for job, move, credits in draws(books):
            began, until = linked.since + timedelta(days=1), linked.until or job.created_at
            if job.pool != "house" or figures.member(job).number not in linked.numbers:
                continue
            if not began.replace(hour=0, minute=0) <= job.created_at <= until:
                continue
            today, rules = figures.day(job.pool, job.created_at), figures.of(job.pool, job.created_at)
            drawn[today] += credits
            for first, span in spans(drawn, today):
                if credits > 0 and span > (most := _most(rules, bonus=0, days=(today - first).days)):
                    yield f"{linked.numbers} drew {span} of {most} from {first} to {today} with {move.id}"


def spans(drawn: Mapping[date, int], today: date) -> Iterator[tuple[date, int]]:
    """Each day that begins a span up to today, and what was drawn in it."""
    for first in [day for day in drawn if day <= today]:
        yield first, sum(amount for day, amount in drawn.items() if first <= day <= today)


def _most(rules: Mapping[str, Any], *, bonus: int, days: int) -> int:
    saved = rules["saved"] + bonus if rules["saved"] else 0
    return int(saved + days * (rules["a_day"] + bonus))


def single(books: Books, figures: Figures, story: Story) -> Iterator[str]:
    """Every single job was allowed where and when it was asked for."""
    of_pool: Counter[str] = Counter()
    for job, _, credits in draws(books):
        of_pool[job.id] += max(0, credits)
    last: dict[tuple[str, str, str], datetime] = {}
    for job in sorted(books.jobs.values(), key=lambda job: job.created_at):
        rules, who = figures.of(job.pool, job.created_at), job.person
        if rules["per_request"] is not None and of_pool[job.id] > rules["per_request"]:
            yield f"{job.id}: the pool paid {of_pool[job.id]} of {rules['per_request']} for one request"
        for name, value in (("kinds", job.kind), ("models", job.model), ("channels", job.channel)):
            if rules[name] is not None and value not in rules[name]:
                yield f"{job.id}: {value} is none of the {name} {rules[name]}"
        if rules["most"] is not None and job.price > rules["most"]:
            yield f"{job.id}: {job.price} credits are above {rules['most']}"
        if rules["paused"]:
            yield f"{job.id} was accepted in a pause"
        before = last.get((who, job.pool, job.kind))
        if before is not None and job.created_at - before < timedelta(seconds=rules["cooldown_s"]):
            yield f"{job.id} came {job.created_at - before} after the one before"
        last[who, job.pool, job.kind] = job.created_at
        yield from _entitled(job, rules, story, of_pool=of_pool[job.id])


def _entitled(job: Job, rules: Mapping[str, Any], story: Story, *, of_pool: int) -> Iterator[str]:
    """Not shut out, and in the community for long enough to draw on its pool."""
    member = story.members[job.person]
    person = member.person
    if job.pool != "house" and of_pool and person.member_since is not None and not person.steward:
        opens = person.member_since + timedelta(hours=rules["member_hours"])
        if job.created_at < opens:
            yield f"{job.id} drew on the pool before {opens}"
    for ban in story.bans:
        shut = ban.since <= job.created_at and (ban.until is None or job.created_at < ban.until)
        if ban.number == member.number and job.pool == story.pools[ban.club] and shut:
            yield f"{job.id} is of somebody who was shut out since {ban.since}"


def at_once(books: Books, figures: Figures) -> Iterator[str]:
    """No more jobs ran at a time than a member, a member's clips, and everybody may have: others wait their turn."""
    running: defaultdict[tuple[str, str], list[Job]] = defaultdict(list)
    began = [(job.started_at, job) for job in books.jobs.values() if job.started_at is not None]
    for now, job in sorted(began, key=lambda each: each[0]):
        rules, room = figures.of(job.pool, job.created_at), (job.pool, job.platform)
        here = running[room] = [each for each in running[room] if each.ended_at is None or each.ended_at > now]
        here.append(job)
        mine = [each for each in here if each.person == job.person]
        clips = [each for each in mine if each.kind == "video" == job.kind]
        together = [] if job.pool == "house" else here  # in direct messages the machine alone holds everybody back
        for name, many in (("at_once", mine), ("clips_at_once", clips), ("all_at_once", together)):
            if rules[name] is not None and len(many) > rules[name]:
                yield f"{job.id} of {job.pool} is one of {len(many)}, and {name} is {rules[name]}"


def spending(books: Books, limits: Sequence[Spending]) -> Iterator[str]:
    """The operator's own limits: what jobs cost, over everybody and with each provider."""
    for limit in limits:
        form = "%Y-%m-%d" if limit.period == "day" else "%Y-%m"
        cost: Counter[str] = Counter()
        for job in books.jobs.values():
            if limit.provider in (None, job.provider):
                cost[job.created_at.strftime(form)] += job.charge if job.state == "done" else 0
        yield from (
            f"{spent} of {limit.credits} were spent in {when}" for when, spent in cost.items() if spent > limit.credits
        )


# --- for the page


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What a pool's jobs came to on one of its days."""

    used: Mapping[str, int]  # kind → credits that the pool paid
    returned: int  # credits of the pool that were set aside and given back


def by_day(books: Books, figures: Figures, pool: str) -> dict[date, Day]:
    """Each day of a pool on which something was asked for."""
    net: defaultdict[date, Counter[str]] = defaultdict(Counter)
    back: Counter[date] = Counter()
    for job, _, credits in draws(books):
        if job.pool == pool:
            day = figures.day(pool, job.created_at)
            net[day][job.kind] += credits
            back[day] += max(0, -credits)
    return {day: Day(used=dict(kinds), returned=back[day]) for day, kinds in sorted(net.items())}


def states(books: Books, pool: str) -> Sequence[tuple[str, int]]:
    """How many jobs ended in which state."""
    return Counter(job.state for job in books.jobs.values() if job.pool == pool).most_common()
