"""Small rules of the studio: whose a job is, who may see it, and what a newcomer gets."""

from datetime import datetime

from bot import errors
from bot.jobs import Account, Job
from bot.money import ISSUER, Transfer, TransferKind
from bot.requests import AccountId
from bot.studio._values import Asked


def may_see(job: Job, asked: Asked) -> bool:
    """Whether it is the asker's own, or was asked for in public in the community where they ask now."""
    there, here = job.place, asked.place
    public = there.community is not None and not there.private and job.hidden_at is None
    shared = (there.platform, there.community) == (here.platform, here.community)
    return job.account in asked.account.ids or (public and shared)


def owned(job: Job | None, account: Account, said: str) -> Job:
    """The job, when it is this account's. Raises NotFound."""
    if job is None or job.account not in account.ids:
        raise errors.NotFound("error.no_such_job", job=said)
    return job


def welcome(account: AccountId, amount: int, at: datetime) -> Transfer:
    """The credits that a new member gets once."""
    return Transfer(
        id=f"welcome:{account}",
        debit=ISSUER,
        credit=account,
        amount=amount,
        kind=TransferKind.GRANT,
        job=None,
        actor="bot",
        reason="welcome",
        at=at,
    )
