"""The audit log of a community, as its owner reads it: who did what when, and what was refused."""

import json
from collections.abc import Iterator
from typing import Final

from bot import studio
from bot.commands import buttons
from bot.commands.declaration import Asking
from bot.commands.texts import Bold, Code
from bot.replies import Button, Quoted, Reply, Text, When, text

_ACTORS: Final = frozenset({"operator", "bot"})
_OF_CREDITS: Final = frozenset({"give", "revoke", "set"})


async def shown(asking: Asking) -> Reply:
    """The newest lines, or those before one of them."""
    before = int(asking.text) if asking.text.isascii() and asking.text.isdecimal() and len(asking.text) < 18 else None
    found = await asking.studio.owners.log(asked=asking.asked, before=before)
    lines = tuple(_line(each) for each in found) or (text("admin.log_none"),)
    facts = {"log": [_fact(each) for each in found]}
    return Reply(lines=lines, buttons=tuple(_older(found)), private=True, facts=facts)


def _older(found: tuple[studio.Line, ...]) -> Iterator[Button]:
    if len(found) == studio.LOGGED:
        yield buttons.button("admin", f"log_{found[-1].entry.id}", text("admin.log_older"))


def _line(line: studio.Line) -> Text:
    entry = line.entry
    if not entry.refused:
        shown = text("admin.log_line", at=When(at=entry.at), who=_actor(line), what=_what(line))
    else:
        shown = text("admin.log_refused", at=When(at=entry.at), who=_actor(line), what=Code(entry.action))
    return text("admin.log_why", line=shown, why=Quoted(words=entry.why)) if entry.why else shown


def _actor(line: studio.Line) -> object:
    if line.entry.actor in _ACTORS:
        return text(f"admin.by_{line.entry.actor}")
    return Bold(line.actor) if line.actor else text("admin.by_nobody")


def _what(line: studio.Line) -> Text:
    entry = line.entry
    whom = Bold(line.subject) if line.subject else text("admin.by_nobody")
    match entry.action:
        case action if action in _OF_CREDITS and entry.change:
            before, after = json.loads(entry.change)
            return text("admin.log_credits", whom=whom, before=before, after=after)
        case "rule" if entry.change:
            before, after = json.loads(entry.change)
            return text("admin.log_rule", word=Code(entry.subject), before=_plain(before), after=_plain(after))
        case "choose":
            return text("admin.log_choose", name=text(f"set.{entry.subject}"))
        case "ban":
            return text("admin.log_ban", whom=whom)
        case "unban":
            return text("admin.log_unban", whom=whom)
        case "pause":
            return text("admin.log_pause")
        case "resume":
            return text("admin.log_resume")
        case other:
            return text("admin.log_other", what=Code(other))


def _plain(value: object) -> Code:
    """A rule as it is kept, in the words in which it is said."""
    match value:
        case dict() if value:  # before the empty one, whose pattern matches them all
            return Code(", ".join(f"{role} {credits}" for role, credits in value.items()))
        case None | "" | {}:
            return Code("off")
        case bool():
            return Code("on" if value else "off")
        case list():
            return Code(", ".join(map(str, value)))
        case _:
            return Code(str(value))


def _fact(line: studio.Line) -> dict[str, object]:
    entry = line.entry
    return {
        "at": entry.at.isoformat(),
        "who": line.actor or entry.actor,
        "action": entry.action,
        "subject": line.subject or entry.subject,
        "why": entry.why,
        "change": json.loads(entry.change) if entry.change else None,
        "refused": entry.refused,
    }
