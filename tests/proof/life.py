"""A life of the bank: how things happen in it, whether the process dies on the way or not."""

import functools
import tempfile
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

from hypothesis.stateful import RuleBasedStateMachine

from bot import money, requests
from bot.money import HOUSE, ISSUER
from storage import schema
from tests.proof import bank
from tests.proof.bank import Bank, Said
from tests.proof.oracle import Name, Oracle, Party, Seat

DISCORD: Final = [("discord", "1"), ("discord", "2")]
TELEGRAM: Final = [("telegram", "71"), ("telegram", "72")]


def person(name: Name) -> requests.Person:
    """As their platform shows them."""
    platform, user = name
    return requests.Person(platform=platform, user=user, name=f"{platform} {user}", language="en")


@functools.cache
def blank() -> bytes:
    """A migrated file without rows."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "atelier.db"
        schema.upgrade(path)
        return path.read_bytes()


class Life(RuleBasedStateMachine):
    """Four names on two platforms, the operator's pool, and a club with its own."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        (Path(self.folder.name) / "atelier.db").write_bytes(blank())
        self.bank = Bank(Path(self.folder.name))
        self.oracle = Oracle()
        self.oracle.shift(ISSUER, HOUSE, bank.HOUSE_START)
        self.oracle.shift(ISSUER, self.bank.club.pool, bank.POOL_START)
        self.gone: dict[Name, tuple[Seat, date]] = {}  # the seats of those who were erased, and when
        self.handed = 0  # credits that members have of the club's by hand, at most
        self.keys = 0

    def teardown(self) -> None:
        """Let everything go."""
        self.bank.close()
        self.folder.cleanup()

    # --- how things happen

    def key(self) -> str:
        """What the platform calls the next event."""
        self.keys += 1
        return f"event:{self.keys}"

    def once(self, act: Callable[[], Awaitable[Any]], *names: Name, fuse: int | None) -> Said[Any]:
        """It is tried until it is answered: a crash leaves nothing behind but that somebody is known now."""
        said = self.bank.act(act, fuse=fuse)
        self.meet(*names)
        if said.crashed:
            self.check()
            said = self.bank.act(act)
            self.meet(*names)
        return said

    def nothing_more(self, act: Callable[[], Awaitable[Any]]) -> Said[Any]:
        """The same once more moves nothing."""
        before = self.bank.standing()
        said = self.bank.act(act)
        assert self.bank.standing() == before
        return said

    def meet(self, *names: Name) -> None:
        """Whoever spoke has an account; the first time, with a welcome."""
        for name in names:
            account = self.bank.account(person(name))
            if name not in self.oracle.parties and account is not None:
                today, new = self.bank.clock.now().date(), name not in self.gone
                seat, since = self.gone.pop(name, (Seat(began=today), None))
                welcome = bank.WELCOME if new and name in TELEGRAM else 0
                self.oracle.meet(name, account, seat=seat, plain=new, welcome=welcome)
                if since == today:
                    assert self.allowance(name) == 0, "whoever comes again has a second allowance today"

    def party(self, name: Name) -> Party:
        """Who this is as far as the bot ought to know."""
        return self.oracle.parties[name]

    def allowance(self, name: Name) -> int:
        """What somebody may still draw on the house's pool, as the bot tells them."""

        async def look() -> money.Statement:
            return await self.bank.studio.statement(await self.bank.asked(person(name), "look"))

        return self.bank.sure(look).means.allowance

    def check(self) -> None:
        """The books say what they ought to."""
        standing = self.bank.standing()
        assert self.bank.faults() == []
        assert sum(standing.values()) == 0
        assert all(credits >= 0 for account, credits in standing.items() if account != ISSUER)
        assert standing == self.oracle.standing
