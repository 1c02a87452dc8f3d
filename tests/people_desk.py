"""Mia, on Discord and on Telegram: whoever is asked about accounts over platforms."""

from typing import Any

from bot import money, requests
from bot.jobs import Account, Job
from bot.requests import AccountId
from bot.studio import Asked, Joined, Question
from tests import factories
from tests.engine_house import House

DISCORD = requests.Person(platform="discord", user="7", name="Mia", handle="mia", language="en")
TELEGRAM = requests.Person(platform="telegram", user="70", name="Mia T.", handle="mia_t", language="zh")
STRANGER = requests.Person(platform="telegram", user="71", name="Max", language="en")
HOUSE_POOL = 10_000  # credits of the operator's pool


class People:
    """Speaks for several people with one studio."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._said = 0

    async def open(self) -> None:
        """The operator's pool has credits to draw on."""
        async with self.house.store.transaction() as rows:
            await rows.ledger.post(factories.grant(money.HOUSE, HOUSE_POOL))

    async def asked(self, person: requests.Person, **changes: Any) -> Asked:
        """A direct message of somebody's, as the commands' door makes it."""
        self._said += 1
        given: dict[str, Any] = {
            "account": await self.house.studio.account(person),
            "person": person,
            "place": factories.place(platform=person.platform, channel=f"dm{person.user}", user=person.user),
            "key": f"{person.platform}:{person.user}:{self._said}",
            "language": "en",
            "interactive": False,
        }
        return Asked(**{**given, **changes})

    async def grant(self, person: requests.Person, credits: int) -> None:
        """Credits of their own."""
        account = await self.house.studio.account(person)
        self._said += 1
        async with self.house.store.transaction() as rows:
            await rows.ledger.post(factories.grant(account.id, credits, id=f"grant:{self._said}"))

    async def account(self, person: requests.Person) -> Account:
        """Who they are at this moment."""
        return await self.house.studio.account(person)

    async def own(self, person: requests.Person) -> int:
        """Credits of their own."""
        return (await self.means(person)).own

    async def means(self, person: requests.Person) -> money.Means:
        """What they may spend in a direct message."""
        return (await self.house.studio.statement(await self.asked(person))).means

    async def balance(self, account: AccountId) -> int:
        """What the ledger says of one id."""
        async with self.house.store.reading() as rows:
            return await rows.ledger.balance(account)

    async def made(self, person: requests.Person, **said: Any) -> Job:
        """A picture of theirs for ten credits, accepted."""
        request = self.house.request("NanoBanana2-1K", **said)
        accepted = await self.house.studio.submit(request, asked=await self.asked(person), confirmed=True)
        assert not isinstance(accepted, Question)
        return accepted.job

    async def joined(self, first: requests.Person = DISCORD, second: requests.Person = TELEGRAM) -> Joined:
        """The second enters what the first was given."""
        code = await self.house.studio.people.code(await self.asked(first))
        return await self.house.studio.people.join(code.words, asked=await self.asked(second))

    async def parted(self, person: requests.Person, platform: str) -> None:
        """They let a platform go."""
        parting = await self.house.studio.people.ask_parting(platform, asked=await self.asked(person))
        await self.house.studio.people.part(parting.promise.id, asked=await self.asked(person))
