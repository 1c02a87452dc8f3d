"""What an owner does to one member: credits by hand, and shutting out."""

import re

from bot import errors, requests, studio
from bot.commands import mentions
from bot.commands.admin import amounts
from bot.commands.declaration import Asking
from bot.commands.texts import Bold, Code, shortened
from bot.replies import Credits, Reply, Text, text

_NAMED = re.compile(r"@\S+|<@\S+>")
_ID = re.compile(r"\d{4,20}")


async def hand(asking: Asking, act: str) -> Reply:
    """Give, take back, or make it so many: `give @mia 20 for the poster`."""
    person, words = await _member(asking, example=f"/admin {act} @mia 20", more=True)
    if not words:
        return _ask(asking, text("admin.how_many", to=Bold(person.name)), act=f"{act} {mentions.standing(person)}")
    amount, why = amounts.parted(words, least=0 if act == "set" else 1)
    owners, asked = asking.studio.owners, asking.asked
    match act:
        case "give":
            handed = await owners.give(amount, person, why=why, asked=asked)
        case "revoke":
            handed = await owners.take(amount, person, why=why, asked=asked)
        case _:
            handed = await owners.set(amount, person, why=why, asked=asked)
    return _handed(handed)


async def ban(asking: Asking) -> Reply:
    """Shut somebody out: `ban @mia spam`."""
    person, why = await _member(asking, example="/admin ban @mia")
    await asking.studio.owners.ban(person, why=why, asked=asking.asked)
    example = Code("/admin unban")
    return Reply(lines=(text("admin.banned", name=Bold(person.name), example=example),), private=True)


async def unban(asking: Asking) -> Reply:
    """Let somebody in again."""
    person, why = await _member(asking, example="/admin unban @mia")
    lifted = await asking.studio.owners.unban(person, why=why, asked=asking.asked)
    key = "admin.unbanned" if lifted else "admin.not_banned"
    return Reply(lines=(text(key, name=Bold(person.name)),), private=True)


def _handed(handed: studio.Handed) -> Reply:
    to, own, pool = Bold(handed.to), handed.own, handed.pool
    amount = Bold(Credits(amount=abs(handed.moved)))
    if handed.moved > 0:
        line = text("admin.given", to=to, amount=amount, own=own, pool=pool)
    elif handed.moved < 0:
        line = text("admin.taken", to=to, amount=amount, own=own, pool=pool)
    else:
        line = text("admin.as_it_was", to=to, given=handed.given, pool=pool)
    facts = {
        "moved_credits": handed.moved,
        "given_credits": handed.given,
        "own_credits": own,
        "pool_credits": pool,
    }
    return Reply(lines=(line,), private=True, facts=facts)


async def _member(asking: Asking, *, example: str, more: bool = False) -> tuple[requests.Person, str]:
    """Who is meant, and what else is said; `more`: whether something must follow an id that is a number."""
    people, words = tuple(dict.fromkeys(asking.mentions)), asking.text
    for person in people:
        words = words.replace(mentions.standing(person), " ")
    if named := _NAMED.search(words):
        raise errors.NotFound("admin.to_nobody", name=shortened(named[0], limit=amounts.SAID))
    if len(people) > 1:
        raise errors.NotNow("admin.one_at_a_time", example=example)
    words = " ".join(words.split())
    if people:
        if not people[0].bot:
            await asking.studio.account(people[0])  # also whoever never spoke to us
        return people[0], words
    first, _, rest = words.partition(" ")
    if _ID.fullmatch(first) and (rest or not more):
        known = await asking.studio.names.known(asking.asked.person.platform, first)
        if known is None:
            raise errors.NotFound("admin.to_nobody", name=first)
        return known, rest
    raise errors.MemberError("admin.whom", example=example)


def _ask(asking: Asking, question: Text, *, act: str) -> Reply:
    """What is lacking; the next words complete the line."""
    return Reply(lines=(question,), private=True, kind="ask", asks=f"/{asking.command.name} {act}")
