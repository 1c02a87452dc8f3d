"""/limits: what holds where it is asked, in words: everything that its owner or the operator set."""

from collections.abc import Iterator
from typing import Final

from bot.commands.declaration import Asking, Command
from bot.commands.texts import Bold, Code, Listed
from bot.credits import ruling
from bot.credits.rules import Rules
from bot.replies import Credits, Reply, Text, text

_CREDITS: Final = frozenset(
    {"first_day", "a_day", "saved", "member_day", "per_request", "day", "month", "most", "ask_above"}
)
_NOTHING: Final = {"member_hours": 0, "cooldown_s": 0, "percent": 100, "told": True, "notices": "", "bonuses": {}}
"""Values that limit nobody: members don't read of them."""

_OPEN: Final = frozenset({"ask_above", "notices", "kinds", "models", "channels", "bonuses"})
"""Rules without which something else is true than that there is no limit."""

_OWNERS: Final = frozenset({"notices"})  # what concerns nobody else


async def limits(asking: Asking) -> Reply:
    """Say what holds here."""
    rules = await asking.studio.owners.rules(asking.asked)
    community = asking.asked.community
    title = text("limits.of", community=Bold(community.title)) if community else text("limits.here")
    return Reply(lines=(title, *sentences(rules)), private=True, facts={"limits": facts(rules)})


def sentences(rules: Rules) -> Iterator[Text]:
    """What members should know, each as a sentence; what is not limited is left out."""
    if rules.paused:
        yield text("limits.paused")
    if not rules.saved:
        yield text("limits.no_pool")
    for rule in ruling.RULES:
        value = getattr(rules, rule.field)
        unsaid = rule.field in _OWNERS or (not rules.saved and rule.field in {"first_day", "a_day", "saved"})
        if value is not None and value != _NOTHING.get(rule.field, ...) and not unsaid:
            yield sentence(rule.field, rules)


def sentence(field: str, rules: Rules) -> Text:
    """One rule as it is now."""
    value = getattr(rules, field)
    if value is None or value in ("", {}):
        return text(f"limits.off_{field}") if field in _OPEN else text("limits.off")
    if field == "told":
        return text("limits.told" if value else "limits.untold")
    return text(f"limits.{field}", value=_shown(field, value))


def facts(rules: Rules) -> dict[str, object]:
    """The same for machine readers, by the names that owners use."""
    return {rule.word: getattr(rules, rule.field) for rule in ruling.RULES} | {"paused": rules.paused}


def _shown(field: str, value: object) -> object:
    match field, value:
        case "kinds", tuple():
            return Listed(tuple(text(f"kinds.{kind}") for kind in value))
        case "models" | "channels", tuple():
            return Listed(tuple(Code(str(each)) for each in value))
        case "bonuses", dict():
            return Listed(tuple(_bonus(role, credits) for role, credits in value.items()))
        case "zone" | "notices", str():
            return Code(value)
        case _, int() if field in _CREDITS:
            return Bold(Credits(amount=value))
        case _:
            return value


def _bonus(role: str, credits: int) -> Text:
    who = text("limits.admins") if role == "admin" else Code(role)
    return text("limits.bonus", who=who, amount=Credits(amount=credits))


COMMAND = Command(
    name="limits",
    words=("限额", "规则"),
    rank=11,
    summary="summary.limits",
    examples=("example.limits",),
    handler=limits,
)
