"""What an account may spend, read inside a transaction."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot import errors, jobs, money, ports
from bot.credits import allowance
from bot.credits.rules import Rules
from bot.engine.world import World
from bot.requests import AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """What goes back when a job is settled, reckoned before it is booked."""

    job: jobs.Job
    legs: Sequence[money.Leg]

    def to(self, account: AccountId) -> int:
        """Credits that this account gets."""
        return sum(leg.amount for leg in self.legs if leg.account == account)

    @property
    def to_pools(self) -> int:
        """Credits that the allowance gets back, for the day of the job."""
        return sum(leg.amount for leg in self.legs if money.is_pool(leg.account))


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms an account may spend here."""

    account: AccountId
    began: datetime  # what the allowance counts from
    rules: Rules
    ids: tuple[AccountId, ...] = ()  # every id of this person: what any of them drew counts; (): only `account`
    emptied: tuple[datetime, ...] = ()  # the allowance of these days counts as used up
    bonus: int = 0  # credits a day that the member's roles add
    pool: AccountId = money.HOUSE
    community: str = ""  # whose pool it is, by its title; "" for the operator's
    pool_from: datetime | None = None  # before then the pool is closed to this member; None: it is open

    @property
    def figures(self) -> allowance.Figures:
        """How much this member may draw."""
        return self.rules.figures(self.bonus)

    @property
    def everybody(self) -> tuple[AccountId, ...]:
        """Every id of this person."""
        return self.ids or (self.account,)

    def day_of(self, moment: datetime) -> date:
        """The day that a moment belongs to here."""
        return allowance.day_of(moment, self.rules.zone)

    @classmethod
    def of(cls, account: jobs.Account, rules: Rules, *, bonus: int = 0) -> "Terms":
        """An account's terms with the house; `replace` names another pool."""
        return cls(
            account=account.id,
            began=account.began,
            rules=rules,
            ids=account.ids,
            emptied=account.emptied,
            bonus=bonus,
        )


async def terms_of(world: World, rows: ports.Transaction, job: jobs.Job) -> Terms:
    """The terms on which a job was accepted; the community's rules are today's."""
    account = await rows.accounts.get(job.account)
    if account is None:
        raise errors.Fault(f"job {job.id} is of an account {job.account} that is not there")
    community = await community_of(rows, job.pool)
    terms = Terms.of(account, world.rules(job.place.platform, community), bonus=job.bonus)
    title = community.title if community else ""
    return replace(terms, pool=job.pool, community=title, pool_from=job.pool_from)


async def community_of(rows: ports.Transaction, pool: AccountId) -> jobs.Community | None:
    """The community whose pool this is; None for the house's."""
    return None if pool == money.HOUSE else await rows.communities.get(pool.removeprefix(money.POOL_PREFIX))


async def means_of(rows: ports.Transaction, terms: Terms, *, now: datetime, after: Return | None = None) -> money.Means:
    """Own credits, and what may still be drawn from the pool today; now, or after something went back."""
    own = await rows.ledger.balance(terms.account) + (_own_back(after, terms) if after else 0)
    if not terms.rules.saved:
        return money.Means(own=own, allowance=0, pool=terms.pool, community=terms.community)
    pool = await rows.ledger.balance(terms.pool) + (after.to(terms.pool) if after else 0)
    brake = await _brake(rows, terms, now=now, after=after)
    open_pool = pool if brake is None else min(pool, brake.left)
    drawn = await _drawn(rows, terms, now=now, after=after)
    closed = terms.pool_from is not None and terms.pool_from > now
    right = _level(terms, drawn, terms.day_of(now))
    left = 0 if closed else min(right, open_pool)
    return money.Means(
        own=own,
        allowance=left,
        pool=terms.pool,
        per_request=terms.figures.most,
        in_pool=pool,
        brake=brake,
        right=right,
        community=terms.community,
        coming=_coming(terms, drawn, left=left, pool=pool, now=now) if terms.rules.told else None,
    )


def _own_back(after: Return, terms: Terms) -> int:
    """What goes back to an account that became part of another goes on to that one."""
    return sum(after.to(account) for account in terms.everybody)


async def _brake(rows: ports.Transaction, terms: Terms, *, now: datetime, after: Return | None) -> money.Brake | None:
    """What the pool's budgets of the day and of the month still allow, the tighter one; None without any."""
    rules, found = terms.rules, list[money.Brake]()
    for period, limit, since, until in (
        ("day", rules.day, rules.day_began(now), rules.day_ends(now)),
        ("month", rules.month, rules.month_began(now), rules.month_ends(now)),
    ):
        if limit is not None:
            back = after.to(terms.pool) if after and after.job.created_at >= since else 0
            paid = await rows.ledger.paid(terms.pool, since=since) - back
            found.append(money.Brake(period=period, limit=limit, left=max(0, limit - paid), until=until))
    return min(found, key=lambda brake: (brake.left, -brake.until.timestamp()), default=None)


async def _drawn(rows: ports.Transaction, terms: Terms, *, now: datetime, after: Return | None) -> dict[date, int]:
    """Credits of the pool by the day of the job that they were drawn for."""
    first = allowance.first_day(terms.figures, began=terms.day_of(terms.began), today=terms.day_of(now))
    since = allowance.midnight(first, terms.rules.zone)
    drawn: Counter[date] = Counter()
    for moment, credits in (await rows.ledger.drawn(*terms.everybody, pool=terms.pool, since=since)).items():
        drawn[terms.day_of(moment)] += credits
    if after and (day := terms.day_of(after.job.created_at)) in drawn:
        drawn[day] -= after.to_pools  # what was drawn on a day that is past renews nothing
    return dict(drawn)


def _level(terms: Terms, drawn: dict[date, int], day: date) -> int:
    emptied = {terms.day_of(moment) for moment in terms.emptied}
    return allowance.level(terms.figures, began=terms.day_of(terms.began), today=day, drawn=drawn, emptied=emptied)


def _coming(terms: Terms, drawn: dict[date, int], *, left: int, pool: int, now: datetime) -> money.Coming | None:
    """What the next day adds, or the day on which a newcomer's allowance opens; no more than the pool has by now."""
    opens = terms.pool_from is not None and terms.pool_from > now
    tomorrow = allowance.midnight(terms.day_of(now) + timedelta(days=1), terms.rules.zone)
    at = terms.pool_from if opens and terms.pool_from else tomorrow
    more = min(_level(terms, drawn, terms.day_of(at)), pool) - left
    return money.Coming(amount=more, at=at, opens=opens) if more > 0 else None
