"""History: what moved of a member's credits, each job in one piece and everything else as the ledger has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import jobs, money, ports, requests
from bot.jobs import JobState
from bot.money import TransferKind
from bot.requests import AccountId
from bot.studio._values import Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One movement, from the member's side."""

    at: datetime
    kind: TransferKind  # of a job: hold while it runs, capture when it used credits, release when it used none
    amount: int  # credits; below zero when they went; 0 for a job that used none, or none yet
    job: jobs.Job | None = None  # None where no job is behind it
    who: str = (
        ""  # the member or community on the other side, by name; "" where there is none, or nobody knows any more
    )


async def history(rows: ports.Transaction, asked: Asked, *, limit: int) -> tuple[Moved, ...]:
    """The last movements of everything that belongs to the member, newest first."""
    account = await rows.accounts.get(asked.account.id) or asked.account
    found = [_of_job(job) for job in await rows.jobs.of(*account.ids, limit=limit)]
    for transfer in await rows.ledger.transfers(*account.ids, limit=limit, of_jobs=False):
        if not {transfer.debit, transfer.credit} <= set(account.ids):  # what stays with the member moves nothing
            found.append(await _of_transfer(rows, transfer, account, asked))
    return tuple(sorted(found, key=lambda moved: moved.at, reverse=True)[:limit])


def here_first(known: Sequence[requests.Person], asked: Asked) -> requests.Person:
    """A person as the place where it is said knows them, if it does."""
    return next((each for each in known if each.platform == asked.place.platform), known[0])


async def name_of(rows: ports.Transaction, account: AccountId, asked: Asked) -> str:
    """What an account's member, or a pool's community, is called; "" where nothing is known of them."""
    if account.startswith(money.POOL_PREFIX):
        community = await rows.communities.get(account.removeprefix(money.POOL_PREFIX))
        return "" if community is None else community.title
    known = await rows.accounts.identities(account)
    return here_first(known, asked).name if known else ""


def _of_job(job: jobs.Job) -> Moved:
    used = (job.charge or 0) if job.state is JobState.DONE else 0
    over = TransferKind.CAPTURE if used else TransferKind.RELEASE
    kind = over if job.state.ended else TransferKind.HOLD
    return Moved(at=job.ended_at or job.created_at, kind=kind, amount=-used, job=job)


async def _of_transfer(rows: ports.Transaction, transfer: money.Transfer, account: jobs.Account, asked: Asked) -> Moved:
    came = transfer.credit in account.ids
    who = await name_of(rows, transfer.debit if came else transfer.credit, asked)
    return Moved(at=transfer.at, kind=transfer.kind, amount=transfer.amount if came else -transfer.amount, who=who)
