"""The bot of the month: the real studio, engine and SQLite store on the played clock; it can be started anew."""

import random
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from bot import catalogue, errors, jobs, money, requests
from bot.engine.addresses import Addresses
from bot.engine.dispatch import Dispatch
from bot.engine.limits import Communities, Limits, Pace, Spending
from bot.engine.world import World
from bot.studio import Asked, Studio
from storage.journal import CallJournal
from storage.store import SqlStore
from tests.month import clubs
from tests.month.clubs import Club
from tests.month.played import PlayedFiles, PlayedProvider
from tests.month.turning import TurningClock
from tests.scripted import RememberedDelivery

WELCOME: Final = 10  # credits of their own that every new member gets
POOL: Final = 200  # credits that every new pool gets
HOUSE: Final = 1_500  # credits in the pool for direct messages
SPENDING: Final = (
    Spending(credits=1_600, period="day"),
    Spending(credits=28_000, period="month"),
    Spending(credits=60, period="day", provider="llmage"),
)


def spending(members: int) -> tuple[Spending, ...]:
    """The operator's own limits for so many members."""
    return tuple(replace(each, credits=max(8, round(each.credits * clubs.share_of(members)))) for each in SPENDING)


class Played:
    """The bot, and what was answered to whom so far."""

    def __init__(self, folder: Path, blank: Path, *, clock: TurningClock, chance: random.Random, members: int) -> None:
        self.spending = spending(members)
        self.folder = folder
        self.database = Path(shutil.copy(blank, folder / "atelier.db"))
        self.clock = clock
        self.chance = chance
        self.store = SqlStore.open(self.database)
        self.answers: Counter[str] = Counter()  # accepted, asked, or the key of a refusal
        self.notices: Counter[tuple[str, str, int]] = Counter()  # told: community, period, share
        self._providers = {n: PlayedProvider(n, clock=clock, chance=chance) for n in ("uniall", "llmage")}
        self._files = PlayedFiles(root=folder)
        self._keys = 0
        self._wake()

    def _wake(self) -> None:
        """A process of its own, as far as the rows can tell."""
        self._journal = CallJournal(self.database)
        world = World(
            store=self.store,
            providers=dict(self._providers),
            journal=self._journal,
            files=self._files,
            delivery=RememberedDelivery(),
            clock=self.clock,
            limits=Limits(),
            communities=Communities(pool=POOL, rules=clubs.DEFAULTS),
            spending=self.spending,
            pace=Pace(first_s=15, every_s=20, watch_every_s=1_800),
            chance=self.chance,
            addresses=Addresses(),
        )
        self.dispatch = Dispatch(world)
        welcome = {"discord": WELCOME, "telegram": WELCOME}
        self.studio = Studio(world, dispatch=self.dispatch, welcome=welcome, ask_above={"discord": 15, "telegram": 15})

    async def start(self) -> None:
        """Resume what there is."""
        await self.dispatch.start()

    async def restart(self) -> None:
        """Stop, and start anew on the same rows."""
        await self.stop()
        self._wake()
        await self.start()

    async def stop(self) -> None:
        """Stop; what runs stays as its rows say."""
        await self.dispatch.stop(grace_s=5.0)
        self._journal.close()

    # --- what happens

    async def open(self, club: Club) -> jobs.Community:
        """Its community with its owner's limits and the operator's credits."""
        community = await self.studio.community(club.seen)
        await self.rule(club, club.rules)
        await self.grant(community.pool, club.granted)
        return community

    async def rule(self, club: Club, changes: dict[str, Any]) -> None:
        """Its owner's limits, all of them."""
        community = await self.studio.community(club.seen)
        async with self.store.transaction() as rows:
            await rows.communities.rule(community.id, changes)

    async def grant(self, to: requests.AccountId, credits: int) -> None:
        """Credits issued by the operator."""
        id = self._key("grant")
        async with self.store.transaction() as rows:
            await rows.ledger.post(
                money.Transfer(
                    id=id,
                    debit=money.ISSUER,
                    credit=to,
                    amount=credits,
                    kind=money.TransferKind.GRANT,
                    job=None,
                    actor="operator",
                    reason="grant",
                    at=self.clock.now(),
                )
            )

    async def asked(self, person: requests.Person, club: Club | None, *, channel: str = "1", key: str = "") -> Asked:
        """Somebody says something, in a community or to the bot alone."""
        key = key or self._key("event")
        community = None if club is None else await self.studio.community(club.seen)
        place = requests.Place(
            platform=person.platform, channel=channel, community=None if club is None else club.native
        )
        return Asked(
            account=await self.studio.account(person),
            person=person,
            place=place,
            key=key,
            language="en",
            interactive=True,
            community=community,
        )

    def request(self, model: str, said: Any) -> requests.Request:
        """A validated request."""
        found = catalogue.find(model)
        return self.studio.request(found.kind, found, {"prompt": "a red fox in the snow", **said}, media={})

    async def tell_owners(self) -> None:
        """Tell of budgets that are nearly used up, as often as the rows say that it is owed."""
        async with self.store.transaction() as rows:
            for notice in await rows.usage.owed():
                if await rows.usage.sent(notice, self.clock.now()):
                    self.notices[notice.community, notice.period, notice.share] += 1

    async def faults(self) -> Sequence[str]:
        """What the audit finds."""
        async with self.store.reading() as rows:
            return await rows.ledger.faults()

    def _key(self, what: str) -> str:
        self._keys += 1
        return f"{what}:{self._keys}"

    def refused(self, error: errors.MemberError) -> None:
        """Somebody was told no."""
        self.answers[error.key] += 1
