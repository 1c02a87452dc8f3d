"""What moved lately, in plain words: of a member, and of a community's pool for who manages it."""

from collections.abc import Mapping
from typing import Final

from bot import jobs, money, studio
from bot.commands import cards, chart
from bot.commands.declaration import Asking
from bot.commands.texts import Bold, Code
from bot.replies import Reply, Text, When, text

LISTED: Final = 12  # lines


async def shown(asking: Asking) -> Reply:
    """The last movements of the member's credits, newest first."""
    moved = await asking.studio.purse.history(asking.asked, limit=LISTED)
    lines = tuple(map(_line, moved)) or (text("history.none"),)
    return Reply(lines=lines, private=True, facts={"history": [_facts(each) for each in moved]})


async def community(asking: Asking) -> Reply:
    """How the community's pool goes, in words and as a picture. Raises NotNow."""
    usage = await asking.studio.purse.community_usage(asking.asked)
    title = asking.asked.community.title if asking.asked.community else ""
    has = text("history.pool", community=Bold(title), pool=usage.in_pool)
    paid = (
        text("history.month", paid=usage.paid)
        if usage.month is None
        else text("history.month_of", paid=usage.paid, month=usage.month)
    )
    went = text("history.fortnight", days=len(usage.days), used=usage.used, returned=usage.returned)
    facts = {"pool_credits": usage.in_pool, "paid_credits": usage.paid, "pace_credits": usage.pace}
    picture = await chart.community(asking, usage)
    return Reply(lines=(has, paid, went, chart.pace(usage)), media=(picture,), private=True, facts=facts)


def _line(moved: studio.Moved) -> Text:
    """When, and what it was."""
    what = _of_transfer(moved) if moved.job is None else _of_job(moved.job, used=-moved.amount)
    return text("history.line", at=When(at=moved.at), what=what)


def _of_job(job: jobs.Job, *, used: int) -> Text:
    kind, id = cards.kind_text(job.request.kind), Code(job.id)
    if not job.state.ended:
        return text("history.held", held=job.price, kind=kind, job=id)
    if not used:
        return text("history.free", held=job.price, kind=kind, job=id)
    if job.price > used:
        return text("history.part", used=used, returned=job.price - used, kind=kind, job=id)
    return text("history.used", used=used, kind=kind, job=id)


def _of_transfer(moved: studio.Moved) -> Text:
    amount = abs(moved.amount)
    way = "in" if moved.amount > 0 else "out"
    match moved.kind:
        case money.TransferKind.GIFT if moved.who:
            return text(f"history.gift_{way}", amount=amount, who=moved.who)
        case money.TransferKind.GIVE | money.TransferKind.TAKE | money.TransferKind.DONATION if moved.who:
            return text(f"history.pool_{way}", amount=amount, who=moved.who)
        case money.TransferKind.GRANT:
            return text(f"history.grant_{way}", amount=amount)
        case money.TransferKind.JOIN:
            return text(f"history.join_{way}", amount=amount)
        case money.TransferKind.EXPIRE:
            return text(f"history.expire_{way}", amount=amount)
        case _:
            return text(f"history.somebody_{way}", amount=amount)


def _facts(moved: studio.Moved) -> Mapping[str, object]:
    """For machine readers: what came counts up, what went counts down."""
    job = moved.job.id if moved.job else None
    return {"at": moved.at.isoformat(), "kind": moved.kind.value, "credits": moved.amount, "job": job}
