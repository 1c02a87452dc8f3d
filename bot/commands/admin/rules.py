"""The rules of a community as its owner reads and sets them, one by one or as a ready-made set."""

from typing import Final

from bot.commands import buttons
from bot.commands import limits as limits_
from bot.commands.declaration import Asking
from bot.commands.texts import Bold, Code
from bot.credits import ruling
from bot.credits.rules import SETS, Rules
from bot.replies import Button, Credits, Reply, Text, text

_SETS: Final = {**{name: name for name in SETS}, "舒适": "cosy", "热闹": "lively", "从严": "locked"}
_YES: Final = "yes"


async def limits(asking: Asking) -> Reply:
    """All of them; one of them, as it is or as it is to be; or a ready-made set."""
    word, *rest = asking.text.split(maxsplit=1) or [""]
    if not word:
        return await _all(asking)
    if (name := _SETS.get(word.casefold())) is not None:
        return await _set(asking, name, sure=bool(rest) and rest[0].casefold() == _YES)
    return await one(asking, ruling.rule(word).word, rest[0] if rest else "")


async def one(asking: Asking, word: str, said: str) -> Reply:
    """One rule: how it is, or how it is to be."""
    rule = ruling.rule(word)
    if said:
        state = await asking.studio.owners.rule(word, said, asked=asking.asked)
        lines: tuple[Text, ...] = (text("admin.done", what=_line(rule, state.rules)),)
    else:
        state = await asking.studio.owners.state(asking.asked)
        lines = (_line(rule, state.rules), text("admin.may_be", allowed=Code(rule.allowed)))
    return Reply(lines=lines, private=True, facts={"limits": limits_.facts(state.rules)})


async def _all(asking: Asking) -> Reply:
    state = await asking.studio.owners.state(asking.asked)
    lines = (
        *(_line(rule, state.rules) for rule in ruling.RULES),
        text("admin.how", example=Code("/admin limits day 500"), off=Code("off"), auto=Code("auto")),
    )
    return Reply(lines=lines, buttons=ready_made(), private=True, facts={"limits": limits_.facts(state.rules)})


async def _set(asking: Asking, name: str, *, sure: bool) -> Reply:
    """What the pool may cost at worst, before it is chosen."""
    if sure:
        state = await asking.studio.owners.choose(name, asked=asking.asked)
        lines: tuple[Text, ...] = (text("admin.chosen", name=_called(name)), _worst(state.rules))
        return Reply(lines=lines, private=True, facts={"limits": limits_.facts(state.rules)})
    rules = await asking.studio.owners.preview(name, asked=asking.asked)
    changed = (limits_.sentence(rule.field, rules) for rule in ruling.RULES if rule.field in SETS[name])
    yes = buttons.button("admin", f"limits_{name}_{_YES}", text("admin.choose", name=text(f"set.{name}")))
    no = buttons.button("admin", "limits", text("button.dismiss"))
    lines = (text("admin.preview", name=_called(name)), _worst(rules), *changed)
    facts = {"worst_day": rules.worst_day(), "worst_month": rules.worst_month()}
    return Reply(lines=lines, buttons=(yes, no), private=True, kind="question", facts=facts)


def ready_made() -> tuple[Button, ...]:
    """The sets, each to be looked at first."""
    return tuple(buttons.button("admin", f"limits_{name}", text(f"set.{name}")) for name in SETS)


def _called(name: str) -> Bold:
    return Bold(text(f"set.{name}"))


def _line(rule: ruling.Rule, rules: Rules) -> Text:
    return text("admin.rule", word=Code(rule.word), what=limits_.sentence(rule.field, rules))


def _worst(rules: Rules) -> Text:
    day, month = rules.worst_day(), rules.worst_month()
    if day is None or month is None:
        return text("admin.worst_open")
    return text("admin.worst", day=Bold(Credits(amount=day)), month=Bold(Credits(amount=month)))
