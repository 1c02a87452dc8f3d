"""/credits: what is left, what is set aside, and where it went this week."""

from collections.abc import Iterator

from bot import jobs, money
from bot.commands.declaration import Asking, Command
from bot.commands.texts import Bold, Listed
from bot.replies import Credits, Reply, Text, When, text


async def credits(asking: Asking) -> Reply:
    """Show the member's account at a glance."""
    statement = await asking.studio.statement(asking.asked)
    means, week = statement.means, statement.spent_by_kind
    total = sum(amount for _, amount in week)
    lines = [text("credits.left", left=Bold(Credits(amount=means.total)), held=statement.held)]
    lines.extend(_sources(means, asking.asked.community))
    if week:
        each = tuple(text("credits.kind", kind=text(f"kinds.{kind}"), used=amount) for kind, amount in week)
        lines.append(text("credits.week", total=total, each=Listed(each)))
    else:
        lines.append(text("credits.nothing"))
    lines.append(text("credits.ever", spent=statement.spent))
    facts = {
        "left_credits": means.total,
        "own_credits": means.own,
        "allowance_credits": means.allowance,
        "held_credits": statement.held,
        "used_credits": statement.spent,
        "week_credits": dict(week),
    }
    return Reply(lines=tuple(lines), private=True, facts=facts)


def _sources(means: money.Means, community: jobs.Community | None) -> Iterator[Text]:
    """Whose credits they are, and when the allowance grows."""
    if community is not None:
        yield text("credits.community", own=means.own, allowance=means.allowance, community=community.title)
    elif means.allowance:
        yield text("credits.sources", own=means.own, allowance=means.allowance)
    if (coming := means.coming) is not None and coming.opens:
        yield text("credits.opens", amount=coming.amount, at=When(at=coming.at))
    elif coming is not None:
        yield text("credits.coming", amount=coming.amount, at=When(at=coming.at))


COMMAND = Command(
    name="credits",
    words=("积分", "余额"),
    rank=8,
    summary="summary.credits",
    examples=("example.credits",),
    handler=credits,
)
