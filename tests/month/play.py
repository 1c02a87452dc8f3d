"""What happens in the month: who asks for what and when, and everything else that moves credits or limits."""

import asyncio
import heapq
import itertools
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from bot import errors, jobs, requests
from bot.studio import Accepted, Asked, Question
from tests.month import clubs
from tests.month.clubs import Club, Crowd, Member, Wish
from tests.month.story import START, Banned, Linked, Story
from tests.month.studio import HOUSE, Played

DIRECT: Final = 0.06  # of all requests: made in a direct message
TWICE: Final = 0.03  # of all events: come twice
REGRET: Final = 0.10  # of all jobs: are cancelled within two minutes
YES: Final = 0.7  # of all questions: are answered with yes
RUSH: Final = 20  # every so manieth member asks at the same moment, once a day
OWNERS_EVERY: Final = 6  # hours between two looks whether an owner is to be told of something
RESTART_EVERY: Final = 8  # days

Deed = Callable[[], Awaitable[None]]


class Play:
    """Events in the order of time, each at its moment on the played clock."""

    def __init__(self, played: Played, crowd: Crowd, *, chance: random.Random, days: int) -> None:
        self.played = played
        self.crowd = crowd
        self.chance = chance
        self.days = days
        self.story = Story(clubs=crowd.clubs, spending=played.spending)
        self._events: list[tuple[datetime, int, Deed]] = []
        self._numbers = itertools.count()

    async def run(self) -> None:
        """Play everything, then wait until the last job has ended."""
        await self.played.start()
        await self._open()
        self._plan()
        while self._events:
            at, _, deed = heapq.heappop(self._events)
            await self.played.clock.turn(at)
            await deed()
        await self.played.clock.turn(self.played.clock.now() + timedelta(hours=12))
        await self.played.tell_owners()

    def at(self, moment: datetime, deed: Deed) -> None:
        """Do it then."""
        heapq.heappush(self._events, (moment, next(self._numbers), deed))

    # --- the plan

    async def _open(self) -> None:
        await self.played.studio.open_house(HOUSE)
        self.story.pools["house"] = "house"
        self.story.members = {member.person.name: member for member in self.crowd.members}
        for club in self.crowd.clubs:
            community = await self.played.open(club)
            self.story.pools[club.native] = community.pool
            self.story.ruled[club.native].append((self.played.clock.now(), club.rules))

    def _plan(self) -> None:
        for member in self.crowd.members:
            if (joined := member.person.member_since or START) > START:
                self.at(joined + timedelta(hours=1), self._wish(member, wish=clubs.WISHES[0]))
        for day in range(self.days):
            began = START + timedelta(days=day)
            for member in self.crowd.members:
                self._plan_day(member, began)
            self.at(began + timedelta(hours=self.chance.uniform(17, 19)), self._rush)
            self.at(began + timedelta(hours=14), self._hurry)
            self._plan_insistence(began, leaves=day % 2 == 1)
            self.at(began + timedelta(hours=11), self._give)
            self.at(began + timedelta(hours=13), self._donate)
            self.at(began + timedelta(hours=5), self._change_roles)
            for hour in range(0, 24, OWNERS_EVERY):
                self.at(began + timedelta(hours=hour, minutes=7), self.played.tell_owners)
            if day % 7 == 6:
                self.at(began, self._grant_weekly)
            if day % RESTART_EVERY == RESTART_EVERY - 1:
                self.at(began + timedelta(hours=19), self.played.restart)
        self._plan_owners()
        self._plan_links()

    def _plan_day(self, member: Member, began: datetime) -> None:
        for _ in range(_times(self.chance, member.appetite)):
            hour = (self.chance.gauss(member.hour, 2.5)) % 24
            local = datetime.combine(began.date(), time(), member.club.tz) + timedelta(hours=hour)
            at = local.astimezone(UTC)
            joined = member.person.member_since
            if at >= START and (joined is None or at >= joined):
                self.at(at, self._wish(member))

    def _plan_insistence(self, began: datetime, *, leaves: bool) -> None:
        """A member asks until nothing is left, and may have themselves erased to begin anew."""
        member = self.chance.choice(self.crowd.of(self.crowd.clubs[2])[5:])
        times = [timedelta(hours=10, minutes=minute) for minute in range(4)]
        if leaves:
            self.at(began + timedelta(hours=12), self._leave(member))
            times += [timedelta(hours=12, minutes=minute) for minute in (5, 10)]
        for at in times:
            self.at(began + at, self._wish(member, wish=clubs.WISHES[1]))

    def _plan_owners(self) -> None:
        """Pauses, other limits, and members who are shut out and let in again."""
        third = self.days / 3
        first, lab = self.crowd.clubs[0], self.crowd.clubs[1]
        for day, hours, club in ((third, 6, first), (2 * third, 30, lab)):
            began = START + timedelta(days=day)
            self.at(began, self._pause(club))
            self.at(began + timedelta(hours=hours), self._resume(club))
        for name in ("day", "month"):
            more = first.rules[name] * 4 // 3
            self.at(START + timedelta(days=self.days * 0.7), self._rule(first, name, more))
        for club in self.crowd.clubs[:3]:
            for member in self.chance.sample(self.crowd.of(club)[1:5], k=2):
                at = START + timedelta(days=self.chance.uniform(2, self.days * 0.6))
                self.at(at, self._ban(member))
                if self.chance.random() < 0.5:
                    self.at(at + timedelta(days=self.days * 0.2), self._unban(member))
        for day in range(1, self.days):
            self.at(START + timedelta(days=day, hours=15), self._hand_out)

    def _plan_links(self) -> None:
        """Some are on both platforms and become one account; some of these part again."""
        ones = [
            m
            for club in self.crowd.clubs[:2]
            for m in self.crowd.of(club)[5:]
            if (m.person.member_since or START) < START
        ]
        others = [m for club in self.crowd.clubs[2:4] for m in self.crowd.of(club)[5:]]
        pairs = max(1, len(self.crowd.members) // 40)
        for one, other in zip(self.chance.sample(ones, k=pairs), self.chance.sample(others, k=pairs), strict=True):
            at = START + timedelta(days=self.chance.uniform(1, self.days * 0.6))
            linked = Linked(numbers=(one.number, other.number), since=at)
            self.at(at, self._link(one, other, linked))
            if self.chance.random() < 0.5:
                self.at(at + timedelta(days=self.days * 0.2), self._part(other, linked))

    # --- requests

    def _wish(self, member: Member, *, wish: Wish | None = None) -> Deed:
        async def deed() -> None:
            await self._ask(member, wish=wish)

        return deed

    async def _ask(self, member: Member, *, wish: Wish | None = None) -> None:
        """Something on their mind, or this very wish, in their community."""
        asked = await self._asked(member, direct=None if wish is None else False)
        model, said, _ = wish or self.chance.choices(clubs.WISHES, weights=[each[2] for each in clubs.WISHES])[0]
        request = self.played.request(model, said)
        await self._submit(request, asked=asked)
        if self.chance.random() < TWICE:
            await self._submit(request, asked=asked, again=True)

    async def _asked(self, member: Member, *, direct: bool | None = None) -> Asked:
        alone = self.chance.random() < DIRECT if direct is None else direct
        roles = sorted(self.crowd.roles.get(member.number, ()))
        channel = self.chance.choice(member.club.channels)
        person = member.seen(roles=() if alone else roles)
        return await self.played.asked(person, None if alone else member.club, channel=channel)

    async def _submit(self, request: requests.Request, *, asked: Asked, again: bool = False) -> None:
        try:
            answer = await self.played.studio.submit(request, asked=asked)
            if isinstance(answer, Question):
                self.played.answers["asked"] += 1
                if self.chance.random() > YES:
                    return await self.played.studio.dismiss(answer.draft.id, asked=asked)
                answer = await self._start(answer, asked=asked)
        except errors.MemberError as error:
            return self.played.refused(error)
        if isinstance(answer, Accepted):
            self._keep(answer.job, asked)
            if not again:
                self.played.answers["accepted"] += 1
                self._maybe_regret(answer.job, asked)
        return None

    def _keep(self, job: jobs.Job, asked: Asked) -> None:
        """Erasing takes it out of the rows."""
        self.story.askers[job.id] = self.story.members[asked.person.name], asked.place.channel

    async def _start(self, question: Question, *, asked: Asked) -> Accepted | Question:
        """Yes; when something has changed since, it may be asked again."""
        return await self.played.studio.start(question.draft.id, asked=asked)

    def _maybe_regret(self, job: jobs.Job, asked: Asked) -> None:
        if self.chance.random() >= REGRET:
            return

        async def deed() -> None:
            try:
                cancelled = await self.played.studio.cancel(job.id, asked=asked)
                self.story.deeds["cancelled free" if cancelled.free else "cancelled, charged"] += 1
            except errors.MemberError as error:
                self.played.refused(error)

        self.at(self.played.clock.now() + timedelta(seconds=self.chance.uniform(0, 120)), deed)

    async def _rush(self) -> None:
        """Many ask at the same moment, some of them several times."""
        club = self.chance.choice(self.crowd.clubs[:4])
        there = [m for m in self.crowd.of(club) if (m.person.member_since or START) <= self.played.clock.now()]
        members = self.chance.choices(there, k=max(4, len(self.crowd.members) // RUSH))
        await asyncio.gather(*(self._ask(member) for member in members))

    async def _hurry(self) -> None:
        """One member wants three things at once, and may take the last one back while it waits its turn."""
        member = self.chance.choice(self.crowd.of(self.crowd.clubs[0]))
        for model, said, _ in (clubs.WISHES[0], clubs.WISHES[-1], clubs.WISHES[-2]):
            asked = await self._asked(member, direct=False)
            try:
                answer = await self.played.studio.submit(self.played.request(model, said), asked=asked, confirmed=True)
                assert isinstance(answer, Accepted)
                self._keep(answer.job, asked)
                if answer.job.request.kind is requests.Kind.MUSIC and self.chance.random() < 0.5:
                    await self.played.studio.cancel(answer.job.id, asked=asked)
                    self.story.deeds["cancelled free"] += 1
            except errors.MemberError as error:
                self.played.refused(error)

    # --- money

    async def _give(self) -> None:
        """Some give of their own credits, or try to give what they don't have."""
        for _ in range(2):
            giver, receiver = self.chance.sample(self.crowd.of(self.chance.choice(self.crowd.clubs)), k=2)
            try:
                asked = await self._asked(giver, direct=False)
                await self._asked(receiver, direct=False)  # whom the bot has never met can be given nothing
                amount = self.chance.choice((1, 2, 5, 50))
                giving = await self.played.studio.purse.ask_gift(amount, receiver.person, asked=asked)
                await self.played.studio.purse.keep(giving.promise.id, asked=asked)
                self.story.deeds["gifts"] += 1
            except errors.MemberError as error:
                self.played.refused(error)

    async def _donate(self) -> None:
        giver = self.chance.choice(self.crowd.members)
        try:
            asked = await self._asked(giver, direct=False)
            giving = await self.played.studio.purse.ask_donation(self.chance.choice((1, 5, 20)), asked=asked)
            await self.played.studio.purse.keep(giving.promise.id, asked=asked)
            self.story.deeds["donations"] += 1
        except errors.MemberError as error:
            self.played.refused(error)

    async def _grant_weekly(self) -> None:
        for club in self.crowd.clubs:
            if club.weekly:
                await self.played.grant(requests.AccountId(self.story.pools[club.native]), club.weekly)
        for member in self.chance.sample(self.crowd.members, k=max(2, len(self.crowd.members) // 25)):
            asked = await self._asked(member, direct=False)
            await self.played.grant(asked.account.id, 40)

    # --- owners

    async def _owner(self, club: Club) -> Asked:
        return await self._asked(self.crowd.of(club)[0], direct=False)

    def _pause(self, club: Club) -> Deed:
        async def deed() -> None:
            state = await self.played.studio.owners.pause(await self._owner(club))
            self._ruled(club, dict(state.community.rules))

        return deed

    def _resume(self, club: Club) -> Deed:
        async def deed() -> None:
            state = await self.played.studio.owners.resume(await self._owner(club))
            self._ruled(club, dict(state.community.rules))

        return deed

    def _rule(self, club: Club, word: str, credits: int) -> Deed:
        async def deed() -> None:
            state = await self.played.studio.owners.rule(word, str(credits), asked=await self._owner(club))
            self._ruled(club, dict(state.community.rules))

        return deed

    def _ruled(self, club: Club, changes: dict[str, Any]) -> None:
        self.story.ruled[club.native].append((self.played.clock.now(), changes))
        self.story.deeds["limits changed"] += 1

    def _ban(self, member: Member) -> Deed:
        async def deed() -> None:
            await self._asked(member, direct=False)  # whom the bot has never met can't be shut out
            owner = await self._owner(member.club)
            await self.played.studio.owners.ban(member.person, why="spam", asked=owner)
            now = self.played.clock.now()
            self.story.bans.append(Banned(club=member.club.native, number=member.number, since=now))
            self.story.deeds["bans"] += 1

        return deed

    def _unban(self, member: Member) -> Deed:
        async def deed() -> None:
            owner = await self._owner(member.club)
            assert await self.played.studio.owners.unban(member.person, why="sorry", asked=owner)
            for ban in self.story.bans:
                if ban.number == member.number:
                    ban.until = self.played.clock.now()

        return deed

    async def _hand_out(self) -> None:
        """An owner gives of the pool and takes back; somebody who is no owner tries the same."""
        club = self.chance.choice(self.crowd.clubs)
        owner, other = await self._owner(club), self.chance.choice(self.crowd.of(club)[1:])
        there = await self._asked(other, direct=False)
        for deed, credits, asked in (("give", 5, owner), ("take", 2, owner), ("give", 50, there)):
            hand = self.played.studio.owners.give if deed == "give" else self.played.studio.owners.take
            asked = replace(asked, key=f"{asked.key}:{deed}")
            try:
                await hand(credits, other.person, why="", asked=asked)
                self.story.deeds[f"owners {deed}"] += 1
            except errors.MemberError as error:
                self.played.refused(error)

    def _leave(self, member: Member) -> Deed:
        async def deed() -> None:
            asked = await self._asked(member, direct=True)
            try:
                erasing = await self.played.studio.privacy.ask_erasing(asked)
                await self.played.studio.privacy.erase(erasing.promise.id, asked=asked)
            except errors.MemberError as error:
                self.played.refused(error)
            else:
                self._alone(member)

        return deed

    def _alone(self, member: Member) -> None:
        """Erased: whoever was one with them is on their own again."""
        self.story.deeds["erased"] += 1
        for linked in self.story.links:
            if member.number in linked.numbers and linked.until is None:
                linked.until = self.played.clock.now()

    def _link(self, one: Member, other: Member, linked: Linked) -> Deed:
        async def deed() -> None:
            code = await self.played.studio.people.code(await self._asked(one, direct=True))
            await self.played.studio.people.join(code.words, asked=await self._asked(other, direct=True))
            linked.since = self.played.clock.now()
            self.story.links.append(linked)

        return deed

    def _part(self, other: Member, linked: Linked) -> Deed:
        async def deed() -> None:
            if linked.until is not None:
                return  # erased: both are on their own already
            asked = await self._asked(other, direct=True)
            people = self.played.studio.people
            parting = await people.ask_parting(other.person.platform, asked=asked)
            await people.part(parting.promise.id, asked=asked)
            linked.until = self.played.clock.now()
            self.story.deeds["parted"] += 1

        return deed

    async def _change_roles(self) -> None:
        """Somebody gets the role with more allowance, somebody loses it."""
        for member in self.chance.sample(self.crowd.members, k=max(1, len(self.crowd.members) // 60)):
            roles = self.crowd.roles.setdefault(member.number, set())
            roles ^= {clubs.BOOSTER}
            self.story.roles[member.number].append((self.played.clock.now(), tuple(roles)))
            self.story.deeds["roles changed"] += 1


def _times(chance: random.Random, mean: float) -> int:
    """How often something happens that happens `mean` times on the average (Poisson)."""
    left, times = chance.expovariate(1.0), 0
    while left < mean:
        left += chance.expovariate(1.0)
        times += 1
    return times
