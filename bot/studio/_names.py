"""Names: what people are called on their platforms, kept up so that others can name them."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from bot import ports, requests
from bot.engine.world import World

REMEMBERED: Final = 10_000  # people whose names were compared with what is kept


@dataclass(frozen=True, slots=True)
class Names:
    """Learns names as people speak, and finds people by them."""

    world: World
    _learnt: OrderedDict[tuple[str, str], tuple[str, str | None]] = field(default_factory=OrderedDict)

    async def learn(self, person: requests.Person) -> None:
        """Take over what somebody is called now, where that is not what is kept. Raises StorageFault."""
        who, called = (person.platform, person.user), (person.name, person.handle)
        if self._learnt.get(who) == called:
            return
        async with self.world.store.reading() as rows:
            kept = await _kept(rows, person)
        if kept is not None and (kept.name, kept.handle) != (person.name, _plain(person.handle)):
            async with self.world.store.transaction() as rows:
                await rows.accounts.meet(person)
        self._learnt[who] = called
        self._learnt.move_to_end(who)
        while len(self._learnt) > REMEMBERED:
            self._learnt.popitem(last=False)

    async def called(self, platform: str, handle: str) -> requests.Person | None:
        """Whom the platform calls by this name (mia, @Mia), of those who are known here; None for anybody else."""
        async with self.world.store.reading() as rows:
            if (account := await rows.accounts.called(platform, handle)) is None:
                return None
            people = await rows.accounts.identities(account.id)
        return next((each for each in people if (each.platform, each.handle) == (platform, _plain(handle))), None)

    async def known(self, platform: str, user: str) -> requests.Person | None:
        """Who has this id on the platform; None for whoever never spoke and was never given anything."""
        async with self.world.store.reading() as rows:
            return await _kept(rows, requests.Person(platform=platform, user=user, name=""))


async def _kept(rows: ports.Transaction, person: requests.Person) -> requests.Person | None:
    if (account := await rows.accounts.of(person)) is None:
        return None
    people = await rows.accounts.identities(account.id)
    return next((each for each in people if (each.platform, each.user) == (person.platform, person.user)), None)


def _plain(handle: str | None) -> str | None:
    """As it is kept."""
    return handle.lower().removeprefix("@") if handle else None
