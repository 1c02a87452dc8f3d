"""Factories: whole values with sensible defaults; each takes its fields as keywords."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from bot import jobs, media, money, ports, requests, voices
from bot.jobs import CallState, JobState
from bot.requests import AccountId, Kind

NOON: Final = datetime(2026, 1, 2, 12, tzinfo=UTC)
ANNA: Final = AccountId("acc_anna")
BEN: Final = AccountId("acc_ben")


def place(**changes: Any) -> requests.Place:
    """The console, unless said otherwise."""
    return requests.Place.model_validate({"platform": "console", **changes})


def person(**changes: Any) -> requests.Person:
    """Anna at the console; another `user` is another person."""
    return replace(requests.Person(platform="console", user="anna", name="Anna", language="en"), **changes)


def account(id: AccountId = ANNA, **changes: Any) -> jobs.Account:
    """Anna's account, with nothing chosen."""
    made = replace(jobs.Account(id=id, created_at=NOON, preferences=jobs.Preferences(models={})), **changes)
    return replace(made, began_at=made.began)


def community(id: str = "one", **changes: Any) -> jobs.Community:
    """A Telegram group that speaks English."""
    group = jobs.Community(id=id, platform="telegram", native="-1", title="Pixel Club", language="en", created_at=NOON)
    return replace(group, **changes)


def facts(**changes: Any) -> media.Facts:
    """A small picture's."""
    measured = {"kind": media.MediaKind.IMAGE, "mime": "image/png", "size_bytes": 2048, "width": 1376, "height": 768}
    return media.Facts.model_validate({**measured, **changes})


def request(**changes: Any) -> requests.Request:
    """A picture from a text."""
    asked = {
        "kind": Kind.IMAGE,
        "provider": "uniall",
        "model": "NanoBanana2-1K",
        "operation": "text-to-image",
        "options": {"prompt": "a red fox in snow", "ratio": "16:9"},
    }
    return requests.Request.model_validate({**asked, **changes})


def job(id: str = "K7Q2", **changes: Any) -> jobs.Job:
    """Anna's job, just accepted."""
    accepted = jobs.Job(
        id=id,
        account=ANNA,
        person="Anna",
        place=place(),
        request=request(),
        language="en",
        state=JobState.QUEUED,
        price=10,
        created_at=NOON,
        key=f"key:{id}",
    )
    return replace(accepted, **changes)


def call(job: str = "K7Q2", **changes: Any) -> jobs.Call:
    """A job's first call, about to be sent."""
    first = jobs.Call(
        job=job,
        step=0,
        attempt=0,
        provider="uniall",
        model="NanoBanana2-1K",
        state=CallState.SUBMITTING,
        poll_path="/v1/images/tasks/{task_id}",
        submitted_at=NOON,
    )
    return replace(first, **changes)


def output(job: str = "K7Q2", **changes: Any) -> jobs.Output:
    """A job's first picture, not delivered yet."""
    return replace(jobs.Output(job=job, step=0, index=0, path=f"results/{job}.png", facts=facts()), **changes)


def voice(id: str = "V1", **changes: Any) -> voices.Voice:
    """Anna's voice, designed by the job K7Q2."""
    made = voices.Voice(
        provider="uniall", id=id, account=ANNA, name="Sailor", source="design", job="K7Q2", made_at=NOON
    )
    return replace(made, **changes)


def draft(id: str = "D00001", **changes: Any) -> jobs.Draft:
    """A question to Anna, open until a quarter past noon."""
    until = NOON.replace(minute=15)
    asked = jobs.Draft(id=id, account=ANNA, place=place(), request=request(), price=60, expires_at=until)
    return replace(asked, **changes)


def grant(to: AccountId = ANNA, amount: int = 100, **changes: Any) -> money.Transfer:
    """Credits issued by the operator; a further grant to the same account needs its own `id`."""
    issued = money.Transfer(
        id=f"grant:{to}",
        debit=money.ISSUER,
        credit=to,
        amount=amount,
        kind=money.TransferKind.GRANT,
        job=None,
        actor="operator",
        reason="grant",
        at=NOON,
    )
    return replace(issued, **changes)


def leg(account: AccountId = ANNA, amount: int = 10) -> money.Leg:
    """A part of a hold."""
    return money.Leg(account=account, amount=amount)


async def member(store: ports.Store, id: AccountId = ANNA, *, credits: int = 100, **who: Any) -> jobs.Account:
    """Keep a member's account with an identity (`user` is the account's id unless said otherwise) and credits."""
    new = account(id)
    async with store.transaction() as rows:
        await rows.accounts.add(new, person(**{"user": id, **who}))
        if credits:
            await rows.ledger.post(grant(id, credits))
    return new


async def accepted(store: ports.Store, new: jobs.Job) -> jobs.Job:
    """Keep a job as the studio accepts it: its row and the hold of its price in one transaction."""
    async with store.transaction() as rows:
        await rows.jobs.add(new)
        await rows.ledger.hold(new.id, [leg(new.account, new.price)], at=new.created_at)
    return new
