"""Giving credits away: to a member or to the community's pool, asked about first."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from bot import errors, requests, studio
from bot.commands import buttons, mentions
from bot.commands.declaration import Asking
from bot.commands.texts import Bold, Code, shortened
from bot.replies import Credits, Reply, Text, text

SAID: Final = 40  # characters of what was said that an answer repeats
DIGITS: Final = 12  # of an amount; more of them are no amount that anybody has
_FILLERS: Final = frozenset({"to", "credit", "credits", "积分", "给", "送", "送给"})
_UNIT = re.compile(r"(?<=\d)\s*(?:credits?|积分|分)$")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
_FRACTION = re.compile(r"\d*[.,]\d+|\d+[.,]|[\d ]*\d⁄\d+")
_GIVEN = re.compile(r"^(?:送给|送|给)(?=\d)")  # @mia给20
_NAMED = re.compile(r"@\S+|<@\S+>")


async def give(asking: Asking, words: str) -> Reply:
    """Ask whether to give a member credits: `@mia 20`, `20 @mia`, `20` as an answer to them."""
    people = tuple(dict.fromkeys(asking.mentions))
    rest = _without(words, people)
    if named := _NAMED.search(rest):
        raise errors.NotFound("gift.to_nobody", name=shortened(named[0], limit=SAID))
    if len(people) > 1:
        raise errors.NotNow("gift.one_at_a_time", example=Code("@mia 20"))
    if not people:
        return _ask(asking, text("gift.whom", example=Code("@mia 20")), line=f"give {rest}")
    (to,) = people
    if not to.bot:
        await asking.studio.account(to)  # whom the platform knows and we don't: it waits for their first words
    if not rest:
        return _ask(asking, text("gift.how_many", to=Bold(to.name)), line=f"give {mentions.standing(to)}")
    giving = await asking.studio.purse.ask_gift(amount(rest), to, asked=asking.asked)
    line = text(
        "gift.question",
        to=Bold(giving.to),
        amount=Bold(Credits(amount=giving.promise.amount)),
        own=giving.own,
        rest=giving.own - giving.promise.amount,
    )
    return _question(giving, line, yes=text("button.gift", amount=giving.promise.amount))


async def donate(asking: Asking, words: str) -> Reply:
    """Ask whether to give the community's pool credits: `50`."""
    community = asking.asked.community
    if community is None:
        raise errors.NotNow("gift.no_community")
    if not (rest := _without(words, ())):
        return _ask(asking, text("gift.how_many", to=Bold(community.title)), line="donate")
    giving = await asking.studio.purse.ask_donation(amount(rest), asked=asking.asked)
    line = text(
        "gift.donation",
        to=Bold(giving.to),
        amount=Bold(Credits(amount=giving.promise.amount)),
        own=giving.own,
        rest=giving.own - giving.promise.amount,
    )
    return _question(giving, line, yes=text("button.donate", amount=giving.promise.amount))


async def done(asking: Asking, subject: str) -> Reply:
    """Yes: it is given, and whoever gets it reads so, here or when they next look."""
    giving = await asking.studio.purse.keep(subject, asked=asking.asked)
    given = Bold(Credits(amount=giving.promise.amount))
    alone = asking.asked.place.private or asking.asked.community is None
    giver = Bold(asking.asked.person.name)
    if giving.promise.act == studio.DONATION:
        line = text("gift.donated", giver=giver, to=Bold(giving.to), amount=given)
    elif alone:
        line = text("gift.given_alone", to=Bold(giving.to), amount=given, own=giving.own)
    else:
        line = text("gift.given", giver=giver, to=Bold(giving.to), amount=given)
    return Reply(lines=(line,), private=alone, kind="given", facts=_facts(giving))


async def declined(asking: Asking, subject: str) -> Reply:
    """No: nothing moves."""
    await asking.studio.purse.decline(subject, asked=asking.asked)
    return Reply(lines=(text("gift.declined"),), private=True, facts={"promise": subject})


def amount(words: str) -> int:
    """The whole number that was said, in any digits: ２０ is 20. Raises MemberError that says what is wrong with it."""
    said = shortened(words, limit=SAID)
    plain = unicodedata.normalize("NFKC", words).replace("−", "-").replace("–", "-").strip().casefold()
    plain = _UNIT.sub("", plain).strip().removeprefix("+")
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if plain.startswith("-") and _is_number(plain[1:].strip()):
        raise errors.MemberError("gift.negative", said=said)
    if _FRACTION.fullmatch(plain):
        raise errors.MemberError("gift.fraction", said=said)
    if not plain.isdecimal():
        raise errors.MemberError("gift.no_number", said=said, example=Code("20"))
    if len(plain) > DIGITS or int(plain) > studio.MOST_GIVEN:
        raise errors.MemberError("gift.huge", said=said, limit=studio.MOST_GIVEN)
    if not (found := int(plain)):
        raise errors.MemberError("gift.zero", said=said)
    return found


def _is_number(plain: str) -> bool:
    return plain.isdecimal() or _FRACTION.fullmatch(plain) is not None


def _without(words: str, people: Sequence[requests.Person]) -> str:
    """What is said besides whom it is for."""
    for person in people:
        words = words.replace(mentions.standing(person), " ")
    rest = " ".join(word for word in words.split() if word.casefold() not in _FILLERS)
    return _GIVEN.sub("", rest)


def _ask(asking: Asking, question: Text, *, line: str) -> Reply:
    """What is lacking; the next words complete the line."""
    begun = f"/{asking.command.name} {line}".strip()
    return Reply(lines=(question,), private=True, kind="ask", asks=begun, facts={"command": asking.command.name})


def _question(giving: studio.Giving, line: Text, *, yes: Text) -> Reply:
    answers = (
        buttons.button("gift", giving.promise.id, yes),
        buttons.button("decline", giving.promise.id, text("button.dismiss")),
    )
    return Reply(lines=(line,), buttons=answers, private=True, kind="question", facts=_facts(giving))


def _facts(giving: studio.Giving) -> dict[str, object]:
    return {"promise": giving.promise.id, "amount_credits": giving.promise.amount, "own_credits": giving.own}
