"""/credits: what is left, what it comes from and where it went; the rest stands behind its buttons."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from bot import errors, money, studio
from bot.commands import buttons, chart, giving, history
from bot.commands.declaration import Action, Asking, Command
from bot.commands.mentions import FIELD
from bot.commands.texts import Bold, Listed
from bot.replies import Button, Credits, Reply, Text, When, text

TOPICS: Final[Mapping[str, str]] = {
    "give": "give",
    "gift": "give",
    "send": "give",
    "送": "give",
    "送给": "give",
    "给": "give",
    "赠送": "give",
    "donate": "donate",
    "捐": "donate",
    "捐赠": "donate",
    "chart": "chart",
    "图": "chart",
    "图表": "chart",
    "history": "history",
    "明细": "history",
    "记录": "history",
    "community": "community",
    "社区": "community",
    "limits": "limits",
    "限额": "limits",
}
"""What can be said behind /credits, and what it means."""

_BEFORE_NAME = re.compile(r"(?<=[^\s<])(?=<?@)")  # 送@mia: no space is needed there


async def credits(asking: Asking) -> Reply:
    """Show the member's account, or do what is said about it."""
    said = _BEFORE_NAME.sub(" ", asking.text).strip()
    word, _, rest = said.partition(" ")
    if not word:
        return await _sheet(asking)
    if word.startswith(("@", "<@")):  # whoever names somebody gives
        return await giving.give(asking, said)
    match TOPICS.get(word.casefold()):
        case "give":
            return await giving.give(asking, rest)
        case "donate":
            return await giving.donate(asking, rest)
        case "chart":
            return await chart.member(asking)
        case "history":
            return await history.shown(asking)
        case "community":
            return await history.community(asking)
        case "limits" if (limits := _limits(asking)) is not None:
            return await limits.handler(replace(asking, text=rest, command=limits))
        case _:
            allowed = ", ".join(_topics(asking))
            raise errors.Invalid(errors.Problem(field="credits", rule="choice", value=word, allowed=allowed))


async def topic(asking: Asking, subject: str) -> Reply:
    """What one of the sheet's buttons stands for."""
    return await credits(replace(asking, text=subject))


def _limits(asking: Asking) -> Command | None:
    """/limits, where there is such a command."""
    return asking.shelf.get("limits")


def _topics(asking: Asking) -> Iterator[str]:
    for each in dict.fromkeys(TOPICS.values()):
        if each != "limits" or _limits(asking) is not None:
            yield each


async def _sheet(asking: Asking) -> Reply:
    """The account at a glance; what is nothing is left out. Whoever was given something meanwhile reads so first."""
    statement = await asking.studio.statement(asking.asked)
    presents = await asking.studio.purse.presents(asking.asked)
    means = statement.means
    line = _left(means)
    for part in _parts(statement):
        line = text("credits.and", line=line, part=part)
    line = text("credits.sentence", line=line)
    for used in _used(statement):
        line = text("credits.then", line=line, used=used)
    facts = {
        "left_credits": means.total,
        "own_credits": means.own,
        "allowance_credits": means.allowance,
        "held_credits": statement.held,
        "used_credits": statement.spent,
        "week_credits": dict(statement.spent_by_kind),
    }
    return Reply(
        lines=(*map(_received, presents), line, *_opening(means)),
        buttons=tuple(_buttons(asking, means)),
        private=True,
        facts=facts,
    )


def _received(present: studio.Present) -> Text:
    amount, at = Bold(Credits(amount=present.promise.amount)), When(at=present.at)
    if not present.giver:
        return text("gift.received_from_gone", amount=amount, at=at)
    return text("gift.received", giver=Bold(present.giver), amount=amount, at=at)


def _left(means: money.Means) -> Text:
    """What may be spent, and how much more comes when."""
    left = text("credits.left", left=Bold(Credits(amount=means.total)))
    if means.coming is None or means.coming.opens:
        return left
    return text("credits.coming", left=left, amount=means.coming.amount, at=When(at=means.coming.at))


def _parts(statement: money.Statement) -> Iterator[Text]:
    """Whose credits they are, what everybody has together, and what is set aside."""
    means = statement.means
    if means.community:
        yield text("credits.allowance_of", community=means.community, allowance=means.allowance)
        yield from _pool(means)
        yield text("credits.own", own=means.own)
    elif means.own and means.allowance:
        yield text("credits.allowance", allowance=means.allowance)
        yield text("credits.own", own=means.own)
    if statement.held:
        yield text("credits.held", held=statement.held)


def _pool(means: money.Means) -> Iterator[Text]:
    """What is left for everybody: of the day's or month's budget where that is less than what the pool has."""
    if means.in_pool is None:
        return
    brake = means.brake
    if brake is None or brake.left > means.in_pool:
        yield text("credits.pool", pool=means.in_pool)
    else:
        yield text(f"credits.pool_{brake.period}", pool=brake.left, limit=brake.limit)


def _used(statement: money.Statement) -> Iterator[Text]:
    """Where it went this week, and in all where that is more."""
    week = statement.spent_by_kind
    total = sum(amount for _, amount in week)
    if week:
        each = tuple(text("credits.kind", kind=text(f"kinds.{kind}"), used=amount) for kind, amount in week)
        yield text("credits.week", total=total, each=Listed(each))
    if statement.spent > total:
        yield text("credits.ever", spent=statement.spent)


def _opening(means: money.Means) -> Iterator[Text]:
    """When a newcomer's allowance begins."""
    if (coming := means.coming) is not None and coming.opens:
        yield text("credits.opens", amount=coming.amount, at=When(at=coming.at))


def _buttons(asking: Asking, means: money.Means) -> Iterator[Button]:
    """What can be done from here; an allowance can't be given away."""
    yield buttons.button("credits", "chart", text("credits.to_chart"))
    if means.own:
        yield buttons.button("credits", "give", text("credits.to_give"))
    if means.own and asking.asked.community is not None:
        yield buttons.button("credits", "donate", text("credits.to_donate"))
    if _limits(asking) is not None:
        yield buttons.button("credits", "limits", text("credits.to_limits"))
    yield buttons.button("credits", "history", text("credits.to_history"))
    if asking.studio.owners.may(asking.asked):
        yield buttons.button("credits", "community", text("credits.to_community"))


COMMAND = Command(
    name="credits",
    words=("积分", "余额"),
    rank=8,
    fields=("topic", FIELD, "amount"),
    summary="summary.credits",
    examples=("example.credits", "example.credits_give", "example.credits_donate", "example.credits_history"),
    actions=(
        Action(name="credits", of_question=True, deed=topic),
        Action(name="gift", of_question=True, deed=giving.done),
        Action(name="decline", of_question=True, deed=giving.declined),
    ),
    handler=credits,
)
