"""`credits grant|revoke|audit`: what an operator issues and takes back, never below zero, each in the audit log."""

import pytest

from bot import money, ports
from bot.requests import AccountId
from tests import factories
from tests.factories import ANNA
from tests.operator_desk import Desk, desk

__all__ = ["desk"]
POOL = AccountId("pool:one")


@pytest.fixture(autouse=True)
def somebody(desk: Desk) -> None:
    """Anna at the console with 100 credits, and a community."""

    async def move_in(rows: ports.Transaction) -> None:
        await rows.accounts.add(factories.account(), factories.person())
        await rows.ledger.post(factories.grant(ANNA, 100))
        await rows.communities.add(factories.community("one", native="-100"))

    desk.keep(move_in)


def balance(desk: Desk, account: AccountId) -> int:
    return desk.keep(lambda rows: rows.ledger.balance(account))


def test_what_was_granted_can_be_revoked(desk: Desk) -> None:
    assert desk.said("credits", "grant", "console:anna", "50") == "console:anna got 50 credits and has 150 now.\n"
    said = desk.said("credits", "revoke", "console:anna", "150", "--why", "left us")
    assert said == "console:anna gave 150 credits back and has 0 now.\n"
    newest, *_ = desk.keep(lambda rows: rows.ledger.transfers(ANNA, limit=3))
    assert (newest.debit, newest.credit, newest.amount, newest.kind, newest.actor) == (
        ANNA,
        money.ISSUER,
        150,
        money.TransferKind.EXPIRE,
        "operator",
    )
    assert desk.asked("credits", "audit") == [{"balanced": True, "faults": []}]


def test_no_more_is_revoked_than_there_is(desk: Desk) -> None:
    sentence = desk.refused("credits", "revoke", "console:anna", "101", "--why", "greed")
    assert sentence == "console:anna has 100 credits, so 101 can't be revoked. Nothing was changed."
    assert balance(desk, ANNA) == 100


def test_what_is_set_aside_stays_with_its_job(desk: Desk) -> None:
    async def ask(rows: ports.Transaction) -> None:
        await rows.jobs.add(factories.job(price=60))
        await rows.ledger.hold("K7Q2", [factories.leg(ANNA, 60)], at=factories.NOON)

    desk.keep(ask)
    assert "has 40 credits" in desk.refused("credits", "revoke", "console:anna", "41", "--why", "x")
    desk.said("credits", "revoke", "console:anna", "40", "--why", "x")
    assert desk.asked("credits", "audit") == [{"balanced": True, "faults": []}]


@pytest.mark.parametrize("amount", ["0", "-5", "1.5", "many", "1000000001"])
def test_an_amount_that_is_none(desk: Desk, amount: str) -> None:
    sentence = desk.refused("credits", "revoke", "console:anna", amount, "--why", "x")
    assert sentence == f"{amount!r} is not an amount: give a whole number from 1 to 1,000,000,000."


def test_a_community_reads_what_its_operator_did_with_its_pool(desk: Desk) -> None:
    desk.said("credits", "grant", "telegram:-100", "500", "--why", "welcome")
    desk.said("credits", "revoke", "telegram:-100", "200", "--why", "a slip")
    entries = desk.keep(lambda rows: rows.accounts.noted("one", limit=9))
    assert [(entry.actor, entry.action, entry.subject, entry.why) for entry in entries] == [
        ("operator", "revoke", POOL, "200: a slip"),
        ("operator", "grant", POOL, "500: welcome"),
    ]
    assert balance(desk, POOL) == 300


def test_the_audit_says_each_promise_on_a_line(desk: Desk) -> None:
    lines = desk.said("credits", "audit").splitlines()
    assert lines[0] == "promise\twhat"
    assert len(lines) > 10
    assert all(line.startswith("kept\t") and not line.endswith("\t") for line in lines[1:])
