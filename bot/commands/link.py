"""/link: one account over platforms, joined by a one-time code."""

from bot import replies, studio
from bot.commands import menus
from bot.commands.declaration import Asking, Command
from bot.commands.texts import Bold, Code
from bot.replies import Credits, Elsewhere, Reply, Text, When, text


async def link(asking: Asking) -> Reply:
    """Give a code, or take one."""
    said = asking.text.strip()
    return await _join(asking, said) if said else await _code(asking)


async def _code(asking: Asking) -> Reply:
    code = await asking.studio.people.code(asking.asked)
    how = Code(f"/{asking.command.name} {code.words}")
    lines = (text("link.code", how=how, until=When(at=code.until)), text("link.secret"))
    return Reply(lines=lines, private=True, facts={"code": code.words, "until": code.until.isoformat()})


async def _join(asking: Asking, said: str) -> Reply:
    """Both sides read what became one."""
    joined = await asking.studio.people.join(said, asked=asking.asked)
    facts = {"joined": joined.other, "own_credits": joined.own, "moved_credits": joined.moved}
    return Reply(lines=(_joined(joined, joined.other),), private=True, elsewhere=_there(asking, joined), facts=facts)


def _there(asking: Asking, joined: studio.Joined) -> tuple[Elsewhere, ...]:
    """What whoever asked for the code reads, who is the same person unless somebody saw it."""
    if joined.place is None:
        return ()
    undo = text("link.undo", how=Code(menus.written(asking, "unlink", platform=joined.here)))
    reply = replies.Reply(lines=(_joined(joined, joined.here), undo), private=True)
    return (Elsewhere(place=joined.place, reply=reply, language=joined.language),)


def _joined(joined: studio.Joined, other: str) -> Text:
    return text("link.joined", other=Bold(text(f"platform.{other}")), own=Credits(amount=joined.own))


COMMAND = Command(
    name="link",
    words=("关联", "绑定"),
    rank=12,
    fields=("code",),
    summary="summary.link",
    examples=("example.link", "example.link_code"),
    handler=link,
)
