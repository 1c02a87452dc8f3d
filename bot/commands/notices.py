"""What a community's owner reads of its budget."""

from collections.abc import Iterator

from bot import ports
from bot.commands.texts import Bold, Code, Day, Month
from bot.replies import Reply, Text, When, text

GONE = 100  # percent


def card(reached: ports.Reached) -> Reply:
    """How much is used, how long the rest lasts, and what the owner can do."""
    facts = {"community": reached.community.id, "span": reached.span, "share": reached.share}
    return Reply(lines=tuple(_lines(reached)), kind="notice", facts=facts | {"budget": reached.budget})


def _lines(reached: ports.Reached) -> Iterator[Text]:
    community, budget, month = reached.community.title, Bold(reached.budget), Month(reached.first)
    monthly = reached.span == "month"
    if reached.share >= GONE:
        if monthly:
            yield text("notice.month_gone", community=community, budget=budget, month=month)
        else:
            yield text("notice.day_gone", community=community, budget=budget)
        yield text("notice.opens", at=When(at=reached.until))
    else:
        if monthly:
            yield text("notice.month", community=community, budget=budget, month=month, share=reached.share)
        else:
            yield text("notice.day", community=community, budget=budget, share=reached.share)
        yield from _pace(reached)
    yield text("notice.cure", example=Code("/admin limits"))


def _pace(reached: ports.Reached) -> Iterator[Text]:
    """Of a day nobody can act on the hour."""
    if reached.span == "day":
        return
    if reached.lasts_until is None:
        yield text("notice.enough", month=Month(reached.first))
    else:
        yield text("notice.pace", day=Day(reached.lasts_until))
