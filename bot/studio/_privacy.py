"""Privacy: all that is kept of somebody in one file, and its end.

What was paid stays in the books under ids that say nothing about anybody. For a while a keyed digest of each identity
is remembered: coming back gives neither a second allowance nor a second welcome, nor an end to a ban.
"""

import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot import errors, jobs, media, money, ports, replies, requests
from bot.engine.world import World
from bot.studio._promises import Promises
from bot.studio._values import Asked

ERASE: Final = "erase"  # the promise's act
REMEMBERED: Final = timedelta(days=60)  # as far back as allowances look
NAMED_MOST: Final = 5  # running jobs that a refusal names


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """A file with all that is kept of somebody."""

    file: replies.Attachment
    counts: dict[str, int]  # rows by table


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasing:
    """What is going to be lost, or was."""

    promise: ports.Promise
    platforms: tuple[str, ...]  # where they are known
    own: int  # credits of their own
    jobs: int
    voices: int


class Privacy:
    """Gathers and erases one person."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._promises = Promises(world)

    @property
    def keeps(self) -> timedelta:
        """How long media are kept."""
        return self._world.keep

    async def export(self, asked: Asked) -> Gathered:
        """Everything as JSON, in a file that is swept within hours. Raises StorageFault."""
        async with self._world.store.reading() as rows:
            account = await rows.accounts.of(asked.person) or asked.account
            found = await rows.privacy.gathered(account)
        told = {"exported_at": self._world.clock.now().isoformat(), **found}
        content = json.dumps(told, ensure_ascii=False, indent=1).encode()
        path = await self._world.files.write(content, into=f"tmp/{secrets.token_hex(8)}.json")
        facts = media.Facts(kind=media.MediaKind.TEXT, mime="application/json", size_bytes=len(content))
        file = replies.Attachment(path=path, name="atelier.json", facts=facts)
        return Gathered(file=file, counts={table: len(each) for table, each in found.items()})

    async def ask_erasing(self, asked: Asked) -> Erasing:
        """Ask whether everything may go. Raises NotNow while jobs run."""
        async with self._world.store.transaction(awaited=True) as rows:
            account = await rows.accounts.of(asked.person) or asked.account
            await self._check_running(rows, account)
            promise = await self._promises.ask(rows, ERASE, subject=account.id, asked=asked)
            return await self._lost(rows, account, promise)

    async def erase(self, promise_id: str, *, asked: Asked) -> Erasing:
        """Yes: all of it, files first, so that nothing said to be gone is there. Raises NotFound, NotNow."""
        now = self._world.clock.now()
        async with self._world.store.transaction(awaited=True) as rows:
            promise = await self._promises.open(rows, promise_id, ERASE, asked=asked)
            account = await rows.accounts.of(asked.person) or asked.account
            await self._check_running(rows, account)
            lost = await self._lost(rows, account, promise)
            for person in await rows.accounts.identities(account.id):
                await rows.privacy.remember(self._left(person, account, now), banned=account.ids)
            if lost.own:
                await rows.ledger.post(_expired(account, lost.own, at=now))
            await rows.promises.forget(*account.ids)
            paths = await rows.privacy.erase(account, at=now)
            await rows.accounts.note(actor=account.id, action=ERASE, subject=account.id, why="", at=now)
            await self._world.files.remove(paths)
        return lost

    async def keep(self, promise_id: str, *, asked: Asked) -> None:
        """No: nothing goes. Raises NotFound, NotNow."""
        await self._promises.drop(promise_id, ERASE, asked=asked)

    async def newcomer(
        self, rows: ports.Transaction, new: jobs.Account, person: requests.Person
    ) -> jobs.Account | None:
        """Keep a new account of somebody who was erased not long ago; None for anybody else."""
        digest = self._digest(person)
        left = await rows.privacy.remembered(digest, now=self._world.clock.now())
        if left is None:
            return None
        account = replace(new, began_at=left.began_at, emptied=(left.emptied_at,))
        await rows.accounts.add(account, person)
        await rows.privacy.welcome_back(digest, account.id)
        return account

    # --- inside

    async def _check_running(self, rows: ports.Transaction, account: jobs.Account) -> None:
        running = [job.id for job in await rows.jobs.unfinished() if job.account in account.ids]
        if running:
            raise errors.NotNow("privacy.running", running=tuple(running[:NAMED_MOST]), example=f"cancel {running[0]}")

    async def _lost(self, rows: ports.Transaction, account: jobs.Account, promise: ports.Promise) -> Erasing:
        return Erasing(
            promise=promise,
            platforms=tuple(each.platform for each in await rows.accounts.identities(account.id)),
            own=await rows.ledger.balance(account.id),
            jobs=len((await rows.privacy.gathered(account))["jobs"]),
            voices=len(await rows.voices.of(*account.ids)),
        )

    def _left(self, person: requests.Person, account: jobs.Account, now: datetime) -> ports.Remembered:
        return ports.Remembered(
            digest=self._digest(person), began_at=account.began, emptied_at=now, until=now + REMEMBERED
        )

    def _digest(self, person: requests.Person) -> str:
        return self._world.keyed("erased", f"{person.platform}\0{person.user}").hex()


def _expired(account: jobs.Account, amount: int, *, at: datetime) -> money.Transfer:
    """What they had goes back to where credits come from; it does so once."""
    return money.Transfer(
        id=f"erase:{account.id}",
        debit=account.id,
        credit=money.ISSUER,
        amount=amount,
        kind=money.TransferKind.EXPIRE,
        job=None,
        actor=account.id,
        reason="erased",
        at=at,
    )
