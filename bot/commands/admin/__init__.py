"""/admin: what the owner of a community may do: give credits, set limits, shut out, pause, and read what was done."""

from dataclasses import replace
from typing import Final

from bot import errors
from bot.commands import grammar, mentions
from bot.commands.admin import journal, members, panel, rules
from bot.commands.declaration import Action, Asking, Command
from bot.credits.rules import SETS
from bot.replies import Reply

ACTS: Final = {
    "give": ("grant", "给", "发放"),
    "revoke": ("take", "收回"),
    "set": ("设为",),
    "pool": ("共享积分", "积分池"),
    "limits": ("limit", "rules", "限额", "规则"),
    "models": ("model", "模型"),
    "channels": ("channel", "频道"),
    "ban": ("封禁", "禁用"),
    "unban": ("解封", "解禁"),
    "pause": ("暂停",),
    "resume": ("恢复", "继续"),
    "log": ("日志", "记录"),
}
"""What can be said behind /admin, and its other names."""

_ACT: Final = {word: act for act, words in ACTS.items() for word in (act, *words)}


async def admin(asking: Asking) -> Reply:
    """Do what is said, or show how the community stands; whoever may not is told so, and that is noted."""
    word, *rest = asking.text.split(maxsplit=1) or [""]
    if word.casefold() in SETS:  # /admin cosy is short for /admin limits cosy
        return await admin(replace(asking, text=f"limits {asking.text}"))
    act = _ACT.get(word.casefold())
    await asking.studio.owners.check(asking.asked, action=act or "look", words=_without_people(asking))
    if not word:
        return await panel.shown(asking)
    return await _done(act or _unknown(word), replace(asking, text=rest[0].strip() if rest else ""))


async def pressed(asking: Asking, subject: str) -> Reply:
    """What one of its buttons stands for: the words of a line."""
    return await admin(replace(asking, text=subject.replace("_", " ")))


async def _done(act: str, asking: Asking) -> Reply:
    match act:
        case "give" | "revoke" | "set":
            return await members.hand(asking, act)
        case "ban":
            return await members.ban(asking)
        case "unban":
            return await members.unban(asking)
        case "limits":
            return await rules.limits(asking)
        case "models" | "channels":
            return await rules.one(asking, act, asking.text)
        case "pause":
            return await panel.paused(asking)
        case "resume":
            return await panel.resumed(asking)
        case "log":
            return await journal.shown(asking)
        case _:
            return await panel.pool(asking)


def _without_people(asking: Asking) -> str:
    """What was said, without whom it names: the audit log keeps no names."""
    words = asking.text
    for person in asking.mentions:
        words = words.replace(mentions.standing(person), "@…")
    return words


def _unknown(word: str) -> str:
    near = grammar.nearest(word, list(ACTS)) or ", ".join(ACTS)
    raise errors.Invalid(errors.Problem(field="admin", rule="choice", value=word, allowed=near))


COMMAND = Command(
    name="admin",
    words=("管理",),
    rank=15,
    fields=("act", mentions.FIELD, "value", "why"),
    summary="summary.admin",
    examples=("example.admin", "example.admin_give", "example.admin_limits", "example.admin_set"),
    actions=(Action(name="admin", of_question=True, deed=pressed),),
    stewards=True,
    handler=admin,
)
