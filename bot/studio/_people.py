"""People: accounts on several platforms become one, and a platform's part may go again.

Joined accounts are marked and never rewritten. Whoever leaves goes on with a new account that has nothing and whose
allowance counts as used up for the day, while all that was asked for before stays counted where it was: neither joining
nor leaving, in any order, gives a second allowance.
"""

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot import errors, jobs, money, ports, requests
from bot.engine import ids
from bot.engine.world import World
from bot.studio._promises import Promises
from bot.studio._values import Asked

CODE_LENGTH: Final = 8  # letters of ids.LETTERS: half a billion billion tries for one in ten
CODE_LIFE: Final = timedelta(minutes=10)
HOUR: Final = timedelta(hours=1)
CODES_AN_HOUR: Final = 5  # that one person is given
TRIES_AN_HOUR: Final = 5  # in vain, of one person
UNLINK: Final = "unlink"  # the promise's act


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A one-time code to enter on another platform."""

    words: str  # in groups of four: K7Q2-8HJP
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Two accounts became one."""

    other: str  # the platform where the code was asked for
    here: str  # the platform where it was entered
    own: int  # credits of their own, in all
    moved: int  # of these, what went from the younger account to the older
    place: requests.Place | None  # where whoever asked for the code is told; None: nowhere
    language: str  # in which


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting:
    """A platform that is to go, or went."""

    promise: ports.Promise
    platform: str  # which goes
    stays: tuple[str, ...]  # the others, which keep everything
    own: int  # credits that stay with them


class People:
    """Gives codes, joins accounts and parts them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._promises = Promises(world)

    async def code(self, asked: Asked) -> Code:
        """A code for this person; the same event gives the same one. Raises NotNow when there were too many."""
        now = self._world.clock.now()
        words = self._letters(asked)
        digest = self._digest(words)
        async with self._world.store.transaction(awaited=True) as rows:
            account = await self._account(rows, asked)
            if (known := await rows.links.code(digest)) is None:
                made = await rows.links.made(*account.ids, since=now - HOUR)
                if len(made) >= CODES_AN_HOUR:
                    raise errors.NotNow("link.many_codes", limit=CODES_AN_HOUR, at=made[0] + HOUR)
                known = ports.LinkCode(
                    digest=digest,
                    account=account.id,
                    platform=asked.person.platform,
                    made_at=now,
                    expires_at=now + CODE_LIFE,
                    place=asked.place.model_copy(update={"private": True}),  # what is told there is nobody else's
                    language=asked.language,
                )
                await rows.links.add(known)
        return Code(words=f"{words[:4]}-{words[4:]}", until=known.expires_at)

    async def join(self, said: str, *, asked: Asked) -> Joined:
        """Join the account of whoever has this code with the asker's. Raises Invalid, NotFound or NotNow."""
        words = _plain(said)
        if len(words) != CODE_LENGTH or set(words) - set(ids.LETTERS):
            raise errors.NotFound("link.no_code", said=said[:40])
        async with self._world.store.transaction(awaited=True) as rows:
            outcome = await self._try(rows, self._digest(words), asked)
        if isinstance(outcome, errors.MemberError):
            raise outcome  # only now: a wrong try is kept
        return outcome

    async def platforms(self, asked: Asked) -> tuple[str, ...]:
        """Where this person is known, the oldest account's first."""
        async with self._world.store.reading() as rows:
            account = await self._account(rows, asked)
            return tuple(dict.fromkeys(each.platform for each in await rows.accounts.identities(account.id)))

    async def ask_parting(self, platform: str, *, asked: Asked) -> Parting:
        """Ask whether a platform may go. Raises NotFound where they are not known, NotNow when it is the only one."""
        async with self._world.store.transaction(awaited=True) as rows:
            account = await self._account(rows, asked)
            _, stays = await _parted(rows, account, platform)
            own = await rows.ledger.balance(account.id)
            promise = await self._promises.ask(rows, UNLINK, subject=platform, asked=asked)
        return Parting(promise=promise, platform=platform, stays=stays, own=own)

    async def part(self, promise_id: str, *, asked: Asked) -> Parting:
        """Yes: the platform stands alone, with a new account. Raises NotFound, NotNow."""
        now = self._world.clock.now()
        async with self._world.store.transaction(awaited=True) as rows:
            promise = await self._promises.open(rows, promise_id, UNLINK, asked=asked)
            account = await self._account(rows, asked)
            leaving, stays = await _parted(rows, account, promise.subject)
            await self._promises.keep(rows, promise)
            alone = jobs.Account(
                id=ids.new_account_id(), created_at=now, preferences=account.preferences, emptied=(now,)
            )
            await rows.links.leave(leaving, alone, parent=account)
            await rows.accounts.note(actor=account.id, action=UNLINK, subject=alone.id, why="", at=now)
            own = await rows.ledger.balance(account.id)
        return Parting(promise=promise, platform=promise.subject, stays=stays, own=own)

    async def stay(self, promise_id: str, *, asked: Asked) -> None:
        """No: nothing changes. Raises NotFound, NotNow."""
        await self._promises.drop(promise_id, UNLINK, asked=asked)

    # --- inside

    async def _account(self, rows: ports.Transaction, asked: Asked) -> jobs.Account:
        """The asker's, by what is joined at this moment."""
        return await rows.accounts.of(asked.person) or asked.account

    async def _try(self, rows: ports.Transaction, digest: str, asked: Asked) -> Joined | errors.MemberError:
        """Join, or say why not: what is answered and not raised leaves its trace."""
        now = self._world.clock.now()
        here = await self._account(rows, asked)
        missed = await rows.links.missed(*here.ids, since=now - HOUR)
        if len(missed) >= TRIES_AN_HOUR:
            return errors.NotNow("link.many_tries", limit=TRIES_AN_HOUR, at=missed[0] + HOUR)
        code = await rows.links.code(digest)
        there = None if code is None else await rows.accounts.get(code.account)
        if code is None or there is None:
            return await self._miss(rows, here, errors.NotFound("link.wrong", left=TRIES_AN_HOUR - len(missed) - 1))
        if there.id == here.id:
            own = code.platform == asked.person.platform
            return errors.NotNow("link.own" if own else "link.already", platform=code.platform)
        if code.used_at is not None:
            return await self._miss(rows, here, errors.NotNow("link.used"))
        if code.expires_at <= now:
            return await self._miss(rows, here, errors.NotNow("link.expired", at=code.expires_at))
        if twice := await _both(rows, here, there):
            return errors.NotNow("link.same_platform", platform=twice)
        return await self._join(rows, code, here, there, asked=asked)

    async def _miss(
        self, rows: ports.Transaction, account: jobs.Account, refusal: errors.MemberError
    ) -> errors.MemberError:
        await rows.links.miss(account.id, at=self._world.clock.now())
        return refusal

    async def _join(
        self, rows: ports.Transaction, code: ports.LinkCode, here: jobs.Account, there: jobs.Account, *, asked: Asked
    ) -> Joined:
        """The older account becomes the root: the allowance goes on counting from there."""
        now = self._world.clock.now()
        root, part = sorted((here, there), key=lambda account: (account.began, account.created_at, account.id))
        await rows.links.use(code.digest, at=now)
        moved = await rows.ledger.balance(part.id)
        if moved:
            await rows.ledger.post(_moved(part, root, moved, actor=here, at=now))
        await rows.links.join(part.id, root.id)
        await rows.accounts.prefer(root.id, _merged(root.preferences, part.preferences))
        await rows.accounts.settle(root.id, root.home or part.home)
        await rows.accounts.note(actor=here.id, action="link", subject=part.id, why="", at=now)
        return Joined(
            other=code.platform,
            here=asked.person.platform,
            own=await rows.ledger.balance(root.id),
            moved=moved,
            place=code.place,
            language=code.language,
        )

    def _letters(self, asked: Asked) -> str:
        """Nobody can foretell them without the secret; the event that asks gives them, so that it may come twice."""
        said = "\0".join((asked.person.platform, asked.person.user, asked.key))
        drawn = int.from_bytes(self._world.keyed("link.code", said))
        letters = ""
        for _ in range(CODE_LENGTH):
            drawn, letter = divmod(drawn, len(ids.LETTERS))
            letters += ids.LETTERS[letter]
        return letters

    def _digest(self, words: str) -> str:
        return self._world.keyed("link.digest", words).hex()


async def _both(rows: ports.Transaction, here: jobs.Account, there: jobs.Account) -> str:
    """A platform on which both are somebody already; "" where there is none."""
    first = {each.platform for each in await rows.accounts.identities(here.id)}
    second = {each.platform for each in await rows.accounts.identities(there.id)}
    return next(iter(sorted(first & second)), "")


async def _parted(
    rows: ports.Transaction, account: jobs.Account, platform: str
) -> tuple[requests.Person, tuple[str, ...]]:
    """Who leaves and what stays. Raises NotFound, NotNow."""
    people = await rows.accounts.identities(account.id)
    if len(people) < 2:
        raise errors.NotNow("unlink.alone")
    leaving = next((each for each in people if each.platform == platform), None)
    if leaving is None:
        raise errors.NotFound("unlink.not_there", platform=platform)
    return leaving, tuple(each.platform for each in people if each is not leaving)


def _moved(part: jobs.Account, root: jobs.Account, amount: int, *, actor: jobs.Account, at: datetime) -> money.Transfer:
    """What an account has goes to the one that it becomes part of; it does so once."""
    return money.Transfer(
        id=f"join:{part.id}",
        debit=part.id,
        credit=root.id,
        amount=amount,
        kind=money.TransferKind.JOIN,
        job=None,
        actor=actor.id,
        reason="join",
        at=at,
    )


def _merged(first: jobs.Preferences, second: jobs.Preferences) -> jobs.Preferences:
    """What the first says; where it says nothing, what the second does."""
    return replace(
        first,
        language=first.language if first.language is not None else second.language,
        ask_above=first.ask_above if first.ask_above is not None else second.ask_above,
        models={**second.models, **first.models},
    )


def _plain(said: str) -> str:
    """A code as it was shown, however it was typed: `k7q2 8hjp` is K7Q28HJP."""
    wide = unicodedata.normalize("NFKC", said).upper()
    return "".join(letter for letter in wide if letter.isalnum())
