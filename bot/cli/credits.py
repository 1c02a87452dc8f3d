"""`credits grant|revoke|show|audit`: issue credits, take them back, see who has how many, prove the books."""

import asyncio
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bot import errors

if TYPE_CHECKING:
    from bot import money, ports
    from bot.requests import AccountId

MOST = 1_000_000_000  # credits at once: more is a slip of the finger

app = typer.Typer(help="Credits: grant and revoke them, see who has how many, prove the books.", no_args_is_help=True)
Who = Annotated[
    str,
    typer.Argument(
        help="console:me, an account's id, house for your own pool, discord:SERVER or telegram:GROUP for a community's."
    ),
]


Amount = Annotated[str, typer.Argument(help=f"A whole number from 1 to {MOST:,}.")]
AMOUNTS = {"ignore_unknown_options": True}  # so that -5 is an amount to refuse, not an option


@app.command(context_settings=AMOUNTS)
def grant(
    who: Who,
    amount: Amount,
    why: Annotated[str, typer.Option(help="A note for the audit log.")] = "",
) -> None:
    """Issue credits to a member, to the house pool or to a community's."""
    asyncio.run(_grant(who, _amount(amount), why=why))


@app.command(context_settings=AMOUNTS)
def revoke(
    who: Who,
    amount: Amount,
    why: Annotated[str, typer.Option(help="A note for the audit log, which it can't do without.")],
) -> None:
    """Take credits back for good, never more than there are; what is set aside for a job stays with the job."""
    asyncio.run(_revoke(who, _amount(amount), why=why))


@app.command()
def show(
    who: Annotated[str | None, typer.Argument(help="One of them; all when left out.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show balances."""
    asyncio.run(_show(who, as_json=json))


@app.command()
def audit(json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False) -> None:
    """Prove the books: each promise a line, exit code 1 when one is broken."""
    faults = asyncio.run(_faults())
    _report(faults, as_json=json)
    if faults:
        raise typer.Exit(1)


def _amount(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(MOST)) and 1 <= int(text) <= MOST):
        raise errors.OperatorError(f"{text!r} is not an amount: give a whole number from 1 to {MOST:,}.")
    return int(text)


async def _grant(who: str, amount: int, *, why: str) -> None:
    from bot import folder, money
    from bot.cli import _shell

    async with folder.open_store(_shell.load()) as store, store.transaction() as rows:
        account = await _find(rows, who)
        await _post(rows, debit=money.ISSUER, credit=account, amount=amount, kind=money.TransferKind.GRANT, why=why)
        balance = await rows.ledger.balance(account)
    print(f"{who} got {amount:,} credits and has {balance:,} now.")


async def _revoke(who: str, amount: int, *, why: str) -> None:
    from bot import folder, money
    from bot.cli import _shell

    async with folder.open_store(_shell.load()) as store, store.transaction() as rows:
        account = await _find(rows, who)
        if (balance := await rows.ledger.balance(account)) < amount:
            raise errors.OperatorError(
                f"{who} has {balance:,} credits, so {amount:,} can't be revoked. Nothing was changed."
            )
        await _post(rows, debit=account, credit=money.ISSUER, amount=amount, kind=money.TransferKind.EXPIRE, why=why)
    print(f"{who} gave {amount:,} credits back and has {balance - amount:,} now.")


async def _post(
    rows: "ports.Transaction",
    *,
    debit: "AccountId",
    credit: "AccountId",
    amount: int,
    kind: "money.TransferKind",
    why: str,
) -> None:
    """The operator's transfer, and a line about it in the audit log, the community's where it is about its pool."""
    from bot import money

    now, granted = datetime.now(UTC), kind is money.TransferKind.GRANT
    subject, action = (credit, "grant") if granted else (debit, "revoke")
    transfer = money.Transfer(
        id=f"{action}:{secrets.token_hex(8)}",
        debit=debit,
        credit=credit,
        amount=amount,
        kind=kind,
        job=None,
        actor="operator",
        reason=action,
        at=now,
    )
    await rows.ledger.post(transfer)
    community = subject.removeprefix(money.POOL_PREFIX) if subject.startswith(money.POOL_PREFIX) else None
    words = f"{amount}: {why}" if why else str(amount)
    await rows.accounts.note(actor="operator", action=action, subject=subject, why=words, at=now, community=community)


async def _find(rows: "ports.Transaction", who: str) -> "AccountId":
    """The account behind `platform:user`, an id, `house`, or the pool of `platform:server`."""
    from bot import money
    from bot.cli import _pools
    from bot.requests import AccountId, Person

    if who == money.HOUSE:
        return money.HOUSE
    platform, _, native = who.partition(":")
    if native and (community := await _pools.community(rows, platform, native)) is not None:
        return community.pool
    if native:
        found = await rows.accounts.of(Person(platform=platform, user=native, name=native))
    else:
        found = await rows.accounts.get(AccountId(who))
    if found is None or not await rows.accounts.identities(found.id):  # one that was erased is nobody any more
        raise errors.OperatorError(
            f"Nobody is known as {who!r}. Write who it is as platform:user, like console:me, as an account's id, or a "
            "community as discord:SERVER or telegram:GROUP with its id; `credits show` lists all. An account begins "
            "with a member's first request, a community's pool with the first one there."
        )
    return found.id


async def _names(rows: "ports.Transaction") -> "dict[AccountId, str]":
    """Every account that may be granted credits, pools first, and who it is."""
    from bot import money

    names: dict[AccountId, str] = {money.HOUSE: "house"}
    for community in await rows.communities.all():
        names[community.pool] = f"{community.platform}:{community.native} ({community.title})"
    for account, identity in await rows.accounts.all():
        names[account.id] = f"{names[account.id]}, {identity}" if account.id in names else identity
    return names


async def _show(who: str | None, *, as_json: bool) -> None:
    from bot import folder
    from bot.cli import _shell

    async with folder.open_store(_shell.load()) as store, store.reading() as rows:
        names = await _names(rows)
        chosen = list(names) if who is None else [await _find(rows, who)]
        table = [
            {
                "account": id,
                "who": names.get(id, id),
                "credits": await rows.ledger.balance(id),
                "set_aside": await rows.ledger.held(id),
                "used": sum(used for _, used in await rows.ledger.spent(id)),
            }
            for id in chosen
        ]
    if as_json:
        for row in table:
            _shell.show_json(row)
        return
    head = ("account", "who", "credits", "set aside", "used")
    cells = [[str(value) for value in row.values()] for row in table]
    _shell.show_table(cells, head=head, numbers=frozenset(head[2:]))


def _report(faults: list[str], *, as_json: bool) -> None:
    from bot.cli import _shell
    from storage import audit

    promises = [(check.__doc__ or "").rstrip(".") for check in audit.CHECKS]
    if as_json:
        return _shell.show_json({"balanced": not faults, "faults": faults})
    lines = [("broken", fault) for fault in faults] or [("kept", promise) for promise in promises]
    return _shell.show_table(lines, head=("promise", "what"))


async def _faults() -> list[str]:
    from bot import folder
    from bot.cli import _shell

    async with folder.open_store(_shell.load()) as store, store.reading() as rows:
        return list(await rows.ledger.faults())
