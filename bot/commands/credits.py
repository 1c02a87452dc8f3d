"""/credits: what is left, what is set aside, and where it went this week."""

from collections.abc import Iterator

from bot import jobs, money
from bot.commands.declaration import Asking, Command
from bot.commands.texts import Bold, Listed
from bot.replies import Credits, Reply, Text, When, text


async def credits(asking: Asking) -> Reply:
    """Show the member's account at a glance; what is nothing is left out."""
    statement = await asking.studio.statement(asking.asked)
    means = statement.means
    line = _left(means)
    for part in _parts(statement, asking.asked.community):
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
    return Reply(lines=(line, *_opening(means)), private=True, facts=facts)


def _left(means: money.Means) -> Text:
    """What may be spent, and how much more comes when."""
    left = text("credits.left", left=Bold(Credits(amount=means.total)))
    if means.coming is None or means.coming.opens:
        return left
    return text("credits.coming", left=left, amount=means.coming.amount, at=When(at=means.coming.at))


def _parts(statement: money.Statement, community: jobs.Community | None) -> Iterator[Text]:
    """Whose credits they are where there is more than one purse, what the community has, and what is set aside."""
    means = statement.means
    if means.own and means.allowance:
        yield text("credits.allowance", allowance=means.allowance)
        yield text("credits.own", own=means.own)
    if community is not None and means.in_pool is not None:
        yield text("credits.pool", community=community.title, pool=means.in_pool)
    if statement.held:
        yield text("credits.held", held=statement.held)


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


COMMAND = Command(
    name="credits",
    words=("积分", "余额"),
    rank=8,
    summary="summary.credits",
    examples=("example.credits",),
    handler=credits,
)
